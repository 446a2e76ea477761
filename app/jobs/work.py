"""What jobs do, and what they are called in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

APPLICATION = "clearweek"
VERSION = 1
"""Raised when the steps of a job change: what an older version began is then begun again, from our own rows."""

SYNC = "sync"
PLAN = "plan"
TICK = "tick"
UPKEEP = "upkeep"


@dataclass(frozen=True)
class Work:
    """The use cases that the jobs call, with everything filled in but ids. Each tolerates being run again.

    `sync` takes a calendar and the name of who syncs it, which stays the same when the job is taken up again. `due` are
    the calendars whose sync is due, `waiting` the plannings that are not finished. `upkeep`, by name, is done once a
    minute: renewing what expires, deleting what has expired.
    """

    sync: Callable[[str, str], object]
    plan: Callable[[str], object]
    due: Callable[[], Sequence[str]]
    waiting: Callable[[], Sequence[str]]
    upkeep: Mapping[str, Callable[[], object]] = field(default_factory=dict)
