"""Calendars as they will be once the moves of the other proposals of a team plan are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Calendar, Event
from app.domain.calendar.timespan import Timespan
from app.domain.plans.plan import When
from app.domain.proposals.proposal import DECIDABLE, MoveState, Proposal, ProposalState, ProposedMove
from app.ports import CalendarSource
from app.render.plans.document import plan_of
from app.services.planning.situation.reading import Source
from app.services.proposals.making.dependencies import Shift
from app.services.proposals.making.proposed import is_refused, shifts_of

COMING = (*DECIDABLE, ProposalState.APPLYING, ProposalState.PARTLY_APPLIED)
"""In these states of its proposal, a move may still be made."""
WILL_NOT = (MoveState.CHANGED_MEANWHILE, MoveState.FAILED)


def coming(proposal: Proposal) -> list[ProposedMove]:
    """The moves of a proposal that are not made yet, and may be."""
    return [move for move in proposal.moves if proposal.state in COMING and _may_come(move)]


def _may_come(move: ProposedMove) -> bool:
    is_over = move.apply is not None and (move.apply.state.is_done or move.apply.state in WILL_NOT)
    return bool(move.meetings) and not is_refused(move) and not is_over


def shifts_coming(others: Iterable[Proposal]) -> Iterator[Shift]:
    """What such moves free and take, under the names that other proposals call them by."""
    for other in others:
        yield from shifts_of(plan_of(other.plan), coming(other), f"{other.id}:")


@dataclass(frozen=True)
class _Moved:
    """One meeting of a plan that goes from one place to another; of a series, each of its occurrences on that day."""

    uid: str
    recurrence_id: str | None
    old: When
    new: When
    zone: ZoneInfo

    def of(self, event: Event) -> Timespan | None:
        """Where an event is then; None if it is another one, or elsewhere than it was to move from."""
        local = event.span.start.astimezone(self.zone)
        if self.recurrence_id is not None:
            original = event.ref.recurrence_id
            is_named = original is not None and original.isoformat() == self.recurrence_id
            is_this = is_named and event.span.start == self.old.start
        else:
            clock = self.old.start.astimezone(self.zone)
            is_this = (local.weekday(), local.time()) == (clock.weekday(), clock.time()) and not event.overridden
        return self._there(local, event) if is_this else None

    def _there(self, local: datetime, event: Event) -> Timespan:
        new, old = self.new.start.astimezone(self.zone), self.old.start.astimezone(self.zone)
        day = local.date() + timedelta(days=(new.date() - old.date()).days)
        start = datetime.combine(day, new.time(), self.zone)
        return Timespan.between(start, start + (event.span.end - event.span.start), event.span.zone)


def with_moves(sources: Sequence[Source], others: Iterable[Proposal]) -> list[Source]:
    """The calendars with the moves that are coming of other proposals taken as made."""
    moved = [each for other in others for each in _moved(other)]
    by_uid: dict[str, list[_Moved]] = {}
    for each in moved:
        by_uid.setdefault(each.uid, []).append(each)
    return [replace(source, calendar=_Ahead(source.calendar, by_uid)) for source in sources] if moved else [*sources]


def _moved(other: Proposal) -> Iterator[_Moved]:
    plan = plan_of(other.plan)
    meetings = {meeting.id: meeting for meeting in plan.meetings}
    for move in coming(other):
        for meeting in (meetings[each] for each in move.meetings):
            if meeting.from_ and meeting.to:
                key = None if move.scope == "series" else meeting.recurrence_id
                yield _Moved(meeting.uid, key, meeting.from_, meeting.to, ZoneInfo(plan.timezone))


class _Ahead:
    """A calendar in which some meetings have moved already (`app.ports.CalendarSource`)."""

    def __init__(self, calendar: CalendarSource, moved: Mapping[str, Sequence[_Moved]]) -> None:
        self._calendar = calendar
        self._moved = moved

    @property
    def source(self) -> str:
        """Where it came from."""
        return self._calendar.source

    @property
    def owner_hint(self) -> str | None:
        """The address that it belongs to."""
        return self._calendar.owner_hint

    @property
    def zone_hint(self) -> ZoneInfo | None:
        """The zone that it says of itself."""
        return self._calendar.zone_hint

    def events(self, window: Timespan, owner: str, zone: ZoneInfo) -> Calendar:
        """The events that overlap the window, at the places that they will have."""
        found = self._calendar.events(window, owner, zone)
        events = sorted((self._there(event) for event in found.events), key=lambda event: event.span.start)
        return replace(found, events=tuple(events))

    def _there(self, event: Event) -> Event:
        spans = (each.of(event) for each in self._moved.get(event.ref.uid, ()))
        span = next((span for span in spans if span is not None), None)
        return event if span is None else replace(event, span=span)
