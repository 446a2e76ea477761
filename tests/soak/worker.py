"""A process that syncs calendars until it is killed."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.adapters.google.calendar_store import GoogleStore
from app.adapters.google.events import event_changes
from app.adapters.ics.object_reader import ObjectReader
from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.database import open_database
from app.domain.configuration.rules import Words
from app.domain.meetings.busy import BusyRules
from app.errors import ClaimedError, StoreError
from app.services.syncing import sync

BEGINNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
SPEED = 600
"""How fast the clock of the syncs goes, so that claims of the dead end soon."""


@dataclass(frozen=True)
class Task:
    """What every worker has to know; `logins` are the people's secrets by the ids of their calendars."""

    database: str
    google: str
    logins: dict[str, tuple[str, bytes]]
    begun: float
    log: Path

    def now(self) -> datetime:
        """The clock of the syncs."""
        return BEGINNING + timedelta(seconds=(time.time() - self.begun) * SPEED)


class Worker:
    """Syncs the calendars of a task in small steps, so that there is much between them."""

    def __init__(self, task: Task) -> None:
        event_changes.PAGE_SIZE, sync.PAGE, sync.BATCH = 20, 7, 5
        self._task = task
        self._engine = open_database(task.database)
        self._store = StoredCalendars(self._engine)
        self._reader = ObjectReader(BusyRules(Words()))
        self._servers = {
            name: GoogleStore(secret, person, task.google, timeout_s=2, sleep=lambda _s: None, now=task.now)
            for name, (person, secret) in task.logins.items()
        }

    def sync(self, name: str) -> sync.Synced:
        """One sync of one calendar. Raises `ClaimedError` and `StoreError`."""
        return sync.sync_calendar(
            name,
            self._store,
            self._servers[name],
            reader=self._reader,
            holder=f"worker {os.getpid()}",
            now=self._task.now,
        )

    def close(self) -> None:
        """End the connections to the database."""
        self._engine.dispose()


def work(task: Task, seed: int) -> None:
    """Sync one calendar after the other, by chance, and write down how each ended."""
    chance = random.Random(seed)
    worker = Worker(task)
    names: Sequence[str] = sorted(task.logins)
    with task.log.open("a", encoding="utf-8") as log:
        while True:
            try:
                ended = str(worker.sync(chance.choice(names)).state)
            except (ClaimedError, StoreError) as error:
                ended = type(error).__name__
            log.write(f"{ended}\n")
            log.flush()
