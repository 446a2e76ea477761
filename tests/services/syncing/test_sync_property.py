"""Whatever happens at a server and on the way: what is stored is what its texts say, or what was stored before."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade
from app.domain.calendar.connected import SyncState
from app.domain.calendar.event import Event
from app.domain.calendar.timespan import Timespan
from app.errors import AppError, NotFoundError, ReconnectError, StaleTokenError, UnavailableError
from tests.adapters.store.kept import ANA, BERLIN
from tests.adapters.store.syncing import Syncing, vcalendar, vevent
from tests.services.memory_store import MemoryCalendar
from tests.services.points import KilledError, Points, pointed

UIDS = ("a", "b", "c")
SERIES = "20261102T090000"
STARTS = st.sampled_from(["20261124T100000", "20261201T160000", "20250101T080000", "20270601T090000"])
RULES = st.sampled_from(["FREQ=WEEKLY", "FREQ=DAILY;COUNT=9", "FREQ=WEEKLY;UNTIL=20261130T080000Z", "FREQ=YEARLY"])
TITLES = st.sampled_from(["Budget", "Lunch, at noon", "Vacation"])
ORIGINAL = "RECURRENCE-ID;TZID=Europe/Berlin:20261109T090000"
FAULTS = st.sampled_from(
    [
        UnavailableError("no answer"),
        UnavailableError("too many", 60),
        ReconnectError("no"),
        NotFoundError("gone"),
        StaleTokenError("stale"),
    ]
)


@dataclass(frozen=True)
class Put:
    """An object under a name, of the same UID or not."""

    href: str
    uid: str
    text: str


@dataclass(frozen=True)
class Rename:
    """All objects get other names."""


@dataclass(frozen=True)
class Remove:
    """Every n-th object goes."""

    nth: int


@dataclass(frozen=True)
class Forget:
    """Tokens of before are not known any more."""


@dataclass(frozen=True)
class Wait:
    """The clock goes on, or is set back."""

    days: int


@dataclass(frozen=True)
class Sync:
    """A sync; one of its requests fails, or it ends at a point."""

    fault: AppError | None = None
    at: int = 0


Step = Put | Rename | Remove | Forget | Wait | Sync


@st.composite
def puts(draw: st.DrawFn) -> Put:
    uid = draw(st.sampled_from(UIDS))
    title = f"SUMMARY:{draw(TITLES)}"
    one = vevent(uid, draw(STARTS), title)
    master = vevent(uid, SERIES, f"RRULE:{draw(RULES)}", title)
    moved = vevent(uid, draw(STARTS), ORIGINAL, title)
    cancelled = vevent(uid, SERIES, ORIGINAL, "STATUS:CANCELLED")
    all_day = f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;VALUE=DATE:20261201\r\n{title}\r\nEND:VEVENT"
    broken = vevent(uid, "2026", title)
    whole = draw(st.sampled_from([(one,), (master,), (master, moved), (master, cancelled), (all_day,), (broken,)]))
    other = draw(st.sampled_from(UIDS))
    one_of = [(uid, whole), (other, whole), (f"{uid}-1", (moved,)), (f"{uid}-1", (cancelled,))]
    href, events = draw(st.sampled_from(one_of))
    return Put(href, uid, vcalendar(*events))


STEPS = st.lists(
    st.one_of(
        puts(),
        puts(),
        puts(),
        st.just(Rename()),
        st.builds(Remove, st.integers(1, 3)),
        st.just(Forget()),
        st.builds(Wait, st.sampled_from([1, 10, 200, -1, -400])),
        st.just(Sync()),
        st.builds(Sync, FAULTS, st.integers(1, 3)),
        st.builds(Sync, st.none(), st.integers(4, 20)),
        st.builds(Sync, st.none(), st.integers(4, 20)),
    ),
    min_size=4,
    max_size=20,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file of this version's schema."""
    path = tmp_path_factory.mktemp("template") / "a.sqlite"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


def fresh(syncing: Syncing, window: Timespan) -> list[Event]:
    """The events of all texts that the server has."""
    text = "\r\n".join(one.text for _, one in sorted(syncing.remote.objects.items()))
    return list(IcsCalendar.read("k1", text.encode()).events(window, ANA, BERLIN).events) if text else []


def window_of(syncing: Syncing) -> Timespan:
    claim = syncing.store.claim("k1", "test", syncing.now)
    assert claim.window is not None
    return claim.window


def take(step: Step, syncing: Syncing) -> None:
    """One step; what a sync has to leave is checked."""
    match step:
        case Wait(days):
            syncing.now += timedelta(days=days)
        case Sync(None, 0):
            check_success(syncing)
        case Sync(None, at):
            check_killed(syncing, at)
        case Sync(fault, at):
            check_failure(syncing, fault, at)
        case _:
            change(step, syncing.remote)


def change(step: Step, remote: MemoryCalendar) -> None:
    """What happens at the server."""
    match step:
        case Put(href, uid, text):
            remote.put(href, uid, text)
        case Rename():
            for href, one in list(remote.objects.items()):
                remote.remove(href)
                remote.put(f"{href}+", one.uid, one.text)
        case Remove(nth):
            for href in list(remote.objects)[::nth]:
                remote.remove(href)
        case Forget():
            remote.forget_tokens()


def check_success(syncing: Syncing) -> None:
    synced = syncing.sync()
    assert synced.state == SyncState.SYNCED
    assert synced.events == len(syncing.remote.objects)
    window = window_of(syncing)
    assert window.start <= syncing.now - timedelta(weeks=25)
    assert window.end >= syncing.now + timedelta(weeks=26)
    assert sorted(map(repr, syncing.events())) == sorted(map(repr, fresh(syncing, window)))


def check_failure(syncing: Syncing, fault: AppError | None, at: int) -> None:
    assert fault is not None
    before = syncing.events()
    syncing.server.fail(fault, at=at)
    if syncing.sync().state != SyncState.SYNCED:
        assert syncing.events() == before
    syncing.server.fault = lambda _number: None


def check_killed(syncing: Syncing, at: int) -> None:
    def die() -> None:
        raise KilledError

    before = syncing.events()
    with pointed(syncing.server, Points(at, die)):
        try:
            syncing.sync()
            return
        except KilledError:
            pass
    after = syncing.events()
    assert after == before or sorted(map(repr, after)) == sorted(map(repr, fresh(syncing, window_of(syncing))))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_what_is_stored_is_what_the_server_has(template: Path, tmp_path: Path, steps: list[Step]) -> None:
    path = tmp_path / "a.sqlite"
    for old in tmp_path.glob("a.sqlite*"):
        old.unlink()
    shutil.copy(template, path)
    engine = open_database(f"sqlite:///{path}")
    syncing = Syncing(engine)
    for step in [*steps, Sync()]:
        take(step, syncing)
    engine.dispose()
