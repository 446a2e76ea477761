"""The texts of objects, read and edited for a write (`app.ports.EventEditor`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.adapters.ics.vevent import DetailsReader
from app.adapters.ics_edit import fingerprints, requests
from app.adapters.ics_edit.edits import EventText
from app.domain.calendar.writing import Edit, Message, Versions


@dataclass(frozen=True, slots=True)
class IcsEditor:
    """Reads and edits the objects of one calendar; its `zone` is the clock of times that name none."""

    zone: ZoneInfo
    _people: DetailsReader = field(default_factory=DetailsReader, repr=False, compare=False)

    def versions(self, texts: Sequence[str]) -> Versions:
        """The fingerprint of every component in the objects of one UID. Raises `ParseError`."""
        return fingerprints.versions(texts, self.zone, self._people)

    def edited(self, text: str, edit: Edit, now: datetime) -> str:
        """The text of an object after an edit of it; for an `Insert`, that of the new object.

        Whatever the edit does not name stays byte by byte. Raises `ParseError`, and `InputError` for what is all-day.
        """
        event = EventText(text, self.zone)
        event.make(edit, now)
        return event.document.text()

    def messages(self, text: str, edit: Edit) -> Sequence[Message]:
        """What the guests are sent about an edited object; `text` is that from before for a `Remove`."""
        return requests.messages(text, edit, self.zone)
