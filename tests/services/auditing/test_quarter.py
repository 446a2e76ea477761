"""What a quarter needs, when it is looked for, and by which words it is known."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.audit.finding import FindingRule
from app.domain.calendar.event import Attendee, Partstat
from app.domain.calendar.timespan import IsoWeek
from app.render import words
from app.services.auditing.quarter import milestones, quarter_of
from tests.services.auditing.meetings.changed import say
from tests.services.auditing.offices import ANA, BEN, found, office, report
from tests.services.weeks import DANA, Office


@pytest.mark.parametrize(
    ("day", "first_month", "name"),
    [
        (date(2026, 11, 30), 1, "Q4 2026"),
        (date(2027, 1, 1), 1, "Q1 2027"),
        (date(2027, 1, 31), 2, "Q4 2026"),
        (date(2027, 2, 1), 2, "Q1 2027"),
        (date(2026, 12, 31), 3, "Q4 2026"),
        (date(2026, 2, 28), 3, "Q4 2025"),
    ],
)
def test_quarters_begin_where_the_rules_say(day: date, first_month: int, name: str) -> None:
    quarter = quarter_of(day, first_month)
    assert quarter.name == name
    assert quarter.start <= day <= quarter.end


def test_each_milestone_is_near_once_a_quarter() -> None:
    seen: dict[str, list[IsoWeek]] = {}
    for n in range(52):
        week = IsoWeek(2026, 1).plus(n)
        for each in milestones(week, 1):
            seen.setdefault(f"{each.code}:{each.quarter.key}", []).append(week)
    for weeks in seen.values():
        assert weeks == [weeks[0].plus(n) for n in range(len(weeks))]
        assert len(weeks) <= 10
    assert {f"{code}:2026-Q3" for code in ("okr_planning", "mid_quarter", "retrospective")} <= seen.keys()


def at_week(week: IsoWeek) -> Office:
    """An office in which nothing is about the quarter."""
    it = replace(office(report(ANA), report(BEN)), week=week, now=_thursday_before(week))
    it.meeting("Team sync", [DANA, ANA, BEN], 0, time(9), weeks=range(-3, 10))
    return it


def _thursday_before(week: IsoWeek) -> datetime:
    return datetime.combine(week.plus(-1).days[3], time(9), ZoneInfo("Europe/Berlin"))


def codes(it: Office) -> set[str]:
    return {finding.key for finding in found(it, FindingRule.QUARTER)}


@pytest.mark.parametrize(
    ("week", "wanted"),
    [
        (IsoWeek(2026, 50), {"quarter:okr_planning:2027-Q1", "quarter:retrospective:2026-Q4"}),
        (IsoWeek(2026, 45), {"quarter:mid_quarter:2026-Q4"}),
        (
            IsoWeek(2026, 49),
            {"quarter:okr_planning:2027-Q1", "quarter:retrospective:2026-Q4"},
        ),
    ],
)
def test_what_is_near_and_not_there_is_suggested(week: IsoWeek, wanted: set[str]) -> None:
    assert codes(at_week(week)) == wanted


def test_its_place_is_among_the_sprint_ends_near_its_time() -> None:
    (finding,) = found(at_week(IsoWeek(2026, 43)), FindingRule.QUARTER)
    (draft,) = finding.drafts
    assert draft.name == "Mid-quarter check Q4 2026"
    assert draft.start is not None
    assert (draft.start.date(), draft.start.time() < time(12)) == (date(2026, 11, 13), True)
    assert finding.about == ()


@pytest.mark.parametrize(
    "title",
    [
        "Mid-quarter review",
        "Q4 check-in",
        "OKR review",
        "OKR-Zwischenstand",
        "Quartalsreview Halbzeit",
        "Point OKR mi-trimestre",
        "Revisión trimestral",
        "Kwartaalcheck halverwege",
    ],
)
def test_a_check_of_the_quarter_is_known_by_its_words(title: str) -> None:
    it = at_week(IsoWeek(2026, 46))
    it.meeting("check", [DANA, ANA, BEN], 3, time(10), weeks=[1], title=title)
    assert codes(it) == set()


@pytest.mark.parametrize("title", ["Quarterly numbers", "Weekly review", "Planning", "Q3 roadshow", "Sprint review"])
def test_what_is_about_something_else_is_none(title: str) -> None:
    it = at_week(IsoWeek(2026, 46))
    it.meeting("check", [DANA, ANA, BEN], 3, time(10), weeks=[1], title=title)
    assert codes(it) == {"quarter:mid_quarter:2026-Q4"}


@pytest.mark.parametrize("title", ["OKR planning", "Q1 kick-off", "Quartalsplanung", "Planification trimestrielle"])
def test_planning_the_next_quarter_is_known_by_its_words(title: str) -> None:
    it = at_week(IsoWeek(2026, 51))
    it.meeting("plan", [DANA, ANA, BEN], 1, time(10), weeks=[0], title=title)
    assert "quarter:okr_planning:2027-Q1" not in codes(it)


def test_the_planning_of_another_quarter_does_not_count() -> None:
    it = at_week(IsoWeek(2026, 50))
    it.meeting("plan", [DANA, ANA, BEN], 1, time(10), weeks=[-10], title="OKR planning Q4")
    assert "quarter:okr_planning:2027-Q1" in codes(it)


def test_who_leads_nobody_is_suggested_nothing() -> None:
    it = replace(office(), week=IsoWeek(2026, 50), now=_thursday_before(IsoWeek(2026, 50)))
    it.meeting("sync", [DANA, ANA], 0, time(9))
    assert codes(it) == set()


def test_who_has_left_is_not_invited() -> None:
    it = at_week(IsoWeek(2026, 50))
    it.people = [replace(p, ends=date(2026, 10, 1)) if p.email == ANA else p for p in it.people]
    mails = [draft.mailto or "" for one in found(it, FindingRule.QUARTER) for draft in one.drafts]
    assert mails
    assert all("once" not in mail and "%20on%202026-12-" in mail for mail in mails)
    assert all(BEN in mail and ANA not in mail for mail in mails)


def test_one_that_was_declined_or_is_with_people_from_outside_is_none() -> None:
    it = at_week(IsoWeek(2026, 46))
    it.meeting("check", [DANA, "kim@customer.example"], 3, time(10), weeks=[1], title="Quarterly check-in")
    assert codes(it) == {"quarter:mid_quarter:2026-Q4"}
    it = at_week(IsoWeek(2026, 46))
    it.meeting("check", [DANA, ANA, BEN], 3, time(10), weeks=[1], title="Quarterly check-in")
    it.events = {
        owner: [replace(e, attendees=tuple(_declined(a) for a in e.attendees)) for e in events]
        for owner, events in it.events.items()
    }
    assert codes(it) == {"quarter:mid_quarter:2026-Q4"}


def _declined(line: Attendee) -> Attendee:
    return replace(line, partstat=Partstat.DECLINED) if line.email == DANA else line


def test_a_sprint_end_of_a_week_near_is_better_than_another_hour_of_the_week_itself() -> None:
    it = at_week(IsoWeek(2026, 45))
    it.block(ANA, 4, time(9), 180, week=1, title="Busy")
    (finding,) = found(it, FindingRule.QUARTER)
    start = finding.drafts[0].start
    assert start is not None
    assert (start.date(), start.hour < 12) == (date(2026, 11, 6), True)


PLANNING = "quarter:okr_planning:2027-Q1"


def with_one_off(title: str, description: str = "", who: tuple[str, ...] = (ANA, BEN)) -> set[str]:
    """What is missing before Christmas, with one meeting on the day before."""
    it = at_week(IsoWeek(2026, 51))
    it.meeting("one", [DANA, *who, "x@example.com"], 2, time(10), weeks=None, title=title)
    say(it, "one", description=description)
    return codes(it)


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Q1 OKRs", "We set the objectives for Q1"),
        ("Jahresziele 2027 abstimmen", "OKR Q1"),
        ("Annual planning 2027", "1. OKRs"),
        ("Offsite", "Planning of the next quarter: OKRs, people"),
    ],
)
def test_a_meeting_of_the_team_that_says_so_plans_the_quarter(title: str, description: str) -> None:
    assert PLANNING in with_one_off("Offsite", "Hiking")
    assert PLANNING not in with_one_off(title, description)


def test_what_a_few_talk_about_does_not_plan_the_quarter_of_a_team() -> None:
    assert PLANNING in with_one_off("Offsite", "Planning of the next quarter: OKRs, people", who=())


def test_a_routine_that_speaks_of_goals_does_not_plan_them() -> None:
    it = at_week(IsoWeek(2026, 51))
    say(it, "Team sync", description="OKR dashboard, plan of the week")
    assert PLANNING in codes(it)


def test_looking_back_is_known_and_is_no_planning() -> None:
    found = with_one_off("Q4 Rückschau", "1. OKRs, 2. plans")
    assert "quarter:retrospective:2026-Q4" not in found
    assert PLANNING in found


@pytest.mark.parametrize("number", range(40, 54))
def test_its_place_lies_in_the_time_that_is_looked_at(number: int) -> None:
    for one in found(at_week(IsoWeek(2026, number)), FindingRule.QUARTER):
        _, between = one.evidence[0].split("between ")
        first, last = between.split(" and ")
        start = one.drafts[0].start
        assert start is not None
        assert words.day(start.date()) in _days(first, last, start.year)


def _days(first: str, last: str, year: int) -> list[str]:
    """The days from one to another, as findings name them."""
    days = [words.day(date(year, 1, 1) + timedelta(days=n)) for n in range(-60, 425)]
    begin = days.index(first)
    return days[begin : days.index(last, begin) + 1]


@pytest.mark.parametrize("number", [49, 50, 51])
def test_nothing_is_put_between_the_years(number: int) -> None:
    drafts = [draft for one in found(at_week(IsoWeek(2026, number)), FindingRule.QUARTER) for draft in one.drafts]
    assert len(drafts) == 2
    assert all(draft.start is not None and draft.start.date() < date(2026, 12, 20) for draft in drafts)
