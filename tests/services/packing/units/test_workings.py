"""What is kept of earlier plans never shows: a plan made with it is the plan that would be made without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from app.domain.people.person import Absence
from app.domain.plans.plan import Plan
from app.domain.proposals.around import Around, Reserved
from app.services.packing.packing import Limits, problem
from app.services.packing.units.spots import spots_of
from app.services.packing.units.workings import RecentWorkings, Workings
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.recent import Recent
from app.services.planning.situation.request import Request
from app.services.planning.situation.situation import read_week, situate
from tests.services.deciding import around, held, refused
from tests.services.weeks import DANA, MONDAY_ONLY, Office, office, random_office

ANA, BEN = "ana@example.com", "ben@example.com"


def one_on_ones() -> Office:
    made = office("ana", "ben")
    made.meeting("Ana", [DANA, ANA], 1, time(10))
    made.meeting("Ben", [DANA, BEN], 3, time(10))
    made.meeting("Two", [ANA, DANA, BEN], 3, time(14), weeks=None)
    return made


def same(plan: Plan) -> Plan:
    """A plan without the time that it took."""
    return replace(plan, wall_time_s=0.0)


def changes(request: Request) -> Iterator[tuple[str, Request]]:
    """The same week after each thing that places and their costs depend on is another one."""
    later = one_on_ones()
    later.block(ANA, 0, time(13), 120)
    yield "calendar", replace(request, sources=later.request().sources)
    moved = one_on_ones()
    moved.events[DANA] = [replace(e, title=f"{e.title} (new)") for e in moved.events[DANA]]
    yield "title", replace(request, sources=moved.request().sources)
    packing = replace(request.rules.packing, tolerance_minutes=0, mailed_charge=99)
    yield "rules", replace(request, rules=replace(request.rules, packing=packing))
    yield "pattern", replace(request, pattern=one_on_ones().request(pattern=MONDAY_ONLY).pattern)
    yield "now", replace(request, now=request.now + timedelta(days=2))
    monday = datetime.combine(request.week.monday, time(12), UTC)
    reserved = (Reserved("p1", monday, monday + timedelta(hours=3), (ANA,)),)
    yield "reserved", replace(request, around=Around(reserved=reserved))
    assert request.team is not None
    gone = (Absence(request.week.monday, request.week.monday),)
    away = tuple(replace(p, away=gone) if p.email == BEN else p for p in request.team.person)
    yield "away", replace(request, team=replace(request.team, person=away))


def test_what_changed_is_seen() -> None:
    request = one_on_ones().request()
    recent = Recent()
    plan_week(request, recent=recent)
    for name, changed in changes(request):
        assert (name, same(plan_week(changed, recent=recent).plan)) == (name, same(plan_week(changed).plan))


@pytest.mark.parametrize("seed", range(3))
def test_a_week_is_decided_as_if_nothing_was_kept(seed: int) -> None:
    request = replace(random_office(seed).request(), limits=Limits(work=1.0))
    recent, plan = Recent(), plan_week(request).plan
    for count in range(1, 4):
        some = plan.moves[:count]
        yes, no = [held(plan, move) for move in some[::2]], [refused(move) for move in some[1::2]]
        request = around(request, held=yes, refused=no)
        assert same(plan_week(request, recent=recent).plan) == same(plan_week(request).plan)


def test_only_the_moment_may_differ() -> None:
    request = one_on_ones().request()
    recent = RecentWorkings()
    first = workings(recent, request)
    assert workings(recent, replace(request, now=request.now + timedelta(minutes=1))) is first
    assert workings(recent, one_on_ones().request()) is first
    others = [workings(recent, changed) for name, changed in changes(request) if name != "now"]
    assert all(each is not first for each in others)


def workings(recent: RecentWorkings, request: Request) -> Workings:
    return recent.of(situate(request, read_week(request)).setting)


def test_a_freeze_that_ends_later_is_seen() -> None:
    recent, found = RecentWorkings(), []
    for days in (0, 1, 4):
        request = one_on_ones().request()
        request = replace(request, now=request.now + timedelta(days=days))
        situation = situate(request, read_week(request))
        kept, setting = recent.of(situation.setting), situation.setting
        spots = spots_of(situation.units, setting, {})
        found.append(problem(situation.units, spots, setting, {}, kept))
        assert found[-1] == problem(situation.units, spots, setting, {})
    assert len({data.tasks for data in found}) > 1
