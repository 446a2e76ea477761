"""Findings about meetings against what a reader says of the labelled calendars."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.audit.finding import FindingRule
from benchmarks.classification import samples_in
from benchmarks.findings import MOST_FALSE, Told, false_share, judge, report

LABELLED = Path(__file__).parent.parent / "data" / "labelled"


@pytest.fixture(scope="module")
def told() -> list[Told]:
    found = [one for sample in samples_in(LABELLED) for one in judge(sample)]
    print(report(found))  # noqa: T201 - shown with a failure, and by pytest -s
    return found


@pytest.mark.parametrize("rule", [FindingRule.NO_AGENDA, FindingRule.STATUS_ONLY])
def test_of_the_findings_of_a_rule_at_most_one_in_twenty_is_false(told: list[Told], rule: str) -> None:
    assert false_share(told, rule) <= MOST_FALSE, report(told)


@pytest.mark.parametrize(("rule", "least"), [(FindingRule.NO_AGENDA, 0.75), (FindingRule.STATUS_ONLY, 0.6)])
def test_a_rule_finds_most_of_what_a_reader_does(told: list[Told], rule: str, least: float) -> None:
    labelled = [one for one in told if one.rule == rule and one.labelled]
    assert sum(one.found for one in labelled) >= least * len(labelled), report(told)


def test_a_sample_whose_findings_nobody_labelled_is_refused_in_one_line() -> None:
    sample = LABELLED.parent / "unseen" / "french-agency"
    with pytest.raises(SystemExit, match=r"french-agency/labels\.csv: no column agenda and no status_only: nobody"):
        judge(sample)


def test_a_report_counts_what_is_false_and_what_is_missed() -> None:
    some = [
        Told("sample", FindingRule.NO_AGENDA, "a", "A", found=True, labelled=True),
        Told("sample", FindingRule.NO_AGENDA, "b", "B", found=True, labelled=False),
        Told("sample", FindingRule.NO_AGENDA, "c", "C", found=False, labelled=True),
    ]
    lines = report(some).splitlines()
    assert "| no_agenda | 2 | 2 | 1 (50.0 %) | 1 |" in lines
    assert lines[-2:] == ["- sample: 'B': no_agenda is false", "- sample: 'C': no_agenda is missed"]
