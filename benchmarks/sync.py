"""What the sync of Google's calendars costs, from the double on the loopback into an SQLite file.

`python -m benchmarks.sync [--json] [--sizes 10000 30000 100000] [--calendars N] [--people N] [--runs N]` measures

- the first sync of a calendar of each size, a fifth of it series: events a second, and the memory at its peak
- a sync with nothing new, and one with 10 changed events, of the first of these calendars
- one worker that finds N unchanged calendars of as many people, one after the other
- reading what a plan of a manager with N people needs, from the store

each in seconds and in seconds of the processor, and beside the bare client (google-api-python-client) that makes the
same requests. The double runs in a process of its
own and has its pages ready. Each size is measured in a new process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.adapters.google.calendar_store import GoogleStore
from app.adapters.ics.object_reader import ObjectReader
from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.connections import StoredConnections
from app.adapters.store.calendars.source import stored_sources
from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade
from app.domain.calendar.connected import Access, Backend, Connection, StoredCalendar, SyncState
from app.domain.calendar.timespan import IsoWeek
from app.domain.meetings.busy import BusyRules
from app.domain.people.grid import weeks_span
from app.services.planning.situation.reading import Reading, Source, read
from app.services.syncing.sync import Synced, sync_calendar
from app.settings import Settings, load_rules
from benchmarks.google_calendars import ZONE, Bare, Body, change, fill, requests
from tests.google_double.apart import Apart, apart

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEK = IsoWeek(2026, 48)
SIZES = (10_000, 30_000, 100_000)
CHANGES = 10
TARGETS = {
    "first_events_per_s": 600,
    "first_peak_mb": 300,
    "unchanged_own_ms": 40,
    "ten_changes_ms": 150,
    "calendars_s": 30,
    "reading_s": 0.3,
}


class Here:
    """A database of its own, and the calendars of a double in it."""

    def __init__(self, folder: str, google: Apart) -> None:
        self.engine = open_database(f"sqlite:///{Path(folder) / 'clearweek.sqlite'}")
        upgrade(self.engine)
        self.google = google
        self.rules = load_rules(None, Settings())
        self.words = BusyRules(self.rules.words)
        self._store = StoredCalendars(self.engine)
        self._reader = ObjectReader(self.words)

    def requests(self) -> int:
        """How many requests the double has got since this was asked last."""
        return self.google.do(requests)

    def connect(self, person: str) -> str:
        """Keep a person's calendar; returns its id."""
        name = person.partition("@")[0][:16]
        login = Connection(name, Backend.GOOGLE, person, person, "", NOW)
        zone, access = ZoneInfo(ZONE), Access.DETAILS
        one = StoredCalendar(
            name, name, Backend.GOOGLE, person, person, person, zone, access, writable=True, schedules=True
        )
        return StoredConnections(self.engine).keep(login, None, [one], NOW)[0].id

    def backend(self, person: str, login: Body) -> GoogleStore:
        """What speaks to the double in a person's name."""
        return GoogleStore(json.dumps(login).encode(), person, self.google.url)

    def sync(self, calendar: str, backend: GoogleStore) -> Synced:
        """One sync, which has to go well."""
        done = sync_calendar(calendar, self._store, backend, reader=self._reader, holder="benchmark", now=lambda: NOW)
        assert done.state is SyncState.SYNCED, done.problem
        return done


@contextmanager
def here() -> Iterator[Here]:
    """A double, and a database in a folder that goes away."""
    with TemporaryDirectory() as folder, apart() as google:
        found = Here(folder, google)
        yield found
        found.engine.dispose()


@dataclass(frozen=True)
class Spent:
    """Seconds of the wall and of this process's processor; the rest was waiting: for the double, the disk, others."""

    wall: float
    processor: float

    def named(self, name: str) -> dict[str, float]:
        """As figures."""
        return {f"{name}_s": self.wall, f"{name}_processor_s": self.processor}


def timed(work: Callable[[], T]) -> tuple[Spent, T]:
    """What something took, and what came of it."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return Spent(time.perf_counter() - wall, time.process_time() - processor), result


def median(all_spent: Sequence[Spent]) -> Spent:
    """The medians of both."""
    return Spent(*(statistics.median(column) for column in zip(*map(astuple, all_spent), strict=True)))


def peak_mb() -> float:
    """The most memory that this process had (VmHWM); unlike `ru_maxrss` without what its parent had."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def one_calendar(events: int, runs: int) -> dict[str, float]:
    """The first sync of a calendar, then ones with nothing new and with changes; in seconds, and MB."""
    person = "owner@example.com"
    with here() as place:
        login = place.google.do(partial(fill, person=person, events=events, series=events // 5, seed=events))
        sync = partial(place.sync, place.connect(person), place.backend(person, login))
        place.requests()
        spent, done = timed(sync)
        found = {"events": done.events, **spent.named("first")}
        found |= {"peak_mb": peak_mb(), "first_requests": place.requests()}
        with closing(Bare(place.google.url, login)) as bare:
            spent, (_, token) = timed(lambda: bare.list(person))
            found["first_bare_s"] = spent.wall
            place.requests()
            sync()
            found["unchanged_requests"] = place.requests()
            found |= _unchanged(sync, partial(bare.list, person, token), runs * 10)
            return found | _with_changes(place, sync, partial(bare.list, person), token, runs)


def _unchanged(sync: Callable[[], Synced], bare: Callable[[], object], runs: int) -> dict[str, float]:
    return _medians("unchanged", [(timed(sync)[0], timed(bare)[0]) for _ in range(runs)])


def _with_changes(
    place: Here, sync: Callable[[], Synced], bare: Callable[[str], tuple[int, str]], token: str, runs: int
) -> dict[str, float]:
    pairs = []
    for run in range(runs):
        place.google.do(partial(change, person="owner@example.com", count=CHANGES, mark=f"run {run}"))
        plain, (count, token) = timed(partial(bare, token))
        ours, done = timed(sync)
        assert count == done.changed == CHANGES, (count, done)
        pairs.append((ours, plain))
    return _medians("ten_changes", pairs)


def _medians(name: str, pairs: Sequence[tuple[Spent, Spent]]) -> dict[str, float]:
    """What we took and what the bare client took."""
    ours, plain = zip(*pairs, strict=True)
    return median(ours).named(name) | {f"{name}_bare_s": median(plain).wall}


def many_calendars(count: int) -> dict[str, float]:
    """One worker that finds nothing new in calendars of different people, each by a login of its own."""
    with here() as place:
        synced: list[tuple[Callable[[], Synced], Callable[[], object]]] = []
        for number in range(count):
            person = f"colleague{number}@example.com"
            login = place.google.do(partial(fill, person=person, events=20, series=10, seed=number))
            calendar = place.connect(person)
            place.sync(calendar, place.backend(person, login))
            with closing(Bare(place.google.url, login)) as client:
                token = client.list(person)[1]
            synced.append(
                (partial(_again, place, calendar, person, login), partial(_bare, place, person, login, token))
            )
        place.requests()
        spent, _ = timed(lambda: [ours() for ours, _ in synced])
        found = {"calendars": count, "calendars_requests": place.requests(), **spent.named("calendars")}
        plain, _ = timed(lambda: [bare() for _, bare in synced])
        return found | {"calendars_bare_s": plain.wall}


def _again(place: Here, calendar: str, person: str, login: Body) -> Synced:
    return place.sync(calendar, place.backend(person, login))


def _bare(place: Here, person: str, login: Body, token: str) -> None:
    with closing(Bare(place.google.url, login)) as bare:
        bare.list(person, token)


def a_week(people: int, runs: int) -> dict[str, float]:
    """What a plan of the first person's week reads of all of them: every event of all weeks that are looked at."""
    with here() as place:
        for number in range(people):
            person = f"person{number}@example.com"
            login = place.google.do(partial(fill, person=person, events=200, series=20, seed=number))
            place.sync(place.connect(person), place.backend(person, login))
        found = [timed(lambda: read_week(place, "person0@example.com")) for _ in range(runs * 3)]
        spent = median([one for one, _ in found])
        return {"people": people, "reading_events": len(found[0][1].events), **spent.named("reading")}


def read_week(place: Here, manager: str) -> Reading:
    """Read the calendars that a manager may see, as planning does."""
    found = [Source(one) for one in stored_sources(place.engine, [manager], place.words)]
    window = partial(weeks_span, WEEK, place.rules.packing.weeks)
    return read(found, manager=manager, team=None, timezone=None, window=window)


def in_new_process(work: Callable[..., dict[str, float]], *arguments: Any) -> dict[str, float]:
    """Measure in a new process, which has no memory of others."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def measure(sizes: Sequence[int], calendars: int, people: int, runs: int) -> dict[str, Any]:
    """All figures, in the order of the targets; seconds and their ratios to the bare client's."""
    by_size = [in_new_process(one_calendar, size, runs) for size in sizes]
    return {
        "sizes": [_rounded(found) for found in by_size],
        "growth": _growth(by_size),
        **_rounded(in_new_process(many_calendars, calendars)),
        **_rounded(in_new_process(a_week, people, runs)),
    }


def _growth(by_size: Sequence[Mapping[str, float]]) -> float:
    """How much more of the processor an event takes in the largest calendar than in the smallest; 1 is linear."""
    first, last = (found["first_processor_s"] / found["events"] for found in (by_size[0], by_size[-1]))
    return round(last / first, 2)


def _rounded(found: Mapping[str, float]) -> dict[str, float]:
    """Figures fit to be read, with the ratio to the bare client beside each time of it."""
    ratios = {
        f"{name.removesuffix('_bare_s')}_ratio": found[name.replace("_bare_s", "_s")] / seconds
        for name, seconds in found.items()
        if name.endswith("_bare_s")
    }
    return {name: round(value, 4) for name, value in {**found, **ratios}.items()}


def missed(result: Mapping[str, Any]) -> list[str]:
    """The targets that were missed, with the figure."""
    first = result["sizes"][0]
    figures = {
        "first_events_per_s": first["events"] / first["first_s"],
        "first_peak_mb": first["peak_mb"],
        "unchanged_own_ms": (first["unchanged_s"] - first["unchanged_bare_s"]) * 1000,
        "ten_changes_ms": first["ten_changes_s"] * 1000,
        "calendars_s": result["calendars_s"],
        "reading_s": result["reading_s"],
    }
    least = ("first_events_per_s",)
    bad = [n for n, value in figures.items() if (value < TARGETS[n] if n in least else value > TARGETS[n])]
    return [f"{name}: {figures[name]:.4g}, to be {TARGETS[name]}" for name in bad]


def main() -> None:
    """Measure and print; exit 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--calendars", type=int, default=500)
    parser.add_argument("--people", type=int, default=31)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    result = measure(options.sizes, options.calendars, options.people, options.runs)
    problems = missed(result)
    if options.json:
        print(json.dumps(result | {"missed": problems}, indent=2))
    else:
        for group in (*result.pop("sizes"), result):
            print(*(f"{name:>25}: {value}" for name, value in group.items()), sep="\n")
        print(*(f"missed: {problem}" for problem in problems), sep="\n")
    raise SystemExit(1 if problems else 0)


if __name__ == "__main__":
    main()
