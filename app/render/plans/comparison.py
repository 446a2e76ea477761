"""A what-if in words: what changes at the target, which meetings are elsewhere, where new ones could be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.domain.plans.plan import BeforeAfter, NewPlace, OtherPlace, Plan, Target, WhatIfResult, When
from app.render import words
from app.render.plans import figures

TIERS = {
    "conflicts": "clashes and what has no place",
    "free_days": "minutes on meeting-free days",
    "pattern": "minutes out of the pattern, and its moves",
    "disruption": "moves, mails and new answers",
    "people": "what people would rather not have",
    "focus": "minutes without a long free stretch",
}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A figure or a tier, without and with the what-if."""

    name: str
    without: str
    with_: str


@dataclass(frozen=True, slots=True)
class NewView:
    """A new meeting and its best places, each with what it costs and what moves for it."""

    title: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """The questions, and the target beside the one without them."""

    asked: tuple[str, ...]
    changes: tuple[ChangeView, ...]
    moves: tuple[str, ...]
    new: tuple[NewView, ...]


def what_if(plan: Plan) -> WhatIfView | None:
    """The comparison of a plan that was asked what if."""
    found = plan.what_if
    if found is None:
        return None
    return WhatIfView(
        tuple(words.clean(text) for text in found.asked),
        tuple(_changes(plan, found)),
        tuple(_moves(plan, found.moves)),
        tuple(NewView(_title(plan, new.id), tuple(_place(plan, each) for each in new.places)) for new in found.new),
    )


def _changes(plan: Plan, found: WhatIfResult) -> Iterator[ChangeView]:
    """What differs: the tiers, then the figures."""
    for tier in found.tiers:
        if tier.without != tier.with_:
            yield ChangeView(words.capital(TIERS.get(tier.name, tier.name)), str(tier.without), str(tier.with_))
    target = Target(0, 0, found.with_)
    beside = replace(plan, metrics=BeforeAfter(found.without, found.with_), target=target)
    for row in figures.metrics(beside):
        if row.before != row.after:
            yield ChangeView(row.name, row.before, row.after)


def _moves(plan: Plan, moves: Sequence[OtherPlace]) -> Iterator[str]:
    zone = ZoneInfo(plan.timezone)
    for move in moves:
        old, new = (words.span(words.local(when, zone)) for when in (move.without, move.with_))
        yield f"{_title(plan, move.id)}: {old} → {new}"


def _place(plan: Plan, place: NewPlace) -> tuple[str, str]:
    when = words.span(words.local(When(place.start, place.end), ZoneInfo(plan.timezone)))
    moves = list(dict.fromkeys(_there(plan, move) for move in place.moves))
    besides = f"; elsewhere then: {words.listed(moves, 4)}" if moves else ""
    return when, words.clean(place.text) + besides


def _there(plan: Plan, move: OtherPlace) -> str:
    """`Sync on Tue 1 Dec 10:00-10:30`."""
    return f"{_title(plan, move.id)} on {words.span(words.local(move.with_, ZoneInfo(plan.timezone)))}"


def _title(plan: Plan, identifier: str) -> str:
    return next((words.title(m.title) for m in plan.meetings if m.id == identifier), identifier)
