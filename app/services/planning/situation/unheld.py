"""Which accepted moves are impossible now, found out without solving anything."""

from __future__ import annotations

from app.domain.proposals.around import Unheld
from app.services.packing.problem import problem
from app.services.packing.units.holding import held_first, impossible
from app.services.packing.units.places import Spot
from app.services.packing.units.spots import spots_of
from app.services.planning.situation.request import Request
from app.services.planning.situation.situation import read_week, situate


def unheld(request: Request) -> tuple[Unheld, ...]:
    """The accepted moves that break a hard rule as things are now, each with the rule.

    All else stays where it is, as when only what was accepted is written. Raises `InputError` as `plan_week` does.
    """
    situation = situate(request, read_week(request))
    units, setting = situation.units, situation.setting
    stays = {n: (Spot(u.spans, rooms=u.rooms, site=u.lead.site),) for n, u in enumerate(units) if not u.held}
    data = problem(units, spots_of(units, setting, {}, stays), setting, {})
    found = impossible(data, units, held_first(data, units), setting, lambda _unit: False)
    return (*situation.unheld, *found.values())
