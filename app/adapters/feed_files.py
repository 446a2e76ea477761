"""What is moved in a calendar that can only be read: a file with the moves in it, for whoever keeps the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from hashlib import sha256
from uuid import UUID

from app.adapters.ics.file import EMPTY, IcsFile
from app.domain.calendar.connected import CalendarObject, StoredCalendar
from app.domain.calendar.writing import Edit, Insert, Notify, Remove, Versions
from app.errors import ChangedError, NotFoundError, ParseError
from app.ports import CalendarWriter, EventEditor

MEDIA_TYPE = "text/calendar"

_NO_NAME = re.compile(r"[^A-Za-z0-9]+")
_NAME_LIMIT = 40


def file_name(calendar: StoredCalendar, *, is_undo: bool) -> str:
    """What the file of a calendar is called: letters, digits and hyphens, never the same for two calendars.

    An undo has a file of its own: whoever opened that of the moves again would make them again.
    """
    words = _NO_NAME.sub("-", calendar.name)[:_NAME_LIMIT].strip("-").lower() or "calendar"
    return f"{words}-{_NO_NAME.sub('', calendar.id)[:12]}{'-undone' if is_undo else ''}.ics"


@dataclass(frozen=True)
class Earlier:
    """The file of moves that are taken back, and what the events that they moved were before, by UID."""

    data: bytes
    before: Mapping[str, Versions]


class FileWriter:
    """A `CalendarWriter` that sends nothing: its edits are made in a file, and nothing else of that changes.

    `kept` is the file of earlier edits, if there is one; else `fresh` is the calendar's own text, read now (it raises
    as a `CalendarStore` does). A calendar at a server, which has no such text, gives what it has of a UID by `server`
    instead, and the file holds only what was moved. What was moved by an `earlier` file, and is still in the calendar
    as before, is taken as moved: guests may have that file's invitations. `keep` takes the file after each edit.
    """

    def __init__(
        self,
        calendar: StoredCalendar,
        editor: EventEditor,
        *,
        kept: Callable[[], bytes | None],
        keep: Callable[[bytes], object],
        fresh: Callable[[], bytes] = EMPTY.encode,
        server: CalendarWriter | None = None,
        earlier: Earlier | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._calendar = calendar
        self._editor = editor
        self._kept = kept
        self._keep = keep
        self._fresh = fresh
        self._server = server
        self._earlier = earlier
        self._now = now
        self._file: IcsFile | None = None

    def current(self, calendar: str, uid: str, href: str | None) -> Sequence[CalendarObject]:
        """The object of a UID as the file has it, else as the server has it; see `CalendarWriter`."""
        self._check(calendar)
        text = self._text(self._opened(), uid, href)
        return [] if text is None else [CalendarObject(uid, uid, text, sha256(text.encode()).hexdigest()[:32])]

    def new_uid(self, key: str) -> str:
        """A UUID, as RFC 7986 §5.3 recommends; see `CalendarWriter`."""
        return str(UUID(hex=key))

    def write(self, calendar: str, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:  # noqa: ARG002 - nobody is told
        """Make one edit in the file, and keep it; see `CalendarWriter`."""
        self._check(calendar)
        file = self._opened()
        if isinstance(edit, Remove):
            self._save(file.without(edit.uid))
        elif isinstance(edit, Insert):
            if file.object(edit.uid) is None:
                self._save(file.with_object(edit.uid, self._edited(edit, seen)))
        else:
            self._save(self._changed(file, edit, seen))

    def _changed(self, file: IcsFile, edit: Edit, seen: Sequence[CalendarObject]) -> IcsFile:
        text = self._edited(edit, seen)
        now = self.current(self._calendar.href, seen[0].uid, None)
        if [one.etag for one in now] != [one.etag for one in seen]:
            raise ChangedError(f"{self._calendar.name} has another version of it by now")
        return file.with_object(seen[0].uid, text)

    def _edited(self, edit: Edit, seen: Sequence[CalendarObject]) -> str:
        if not seen:
            raise ChangedError(f"what was to be changed in {self._calendar.name} is not there any more")
        return self._editor.edited(seen[0].text, edit, self._now())

    def _text(self, file: IcsFile, uid: str, href: str | None) -> str | None:
        """The object of a UID as a file has it, else as the server has it."""
        text = file.object(uid)
        if text is None and self._server is not None:
            return self._joined([one.text for one in self._server.current(self._calendar.href, uid, href)])
        return text

    def _joined(self, texts: Sequence[str]) -> str | None:
        """The texts of the objects of one UID, such as a master and its exceptions, as one."""
        files = [IcsFile(self._calendar.name, text) for text in texts]
        return reduce(lambda whole, one: whole.beside(one.text), files).text if files else None

    def _opened(self) -> IcsFile:
        if self._file is None:
            data = self._kept()
            self._file = self._begun() if data is None else self._read(data)
        return self._file

    def _begun(self) -> IcsFile:
        """The calendar as it is now, and as it will be once the earlier file is taken over."""
        file = self._read(self._fresh())
        if self._earlier is None:
            return file
        moved = self._read(self._earlier.data)
        for uid, before in self._earlier.before.items():
            now, text = self._text(file, uid, None), moved.object(uid)
            if text is not None and self._editor.versions([now] if now else []) == before:
                file = file.with_object(uid, text)
        return file

    def _read(self, data: bytes) -> IcsFile:
        try:
            return IcsFile(self._calendar.name, data.decode())
        except UnicodeDecodeError:
            raise ParseError(f"{self._calendar.name} is not UTF-8, so no file can be made of it") from None

    def _save(self, file: IcsFile) -> None:
        self._keep(file.text.encode())
        self._file = file

    def _check(self, calendar: str) -> None:
        if calendar != self._calendar.href:
            raise NotFoundError(f"{calendar!r} is not the calendar of this file")
