"""Where a meeting that does not exist yet could be: the best place that is free in a week as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.finding import Draft
from app.domain.meeting import Reason
from app.domain.timespan import Timespan
from app.domain.wish import Wish
from app.services.packing import wording
from app.services.packing.packing import Limits, Watch, pack, suggest
from app.services.packing.places import Setting
from app.services.planning.situation import Situation

STAYS = Reason("audit", "an audit moves nothing")
LIMITS = Limits(work=1.0)
"""All else stays where it is, so that there is next to nothing to search."""


def best_places(situation: Situation, wishes: Sequence[Wish]) -> list[Timespan | None]:
    """For each of some meetings the start and end of its first occurrence; None where no place is free."""
    if not wishes:
        return []
    units = [unit if unit.pinned else replace(unit, pinned=STAYS) for unit in situation.units]
    packed = pack(units, situation.setting, LIMITS, Watch())
    found = suggest(wishes, packed, situation.setting, LIMITS, Watch())
    spans = found.after[len(units) :] if found else ()
    return [each[0] if each else None for each in spans]


def draft_of(wish: Wish, place: Timespan | None, setting: Setting) -> Draft:
    """What the manager could send so that it exists: Clearweek creates nothing."""
    if place is None:
        return Draft(wish.title, "No time is free for all of you that week: make room first, or ask for another week.")
    advice = wording.invite(wish.people, wish.title, wish.often, place, setting)
    local = place.in_zone(setting.zone)
    text = f"{wording.when(place, setting.zone)}: {advice.text}"
    return Draft(wish.title, text, advice.mailto, local.local_start, local.local_end)
