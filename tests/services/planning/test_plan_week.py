"""The main job on weeks made of plain events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar.event import Attendee, EventRef, Partstat
from app.domain.calendar.timespan import IsoWeek
from app.domain.people.person import Absence, Cadence, Travel
from app.errors import InputError
from app.services.planning.plan_week import plan_week
from tests.services.valid import problems
from tests.services.weeks import BERLIN, DANA, MONDAY_ONLY, NEW_YORK, Office, codes, office, only, random_office

ANA, BEN = "ana@example.com", "ben@example.com"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = 1, 2, 3, 4


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), budget=st.booleans())
def test_any_random_week_gives_a_valid_plan(seed: int, budget: bool) -> None:
    made = random_office(seed)
    assert problems(made.plan(budget=budget), made.request(budget=budget)) == []


def test_the_same_question_gets_the_same_plan() -> None:
    first, second = (random_office(7).plan() for _ in range(2))
    assert replace(first, wall_time_s=0) == replace(second, wall_time_s=0)


def test_who_got_it_for_information_need_not_be_free_and_gets_a_mail() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), optional=["hr@example.com"])
    made.block("hr@example.com", 0, time(8), 600)
    for owner, events in made.events.items():
        made.events[owner] = [
            replace(e, attendees=tuple(replace(a, informed=not a.required) for a in e.attendees)) for e in events
        ]
    found = only(made.plan(), "1:1")
    assert (found.kind, found.action) == ("one_on_one", "move")
    assert found.price is not None
    assert found.price.mailed == (ANA, "hr@example.com")


def test_a_series_leaves_the_meeting_free_day_for_its_block() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    moved = only(made.plan(), "1:1")
    assert moved.action == "move"
    assert moved.scope == "series"
    assert moved.block in ("Monday 1:1s", "Friday 1:1s")
    assert {"meeting_free_day", "into_block"} <= codes(moved)
    assert moved.series is not None
    assert moved.series.occurrences_checked == 8
    assert moved.price is not None
    assert moved.price.mailed == (ANA,)
    assert moved.price.rsvps_reset == (ANA,)


def test_a_new_place_is_free_in_every_week_of_the_series() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    for week in range(8):
        made.block(ANA, 0, time(13 + week % 4), 60, week=week)
    moved = only(made.plan(), "1:1")
    assert moved.block == "Friday 1:1s"


def test_a_one_off_stays_on_the_meeting_free_day() -> None:
    made = office("ana", "ben")
    made.meeting("Talk", [DANA, ANA, BEN], TUESDAY, time(10), weeks=None)
    kept = only(made.plan(), "Talk")
    assert kept.action == "keep"
    assert codes(kept) == {"arranged"}


def test_a_one_off_leaves_a_meeting_free_day_that_is_for_all() -> None:
    made = office("ana", "ben")
    made.meeting("Talk", [DANA, ANA, BEN], TUESDAY, time(10), weeks=None)
    pattern = '[meeting_free_days]\ndays = ["tuesday"]\napplies_to = "all"'
    moved = only(made.plan(pattern=pattern), "Talk")
    assert moved.action == "move"
    assert moved.scope == "occurrence"


def test_a_one_off_moves_to_end_a_clash() -> None:
    made = office("ana", "ben")
    made.meeting("Talk", [DANA, ANA, BEN], WEDNESDAY, time(10), weeks=None)
    made.block(BEN, WEDNESDAY, time(10), 60)
    plan = made.plan()
    moved = only(plan, "Talk")
    assert moved.action == "move"
    assert "ends_clash" in codes(moved)
    assert plan.budget.used.moves == 0


def test_a_well_placed_series_moves_only_the_occurrence_that_clashes() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], 0, time(13))
    made.block(ANA, 0, time(13), 30)
    moved = only(made.plan(), "1:1")
    assert moved.action == "move"
    assert moved.scope == "occurrence"
    assert moved.series is None


def test_an_occurrence_moved_by_hand_is_left_alone() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], 0, time(13))
    for owner in (DANA, ANA):
        event = made.events[owner][-8]
        shift = timedelta(days=1)
        span = replace(event.span, start=event.span.start + shift, end=event.span.end + shift)
        made.events[owner][-8] = replace(event, span=span, overridden=True)
    kept = only(made.plan(), "1:1")
    assert kept.action == "keep"
    assert codes(kept) == {"arranged"}


def test_a_series_by_the_day_of_the_month_moves_by_its_occurrence() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), weeks=[0, 4], rrule="FREQ=MONTHLY;BYMONTHDAY=1")
    moved = only(made.plan(), "1:1")
    assert moved.action == "move"
    assert moved.scope == "occurrence"


def test_two_biweekly_series_may_share_a_place() -> None:
    pattern = """
        [[block]]
        name = "1:1s"
        day = "monday"
        start = "13:00"
        end = "13:30"
        kinds = ["one_on_one"]
    """
    made = office("ana", "ben")
    made.meeting("A", [DANA, ANA], TUESDAY, time(10), weeks=range(0, 8, 2))
    made.meeting("B", [DANA, BEN], TUESDAY, time(10), weeks=range(1, 8, 2))
    exact = "[packing]\ntolerance_minutes = 0"
    assert only(made.plan(pattern=pattern, rules=exact), "A").in_block
    made.meeting("C", [DANA, BEN], TUESDAY, time(11), weeks=range(8))
    plan = made.plan(pattern=pattern, rules=exact)
    assert [m.in_block for m in plan.meetings if m.title in "AC"].count(True) == 1


def test_two_one_on_ones_of_a_junior_lie_on_different_days() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], level="junior", one_on_one=Cadence.TWICE_WEEKLY)
    made.meeting("First", [DANA, ANA], TUESDAY, time(10))
    made.meeting("Second", [DANA, ANA], TUESDAY, time(14))
    plan = made.plan()
    first, second = only(plan, "First"), only(plan, "Second")
    assert first.to is not None
    assert second.to is not None
    assert first.to.start.date() != second.to.start.date()
    assert {first.block, second.block} == {"Monday 1:1s", "Friday 1:1s"}


def test_a_series_on_two_days_of_a_week_gets_two_days_and_one_time() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), rrule="FREQ=WEEKLY;BYDAY=TU,TH")
    made.meeting("1:1", [DANA, ANA], 3, time(10), rrule="FREQ=WEEKLY;BYDAY=TU,TH")
    one, two = sorted((m for m in made.plan().meetings if m.title == "1:1"), key=lambda m: m.id)
    assert one.to is not None
    assert two.to is not None
    assert one.to.start.time() == two.to.start.time()
    assert (one.block, two.block) == ("Monday 1:1s", "Friday 1:1s")
    assert (one.id, two.id) == ("m1.1", "m1.2")


def test_a_stand_up_keeps_its_days() -> None:
    made = office("ana", "ben")
    for day in range(5):
        made.meeting("Stand-up", [DANA, ANA, BEN], day, time(9, 15), 15, rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    plan = made.plan()
    assert [m.action for m in plan.meetings] == ["keep"] * 5
    assert all(codes(m) == {"standup"} for m in plan.meetings)
    (advice,) = (m.advice for m in plan.meetings if m.advice)
    assert advice.text.startswith("it takes 30 minutes of your meeting-free days: write it on Tuesday and Thursday")
    assert plan.metrics.before.meeting_free_days == {"tuesday": 0, "thursday": 0}


def test_a_stand_up_moves_in_time_alone_to_end_a_clash_that_recurs() -> None:
    made = office("ana", "ben")
    for day in range(5):
        made.meeting("Stand-up", [DANA, ANA, BEN], day, time(9, 15), 15, rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    made.block(BEN, TUESDAY, time(9), 30)
    assert made.plan().moves == ()
    made.meeting("Ward round", [BEN, "eve@example.com"], TUESDAY, time(9), 30)
    plan = made.plan()
    assert [m.title for m in plan.moves] == ["Stand-up"] * 5
    for m in plan.moves:
        assert m.from_ is not None
        assert m.to is not None
        assert m.from_.start.date() == m.to.start.date()
        assert codes(m) == {"ends_clash"}
    assert len({m.to.start.time() for m in plan.moves if m.to}) == 1


def test_nothing_moves_within_the_freeze_window() -> None:
    made = office("ana", "ben", now=datetime(2026, 12, 1, 16, 0, tzinfo=BERLIN))
    made.meeting("Soon", [DANA, ANA], WEDNESDAY, time(10))
    made.meeting("Once", [DANA, BEN], THURSDAY, time(10), weeks=None)
    made.block(DANA, THURSDAY, time(10), 30)
    made.block(BEN, WEDNESDAY, time(16), 90)
    made.block(BEN, FRIDAY, time(9), 9 * 60)
    plan = made.plan()
    assert codes(only(plan, "Soon")) == {"frozen"}
    assert only(plan, "Once").action == "conflict"


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 11, 26, 9, tzinfo=BERLIN), date(2026, 11, 30)),
        (datetime(2026, 12, 1, 9, tzinfo=BERLIN), date(2026, 12, 7)),
    ],
)
def test_the_freeze_decides_from_which_week_a_series_moves_and_not_where_to(now: datetime, begins: date) -> None:
    made = office("ana", now=now)
    made.meeting("1:1", [DANA, ANA], THURSDAY, time(15))
    plan = made.plan(pattern=MONDAY_ONLY)
    moved = only(plan, "1:1")
    assert moved.in_block
    assert moved.to is not None
    assert moved.to.start.date() == date(2026, 11, 30)
    assert moved.series is not None
    assert moved.series.effective_from == begins
    assert codes(moved) == {"meeting_free_day", "into_block"}
    assert problems(plan, made.request(pattern=MONDAY_ONLY)) == []


def test_the_budget_lets_the_most_valuable_moves_go_first() -> None:
    made = office("ana", "ben")
    made.meeting("Free day", [DANA, ANA], TUESDAY, time(10))
    made.meeting("Wrong block", [DANA, BEN], WEDNESDAY, time(10))
    plan = made.plan(rules="[budget]\nmax_moves = 1")
    assert only(plan, "Free day").action == "move"
    waiting = only(plan, "Wrong block")
    assert waiting.action == "keep"
    assert waiting.target is not None
    assert "budget" in codes(waiting)
    assert plan.target.moves_left == 1
    assert plan.target.metrics.pattern_adherence == 1.0


def test_moves_that_need_each_other_go_together() -> None:
    pattern = """
        [[block]]
        name = "1:1s"
        day = "monday"
        start = "13:00"
        end = "13:30"
        kinds = ["one_on_one"]
        [[block]]
        name = "Team"
        day = "monday"
        start = "14:00"
        end = "14:30"
        kinds = ["team_sync"]
    """
    made = office("ana", "ben")
    made.meeting("1:1", [DANA, ANA], 0, time(14))
    made.meeting("Team", [DANA, ANA, BEN], 0, time(13))
    plan = made.plan(pattern=pattern)
    one, team = only(plan, "1:1"), only(plan, "Team")
    assert one.in_block
    assert team.in_block
    assert one.depends_on == (team.id,)
    assert team.depends_on == (one.id,)
    alone = made.plan(pattern=pattern, rules="[budget]\nmax_moves = 1")
    assert alone.moves == ()


def test_a_series_stays_where_no_common_time_is_free_and_says_so() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], WEDNESDAY, time(10))
    for day in (0, FRIDAY):
        made.block(ANA, day, time(9), 8 * 60 + 30)
    kept = only(made.plan(), "1:1")
    assert kept.action == "keep"
    assert codes(kept) == {"no_common_time"}


def test_a_full_block_says_who_has_its_time() -> None:
    pattern = """
        [[block]]
        name = "1:1s"
        day = "monday"
        start = "13:00"
        end = "13:30"
        kinds = ["one_on_one"]
    """
    made = office("ana", "ben")
    made.meeting("A", [DANA, ANA], 0, time(13))
    made.meeting("B", [DANA, BEN], 0, time(15))
    plan = made.plan(pattern=pattern)
    binding = next(r for m in plan.meetings if m.title == "B" for r in m.reasons)
    assert binding.code == "block_full"
    assert binding.refs == (only(plan, "A").id,)
    assert "A" in binding.text
    (block,) = plan.pattern.blocks
    assert (block.needed_minutes, block.minutes) == (60, 30)


def test_a_clash_with_an_entry_of_ones_own_says_so() -> None:
    made = office("ana")
    made.meeting("Dana / Ana", [DANA, ANA], TUESDAY, time(10, 0), weeks=[0])
    made.block(DANA, TUESDAY, time(10, 0), 30)
    (reason,) = [r for r in only(made.plan(), "Dana / Ana").reasons if r.code in {"clash", "ends_clash"}]
    assert "something else in your own calendar" in reason.text


def test_a_clash_that_stays_is_named() -> None:
    made = office("ana", "ben")
    made.meeting("Theirs", [ANA, DANA, BEN], WEDNESDAY, time(10), organizer=ANA)
    made.block(DANA, WEDNESDAY, time(10), 30)
    kept = only(made.plan(), "Theirs")
    assert kept.action == "conflict"
    assert {"clash", "not_organizer"} == codes(kept)


def test_what_is_declined_does_not_take_place_and_blocks_nothing() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], 0, time(13))
    for owner in (DANA, ANA):
        made.events[owner] = [
            replace(e, attendees=(Attendee(DANA), Attendee(ANA, partstat=Partstat.DECLINED)))
            if e.ref.uid == "1:1"
            else e
            for e in made.events[owner]
        ]
    skipped = only(made.plan(), "1:1")
    assert skipped.action == "skip"
    assert codes(skipped) == {"does_not_take_place"}


def test_a_one_on_one_on_a_day_off_is_better_skipped() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], away=(Absence(date(2026, 11, 30), date(2026, 11, 30)),))
    made.meeting("1:1", [DANA, ANA], 0, time(13))
    skipped = only(made.plan(), "1:1")
    assert skipped.action == "skip"
    assert codes(skipped) >= {"away"}
    assert "Ana" in skipped.reasons[0].text


def test_a_public_holiday_is_a_day_off() -> None:
    class Monday:
        def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
            return {day: "St Andrew's Day" for day in days if day == date(2026, 11, 30) and country == "GB-SCT"}

    made = office("ana")
    made.holidays = Monday()
    made.people[1] = replace(made.people[1], country="GB-SCT")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(13))
    assert only(made.plan(), "1:1").block == "Friday 1:1s"


def test_a_manager_who_is_away_for_days_gets_no_packing() -> None:
    made = office("ana")
    made.people[0] = replace(made.people[0], away=(Absence(date(2026, 12, 2), date(2026, 12, 4)),))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    assert codes(only(made.plan(), "1:1")) == {"manager_away"}


def test_someone_without_a_calendar_is_unknown_and_their_move_not_ticked() -> None:
    made = office("ana")
    made.without_calendar = frozenset({ANA})
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    plan = made.plan()
    moved = only(plan, "1:1")
    assert moved.action == "move"
    assert not moved.preticked
    assert moved.why_not_preticked is not None
    assert "unconfirmed" in moved.why_not_preticked
    assert {p.email: p.availability for p in plan.people}[ANA] == "unknown"


def test_someone_without_a_calendar_is_busy_where_a_colleague_lists_them() -> None:
    made = office("ana", "ben")
    made.without_calendar = frozenset({ANA})
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    for clock in (13, 14, 15, 16):
        made.meeting(f"Pairing {clock}", [BEN, ANA], 0, time(clock), 60)
    plan = made.plan()
    assert only(plan, "1:1").block == "Friday 1:1s"
    assert {p.email: p.availability for p in plan.people}[ANA] == "inferred"


def test_a_copy_without_details_never_blocks_its_own_meeting() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], 0, time(13))
    made.events[ANA] = [
        replace(e, ref=EventRef(e.ref.calendar_id, f"opaque-{n}"), attendees=(), organizer=None, title="Busy")
        for n, e in enumerate(made.events[ANA])
    ]
    kept = only(made.plan(), "1:1")
    assert kept.action == "keep"
    assert codes(kept) == {"in_block"}


def test_a_private_event_is_busy_without_a_title() -> None:
    made = office("ana")
    made.block(DANA, 0, time(13), 60, title="Therapy")
    made.events[DANA][-1] = replace(made.events[DANA][-1], private=True)
    plan = made.plan()
    assert "Therapy" not in repr(plan)
    assert [b.why for b in plan.busy if b.start.hour == 13] == ["private"]


@pytest.mark.parametrize(
    ("week", "now"),
    [
        (IsoWeek(2026, 44), datetime(2026, 10, 22, 8, tzinfo=UTC)),
        (IsoWeek(2027, 11), datetime(2027, 3, 11, 8, tzinfo=UTC)),
        (IsoWeek(2026, 53), datetime(2026, 12, 23, 8, tzinfo=UTC)),
    ],
    ids=["the week between the autumn changes", "the weeks between the spring changes", "over the end of the year"],
)
def test_places_hold_on_both_wall_clocks_when_the_clocks_change(week: IsoWeek, now: datetime) -> None:
    made = office("ana", "ben", zones={"ana": NEW_YORK}, week=week, now=now)
    made.meeting("New York", [DANA, ANA], TUESDAY, time(15))
    made.meeting("Berlin", [DANA, BEN], 3, time(15))
    plan = made.plan()
    assert problems(plan, made.request()) == []
    moved = only(plan, "New York")
    assert moved.to is not None
    assert moved.to.start.tzinfo == BERLIN
    for occurrence in range(8):
        local = (moved.to.start.replace(tzinfo=None) + timedelta(weeks=occurrence)).replace(tzinfo=BERLIN)
        there = local.astimezone(NEW_YORK)
        assert time(9) <= there.time() <= time(17)


def test_a_series_written_in_another_zone_keeps_that_zones_wall_clock() -> None:
    week = IsoWeek(2027, 11)
    made = office("ana", zones={"ana": NEW_YORK}, week=week, now=datetime(2027, 3, 11, 8, tzinfo=UTC))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), zone=NEW_YORK)
    moved = only(made.plan(), "1:1")
    assert moved.to is not None
    clock = moved.to.start.astimezone(NEW_YORK)
    for later in range(8):
        there = (clock.replace(tzinfo=None) + timedelta(weeks=later)).replace(tzinfo=NEW_YORK)
        here = there.astimezone(BERLIN)
        assert here.time() >= time(9)
        assert (here + timedelta(minutes=30)).time() <= time(17, 30)


def test_a_travelling_manager_works_by_the_clock_of_the_place() -> None:
    made = office("ana", zones={"ana": NEW_YORK})
    trip = Travel(date(2026, 11, 30), date(2026, 12, 6), NEW_YORK)
    made.people[0] = replace(made.people[0], travel=(trip,))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(16), weeks=[0, 1])
    moved = only(made.plan(), "1:1")
    assert moved.to is not None
    assert moved.to.start.astimezone(NEW_YORK).time() >= time(9)


def test_the_managers_zone_is_never_guessed() -> None:
    made = office("ana")
    made.people[0] = replace(made.people[0], timezone=None)
    request = made.request()
    silent = [replace(s, calendar=replace(s.calendar, zone_hint=None)) for s in request.sources]  # type: ignore[type-var]
    with pytest.raises(InputError) as refused:
        plan_week(replace(request, sources=silent))
    assert refused.value.option == "timezone"
    assert plan_week(replace(request, sources=silent, timezone=ZoneInfo("Asia/Tokyo"))).plan.timezone == "Asia/Tokyo"


def test_a_colleague_without_a_zone_is_read_in_the_managers_with_a_warning() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], timezone=None)
    request = made.request()
    silent = [replace(s, calendar=replace(s.calendar, zone_hint=None)) for s in request.sources]  # type: ignore[type-var]
    plan = plan_week(replace(request, sources=silent)).plan
    assert [w.code for w in plan.warnings] == ["no_timezone"]


def test_a_calendar_without_an_event_of_the_manager_is_refused() -> None:
    made = Office(office("ana").people)
    made.events[DANA] = []
    with pytest.raises(InputError, match="no event"):
        made.plan()


def test_the_manager_needs_a_calendar() -> None:
    made = office("ana")
    made.without_calendar = frozenset({DANA})
    with pytest.raises(InputError, match="none of the calendars"):
        made.plan()
