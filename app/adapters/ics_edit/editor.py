"""The texts of objects, read and edited for a write (`app.ports.EventEditor`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.adapters.ics_edit import fingerprints
from app.domain.writing import Versions


@dataclass(frozen=True, slots=True)
class IcsEditor:
    """Reads and edits the objects of one calendar; its `zone` is the clock of times that name none."""

    zone: ZoneInfo

    def versions(self, texts: Sequence[str]) -> Versions:
        """The fingerprint of every component in the objects of one UID. Raises `ParseError`."""
        return fingerprints.versions(texts, self.zone)
