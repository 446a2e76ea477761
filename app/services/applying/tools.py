"""What applying and undoing a proposal needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.domain.calendar.connected import CalendarObject, StoredCalendar
from app.domain.calendar.writing import Counter, RecurrenceKey
from app.domain.proposals.delivery import Sender
from app.domain.proposals.proposal import Proposal
from app.ports import CalendarWriter, EventEditor, Mailer, ProposalStore
from app.services.proposals.making.closing import Closing
from app.services.syncing.sync import Synced

Answers: TypeAlias = Mapping[RecurrenceKey, Mapping[str, str]]
"""The PARTSTAT of each guest of each component of a UID, by address."""


@dataclass(frozen=True)
class Destination:
    """A calendar as it is written; of a feed, `writer` writes files that are kept for the manager."""

    calendar: StoredCalendar
    writer: CalendarWriter
    editor: EventEditor
    sender: Sender


@dataclass(frozen=True)
class Tools:
    """What the work at a proposal needs.

    `destination` is where a calendar, by its id, is written for a proposal; it raises as a login that cannot be used
    does. `kept` are the objects of a UID in a calendar as they were last synced, `answers` what the guests said by the
    texts of objects, and by the clock of times that name none. `sync` syncs a calendar, and raises `ClaimedError` while
    somebody else does; `concerned` are the calendars, besides those that are written, of which a sync may show that a
    move is impossible now. `check` says which accepted moves are impossible by now. `mailer` is None if there is no
    relay. `ending` is called with a proposal when all of it is written, but its end is not noted yet, `ended` after
    that; both again if a process ends meanwhile. `room_names` are those that a manager's team file has, by address.
    `pause` waits some seconds. `counters` are the other times that guests propose for events of a calendar, as far as
    its server can be asked.
    """

    store: ProposalStore
    destination: Callable[[str, str], Destination]
    kept: Callable[[str, str], Sequence[CalendarObject]]
    answers: Callable[[Sequence[str], ZoneInfo], Answers]
    sync: Callable[[str], Synced]
    concerned: Callable[[Proposal], Sequence[StoredCalendar]]
    check: Callable[[Proposal], Closing]
    mailer: Mailer | None
    now: Callable[[], datetime]
    ending: Callable[[Proposal], object] = lambda _proposal: None
    ended: Callable[[Proposal], object] = lambda _proposal: None
    room_names: Callable[[str], Mapping[str, str]] = lambda _manager: {}
    pause: Callable[[float], None] = sleep
    counters: Callable[[str], Sequence[Counter]] = lambda _calendar: ()
