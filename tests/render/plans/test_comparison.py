"""A what-if as people read it."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from app.domain.plans.plan import NewPlace, NewPlaces, OtherPlace, Plan, TierChange, WhatIfResult
from app.render.plans.comparison import what_if
from app.render.plans.html import to_html
from app.render.plans.terminal import to_text
from tests.render.sample import sample_plan


def asked_plan(*, places: bool = True) -> Plan:
    plan = sample_plan()
    move, other = plan.moves[:2]
    assert move.from_
    assert move.to
    elsewhere = OtherPlace(move.id, move.from_, move.to)
    place = NewPlace(
        move.from_.start, move.from_.end, "pattern", 15, "15 more minutes out of the pattern", (elsewhere,)
    )
    result = WhatIfResult(
        ("new ana@example.com 30m once",),
        (TierChange("pattern", 100, 115), TierChange("focus", 5, 5)),
        plan.metrics.before,
        plan.metrics.after,
        (elsewhere,),
        (NewPlaces(other.id, (place,) if places else ()),),
    )
    return replace(plan, what_if=result)


def test_a_plan_without_a_question_has_no_such_part() -> None:
    assert what_if(sample_plan()) is None
    assert "What if" not in to_text(sample_plan())
    assert "What if" not in to_html(sample_plan())


def test_only_what_differs_is_shown() -> None:
    view = what_if(asked_plan())
    assert view
    names = [change.name for change in view.changes]
    assert names[0] == "Minutes out of the pattern, and its moves"
    assert not any("long free stretch" in name for name in names)
    assert "In their own block" in names


def test_terminal_and_page_show_the_places_and_what_moves() -> None:
    plan = asked_plan()
    for text in (to_text(plan, width=100), unescape(to_html(plan))):
        assert "new ana@example.com 30m once" in text
        assert "15 more minutes out of the pattern; elsewhere then:" in " ".join(text.split())
        assert plan.moves[0].title in text
        assert f"elsewhere then: {plan.moves[0].title} on Mon" in " ".join(text.split())
    assert "has no place" in to_text(asked_plan(places=False))
    assert "No place fits it" in to_html(asked_plan(places=False))
