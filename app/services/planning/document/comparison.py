"""A week with a what-if beside the same week without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.plans.plan import NewPlace, NewPlaces, OtherPlace, TierChange, WhatIfResult
from app.domain.plans.what_if import WhatIf
from app.services.packing.packing import Limits, Packed, Placing, Spans, Watch
from app.services.packing.units import wording
from app.services.planning.document.entry import when_of
from app.services.planning.document.outcome import Outcome, figures

PLACES = 5


def compared(asked: Sequence[WhatIf], without: Outcome, outcome: Outcome, limits: Limits, watch: Watch) -> WhatIfResult:
    """Say what is different at the target, and where new meetings could be."""
    before = dict(without.packed.wanted_tiers)
    return WhatIfResult(
        asked=tuple(str(each) for each in asked),
        tiers=tuple(TierChange(name, before[name], value) for name, value in outcome.packed.wanted_tiers),
        without=figures(without, without.packed.goal),
        with_=figures(outcome, outcome.packed.goal),
        moves=tuple(_elsewhere(without, outcome, outcome.packed.goal)),
        new=tuple(_new(without, outcome, limits, watch)),
    )


def _new(without: Outcome, outcome: Outcome, limits: Limits, watch: Watch) -> Iterator[NewPlaces]:
    """The best places of each new meeting, as long as there is time."""
    for number, unit in enumerate(outcome.packed.units):
        if unit.wish:
            found = outcome.packed.best_places(number, PLACES, limits, watch)
            yield NewPlaces(unit.id, tuple(_place(without, outcome, number, each) for each in found))


def _place(without: Outcome, outcome: Outcome, number: int, found: Placing) -> NewPlace:
    place = when_of(found.spans[number][0], outcome.setting)
    tier, cost = _worse(without.packed, found)
    moves = tuple(_elsewhere(without, outcome, found.spans))
    charge = found.left_out * outcome.setting.rules.packing.exception_charge
    return NewPlace(place.start, place.end, tier, cost, wording.costs(tier, cost, found.left_out, charge), moves)


def _worse(without: Packed, found: Placing) -> tuple[str | None, int]:
    """The first tier that is worse than without the meeting, and by how much."""
    for (name, before), (_, value) in zip(without.wanted_tiers, found.tiers, strict=True):
        if value > before:
            return name, value - before
    return None, 0


def _elsewhere(without: Outcome, outcome: Outcome, places: Sequence[Spans]) -> Iterator[OtherPlace]:
    """The meetings of the week that are not where the target without the what-if has them."""
    known = {unit.id: number for number, unit in enumerate(without.packed.units)}
    for number, unit in enumerate(outcome.packed.units):
        if unit.id not in known or not unit.meetings or unit.wish:
            continue
        old = without.packed.goal[known[unit.id]]
        pairs = zip(outcome.ids(number), old, places[number], strict=False)
        yield from (
            OtherPlace(name, when_of(one, outcome.setting), when_of(other, outcome.setting))
            for name, one, other in pairs
            if one != other
        )
