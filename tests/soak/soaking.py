"""Calendars that live, workers that are killed, and what has to be true all the time."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, or_, select

from app.adapters.store.calendars.connections import StoredConnections
from app.adapters.store.calendars.generations import TABLES, seen
from app.adapters.store.calendars.occurrences import decoded, event_at
from app.adapters.store.database import open_database, reading
from app.adapters.store.schema import calendar, component, occurrence
from app.adapters.store.upgrades import upgrade
from app.domain.calendar.connected import Access, Backend, Connection, StoredCalendar, SyncState
from benchmarks.soak.seen import BrokenError
from tests.databases import Server
from tests.google_double import GoogleDouble, cut_json, refused, reset, too_many, unavailable
from tests.google_double.apart import Apart, apart
from tests.soak.life import Life, State
from tests.soak.worker import BEGINNING, Task, Worker, work

CALENDARS = 4
CLAIMS_END_S = 1.5
"""Seconds after which the claims of the dead have ended, on the fast clock of the syncs."""
KILLS_S, FAULTS_S, FORGETS_S, CRASHES_S = 2, 2, 4, 20
"""Seconds that pass between two of each, on average."""
FAULTS = {
    "cut": cut_json(),
    "error": refused("backendError"),
    "limit": refused("rateLimitExceeded"),
    "reset": reset(),
    "too many": too_many(1),
    "unavailable": unavailable(1),
}


def add_user(google: GoogleDouble, person: str) -> bytes:
    """Somebody with an empty calendar; their login."""
    google.add_user(person)
    return json.dumps(google.credentials(person)).encode()


def fail(google: GoogleDouble, kind: str, nth: int, times: int) -> None:
    """Let some of the next requests go wrong."""
    google.fault(FAULTS[kind], nth=nth, times=times)


def forget_tokens(google: GoogleDouble, person: str) -> None:
    """Let the next sync of somebody's calendar begin anew."""
    google.expire_sync_tokens(person)


@dataclass
class Seen:
    """A calendar as it lives, and how far what was read of it is."""

    life: Life
    age: int = 0
    generation: int = 0


@dataclass
class Soak:
    """Everything at once: the calendars, the workers, the faults."""

    task: Task
    google: Apart
    server: Server | None
    engine: Engine
    calendars: dict[str, Seen]
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    workers: list[BaseProcess] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    def run(self, seconds: float, workers: int) -> None:
        """Let it go on for a while, then end it and look whether all is as it should be."""
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                while len(self.workers) < workers:
                    self._hire()
                self._step()
        finally:
            while self.workers:
                self._kill()
        self.google.do(GoogleDouble.heal)
        time.sleep(CLAIMS_END_S)
        self._finish()

    def _step(self) -> None:
        self._since, before = time.monotonic(), self._since
        passed = self._since - before
        name = self.chance.choice(list(self.calendars))
        self.calendars[name].life.go_on()
        self.counts["changes"] += 1
        self._look(name)
        acts: list[tuple[Callable[[], None], float]]
        acts = [(self._kill, KILLS_S), (self._fail, FAULTS_S), (partial(self._forget, name), FORGETS_S)]
        acts += [(partial(self._crash, self.server), CRASHES_S)] if self.server else []
        for act, mean_s in acts:
            if self.chance.random() < passed / mean_s:
                act()

    def _fail(self) -> None:
        kind, nth, times = self.chance.choice(list(FAULTS)), self.chance.randint(1, 4), self.chance.randint(1, 8)
        self.google.do(partial(fail, kind=kind, nth=nth, times=times))
        self.counts["faults"] += 1

    def _forget(self, name: str) -> None:
        self.google.do(partial(forget_tokens, person=self.task.logins[name][0]))
        self.counts["tokens forgotten"] += 1

    def _crash(self, server: Server) -> None:
        server.stop()
        server.start()
        self.counts["crashes of PostgreSQL"] += 1

    def _hire(self) -> None:
        context = multiprocessing.get_context("forkserver")
        worker = context.Process(target=work, args=(self.task, self.chance.randrange(10**9)))
        worker.start()
        self.workers.append(worker)

    def _kill(self) -> None:
        worker = self.workers.pop(self.chance.randrange(len(self.workers)))
        if worker.exitcode is not None:
            raise BrokenError(f"a worker ended by itself ({worker.exitcode})")
        worker.kill()
        worker.join()
        self.counts["kills"] += 1

    def _look(self, name: str) -> None:
        """Read a calendar: it has to be as it was once, and no earlier than when it was read last."""
        known = self.calendars[name]
        generation, state = read(self.engine, name)
        age = known.life.age_of(state)
        if age is None:
            raise BrokenError(f"{name} never was as generation {generation} shows it: {differences(state, known.life)}")
        if age < known.age or generation < known.generation:
            raise BrokenError(f"{name} went back from {known.age} to {age}, {known.generation} to {generation}")
        self.counts["looks"] += 1
        self.counts["looks at something new"] += generation > known.generation
        known.age, known.generation = age, generation

    def _finish(self) -> None:
        worker = Worker(self.task)
        for name, known in self.calendars.items():
            done = worker.sync(name)
            if done.state is not SyncState.SYNCED:
                raise BrokenError(f"{name} is {done.state}: {done.problem}")
            if read(self.engine, name)[1] != known.life.state:
                raise BrokenError(
                    f"{name} is not as it should be: {differences(read(self.engine, name)[1], known.life)}"
                )
            left = leftovers(self.engine, name)
            if left:
                raise BrokenError(f"{name} has {left} rows that nobody sees")
        worker.close()


def read(engine: Engine, name: str) -> tuple[int, State]:
    """What the store shows of a calendar, and as which generation; each occurrence as often as it does."""
    with reading(engine) as connection:
        generation = connection.execute(select(calendar.c.generation).where(calendar.c.id == name)).scalar_one()
        rows = select(component.c.uid, component.c.details, occurrence).join_from(component, occurrence)
        found = connection.execute(rows.where(seen(component, name, generation))).all()
    events = [event_at(row, decoded(row.uid, row.details)) for row in found]
    return generation, tuple(sorted((event.ref.uid, event.span.start, event.title) for event in events))


def leftovers(engine: Engine, name: str) -> int:
    """How many rows of a calendar are seen no more, or not yet."""
    with reading(engine) as connection:
        generation = connection.execute(select(calendar.c.generation).where(calendar.c.id == name)).scalar_one()
        return sum(
            connection.execute(
                select(func.count())
                .select_from(table)
                .where(table.c.calendar_id == name, or_(table.c.since > generation, table.c.until.is_not(None)))
            ).scalar_one()
            for table in TABLES
        )


def differences(state: State, life: Life) -> str:
    """How a state differs from what the calendar has now."""
    found, wanted = Counter(state), Counter(life.state)
    return f"too many {list((found - wanted).elements())[:5]}, missing {list((wanted - found).elements())[:5]}"


@contextmanager
def soaking(seed: int, server: Server | None) -> Iterator[Soak]:
    """Calendars at a double, connected in a new database."""
    with TemporaryDirectory() as folder, apart() as google:
        url = server.url if server else f"sqlite:///{Path(folder) / 'clearweek.sqlite'}"
        chance = random.Random(seed)
        people = {f"person{number}": f"person{number}@example.com" for number in range(CALENDARS)}
        logins = {name: (person, google.do(partial(add_user, person=person))) for name, person in people.items()}
        task = Task(url, google.url, logins, time.time(), Path(folder) / "log")
        engine = open_database(url)
        upgrade(engine)
        for name, person in people.items():
            connect(engine, name, person)
        calendars = {name: Seen(Life(google, person, chance)) for name, person in people.items()}
        soak = Soak(task, google, server, engine, calendars, chance)
        yield soak
        engine.dispose()
        soak.counts.update(f"syncs: {line}" for line in task.log.read_text(encoding="utf-8").splitlines())


def connect(engine: Engine, name: str, person: str) -> None:
    """Keep somebody's calendar."""
    login = Connection(name, Backend.GOOGLE, person, person, "", BEGINNING)
    zone, access = ZoneInfo("Europe/Berlin"), Access.DETAILS
    one = StoredCalendar(
        name, name, Backend.GOOGLE, person, person, person, zone, access, writable=True, schedules=True
    )
    StoredConnections(engine).keep(login, None, [one], BEGINNING)
