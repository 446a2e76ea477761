"""More people than a kind bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.event import Attendee, Cutype, Partstat
from tests.services.auditing.meetings.changed import answer, change
from tests.services.auditing.offices import ANA, found, office, report
from tests.services.weeks import DANA, Office

PEOPLE = [f"person{number}@example.com" for number in range(12)]


def across(people: int, *, optional: int = 0) -> Office:
    """Dana's, with an hour across teams each week; the limit is 8."""
    it = office(report(ANA))
    it.meeting(
        "w",
        [DANA, *PEOPLE[: people - 1]],
        2,
        time(10),
        60,
        optional=PEOPLE[11 : 11 - optional : -1],
        weeks=range(-4, 8),
    )
    return it


def crowds(it: Office, rules: str | None = None) -> list[Finding]:
    return found(it, FindingRule.TOO_MANY_PEOPLE, rules=rules)


def test_the_limit_of_a_kind_is_not_too_many() -> None:
    assert crowds(across(8)) == []


def test_more_cost_person_hours_a_month() -> None:
    (one,) = crowds(across(10))
    assert one.text == "w: 10 people, 2 more than the limit of cross-team meetings (8)"
    assert one.hours_a_month == pytest.approx(2 * 52 / 12, abs=0.1)
    assert one.about == ()


def test_who_is_only_informed_and_equipment_are_no_crowd() -> None:
    it = across(8)
    informed = [Attendee(f"fyi{number}@example.com", required=False, informed=True) for number in range(9)]
    beamer = Attendee("beamer@example.com", required=False, cutype=Cutype.RESOURCE)
    change(it, "w", lambda event: replace(event, attendees=(*event.attendees, *informed, beamer)))
    assert crowds(it) == []


def test_optional_ones_come_first_then_who_never_comes() -> None:
    it = across(9, optional=2)
    answer(it, "w", PEOPLE[0], Partstat.NEEDS_ACTION)
    answer(it, "w", PEOPLE[1], Partstat.DECLINED, past=True)
    (one,) = crowds(it)
    assert [line.partition(":")[0] for line in one.evidence[1:]] == [
        "optional",
        "declined each of the last times",
        "never answered",
    ]
    assert one.about == (PEOPLE[11], PEOPLE[10], PEOPLE[1], PEOPLE[0])
    assert "person" not in one.text


def test_who_declined_does_not_count() -> None:
    it = across(9)
    answer(it, "w", PEOPLE[0], Partstat.DECLINED)
    assert crowds(it) == []


def test_the_limits_are_settings() -> None:
    (one,) = crowds(across(4), rules="[audit.meetings.most_people]\ncross_team = 3")
    assert one.text.endswith("4 people, 1 more than the limit of cross-team meetings (3)")


def test_a_single_meeting_of_the_week_costs_once() -> None:
    it = office(report(ANA))
    it.meeting("one", [DANA, *PEOPLE[:9]], 2, time(10), 60, weeks=None)
    (one,) = crowds(it)
    assert one.hours_a_month is None
    assert one.evidence == ("2 people above the limit: 2 person-hours",)
