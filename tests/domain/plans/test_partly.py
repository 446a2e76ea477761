"""A plan of which only some moves are made, held against the planner's own figures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from app.cli.reading import demo_request
from app.domain.plans.partly import made_in_part
from app.domain.plans.plan import Plan
from app.services.planning.plan_week import plan_week


@cache
def planned() -> Plan:
    """The bundled sample: nine moves, one of them ends a clash with a meeting that cannot move."""
    return plan_week(demo_request()).plan


def test_with_no_move_made_the_week_is_as_it_was() -> None:
    plan = planned()
    part = made_in_part(plan, ())
    assert part.moves == ()
    assert part.metrics.after == plan.metrics.before != plan.metrics.after


def test_with_every_move_made_it_is_the_plan() -> None:
    assert made_in_part(planned(), [m.id for m in planned().moves]) == planned()


def test_what_is_not_made_is_not_counted() -> None:
    plan = planned()
    left = next(m for m in plan.moves if m.title == "Product x Engineering sync")
    after = made_in_part(plan, [m.id for m in plan.moves if m != left]).metrics.after
    assert after.meeting_free_days["thursday"] == plan.metrics.after.meeting_free_days["thursday"] + 50
    assert after.meetings_outside_block == plan.metrics.after.meetings_outside_block + 1
    assert after.pattern_adherence < plan.metrics.after.pattern_adherence


def test_a_clash_that_is_not_ended_is_one() -> None:
    plan = planned()
    (ending,) = (m for m in plan.moves if m.gain and m.gain.conflict_minutes)
    part = made_in_part(plan, [m.id for m in plan.moves if m != ending])
    assert [(m.title, m.action) for m in part.meetings if m.id == ending.id] == [("Priya & Dana 1:1", "conflict")]
    gone = replace(plan, meetings=tuple(m for m in plan.meetings if not m.title.startswith("Vendor call")))
    assert all(m.action != "conflict" for m in made_in_part(gone, ()).meetings)


def test_free_time_of_a_plan_without_working_hours_stays_as_it_was_planned() -> None:
    plan = replace(planned(), days=tuple(replace(day, working=()) for day in planned().days))
    assert made_in_part(plan, ()).metrics.after.focus_hours == plan.metrics.after.focus_hours
