"""What a calendar has of some UIDs just now, read for a write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import Edit, Remove, Versions
from app.services.applying.tools import Answers, Destination, Tools
from app.services.surgery.approved import uid_of

Objects: TypeAlias = Mapping[str, Sequence[CalendarObject]]
"""The objects of some UIDs; none if a UID is gone."""


@dataclass(frozen=True)
class Reader:
    """Reads a calendar about a move of one UID, once until something is sent; it raises as a `CalendarWriter` does."""

    uid: str
    to: Destination
    tools: Tools
    _known: dict[str, Sequence[CalendarObject]] = field(default_factory=dict)
    _versions: dict[str, Versions] = field(default_factory=dict)
    _places: dict[str, str | None] = field(default_factory=dict)

    def read(self, uids: Iterable[str]) -> Objects:
        """All that the calendar has of some UIDs."""
        wanted = dict.fromkeys(uids)
        for uid in (one for one in wanted if one not in self._known):
            self._known[uid] = self.to.writer.current(self.to.calendar.href, uid, self._last_seen(uid))
        return {uid: self._known[uid] for uid in wanted}

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._known.clear()
        self._versions.clear()

    def of(self, edits: Iterable[Edit]) -> Objects:
        """All that some edits are about."""
        return self.read(uid for edit in edits for uid in (source_of(edit, self.uid), uid_of(edit, self.uid)))

    def versions(self, uids: Iterable[str]) -> Mapping[str, Versions]:
        """What the components of some UIDs are now."""
        objects = self.read(uids)
        for uid in [one for one in objects if one not in self._versions]:
            self._versions[uid] = self.to.editor.versions([one.text for one in objects[uid]])
        return {uid: self._versions[uid] for uid in objects}

    def answers(self, uids: Iterable[str]) -> Mapping[str, Answers]:
        """What the guests of some UIDs say now."""
        zone = self.to.calendar.zone
        return {
            uid: self.tools.answers([one.text for one in objects], zone) for uid, objects in self.read(uids).items()
        }

    def _last_seen(self, uid: str) -> str | None:
        if uid not in self._places:
            kept = self.tools.kept(self.to.calendar.id, uid)
            self._places[uid] = kept[0].href if kept else None
        return self._places[uid]


def source_of(edit: Edit, uid: str) -> str:
    """The UID of what an edit of a move is made from."""
    return edit.uid if isinstance(edit, Remove) else uid
