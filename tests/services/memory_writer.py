"""The in-memory reference of `CalendarWriter`: calendars as texts, edited on the tag that was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import Edit, Insert, Notify, Remove
from app.errors import ChangedError
from tests.services.memory_store import MemoryCalendar, MemoryStore

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class MemoryWriter:
    """Writes to the calendars of a `MemoryStore`; `done` are the edits that took effect, with who was to be told.

    `asked` is called before each edit, of which nothing takes effect if it raises, `answer` after each that took
    effect: what it raises is said instead of that.
    """

    def __init__(self, server: MemoryStore, zone: ZoneInfo) -> None:
        self.server = server
        self.done: list[tuple[Edit, Notify]] = []
        self.asked: Callable[[Edit], None] = lambda _edit: None
        self.answer: Callable[[Edit], None] = lambda _edit: None
        self._editor = IcsEditor(zone)

    def current(self, calendar: str, uid: str, href: str | None) -> Sequence[CalendarObject]:
        """All objects of a UID."""
        self.server._request()
        found = [one for one in self.server[calendar].objects.values() if one.uid == uid]
        self.server.after()
        return found

    def new_uid(self, key: str) -> str:
        """The UID of a new series."""
        return f"{key}@clearweek.invalid"

    def write(self, calendar: str, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:
        """Make one edit of what was seen, if it is still as it was then."""
        self.server._request()
        self.asked(edit)
        there = self.server[calendar]
        if not self._is_made(there, edit, seen):
            self.done.append((edit, notify))
        self.server.after()
        self.answer(edit)

    def _is_made(self, there: MemoryCalendar, edit: Edit, seen: Sequence[CalendarObject]) -> bool:
        """Make an edit; whether it was made before."""
        if isinstance(edit, Insert):
            if f"{edit.uid}.ics" in there.objects:
                return True
            there.put(f"{edit.uid}.ics", edit.uid, self._editor.edited(seen[0].text, edit, NOW))
            return False
        if isinstance(edit, Remove) and not seen:
            return True
        [one] = seen
        if there.objects.get(one.href) != one:
            raise ChangedError(f"{one.href} was changed")
        if isinstance(edit, Remove):
            there.remove(one.href)
        else:
            there.put(one.href, one.uid, self._editor.edited(one.text, edit, NOW))
        return False
