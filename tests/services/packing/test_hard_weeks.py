"""Weeks that are easy to get wrong: other clocks, changing guests, absences, clashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Attendee, Event, EventRef, EventType, Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.people.grid import at
from app.domain.people.person import Absence, Cadence, Travel, WorkingHours
from tests.services.valid import problems
from tests.services.weeks import BERLIN, DANA, NEW_YORK, WEEK, Office, codes, office, only

ANA, BEN, CLEO = "ana@example.com", "ben@example.com", "cleo@example.com"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = 1, 2, 3, 4


def in_zone(made: Office, zone: str) -> Office:
    made.people = [replace(p, timezone=ZoneInfo(zone)) for p in made.people]
    return made


def absent(made: Office, owner: str, first: date, last: date, *, clock: time = time(8)) -> None:
    """A timed entry over several days, as some calendars write holidays."""
    span = Timespan(at(first, clock, BERLIN), at(last, time(18), BERLIN), BERLIN)
    ref = EventRef(f"{owner}.ics", "away")
    made.events[owner].append(Event(ref, span, "Away", event_type=EventType.OUT_OF_OFFICE))


def test_someone_who_is_asked_only_later_counts_for_the_series() -> None:
    made = office("ana", "ben")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    for owner in (DANA, ANA):
        event = made.events[owner][-7]
        made.events[owner][-7] = replace(event, attendees=(*event.attendees, Attendee(BEN)))
    for day in (0, WEDNESDAY):
        made.block(BEN, day, time(9), 8 * 60, week=1)
    moved = only(made.plan(), "1:1")
    assert moved.block == "Friday 1:1s"
    assert moved.price is not None
    assert set(moved.price.mailed) == {ANA, BEN}


def test_the_planned_week_is_that_of_the_managers_clock() -> None:
    """Monday 09:00 in Sydney is Sunday 22:00 UTC, where the series was written."""
    made = in_zone(office("ana"), "Australia/Sydney")
    made.meeting("1:1", [DANA, ANA], 6, time(22), weeks=range(-1, 7), zone=ZoneInfo("UTC"))
    plan = made.plan()
    met = only(plan, "1:1")
    assert met.from_ is not None
    assert met.from_.start.isoformat()[:16] == "2026-11-30T09:00"


def test_a_series_of_another_clock_reaches_every_hour_of_the_managers_week() -> None:
    made = in_zone(office("ana"), "Asia/Tokyo")
    made.meeting("1:1", [DANA, ANA], 0, time(17), zone=ZoneInfo("America/Los_Angeles"))
    pattern = '[[block]]\nname = "1:1s"\nday = "monday"\nstart = "09:00"\nend = "09:30"\nkinds = ["one_on_one"]'
    moved = only(made.plan(pattern=pattern), "1:1")
    assert moved.to is not None
    assert moved.to.start.isoformat()[:16] == "2026-11-30T09:00"


def test_a_trip_in_a_later_week_is_no_clash_of_a_series() -> None:
    made = office("ana")
    trip = Travel(date(2026, 12, 21), date(2026, 12, 27), ZoneInfo("Asia/Tokyo"))
    made.people[1] = replace(made.people[1], travel=(trip,))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    assert only(made.plan(), "1:1").block in ("Monday 1:1s", "Friday 1:1s")


def test_an_absence_of_days_in_a_later_week_is_no_clash_of_a_series() -> None:
    made = office("ana")
    absent(made, ANA, date(2026, 12, 21), date(2026, 12, 25))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    assert only(made.plan(), "1:1").in_block


def test_a_timed_absence_of_the_manager_for_days_stops_the_packing() -> None:
    made = office("ana")
    absent(made, DANA, date(2026, 12, 1), date(2026, 12, 4))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    plan = made.plan()
    assert [d.date.day for d in plan.days if d.away] == [1, 2, 3, 4]
    assert plan.moves == ()


def test_the_rest_of_an_absence_is_busy_on_a_day_that_is_not_lost() -> None:
    made = office("ana")
    absent(made, ANA, date(2026, 11, 30), date(2026, 12, 3), clock=time(15))
    made.meeting("1:1", [DANA, ANA], FRIDAY, time(9))
    pattern = '[[block]]\nname = "1:1s"\nday = "monday"\nstart = "14:00"\nend = "17:00"\nkinds = ["one_on_one"]'
    moved = only(made.plan(pattern=pattern), "1:1")
    assert moved.to is not None
    assert moved.to.end.time() <= time(15)


def test_a_day_off_does_not_drive_a_series_out_of_its_block_for_good() -> None:
    made = office("ana")
    monday = date(2026, 11, 30)
    made.people[0] = replace(made.people[0], away=(Absence(monday, monday),))
    for week in range(8):
        made.block(ANA, FRIDAY, time(9), 8 * 60 + 30, week=week)
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    moved = only(made.plan(), "1:1")
    assert moved.block == "Monday 1:1s"
    assert moved.series is not None
    (exception,) = moved.series.exceptions
    assert exception.why == "you are away that day"


def test_a_series_without_a_place_still_moves_the_one_occurrence_that_clashes() -> None:
    made = office("ana")
    for week, day in product((3, 4, 5), range(5)):
        made.block(ANA, day, time(9), 8 * 60 + 30, week=week)
    made.meeting("1:1", [DANA, ANA], WEDNESDAY, time(10), weeks=[0, 1, 2, 6, 7])
    made.meeting("1:1", [DANA, ANA], WEDNESDAY, time(18), weeks=[3, 4, 5])
    made.block(ANA, WEDNESDAY, time(10), 30)
    moved = only(made.plan(), "1:1")
    assert moved.action == "move"
    assert moved.scope == "occurrence"


def test_a_one_off_does_not_move_to_make_room_for_a_series() -> None:
    made = office("ana", "ben")
    made.meeting("Talk", [DANA, ANA, BEN], 0, time(13), 60, weeks=None)
    made.meeting("Walk", [DANA, BEN, CLEO], 0, time(13), 60, weeks=None)
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    pattern = '[[block]]\nname = "1:1s"\nday = "monday"\nstart = "13:00"\nend = "13:30"\nkinds = ["one_on_one"]'
    plan = made.plan(pattern=pattern, rules="[packing]\ntolerance_minutes = 0")
    assert len([m for m in plan.moves if m.title in ("Talk", "Walk")]) == 1


def test_nobody_is_inferred_from_the_managers_own_meetings() -> None:
    made = office("ana")
    made.meeting("Three", [DANA, ANA, CLEO], TUESDAY, time(10))
    made.without_calendar = frozenset({CLEO})
    plan = made.plan()
    moved = only(plan, "Three")
    assert {p.email: p.availability for p in plan.people}[CLEO] == "unknown"
    assert not moved.preticked
    assert moved.advice is not None
    assert moved.advice.mailto is not None
    assert moved.advice.mailto.startswith(f"mailto:{CLEO}?")


def test_the_optional_members_of_a_group_are_not_blocked() -> None:
    made = office("ana", "ben")
    for day in (0, FRIDAY):
        made.meeting(f"Brown bag {day}", [BEN], day, time(13), 240, optional=[ANA], organizer=BEN)
    made.events[ANA] = []
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    assert only(made.plan(), "1:1").in_block


def test_a_manager_who_is_optional_in_their_own_meeting_is_not_double_booked() -> None:
    made = office("ana", "ben")
    made.meeting("Club", [ANA, BEN], TUESDAY, time(10), organizer=DANA, optional=[DANA])
    for day in (0, WEDNESDAY, FRIDAY):
        for week in range(8):
            made.block(DANA, day, time(9), 8 * 60, week=week)
    plan = made.plan()
    assert problems(plan, made.request()) == []
    for m in plan.moves:
        assert m.to is not None
        assert m.to.start.time() >= time(17)


def test_working_hours_that_overlap_are_one_stretch() -> None:
    made = office("ana")
    days = WorkingHours().days
    hours = (WorkingHours(days, time(9), time(13)), WorkingHours(days, time(12), time(17, 30)))
    made.people[0] = replace(made.people[0], working_hours=hours)
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    assert only(made.plan(), "1:1").in_block


def test_a_mark_without_length_is_no_meeting() -> None:
    made = office("ana")
    made.meeting("Reminder", [DANA, ANA], TUESDAY, time(10), 0)
    assert made.plan().meetings == ()


def test_alternatives_keep_the_rules_and_are_never_better() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], one_on_one=Cadence.TWICE_WEEKLY)
    made.meeting("First", [DANA, ANA], TUESDAY, time(10))
    made.meeting("Second", [DANA, ANA], THURSDAY, time(14))
    plan = made.plan()
    days = {m.title: m.to.start.date() for m in plan.moves if m.to}
    assert plan.moves
    for m in plan.moves:
        other = days["Second" if m.title == "First" else "First"]
        assert m.alternatives
        assert all(a.cost >= 0 and a.start.date() != other for a in m.alternatives)


def test_alternatives_that_differ_in_another_occurrence_alone_are_one() -> None:
    made = office("ana")
    for day in (TUESDAY, THURSDAY):
        made.meeting("Twice", [DANA, ANA], day, time(16), rrule="FREQ=WEEKLY;BYDAY=TU,TH")
    for week in range(8):
        for day, hours in ((0, 7.5), (2, 7), (4, 7.5)):
            made.block(ANA, day, time(9), int(hours * 60), week=week)
    moved = made.plan(pattern='[meeting_free_days]\ndays = ["tuesday", "thursday"]').moves
    assert len(moved) == 2
    for m in moved:
        starts = [m.to and m.to.start, *(a.start for a in m.alternatives)]
        assert len(starts) == len(set(starts)) == 4


def test_meetings_refer_to_each_other_by_their_own_ids() -> None:
    made = office("ana", "ben")
    for day in (TUESDAY, THURSDAY):
        made.meeting("Twice", [DANA, ANA], day, time(10), rrule="FREQ=WEEKLY;BYDAY=TU,TH")
    made.meeting("Team", [DANA, ANA, BEN], TUESDAY, time(10), 60)
    plan = made.plan()
    ids = {m.id for m in plan.meetings}
    refs = {r for m in plan.meetings for reason in m.reasons for r in reason.refs if "@" not in r}
    assert refs | {d for m in plan.meetings for d in m.depends_on} <= ids
    assert refs


def test_the_gain_is_what_the_move_takes_away() -> None:
    made = office("ana", "ben")
    made.meeting("Talk", [DANA, ANA, BEN], WEDNESDAY, time(10), 60, weeks=None)
    made.block(BEN, WEDNESDAY, time(10, 45), 60)
    moved = only(made.plan(), "Talk")
    assert moved.gain is not None
    assert (moved.gain.conflict_minutes, moved.gain.free_day_minutes, moved.gain.pattern_minutes) == (15, 0, 0)


def test_an_hour_over_midnight_is_outside_the_hours() -> None:
    made = office("ana")
    made.meeting("Late", [DANA, ANA], TUESDAY, time(23, 30), 60, weeks=None)
    assert all(a.outside_hours for a in only(made.plan(), "Late").attendees)


def test_a_traveller_is_shown_the_clock_of_the_place() -> None:
    made = office("ana")
    trip = Travel(date(2026, 11, 30), date(2026, 12, 6), NEW_YORK)
    made.people[1] = replace(made.people[1], travel=(trip,))
    made.meeting("Talk", [DANA, ANA], WEDNESDAY, time(15), weeks=None)
    ana = next(a for a in only(made.plan(), "Talk").attendees if a.email == ANA)
    assert ana.local_start.hour == 9


def test_what_waits_says_about_which_week() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], one_on_one=Cadence.TWICE_WEEKLY)
    for number, day in enumerate((TUESDAY, WEDNESDAY, THURSDAY)):
        made.meeting(f"M{number}", [DANA, ANA], day, time(10 + number))
    plan = made.plan(rules="[budget]\nmax_moves_per_person = 1")
    waiting = [r.text for m in plan.meetings for r in m.reasons if r.code == "budget"]
    assert sorted(text.partition("about from ")[2][:8] for text in waiting) == ["2026-W50", "2026-W51"][: len(waiting)]
    assert plan.target.weeks_left == len(waiting) == plan.target.moves_left


def test_only_moves_that_are_charged_use_the_budget() -> None:
    made = office("ana", "ben")
    made.meeting("Talk", [DANA, ANA, BEN], WEDNESDAY, time(10), weeks=None)
    made.block(BEN, WEDNESDAY, time(10), 60)
    plan = made.plan(rules="[budget]\nmax_people_mailed = 0")
    assert only(plan, "Talk").action == "move"
    assert plan.budget.used.people_mailed == 0


def test_a_meeting_that_the_manager_marked_private_is_busy() -> None:
    made = office("ana")
    made.meeting("Secret plan", [ANA, DANA], WEDNESDAY, time(10), organizer=ANA)
    made.events[DANA] = [replace(e, private=e.ref.uid == "Secret plan") for e in made.events[DANA]]
    plan = made.plan()
    assert "Secret plan" not in repr(plan)
    assert [b.why for b in plan.busy if b.start.hour == 10] == ["private"]


def test_what_began_before_the_week_is_busy_in_it() -> None:
    made = office("ana")
    start = at(WEEK.monday - timedelta(days=1), time(20), BERLIN)
    span = Timespan(start, start + timedelta(hours=14), BERLIN)
    made.events[DANA].append(Event(EventRef("dana@example.com.ics", "night"), span, "Night train"))
    assert [b.end.hour for b in made.plan().busy][:1] == [10]


def test_a_one_on_one_with_someone_away_is_skipped_even_if_they_are_busy() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], away=(Absence(date(2026, 12, 2), date(2026, 12, 2)),))
    made.meeting("1:1", [ANA, DANA], WEDNESDAY, time(10), organizer=ANA)
    made.block(ANA, WEDNESDAY, time(10), 30)
    skipped = only(made.plan(), "1:1")
    assert skipped.action == "skip"
    assert "away" in codes(skipped)


def test_the_hours_of_a_block_include_what_cannot_leave_it() -> None:
    made = office("ana")
    made.block(DANA, 0, time(16), 60)
    made.meeting("Theirs", [ANA, DANA], 0, time(13), 60, organizer=ANA)
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    block = next(b for b in made.plan().pattern.blocks if b.name == "Monday 1:1s")
    assert (block.needed_minutes, block.minutes) == (60 + 60 + 30, 240)


def test_a_declined_copy_frees_the_person() -> None:
    made = office("ana", "ben")
    made.meeting("Training", [BEN, ANA, CLEO], 0, time(13), 240)
    made.meeting("Training 2", [BEN, ANA, CLEO], FRIDAY, time(13), 240)
    declined = Attendee(ANA, partstat=Partstat.DECLINED)
    for owner in (ANA, BEN):
        made.events[owner] = [
            replace(e, attendees=(*e.attendees[:1], declined, *e.attendees[2:])) for e in made.events[owner]
        ]
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    assert only(made.plan(), "1:1").in_block


def test_now_may_be_in_any_zone() -> None:
    here = office("ana", now=datetime(2026, 11, 26, 9, tzinfo=BERLIN))
    there = office("ana", now=datetime(2026, 11, 26, 8, tzinfo=UTC))
    for made in (here, there):
        made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    assert only(here.plan(), "1:1") == only(there.plan(), "1:1")
