"""The messages to people that lie at their servers, and the other times that guests propose in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain.calendar.connected import Backend
from app.domain.calendar.writing import Counter
from app.errors import AppError, ParseError, StoreError
from app.ports import Inbox
from app.settings import Settings
from app.wiring.connected import backend_of, connections, opened

if TYPE_CHECKING:
    from sqlalchemy import Engine

LOOK = timedelta(minutes=10)
"""Between two looks at an inbox."""


@dataclass
class Inboxes:
    """The inboxes of connected logins, each looked at now and then; at a restart all are looked at again."""

    engine: Engine
    settings: Settings
    now: Callable[[], datetime]
    _read: dict[str, tuple[datetime, tuple[Counter, ...]]] = field(default_factory=dict)

    def counters(self, calendar_id: str) -> tuple[Counter, ...]:
        """What guests propose for events of a calendar whose server schedules (RFC 6638): no other one tells of that.

        What cannot be read now is read at the next look.
        """
        at, found = self._read.get(calendar_id, (None, ()))
        if at is None or not at <= self.now() < at + LOOK:
            found = self._asked(calendar_id)
            self._read[calendar_id] = (self.now(), found)
        return found

    def _asked(self, calendar_id: str) -> tuple[Counter, ...]:
        try:
            calendar, _ = connections(self.engine).calendar(calendar_id)
            if calendar.backend is not Backend.CALDAV or not calendar.schedules:
                return ()
            server = backend_of(*opened(calendar.connection_id, self.engine, self.settings), self.settings)
            texts = server.messages() if isinstance(server, Inbox) else ()
        except StoreError:
            raise
        except AppError:  # a login that is over, a server that is away
            return ()
        return tuple(one for text in texts for one in _read(text, calendar.zone))


def _read(text: str, floating: ZoneInfo) -> list[Counter]:
    from app.adapters.ics_edit.counters import counters  # noqa: PLC0415 - few have such a server

    try:
        return counters(text, floating)
    except ParseError:  # whoever sent it is the one to mend it
        return []
