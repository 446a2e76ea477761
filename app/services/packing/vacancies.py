"""The best places that are free for what does not exist yet, in a week in which all else stays: nothing is solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Reason
from app.domain.plans.wish import Wish
from app.services.packing.packed import Packed
from app.services.packing.problem import problem
from app.services.packing.units.drafts import draft
from app.services.packing.units.places import Setting, Spans
from app.services.packing.units.spots import spots_of
from app.services.packing.units.units import Unit
from solver.limits import Limits
from solver.solution import Result, Status, stay_all

STAYS = Reason("stays", "everything stays where it is")


def vacancies(
    units: Sequence[Unit], wishes: Sequence[Wish], setting: Setting, promised: Iterable[Timespan] = ()
) -> list[Spans]:
    """For each of some new meetings the occurrences at its best free place, beside those before it; none without one.

    What may be kept is hard busy, and so is what the manager `promised` to others; of the free places the one that
    costs least in the order of the tiers is the best.
    """
    kept: dict[str, list[Timespan]] = defaultdict(list, {setting.manager: [*promised]})
    found: list[Spans] = []
    fixed = [unit if unit.pinned else replace(unit, pinned=STAYS) for unit in units]
    for number, wish in enumerate(wishes, start=1):
        unit = draft(f"n{number}", wish, setting)
        place = _best([*fixed, unit], setting, kept)
        for email in (setting.manager, *wish.people):
            kept[email].extend(place)
        found.append(place)
    return found


def _best(units: Sequence[Unit], setting: Setting, kept: dict[str, list[Timespan]]) -> Spans:
    """The best place of the last unit while the others stay."""
    spots = spots_of(units, setting, kept)
    data = problem(units, spots, setting, kept)
    still = Result(Status.FEASIBLE, stay_all(data), (), 0.0)
    packed = Packed(data, tuple(units), spots, still, still, setting.rules.packing.tiers, Limits())
    return next((other.spans for other in packed.others_free(len(units) - 1, 1)), ())
