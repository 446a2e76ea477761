"""What jobs do, and what they are called in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

APPLICATION = "clearweek"
VERSION = 1
"""Raised when the steps of a job change: what an older version began is then begun again, from our own rows."""

SYNC = "sync"
PLAN = "plan"
APPLY = "apply"
MAIL = "mail"
TICK = "tick"
UPKEEP = "upkeep"


class Applying(Protocol):
    """The work at a proposal that is applied or undone, in steps that tolerate being done again."""

    def begin(self) -> list[int]:
        """The numbers of the moves that are to be made, in their order."""
        ...

    def move(self, number: int) -> None:
        """Make one of them."""
        ...

    def finish(self) -> object:
        """End the work; what is left of it then is found by a tick."""
        ...


@dataclass(frozen=True)
class Work:
    """The use cases that the jobs call, with everything filled in but ids. Each tolerates being run again.

    `sync` takes a calendar and the name of who syncs it, which stays the same when the job is taken up again. `due` are
    the calendars whose sync is due, `waiting` the plannings that are not finished. `apply` takes a proposal and who
    works at it, `unapplied` are the proposals that nobody is at. `mail` sends a mail, `unsent` are those whose time has
    come. `upkeep`, by name, is done once a minute: renewing what expires, deleting what has expired.
    """

    sync: Callable[[str, str], object]
    plan: Callable[[str], object]
    due: Callable[[], Sequence[str]]
    waiting: Callable[[], Sequence[str]]
    apply: Callable[[str, str], Applying]
    unapplied: Callable[[], Sequence[str]]
    mail: Callable[[str], object]
    unsent: Callable[[], Sequence[str]]
    upkeep: Mapping[str, Callable[[], object]]
