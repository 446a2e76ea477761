"""What a calendar has of some UIDs just now, read for a write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.domain.connected import CalendarObject
from app.domain.writing import Edit, Remove, Versions
from app.services.apply_tools import Destination, Tools
from app.services.approved import uid_of

Objects: TypeAlias = Mapping[str, Sequence[CalendarObject]]
"""The objects of some UIDs; none if a UID is gone."""


@dataclass(frozen=True)
class Reader:
    """Reads a calendar about a move of one UID; it raises as a `CalendarWriter` does."""

    uid: str
    to: Destination
    tools: Tools

    def read(self, uids: Iterable[str]) -> Objects:
        """All that the calendar has of some UIDs."""
        calendar = self.to.calendar
        return {uid: self.to.writer.current(calendar.href, uid, self._last_seen(uid)) for uid in dict.fromkeys(uids)}

    def of(self, edits: Iterable[Edit]) -> Objects:
        """All that some edits are about."""
        return self.read(uid for edit in edits for uid in (source_of(edit, self.uid), uid_of(edit, self.uid)))

    def versions(self, objects: Objects) -> Mapping[str, Versions]:
        """What they are now."""
        return {uid: self.to.editor.versions([one.text for one in some]) for uid, some in objects.items()}

    def _last_seen(self, uid: str) -> str | None:
        kept = self.tools.kept(self.to.calendar.id, uid)
        return kept[0].href if kept else None


def source_of(edit: Edit, uid: str) -> str:
    """The UID of what an edit of a move is made from."""
    return edit.uid if isinstance(edit, Remove) else uid
