"""Where a meeting that does not exist yet could be: the best place that is free in a week as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.audit.finding import Draft
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.plans.wish import Wish
from app.services.auditing.record import Record
from app.services.packing.units import wording
from app.services.packing.units.places import Setting
from app.services.packing.vacancies import vacancies
from app.services.planning import asking


def best_places(record: Record, wishes: Sequence[Wish], week: IsoWeek | None = None) -> list[Timespan | None]:
    """For each of some meetings the start and end of its first occurrence; None where no place is free.

    A place that another draft was given, or that an open proposal wants, is not free.
    """
    situation = record.situation_of(week or record.week)
    titles = {wish.title for wish in wishes}
    given = [place for title, place in record.given.items() if title not in titles]
    found = vacancies(situation.units, wishes, situation.setting, [*record.proposed, *given])
    return [spans[0] if spans else None for spans in found]


def give(record: Record, wish: Wish, place: Timespan | None) -> None:
    """Keep a place for a draft: no other gets it."""
    if place is not None:
        record.given[wish.title] = place


def unread(record: Record, wish: Wish) -> list[str]:
    """Who should come to a meeting and has no calendar here: whether they are free, nobody knows."""
    time = record.situation.setting.time
    return [email for email in wish.people if email not in time or not time[email].is_read]


def draft_of(wish: Wish, place: Timespan | None, setting: Setting) -> Draft:
    """What the manager could send so that it exists: Clearweek creates nothing."""
    if place is None:
        return Draft(wish.title, "No time is free for all of you that week: make room first, or ask for another week.")
    advice = asking.invite((*wish.people, *wish.optional), wish.title, wish.often, place, setting)
    local = place.in_zone(setting.zone)
    text = f"{wording.when(place, setting.zone)}: {advice.text}"
    return Draft(wish.title, text, advice.mailto, local.local_start, local.local_end)
