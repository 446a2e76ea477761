"""Plans around what was decided: accepted places, refused moves, and what others want."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import time, timedelta

import pytest

from app.domain.configuration.rules import ALL_TIERS
from app.domain.plans.plan import Plan
from app.domain.proposals.around import Around, Held, Reserved
from app.domain.proposals.proposal import Why
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.request import Request
from app.services.planning.situation.unheld import unheld
from tests.services.deciding import around, held, refused, unit_of
from tests.services.valid import problems
from tests.services.weeks import DANA, Office, codes, office, only, random_office

ANA, BEN = "ana@example.com", "ben@example.com"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)
BACKWARDS = tuple(reversed(ALL_TIERS))
"""An order of the tiers in which a clash is the last thing that counts."""


def two_one_on_ones() -> Office:
    """Two 1:1s on meeting-free days."""
    made = office("ana", "ben")
    made.meeting("Ana", [DANA, ANA], TUESDAY, time(10))
    made.meeting("Ben", [DANA, BEN], THURSDAY, time(10))
    return made


def test_an_accepted_move_stays_at_its_place_and_is_still_priced_and_explained() -> None:
    request = two_one_on_ones().request()
    first = plan_week(request).plan
    accepted = only(first, "Ana")
    elsewhere = held(first, accepted)
    elsewhere = replace(elsewhere, start=elsewhere.start + timedelta(minutes=45))
    again = plan_week(around(request, held=[elsewhere]))
    moved = only(again.plan, "Ana")
    assert again.unheld == ()
    assert moved.action == "move"
    assert moved.to is not None
    assert moved.to.start == elsewhere.start
    assert moved.price is not None
    assert moved.price.mailed == (ANA,)
    assert codes(moved) == {"meeting_free_day", "into_block"}
    assert moved.series is not None
    assert moved.series.occurrences_checked == 8
    assert only(again.plan, "Ben").action == "move"
    assert problems(again.plan, request) == []


def test_the_same_plan_around_all_of_its_moves_has_the_same_values() -> None:
    request = two_one_on_ones().request()
    first = plan_week(request).plan
    again = plan_week(around(request, held=[held(first, m) for m in first.moves])).plan
    assert [(t.name, t.value) for t in again.tiers] == [(t.name, t.value) for t in first.tiers]
    assert again.status == "optimal"
    assert again.metrics == first.metrics
    assert again.budget == first.budget


def test_what_is_in_the_way_of_an_accepted_move_leaves() -> None:
    """Ana's 1:1 is well placed, and moves away all the same."""
    made = office("ana", "ben")
    made.meeting("Ana", [DANA, ANA], MONDAY, time(13))
    made.meeting("Ben", [DANA, BEN], TUESDAY, time(10))
    request = made.request()
    place = only(plan_week(request).plan, "Ana").from_
    assert place is not None
    wanted = Held("Ben", only(plan_week(request).plan, "Ben").recurrence_id, "series", place.start)
    again = plan_week(around(request, held=[wanted]))
    assert again.unheld == ()
    assert only(again.plan, "Ben").to == place
    assert only(again.plan, "Ana").action == "move"
    assert problems(again.plan, request) == []


def test_an_accepted_move_that_somebody_has_no_time_for_any_more_is_said_and_planned_anew() -> None:
    made = two_one_on_ones()
    first = made.plan()
    accepted = held(first, only(first, "Ana"))
    local = accepted.start
    made.block(ANA, local.weekday(), local.time(), 30)
    request = around(made.request(), held=[accepted])
    again = plan_week(request)
    (lost,) = again.unheld
    assert (lost.uid, lost.reason.code) == ("Ana", "no_common_time")
    assert lost.reason.text.startswith("Ana: there is something else at ")
    moved = only(again.plan, "Ana")
    assert moved.to is not None
    assert moved.to.start != accepted.start
    assert unheld(request) == again.unheld


def test_of_two_accepted_moves_that_exclude_each_other_one_is_said() -> None:
    request = two_one_on_ones().request()
    first = plan_week(request).plan
    ana, ben = (held(first, only(first, name)) for name in ("Ana", "Ben"))
    both = around(request, held=[ana, replace(ben, start=ana.start)])
    (lost,) = plan_week(both).unheld
    assert (lost.uid, lost.reason.code) == ("Ben", "taken")
    assert "Ana" in lost.reason.text
    assert unheld(both) == (lost,)


def test_an_accepted_move_of_what_is_gone_is_said() -> None:
    made = two_one_on_ones()
    first = made.plan()
    made.events = {owner: [e for e in events if e.title != "Ana"] for owner, events in made.events.items()}
    request = around(made.request(), held=[held(first, only(first, "Ana"))])
    assert [lost.reason.code for lost in plan_week(request).unheld] == ["gone"]
    assert [lost.reason.code for lost in unheld(request)] == ["gone"]


def test_what_is_where_it_was_accepted_stays_there() -> None:
    made = two_one_on_ones()
    there = only(made.plan(), "Ana")
    assert there.from_ is not None
    request = around(made.request(), held=[Held("Ana", there.recurrence_id, "series", there.from_.start)])
    again = plan_week(request)
    assert again.unheld == ()
    assert only(again.plan, "Ana").pinned_reason is not None
    assert codes(only(again.plan, "Ana")) >= {"accepted"}


def test_accepted_moves_count_against_the_budget_and_are_never_dropped_for_it() -> None:
    made = two_one_on_ones()
    first = made.plan()
    accepted = [held(first, m) for m in first.moves]
    rules = "[budget]\nmax_moves = 1\n"
    one = plan_week(around(made.request(rules=rules), held=accepted[:1])).plan
    assert [m.uid for m in one.moves] == [accepted[0].uid]
    assert one.budget.used.moves == 1
    both = plan_week(around(made.request(rules=rules), held=accepted)).plan
    assert {m.uid for m in both.moves} == {h.uid for h in accepted}


def test_a_refused_move_is_not_made_and_says_why() -> None:
    request = two_one_on_ones().request()
    first = plan_week(request).plan
    again = plan_week(around(request, refused=[refused(only(first, "Ana"), Why.NOT_NOW)])).plan
    kept = only(again, "Ana")
    assert kept.action == "pinned"
    assert kept.pinned_reason is not None
    assert kept.pinned_reason.code == "rejected"
    assert only(again, "Ben").action == "move"


@pytest.mark.parametrize("why", [Why.WRONG_DAY, Why.WRONG_TIME])
def test_after_a_wrong_day_or_time_another_one_is_proposed(why: Why) -> None:
    request = two_one_on_ones().request()
    first = only(plan_week(request).plan, "Ana")
    again = only(plan_week(around(request, refused=[refused(first, why)])).plan, "Ana")
    assert first.to is not None
    assert again.to is not None
    half_days = [(place.start.weekday(), place.start.hour >= 12) for place in (first.to, again.to)]
    assert half_days[0] != half_days[1]
    assert why is Why.WRONG_TIME or first.to.start.weekday() != again.to.start.weekday()


def test_a_series_on_two_weekdays_is_held_as_one() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), rrule="FREQ=WEEKLY;BYDAY=TU,TH")
    made.meeting("1:1", [DANA, ANA], THURSDAY, time(10), rrule="FREQ=WEEKLY;BYDAY=TU,TH")
    request = made.request()
    first = plan_week(request).plan
    accepted = held(first, first.moves[0])
    assert len(accepted.also) == 1
    again = plan_week(around(request, held=[accepted])).plan
    assert [m.to for m in again.moves] == [m.to for m in unit_of(first, first.moves[0])]


def test_a_place_that_anothers_proposal_wants_is_left_free_if_that_costs_nothing_else() -> None:
    made = two_one_on_ones()
    first = only(made.plan(), "Ana")
    assert first.to is not None
    wants = Reserved("p1", first.to.start, first.to.end, (ANA,))
    request = replace(made.request(), around=Around(reserved=(wants,)))
    plan = plan_week(request).plan
    again = only(plan, "Ana")
    assert again.to is not None
    assert again.to != first.to
    assert again.block is not None
    assert all(busy.start != first.to.start for busy in plan.busy)


def kept(plan: Plan, request: Request) -> list[str]:
    """What is wrong with a plan around decisions, beside its hard rules."""
    lost = {(u.uid, u.recurrence_id) for u in plan_week(request).unheld}
    moves = {(m.uid, m.recurrence_id): m for m in plan.moves}
    found = []
    for h in request.around.held:
        move = moves.get((h.uid, h.recurrence_id))
        is_there = move is not None and move.to is not None and move.to.start == h.start
        if not is_there and (h.uid, h.recurrence_id) not in lost:
            found.append(f"{h.uid} is not where it was accepted")
    found += [f"{r.uid} moves" for r in request.around.refused if (r.uid, r.recurrence_id) in moves]
    return found


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_decided_stays_so_and_no_rule_is_broken(seed: int) -> None:
    rng = random.Random(seed)
    made = random_office(seed)
    request = made.request(budget=seed % 2 == 0)
    first = plan_week(request).plan
    moves = [m for m in first.moves if m == unit_of(first, m)[0]]
    rng.shuffle(moves)
    share = rng.randint(0, len(moves))
    for owner in rng.sample(sorted(made.events), 1):
        made.block(owner, rng.randrange(5), time(rng.randint(9, 16)), 60)
    decided = around(
        made.request(budget=seed % 2 == 0),
        held=[held(first, m) for m in moves[:share]],
        refused=[refused(m, rng.choice([None, Why.NOT_NOW])) for m in moves[share:] if rng.random() < 0.7],
    )
    again = plan_week(decided).plan
    assert kept(again, decided) == []
    assert problems(again, decided) == []
    assert {lost.uid for lost in unheld(decided)} <= {m.uid for m in moves[:share]}


def test_a_correction_says_what_a_meeting_is_and_who_has_to_be_there() -> None:
    made = office("ana", "ben", "cleo")
    made.meeting("Chat", [DANA, ANA, BEN], TUESDAY, time(10), optional=["cleo@example.com"])
    made.people[1] = replace(made.people[1], aliases=("a.k@example.com",))
    said = '[[correction]]\nuid = "Chat"\nkind = "cross_team"\n'
    said += 'required = ["cleo@example.com"]\noptional = ["A.K@example.com"]'
    meeting = only(made.plan(rules=said), "Chat")
    assert (meeting.kind, meeting.block) == ("cross_team", "Wednesday morning")
    assert meeting.kind_reason == "you said what it is"
    required = {a.email for a in meeting.attendees if a.required}
    assert required == {DANA, BEN, "cleo@example.com"}


def test_a_kind_of_ones_own_can_be_said_in_a_correction() -> None:
    own = '[[kind]]\nkind = "office_hours"\nbecause = "it is open"\nwords = ["office"]\n'
    made = office("ana")
    made.meeting("Chat", [DANA, ANA], WEDNESDAY, time(10))
    said = own + '[[correction]]\nuid = "Chat"\nkind = "office_hours"'
    assert only(made.plan(rules=said), "Chat").kind == "office_hours"


def test_what_is_in_the_way_leaves_whatever_counts_first() -> None:
    """In this order of the tiers nothing but its being in the way makes it move."""
    made = office("ana", "ben")
    made.meeting("Ana", [DANA, ANA], MONDAY, time(13))
    made.meeting("Ben", [DANA, BEN], TUESDAY, time(10))
    request = made.request()
    first = plan_week(request).plan
    ana = only(first, "Ana").from_
    assert ana is not None
    wanted = Held("Ben", only(first, "Ben").recurrence_id, "series", ana.start)
    rules = replace(request.rules, packing=replace(request.rules.packing, tiers=BACKWARDS))
    again = plan_week(replace(around(request, held=[wanted]), rules=rules))
    assert again.unheld == ()
    assert only(again.plan, "Ana").action == "move"
    assert problems(again.plan, request) == []
