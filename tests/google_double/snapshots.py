"""Whole answers that are given page by page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.google_double.errors import ApiError, Json

_KEPT_SNAPSHOTS = 64


@dataclass
class Snapshot:
    """A whole answer, as it was when its first page was asked for; pages are kept as bytes once made."""

    head: Json
    events: list[Json]
    sync_token: str | None
    pages: dict[int, bytes] = field(default_factory=dict)


class Snapshots:
    """Answers whose pages are still being fetched, or may be fetched again; the oldest are forgotten."""

    def __init__(self) -> None:
        self._all: OrderedDict[str, Snapshot] = OrderedDict()

    def get(self, key: str, make: Callable[[], Snapshot] | None) -> Snapshot:
        """The snapshot of a key; made if there is none, refused if it cannot be."""
        if key not in self._all:
            if make is None:
                raise ApiError("invalid", "Invalid page token value.", location="pageToken")
            self._all[key] = make()
        self._all.move_to_end(key)
        while len(self._all) > _KEPT_SNAPSHOTS:
            self._all.popitem(last=False)
        return self._all[key]
