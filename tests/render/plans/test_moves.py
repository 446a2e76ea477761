from dataclasses import replace
from typing import Any

import pytest

from app.domain.plans.plan import Advice, BudgetUse, Plan, PlanMeeting, Price, UsedBudget
from app.render.plans import moves
from tests.render.sample import sample_plan


def changed(ident: str, **more: Any) -> moves.MoveView:
    """How the sample's move looks with other fields."""
    plan = sample_plan()
    meetings = tuple(replace(m, **more) if m.id == ident else m for m in plan.meetings)
    return view(replace(plan, meetings=meetings), ident)


def view(plan: Plan, ident: str) -> moves.MoveView:
    ids = [m.id for m in moves.in_order(plan)]
    return moves.moves(plan)[ids.index(ident)]


def test_a_move_into_time_that_is_held_for_focus_says_so() -> None:
    assert sample_plan().busy[0].why == "focus"
    held = view(sample_plan(), "api").price
    assert held.startswith("takes 45 min that you hold for focus, mails")
    assert "hold for focus" not in view(replace(sample_plan(), busy=()), "api").price


def test_moves_are_numbered_by_their_new_places() -> None:
    found = moves.moves(sample_plan())
    assert [m.number for m in found] == list(range(1, 10))
    assert (found[0].title, found[-1].title) == ("Mobile weekly", "1:1 Noah / Dana")


@pytest.mark.parametrize(
    ("own", "others", "text"),
    [
        (45, 0, "wins you 45 min of focus time"),
        (-90, 0, "costs you 1 h 30 of focus time"),
        (0, -30, "costs 2 others 30 min of focus time"),
    ],
)
def test_focus_time_is_won_or_lost(own: int, others: int, text: str) -> None:
    price = changed("weekly", price=Price((), ("ana@example.com",), own, others, 2)).price
    assert price == f"mails Ana Kovač, {text}"


def test_nobody_to_mail_is_said() -> None:
    assert changed("weekly", price=Price((), (), 0, 0, 0)).price == "mails nobody"


def test_a_move_that_needs_another_says_which() -> None:
    assert "only together with move 2" in view(sample_plan(), "mobile").notes


def test_what_a_move_needs_may_be_one_of_several_occurrences() -> None:
    plan = sample_plan()

    def renamed(m: PlanMeeting) -> PlanMeeting:
        return replace(m, id="weekly.1") if m.id == "weekly" else m

    plan = replace(plan, meetings=tuple(renamed(m) for m in plan.meetings))
    assert "only together with move 2" in view(plan, "mobile").notes


def test_other_places_stand_by_day() -> None:
    assert "also free: Wed 2 Dec 09:30, 14:00" in view(sample_plan(), "product").notes


def test_whom_to_ask_first_stands_with_the_move() -> None:
    product = view(sample_plan(), "product")
    assert product.helps == ("ask Lee Okafor whether Wednesday 11:00 or 14:00 would do",)
    assert product.mailto == "mailto:lee@example.com"
    assert view(sample_plan(), "weekly").helps == ()
    unsafe = changed("product", advice=Advice("ask", "javascript:alert(1)"))
    assert (unsafe.helps, unsafe.mailto) == (("ask",), None)


def test_a_room_that_changes_is_said() -> None:
    assert "room: room-spree@example.com → room-havel@example.com" in view(sample_plan(), "weekly").notes


def test_the_summary_without_a_budget_names_none() -> None:
    plan = replace(sample_plan(), budget=BudgetUse(None, None, UsedBudget(8, 1)))
    assert moves.summary(plan) == ("9 moves, 1 person mailed.", "4 more moves in 1 week to the target.")


def test_the_summary_of_a_plan_that_moves_nothing() -> None:
    plan = sample_plan()
    still = replace(plan, meetings=(), target=replace(plan.target, moves_left=0))
    assert moves.summary(still) == ("Nothing to move.",)
    assert moves.summary(replace(still, status="infeasible")) == ("No plan meets all rules.",)


def test_an_answer_that_was_cut_says_so() -> None:
    assert "cut off by the clock" in moves.quality(replace(sample_plan(), limited=True))
