"""How often the rules about meetings are wrong, on labelled rows."""

from __future__ import annotations

import pytest

from tests.services.auditing.labelled import PRESENT, mistakes, rows_of, said_of

SAMPLES = ("meetings", "meetings_unseen", "meetings_third", "meetings_fourth")


@pytest.mark.parametrize("name", SAMPLES)
def test_at_most_one_finding_in_twenty_is_false(name: str) -> None:
    false, missed, told, wanted = mistakes(name)
    assert len(rows_of(name)) >= 40
    assert told >= 15
    assert len(false) <= 0.05 * told, false
    assert len(missed) <= 0.15 * wanted, missed


def test_every_rule_and_everything_that_is_looked_for_is_in_the_samples() -> None:
    labels = {label for name in SAMPLES for row in rows_of(name) for label in row["expected"].split()}
    assert {*PRESENT, "no_agenda", "status_only", "too_many_people", "delegate", "no_decision_log"} == labels


@pytest.mark.parametrize("name", SAMPLES)
def test_no_meeting_has_two_findings_for_one_cause(name: str) -> None:
    for title, said in said_of(rows_of(name)).items():
        assert not {"no_agenda", "status_only"} <= said, title
