"""Whether moves that are undone can go back: who has something else by now at the places where they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.meetings.busy import Strength
from app.domain.meetings.meeting import Reason
from app.domain.people.grid import at
from app.domain.proposals.proposal import Proposal, ProposedMove
from app.services.packing.units import wording
from app.services.packing.units.availability import Entry
from app.services.packing.units.places import Setting
from app.services.planning.situation.situation import read_week, situate
from app.services.proposals.desk import Desk
from app.services.proposals.making.planning_around import request_again
from app.services.surgery.series_rule import Series


def going_back(proposal: Proposal) -> list[ProposedMove]:
    """The moves that are to be taken back."""
    return [move for move in proposal.moves if move.undo is not None and move.is_made]


def taken(desk: Desk, proposal: Proposal, moves: Sequence[ProposedMove]) -> dict[int, Reason]:
    """Which of some moves, by number, would go back to where somebody who has to be there has something new.

    Where there was a clash before, nothing is new enough to tell. Raises as `plan_week` does.
    """
    request = request_again(desk, proposal, ())
    setting = situate(request, read_week(request)).setting
    monday = at(IsoWeek.parse(proposal.week).monday, time.min, setting.zone)
    uids = {uid for move in moves if move.apply is not None for uid in (move.uid, *move.apply.seen)}
    found = {}
    for move in moves:
        reasons = _reasons(move, monday, setting, uids) if not move.had_clash else iter(())
        reason = next(reasons, None)
        if reason is not None:
            found[move.number] = reason
    return found


def _reasons(move: ProposedMove, monday: datetime, setting: Setting, uids: set[str]) -> Iterator[Reason]:
    people = dict.fromkeys((setting.manager, *move.required))
    for span in _places(move, monday):
        for email in (one for one in people if one in setting.time):
            others = (e for e in setting.time[email].of(Strength.HARD) if e.key[0] not in uids)
            if any(_is_in_the_way(entry, span, of_manager=email == setting.manager) for entry in others):
                yield wording.impossible(
                    "busy", [wording.you_or_name(email, setting)], [email], span.in_zone(setting.zone)
                )


def _is_in_the_way(entry: Entry, span: Timespan, *, of_manager: bool) -> bool:
    """Whether an entry overlaps; one without people at exactly that time may be the meeting itself, read earlier.

    Of the manager, whose own calendar is read, it is that only if it has no title, either.
    """
    event = entry.event
    is_bare = not event.attendees and not event.organizer and not (of_manager and event.title)
    is_same = is_bare and (entry.span.start, entry.span.end) == (span.start, span.end)
    return entry.span.overlaps(span) and not is_same


def _places(move: ProposedMove, monday: datetime) -> Iterator[Timespan]:
    """Where a move was, of a series each occurrence that went along."""
    utc = ZoneInfo("UTC")
    if move.scope == "occurrence":
        yield Timespan.between(move.start, move.end, utc)
        return
    series = Series(move.seen, monday, move.title)
    for one in series.after:
        if series.takes_place(one) and not series.is_by_hand(one):
            yield Timespan.between(one.original, series.end(one.wall), utc)
