"""Where a meeting that does not exist yet could be: the best place that is free in a week as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.audit.finding import Draft
from app.domain.calendar.timespan import Timespan
from app.domain.plans.wish import Wish
from app.services.packing.units import wording
from app.services.packing.units.places import Setting
from app.services.packing.vacancies import vacancies
from app.services.planning.situation.situation import Situation


def best_places(situation: Situation, wishes: Sequence[Wish]) -> list[Timespan | None]:
    """For each of some meetings the start and end of its first occurrence; None where no place is free."""
    return [spans[0] if spans else None for spans in vacancies(situation.units, wishes, situation.setting)]


def draft_of(wish: Wish, place: Timespan | None, setting: Setting) -> Draft:
    """What the manager could send so that it exists: Clearweek creates nothing."""
    if place is None:
        return Draft(wish.title, "No time is free for all of you that week: make room first, or ask for another week.")
    advice = wording.invite((*wish.people, *wish.optional), wish.title, wish.often, place, setting)
    local = place.in_zone(setting.zone)
    text = f"{wording.when(place, setting.zone)}: {advice.text}"
    return Draft(wish.title, text, advice.mailto, local.local_start, local.local_end)
