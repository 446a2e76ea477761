"""Series of which a message would do as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

import pytest

from app.domain.audit.finding import Finding, FindingRule
from app.services.auditing.audit import findings_of
from app.services.auditing.record import record_of
from tests.services.auditing.meetings.changed import say
from tests.services.auditing.offices import ANA, BEN, found, office, report
from tests.services.weeks import DANA, Office

PEOPLE = [f"person{number}@example.com" for number in range(12)]


def of_people(number: int, *, title: str = "Weekly", optional: Sequence[str] = (), description: str = "") -> Office:
    """Dana's, with a weekly hour across teams of so many people."""
    it = office(report(ANA), report(BEN))
    required = [DANA, *PEOPLE[: number - 1 - len(optional)]]
    it.meeting("w", required, 2, time(10), 60, title=title, optional=optional, weeks=range(-4, 8))
    say(it, "w", description=description)
    return it


def status_only(it: Office) -> list[Finding]:
    return found(it, FindingRule.STATUS_ONLY)


def test_many_listeners_without_an_agenda_could_read_instead() -> None:
    (one,) = status_only(of_people(8))
    assert (one.key, one.text) == ("status_only:w", "Weekly: 8 people, mostly to listen")
    assert one.hours_a_month == pytest.approx(8 * 52 / 12, abs=0.1)
    assert one.evidence == ("it has no agenda", "8 people", "4.3 times a month, 1 h")
    assert one.about == ()


def test_a_few_without_an_agenda_are_a_matter_of_another_rule() -> None:
    assert status_only(of_people(7)) == []


def test_half_of_them_optional_are_listeners() -> None:
    (one,) = status_only(of_people(6, optional=PEOPLE[-3:]))
    assert one.evidence[1] == "6 people, 3 of them optional"


@pytest.mark.parametrize(
    "text",
    [
        "Updates from each team",
        "- Status Web\n- Status App",
        "Berichte aus den Bereichen",
        "Tour de table",
        "Novedades de cada equipo",
        "Aggiornamenti",
    ],
)
def test_an_agenda_of_updates_only_is_one_in_any_language(text: str) -> None:
    (one,) = status_only(of_people(5, description=text))
    assert one.evidence[0].startswith("its agenda is of updates only: ")


@pytest.mark.parametrize(
    "text",
    ["Updates, then decide on the queue", "1. Status\n2. Risks", "Status: https://docs.example.com/d/1", "Roadmap"],
)
def test_an_agenda_with_work_in_it_is_not(text: str) -> None:
    assert status_only(of_people(9, description=text)) == []


def test_what_is_called_a_status_is_one_unless_it_decides() -> None:
    assert [one.evidence[0] for one in status_only(of_people(5, title="Projektstatus / Statusrunde"))] == [
        "it is called so, and has no agenda"
    ]
    assert status_only(of_people(5, title="Status and decisions")) == []


def test_a_single_meeting_and_other_kinds_are_not() -> None:
    it = office(report(ANA), report(BEN))
    it.meeting("one", [DANA, *PEOPLE], 2, time(10), weeks=None)
    it.meeting("daily", [DANA, ANA, BEN, *PEOPLE[:2]], 0, time(9), title="Sprint review updates")
    assert status_only(it) == []


def test_its_key_stays_when_it_is_split() -> None:
    record = record_of(of_people(8).request(), {"w": "first"})
    assert "status_only:first" in {one.key for one in findings_of(record)}


def test_a_few_people_who_work_together_do_not_listen() -> None:
    assert status_only(of_people(4, title="Payments sync", optional=PEOPLE[-2:])) == []
    assert status_only(of_people(6, title="Payments mob", optional=PEOPLE[-3:])) == []


@pytest.mark.parametrize("text", ["Everyone says what they did this week.", "Round: what you worked on"])
def test_an_agenda_of_what_was_done_is_one_of_updates(text: str) -> None:
    (one,) = status_only(of_people(6, title="Platform x Mobile API sync", description=text))
    assert one.evidence[0].startswith("its agenda is of updates only")


def test_the_missing_agenda_of_a_status_meeting_is_told_once() -> None:
    both = FindingRule.NO_AGENDA, FindingRule.STATUS_ONLY
    assert [one.rule for one in found(of_people(8), *both)] == [FindingRule.STATUS_ONLY]
    assert [one.rule for one in found(of_people(7), *both)] == [FindingRule.NO_AGENDA]


def test_a_status_meeting_that_was_dismissed_still_needs_an_agenda() -> None:
    told = findings_of(record_of(of_people(8).request()), ["status_only:w"])
    assert "no_agenda:w" in {one.key for one in told}
