"""Series that should end, or be half as often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.event import Partstat
from app.domain.people.person import Person
from app.services.auditing.meetings.stale import endings
from app.services.planning.plan_week import plan_week
from tests.services.auditing.meetings.changed import answer, say
from tests.services.auditing.offices import ANA, found, office, report
from tests.services.weeks import DANA, MONDAY_ONLY, NOW, Office

PETE, QUIN = "pete@example.com", "quin@example.com"
RARE = [week for week in range(-26, 8) if week >= 0 or week % 3 == 0]
LONG_AGO = NOW - timedelta(days=400)


def across(weeks: Iterable[int] = range(-26, 8), *, organizer: str = DANA, **more: object) -> Office:
    """Dana's, with an hour across teams each week."""
    it = office(report(ANA), Person(PETE, "Pete"), Person(QUIN, "Quin"))
    it.meeting("w", [organizer, *{DANA, PETE, QUIN} - {organizer}], 2, time(10), 60, title="Sync", weeks=weeks)
    say(it, "w", **more)
    return it


def stale(it: Office) -> list[Finding]:
    return found(it, FindingRule.STALE_SERIES)


def test_a_series_that_mostly_does_not_take_place_is_to_end() -> None:
    (one,) = stale(across(RARE))
    assert (one.key, one.text, one.ends_series) == ("stale_series:w", "Sync: end it", True)
    assert one.evidence[:2] == ("its rule has no end", "16 of the last 24 did not take place, or you declined")
    assert one.hours_a_month == pytest.approx(3 * 52 / 12, abs=0.1)


def test_one_that_the_manager_declines_is_too() -> None:
    it = across(organizer=PETE)
    answer(it, "w", DANA, Partstat.DECLINED, past=True)
    (one,) = stale(it)
    assert one.advice == "Ask Pete to end it, or leave it."


def test_one_that_takes_place_is_not() -> None:
    assert stale(across()) == []


def test_one_with_an_end_is_not() -> None:
    assert stale(across(RARE, rrule="FREQ=WEEKLY;UNTIL=20271231T225959Z")) == []


def test_weeks_in_which_the_manager_is_away_do_not_count() -> None:
    it = across(RARE)
    it.people = [replace(p, starts=date(2026, 11, 20)) if p.email == DANA else p for p in it.people]
    assert stale(it) == []


def test_one_whose_organizer_left_is_to_end() -> None:
    it = across(organizer=PETE)
    it.people = [replace(p, ends=date(2026, 11, 1)) if p.email == PETE else p for p in it.people]
    (one,) = stale(it)
    assert one.ends_series
    assert "Pete, who called it, is gone or declines it" in one.evidence
    assert one.about == (PETE,)


def test_one_whose_organizer_declines_it_is_to_end() -> None:
    it = across(organizer=PETE)
    answer(it, "w", PETE, Partstat.DECLINED)
    assert [one.ends_series for one in stale(it)] == [True]


def test_one_that_nobody_touched_and_that_has_no_agenda_could_be_half_as_often() -> None:
    (one,) = stale(across(created=LONG_AGO, changed=LONG_AGO))
    assert (one.text, one.ends_series) == ("Sync: half as often would do", False)
    assert one.hours_a_month == pytest.approx(1.5 * 52 / 12, abs=0.1)
    assert f"nobody changed it since {'Wed 22 Oct'} 2025" in one.evidence


def test_one_that_is_looked_after_could_not() -> None:
    assert stale(across(created=LONG_AGO, changed=LONG_AGO, description="1. Risks\n2. Decisions")) == []
    assert stale(across(created=LONG_AGO, changed=NOW - timedelta(days=30))) == []


def test_the_one_on_ones_of_reports_are_a_matter_of_another_rule() -> None:
    it = office(report(ANA))
    it.meeting("1:1", [DANA, ANA], 2, time(10), weeks=RARE)
    assert stale(it) == []


def test_what_is_to_end_is_not_moved_and_says_why() -> None:
    it = office(report(ANA), Person(PETE, "Pete"))
    it.meeting("w", [DANA, PETE], 1, time(10), title="Sync", weeks=RARE)
    request = it.request(pattern=MONDAY_ONLY)
    assert [m.action for m in plan_week(request).plan.meetings if m.uid == "w"] != ["pinned"]
    around = replace(request.around, refused=endings(stale(it)))
    (kept,) = [m for m in plan_week(replace(request, around=around)).plan.meetings if m.uid == "w"]
    assert kept.pinned_reason is not None
    assert kept.pinned_reason.code == "end_it"
