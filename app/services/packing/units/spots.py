"""The spots of all units: today's, every new place that each may get, and what would not follow it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from app.domain.calendar.timespan import Timespan
from app.services.packing.units.drafts import draft_places
from app.services.packing.units.places import Setting, Spot, minutes_on_free_days, new_places
from app.services.packing.units.rooms import RoomChoice, Taken
from app.services.packing.units.units import Unit, busy_beside
from app.services.packing.units.workings import Workings

PER = 8
"""Of so many occurrences `max_exceptions` need not follow their series."""
Kept = Mapping[str, Sequence[Timespan]]
"""Times that people are busy besides, by address."""
NOTHING: Mapping[int, Sequence[Spot]] = MappingProxyType({})


def spots_of(
    units: Sequence[Unit],
    setting: Setting,
    kept: Kept,
    known: Mapping[int, Sequence[Spot]] = NOTHING,
    workings: Workings | None = None,
) -> tuple[tuple[Spot, ...], ...]:
    """For each unit today's spot first, an empty one for what does not exist yet; then the new ones.

    `known` are the spots of some units, by number, that are as they were.
    """
    seen = workings or Workings()
    places = {
        n: seen.places_of(u, partial(_new_places, u, setting.of(u.manager)))
        for n, u in enumerate(units)
        if n not in known
    }
    stays = [u for n, u in enumerate(units) if (len(known[n]) == 1 if n in known else not (places[n] or u.held))]
    fixed = _fixed(units, stays, setting, kept)
    held = {n: _held_spot(u, fixed, units, setting) for n, u in enumerate(units) if u.held and n not in known}
    for number, spot in held.items():
        for address in (*units[number].required, *spot.rooms):
            fixed[address].extend(spot.spans)
    rooms = RoomChoice(units, fixed, setting.premises)

    def spots(number: int, unit: Unit) -> Iterator[Spot]:
        yield Spot(unit.spans, rooms=unit.rooms, site=unit.lead.site)
        if number in held:
            yield held[number]
        for spot in _with_exceptions(unit, places[number], fixed, setting.of(unit.manager)):
            yield from rooms.variants(unit, spot)

    return tuple(tuple(known[n] if n in known else spots(n, unit)) for n, unit in enumerate(units))


def _fixed(units: Sequence[Unit], stays: Iterable[Unit], setting: Setting, kept: Kept) -> dict[str, list[Timespan]]:
    """What is in everything's way, by address: busy times that no unit explains, what is kept, and units that stay."""
    fixed: dict[str, list[Timespan]] = defaultdict(list)
    for email, busy in (*busy_beside(units, setting.time).items(), *kept.items()):
        fixed[email].extend(busy)
    for unit in stays:
        for address in (*unit.required, *unit.rooms):
            fixed[address].extend(unit.spans)
    return fixed


def _held_spot(unit: Unit, fixed: Mapping[str, Sequence[Timespan]], units: Sequence[Unit], setting: Setting) -> Spot:
    """The one new place of a unit that is held, with the rooms that were accepted with it."""
    (spot,) = _with_exceptions(unit, [unit.held_spans], fixed, setting.of(unit.manager))
    if unit.held and unit.held.rooms is not None:
        return replace(spot, rooms=unit.held.rooms, site=unit.lead.site)
    return next(RoomChoice(units, fixed, setting.premises).variants(unit, spot))


def _new_places(unit: Unit, setting: Setting) -> Iterable[tuple[Timespan, ...]]:
    """The new places of a unit, if it may have any.

    What somebody arranged is theirs: a one-off moves only to end a clash, or off a meeting-free day that is for all.
    A stand-up moves only to end a clash that recurs.
    """
    if unit.wish:
        return draft_places(unit.wish, setting)
    if unit.held:
        return ()
    everything = setting.pattern.meeting_free_days.applies_to == "all"
    off_day = everything and any(minutes_on_free_days(m.span, setting) for m in unit.meetings)
    if unit.keeps_days:
        frees = unit.scope == "series" and bool(unit.clashes) and unit.clash_recurs
    else:
        frees = unit.recurring or bool(unit.clashes) or off_day
    found = new_places(unit, setting) if unit.movable and frees else ()
    return (spans for spans in found if not _is_barred(unit, spans, setting)) if unit.barred else found


def _is_barred(unit: Unit, spans: Sequence[Timespan], setting: Setting) -> bool:
    """Whether an occurrence of the first week would be at a time that was refused."""
    now = spans[: len(unit.meetings)]
    return any(barred.forbids(span, setting.zone) for barred in unit.barred for span in now)


def _with_exceptions(
    unit: Unit, places: Sequence[tuple[Timespan, ...]], fixed: Mapping[str, Sequence[Timespan]], setting: Setting
) -> Iterator[Spot]:
    """A spot for each place; without a few later occurrences where others cannot move out of their way."""
    taken = Taken(span for email in unit.required for span in fixed[email])
    for spans in places:
        met = [n for n, span in enumerate(spans) if taken.meets(span)]
        few = len(met) <= len(spans) * setting.rules.packing.max_exceptions // PER
        if met and few and met[0] >= len(unit.meetings):
            left = tuple(span for n, span in enumerate(spans) if n not in met)
            yield Spot(left, tuple((n, spans[n]) for n in met))
        else:
            yield Spot(spans)
