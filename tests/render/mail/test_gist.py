"""What a week's moves come to: the subject says what will be true after them, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.proposals.proposal import MoveState, Proposal, Writing
from app.render import words
from app.render.mail.gist import figures, gist, step, steps_before, subject
from app.render.mail.ticked import Ticked
from app.render.plans.week import weeks
from tests.render.given_proposals import NOW, proposed, written
from tests.render.mail.samples import nothing_to_move
from tests.render.sample import sample_plan

FREE_DAYS = (1, 3)


def all_of(plan: Plan, moves: int) -> Ticked:
    """A plan of so many moves, all of them ticked."""
    return Ticked(plan, moves, moves)


def clear_after(plan: Plan, *kept_kinds: str) -> Plan:
    """The plan without any meeting that stays on a meeting-free day, but those of some kinds."""

    def leaves(m: PlanMeeting) -> bool:
        return m.action in ("move", "suggest") or m.kind in kept_kinds or not on_free_day(m)

    return replace(plan, meetings=tuple(m for m in plan.meetings if leaves(m)))


def on_free_day(meeting: PlanMeeting) -> bool:
    return meeting.from_ is not None and meeting.from_.start.weekday() in FREE_DAYS


def focus(plan: Plan, before: float, after: float) -> Plan:
    both = replace(
        plan.metrics,
        before=replace(plan.metrics.before, focus_hours=before),
        after=replace(plan.metrics.after, focus_hours=after),
    )
    return replace(plan, metrics=both)


def test_days_are_free_that_have_no_meeting_left() -> None:
    plan = focus(clear_after(sample_plan()), 9.5, 13.5)
    assert subject(all_of(plan, 6), NOW) == "Next week: 6 moves, Tuesday and Thursday free, +4 h focus"


def test_a_day_with_a_meeting_left_is_not_called_free() -> None:
    plan = clear_after(sample_plan())
    staying = next(m for m in sample_plan().meetings if m.title == "Leadership meeting")
    half = replace(plan, meetings=(*plan.meetings, staying))
    assert gist(all_of(half, 6)) == "6 moves, Thursday free, +7.5 h focus"


def test_a_day_with_stand_ups_only_is_called_so() -> None:
    plan = clear_after(sample_plan(), "standup")
    assert gist(all_of(plan, 6)) == "6 moves, Tuesday and Thursday free but for stand-ups, +7.5 h focus"


def test_a_holiday_or_an_absence_is_no_gain() -> None:
    plan = clear_after(sample_plan())
    days = tuple(replace(d, holiday="Feast" if d.date.weekday() == 1 else None) for d in plan.days)
    days = tuple(replace(d, away=d.date.weekday() == 3) for d in days)
    assert "free" not in gist(all_of(replace(plan, days=days), 6))


def test_where_no_day_becomes_free_it_is_said_what_leaves_them() -> None:
    assert gist(all_of(sample_plan(), 9)) == "9 moves, 4 h less on Tuesday and Thursday, +7.5 h focus"


def test_a_loss_of_focus_time_is_said_if_it_is_one() -> None:
    plan = clear_after(sample_plan())
    assert gist(all_of(focus(plan, 9, 7.5), 1)) == "1 move, Tuesday and Thursday free, -1.5 h focus"
    assert gist(all_of(focus(plan, 9, 8.5), 1)) == "1 move, Tuesday and Thursday free"
    assert gist(all_of(focus(plan, 9, 9.04), 1)) == "1 move, Tuesday and Thursday free"


def test_a_week_without_moves_says_what_it_has() -> None:
    plan = nothing_to_move().plan
    assert subject(all_of(plan, 0), NOW) == "Next week: nothing to move, Tuesday and Thursday free, 9.5 h focus"


@pytest.mark.parametrize(
    ("at", "begin"),
    [
        (datetime(2026, 11, 23, 0, tzinfo=UTC), "Next week: "),
        (datetime(2026, 11, 29, 22, 59, tzinfo=UTC), "Next week: "),
        (datetime(2026, 11, 29, 23, 1, tzinfo=UTC), "This week: "),
        (datetime(2026, 11, 19, 9, tzinfo=UTC), "Week of 30 Nov: "),
    ],
)
def test_the_week_is_named_as_it_is_from_the_day_of_the_mail_in_the_managers_zone(at: datetime, begin: str) -> None:
    assert subject(all_of(sample_plan(), 1), at).startswith(begin)


def test_the_figures_are_those_of_the_page() -> None:
    assert [(each.name, each.before, each.after) for each in figures(sample_plan())] == [
        ("In their own block", "24 %", "78 %"),
        ("Focus time", "9.5 h", "17 h"),
        ("Meetings on Tue and Thu", "9 h 45", "5 h 45"),
    ]


def towards(moves_left: int, weeks_left: int) -> Plan:
    plan = sample_plan()
    return replace(plan, target=replace(plan.target, moves_left=moves_left, weeks_left=weeks_left))


@pytest.mark.parametrize(
    ("plan", "moves", "before", "text"),
    [
        (towards(11, 3), 6, 1, "Step 2 of about 5: 6 moves now, 11 more planned until 21 December"),
        (towards(11, 7), 6, 0, "Step 1 of about 8: 6 moves now, 11 more planned until 18 January"),
        (towards(11, 3), 0, 1, "Nothing to move now, 11 more planned until 21 December"),
        (towards(0, 0), 2, 3, "Step 4, the last one: 2 moves now, and the week is as it is meant to be"),
        (towards(0, 0), 2, 0, ""),
        (towards(0, 0), 0, 2, ""),
    ],
)
def test_the_step_says_how_far_it_is_to_the_target(plan: Plan, moves: int, before: int, text: str) -> None:
    assert step(all_of(plan, moves), before) == text


def test_what_is_not_ticked_is_not_counted_and_said_apart() -> None:
    plan = towards(4, 1)
    assert gist(Ticked(plan, 6, 9)).startswith("6 of 9 moves ready, ")
    assert gist(Ticked(plan, 0, 9)).startswith("9 moves to decide on, ")
    assert step(Ticked(plan, 6, 9), 0) == (
        "Step 1 of about 2: 6 moves now, 3 not ticked, 4 more planned until 7 December"
    )
    assert step(Ticked(plan, 0, 9), 0) == "Step 1 of about 2: 9 moves to decide on, 4 more planned until 7 December"
    assert step(Ticked(towards(0, 0), 1, 2), 1) == "Step 2, the last one: 1 move now, 1 not ticked"


def test_the_line_the_figure_and_the_table_count_the_same_minutes() -> None:
    plan = sample_plan()
    before, after = (sum(c.meeting_minutes for c in week.columns if c.kept == "free") for week in weeks(plan))
    (figure,) = (each for each in figures(plan) if each.name == "Meetings on Tue and Thu")
    assert (figure.before, figure.after) == (words.duration(before), words.duration(after))
    assert f"{words.duration(before - after)} less" in gist(all_of(plan, 9))


def earlier(week: str, moves_left: int, state: MoveState = MoveState.VERIFIED) -> Proposal:
    return written(proposed(towards(moves_left, 1)), {1: Writing(state)}, week=week).proposal


def test_steps_are_the_weeks_in_which_something_was_made_towards_this_target() -> None:
    made = [earlier("2026-W48", 4), earlier("2026-W46", 9), earlier("2026-W45", 0), earlier("2026-W44", 3)]
    assert steps_before("2026-W49", made) == 2
    assert steps_before("2026-W48", made) == 1
    assert steps_before("2026-W49", [earlier("2026-W48", 4, MoveState.FAILED)]) == 0
    assert steps_before("2027-W01", made) == 2
    assert steps_before("2026-W49", ()) == 0
