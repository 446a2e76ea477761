"""Several managers' weeks, planned as one."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import time

import pytest

from app.domain.people.person import Person
from app.domain.plans.asked import PlanScope
from app.domain.plans.plan import Plan, When
from app.domain.plans.plans import Plans
from app.errors import CancelledError, InputError
from app.services.packing.packing import Watch
from app.services.planning.document import document as plan_document
from app.services.planning.plan_week import plan_week
from app.services.planning.relaxing.relaxations import Allowance
from app.services.planning.together import plan_together
from tests.services.weeks import BERLIN, DANA, Office, codes, office, only

ANA, BEN, CLEO, DEV = (f"{name}@example.com" for name in ("ana", "ben", "cleo", "dev"))


def two_managers() -> Office:
    """Dana, to whom Ana and Ben report, and Ana, to whom Cleo and Dev do."""
    made = office("ana", "ben")
    for name in ("cleo", "dev"):
        made.people.append(Person(f"{name}@example.com", name.title(), manager=ANA, team="web", timezone=BERLIN))
        made.events[f"{name}@example.com"] = []
    return made


def planned(week: Office, scope: PlanScope = "team", *, budget: bool = True, manager: str = DANA) -> dict[str, Plan]:
    plans = together(week, scope, budget=budget, manager=manager)
    return {plan.manager: plan for plan in plans.plans}


def together(week: Office, scope: PlanScope = "team", *, budget: bool = True, manager: str = DANA) -> Plans:
    return plan_together(replace(week.request(budget=budget), manager=manager), scope, Watch())


def test_each_manager_gets_a_plan_of_their_own_week() -> None:
    made = two_managers()
    made.meeting("Dana / Ben", [DANA, BEN], 1, time(10, 0))
    made.meeting("Ana / Cleo", [ANA, CLEO], 1, time(10, 0))
    plans = planned(made)
    assert list(plans) == [DANA, ANA]
    assert {m.title for m in plans[DANA].moves} == {"Dana / Ben"}
    assert {m.title for m in plans[ANA].moves} == {"Ana / Cleo"}
    assert plans[ANA].moves[0].to is not None
    assert all(plan.metrics.after.pattern_adherence == 1 for plan in plans.values())


def test_a_shared_meeting_is_its_organizers_and_the_other_sees_where_it_goes() -> None:
    made = two_managers()
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10, 0))
    plans = planned(made)
    (move,) = plans[DANA].moves
    assert move.to is not None
    seen = only(plans[ANA], "1:1 Ana")
    assert seen.action == "pinned"
    assert seen.from_ == move.to
    assert codes(seen) == {"moved_by_other"}


def test_nobody_is_in_two_places_and_nothing_is_put_on_anyones_free_day() -> None:
    made = two_managers()
    for n, who in enumerate(([DANA, ANA], [ANA, CLEO], [ANA, DEV], [DANA, BEN])):
        made.meeting(f"M{n}", who, 1, time(9 + n, 0), organizer=who[0])
    plans = planned(made, budget=False)
    spans = {(m.title, (m.to or m.from_)) for plan in plans.values() for m in plan.meetings}
    assert len(spans) == 4
    ana = sorted((when.start, when.end) for title, when in spans if title != "M3" and when)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ana))
    assert all(when.start.weekday() not in (1, 3) for _, when in spans if when)


def test_a_place_that_two_managers_want_goes_to_one_of_them() -> None:
    made = two_managers()
    made.meeting("Dana, Cleo", [DANA, CLEO], 1, time(10, 0))
    made.meeting("Ana, Cleo", [ANA, CLEO], 1, time(11, 0))
    for day in (0, 2, 4):
        made.block(CLEO, day, time(9, 0), 450)
    plans = planned(made, budget=False)
    moves = [m for plan in plans.values() for m in plan.moves]
    taken = sorted((m.to.start, m.to.end) for m in moves if m.to)
    assert taken
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(taken))


def test_each_manager_has_a_budget_of_their_own() -> None:
    made = two_managers()
    for n in range(3):
        made.meeting(f"D{n}", [DANA, BEN], 1, time(9 + n, 0))
        made.meeting(f"A{n}", [ANA, DEV], 1, time(13 + n, 0))
    rules = "[budget]\nmax_moves = 1\nmax_moves_per_person = 3"
    plans = plan_together(made.request(rules=rules), "team", Watch())
    for plan in plans.plans:
        assert len(plan.moves) == 1
        assert plan.budget.used.moves == 1
        assert plan.target.moves_left == 2


def in_the_way() -> Office:
    """Dana's Tuesday can only go where a meeting of Ana's stands, which gains nothing by making way."""
    made = two_managers()
    made.meeting("Dana / Ben", [DANA, BEN], 1, time(10, 0))
    made.meeting("Ana / Ben", [ANA, BEN], 2, time(9, 0))
    for day in (0, 2, 3, 4):
        made.block(BEN, day, time(9, 30) if day == 2 else time(9, 0), 270 if day == 2 else 540)
    made.block(BEN, 2, time(14, 30), 210)
    made.block(DANA, 2, time(14, 0), 30)
    return made


def test_moves_of_two_managers_that_need_each_other_go_together() -> None:
    plans = planned(in_the_way())
    moves = {m.title: m.to for plan in plans.values() for m in plan.moves}
    assert {title: to and to.start.time() for title, to in moves.items()} == {
        "Dana / Ben": time(9, 0),
        "Ana / Ben": time(14, 0),
    }


def test_what_waits_for_another_managers_move_does_not_blame_the_budget() -> None:
    made = in_the_way()
    made.meeting("Ana / Cleo", [ANA, CLEO], 1, time(13, 0), 60)
    plans = plan_together(made.request(rules="[budget]\nmax_moves = 1"), "team", Watch()).plans
    assert [[m.title for m in plan.moves] for plan in plans] == [[], ["Ana / Cleo"]]
    waits = only(plans[0], "Dana / Ben")
    assert codes(waits) == {"waits_for_other"}
    assert "in the calendar of Ben" in waits.reasons[0].text
    assert "Ana / Ben" not in waits.reasons[0].text
    assert waits.relaxation is None


def test_the_plans_are_explained_in_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds: list[float | None] = []

    def allowance(left: float | None) -> Allowance:
        seconds.append(left)
        return Allowance(left)

    monkeypatch.setattr(plan_document, "Allowance", allowance)
    request = in_the_way().request()
    plan_together(replace(request, limits=replace(request.limits, wall_s=600.0)), "team", Watch())
    assert len(seconds) == 2
    assert all(left and left > 100 for left in seconds)


def test_a_company_is_everyone_who_manages_somebody() -> None:
    made = two_managers()
    made.meeting("Dana / Ben", [DANA, BEN], 0, time(13, 0))
    made.meeting("Ana / Cleo", [ANA, CLEO], 0, time(13, 0))
    assert [plan.manager for plan in together(made, "company", manager=ANA).plans] == [ANA, DANA]
    assert [plan.manager for plan in together(made, "team", manager=ANA).plans] == [ANA]


def test_one_manager_alone_gets_the_plan_of_always() -> None:
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10, 0))
    made.meeting("1:1 Ben", [DANA, BEN], 3, time(10, 0))
    (plan,) = together(made).plans
    alone = plan_week(made.request()).plan
    assert replace(plan, wall_time_s=0) == replace(alone, wall_time_s=0)


def test_the_joint_target_says_how_good_it_is() -> None:
    made = two_managers()
    made.meeting("Dana / Ben", [DANA, BEN], 1, time(10, 0))
    made.meeting("Ana / Cleo", [ANA, CLEO], 1, time(10, 0))
    plans = together(made)
    assert (plans.scope, plans.status, plans.limited) == ("team", "optimal", False)
    assert [tier.name for tier in plans.tiers] == [tier.name for tier in plans.plans[0].tiers]
    assert all(tier.value == tier.lower_bound for tier in plans.tiers)


def test_a_manager_whose_calendar_is_missing_is_named_and_left_out() -> None:
    made = two_managers()
    made.without_calendar = frozenset({ANA})
    made.meeting("Dana / Ben", [DANA, BEN], 1, time(10, 0))
    (plan,) = together(made).plans
    assert [(w.code, w.ref) for w in plan.warnings if w.code == "manager_left_out"] == [("manager_left_out", ANA)]


def test_without_a_team_file_who_manages_whom_is_not_guessed() -> None:
    request = replace(two_managers().request(), team=None)
    with pytest.raises(InputError, match="scope company needs a team file"):
        plan_together(request, "company", Watch())


def test_who_gives_up_gets_no_plans() -> None:
    made = two_managers()
    made.meeting("Dana / Ben", [DANA, BEN], 1, time(10, 0))
    with pytest.raises(CancelledError):
        plan_together(made.request(), "team", Watch(cancelled=lambda: True))


def random_managers(seed: int) -> Office:
    """A few series of Dana's and Ana's, with people of both, at any time of the week."""
    rng = random.Random(seed)
    made = two_managers()
    for number in range(rng.randint(4, 8)):
        who = rng.choice([DANA, ANA])
        others = rng.sample([e for e in (DANA, ANA, BEN, CLEO, DEV) if e != who], rng.randint(1, 2))
        clock = time(rng.randint(9, 16), rng.choice([0, 30]))
        made.meeting(f"S{number}", [who, *others], rng.randrange(5), clock, rng.choice([30, 60]), organizer=who)
    for number in range(3):
        made.block(rng.choice([BEN, CLEO, DEV]), rng.randrange(5), time(9 + number), rng.choice([60, 180]))
    return made


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("budget", [False, True], ids=["at once", "in steps"])
def test_no_move_of_any_plan_puts_somebody_in_two_places(seed: int, budget: bool) -> None:
    made = random_managers(seed)
    plans = planned(made, budget=budget).values()
    moved = {m.title: m.to for plan in plans for m in plan.moves}
    places = {m.title: moved.get(m.title) or m.from_ for plan in plans for m in plan.meetings if m.action != "suggest"}
    people = {m.title: {a.email for a in m.attendees} for plan in plans for m in plan.meetings}
    own = [(e.span, owner) for owner, events in made.events.items() for e in events if len(e.attendees) == 0]
    for title, to in moved.items():
        assert to is not None
        assert to.start.weekday() not in (1, 3)
        for other, when in places.items():
            assert other == title or not when or not people[title] & people[other] or apart(to, when), (title, other)
        assert all(owner not in people[title] or apart(to, When(span.start, span.end)) for span, owner in own)


def apart(one: When, other: When) -> bool:
    return one.end <= other.start or other.end <= one.start
