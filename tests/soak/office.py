"""A manager's week with a move of each kind, on a server and in a database that can be as they were before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Engine, update

from app.adapters.store.database import open_database, writing
from app.adapters.store.schema import calendar
from app.adapters.store.upgrades import upgrade
from app.domain.proposals.proposal import Choice, Decision
from app.domain.proposals.shown import Shown
from app.services.proposals import life
from app.services.proposals.desk import Desk
from app.settings import Settings
from app.wiring.proposals import desk_by_hand
from app.wiring.queues import make_queues
from benchmarks.soak.places import GooglePlace, Meeting, Place, RadicalePlace
from benchmarks.soak.running import Soak
from benchmarks.soak.weeks import NOW, WEEK, Week
from tests.adapters.caldav.servers import radicale
from tests.adapters.mail_relay import Relay, relay
from tests.databases import Server, copy_database, new_database
from tests.google_double import GoogleDouble
from tests.google_double.world import Mail

MANAGER, ANA, BEN, CEM = (f"{name}@example.com" for name in ("manager", "ana", "ben", "cem"))
MONDAY = datetime.combine(WEEK.monday, datetime.min.time())
MONTH = timedelta(weeks=4)


def at(day: int, hour: int) -> datetime:
    """A time of the planned week."""
    return MONDAY + timedelta(days=day, hours=hour)


def _weekly(uid: str, title: str, guest: str, first: datetime, organizer: str = MANAGER) -> Meeting:
    return Meeting(uid, title, organizer, (guest,), first, 30, "FREQ=WEEKLY")


OFFICE = Week(
    MANAGER,
    (ANA, BEN, CEM),
    (
        _weekly("a1a1a1", "1:1 Ana", ANA, at(1, 10) - MONTH),  # a series that is split: on a meeting-free day
        _weekly("a2a2a2", "1:1 Ben", BEN, at(1, 11)),  # a series that moves whole: it begins in the planned week
        _weekly("a3a3a3", "Roadmap with Cem", CEM, at(2, 14) - MONTH),  # an occurrence of a series: it clashes once
        Meeting("a4a4a4", "Review", MANAGER, (BEN, CEM), at(0, 10), 30),  # a one-off: it clashes
        Meeting("a5a5a5", "Own Monday", MANAGER, (), at(0, 9), 90),
        Meeting("a6a6a6", "Own Wednesday", MANAGER, (), at(2, 14), 60),
        _weekly("a7a7a7", "Ana and Ben", BEN, at(3, 10) - MONTH, ANA),  # for a proposal of Ana's
    ),
)


@dataclass(frozen=True)
class Office:
    """The week on a server, with a proposal to which everything is accepted, and apply is pressed."""

    place: Place
    settings: Settings
    soak: Soak
    mail: Relay
    told: Callable[[], Sequence[Mail]]
    """The mails that the server sent by itself."""
    shown: Shown
    others: str
    go_back: Callable[[], None]
    """Has all of it be as it was when apply was pressed."""

    def free_calendars(self) -> None:
        """Have five minutes go by after which a calendar may be synced whose sync was killed."""
        with writing(self.soak.engine) as connection:
            connection.execute(update(calendar).values(claimed_by=None, claimed_until=None))

    @property
    def desk(self) -> Desk:
        """What presses undo."""
        return desk_by_hand(self.soak.engine, self.settings)


@contextmanager
def google_office(server: Server) -> Iterator[Office]:
    """At Google's double, which tells the guests."""
    with GoogleDouble() as google, relay() as mail:

        def keep() -> Callable[[], None]:
            with google.world.open() as world:
                picture = world.picture()
            return lambda: _go_back(google, picture)

        with _office(GooglePlace(google), keep, mail, lambda: google.mails, server) as office:
            yield office


@contextmanager
def radicale_office(server: Server) -> Iterator[Office]:
    """At a Radicale, which tells nobody: the guests get letters."""
    with TemporaryDirectory() as name, radicale(Path(name)) as running, relay() as mail:
        folder, kept = Path(name) / "collections", Path(name) / "kept"

        def go_back() -> None:
            shutil.rmtree(folder)
            shutil.copytree(kept, folder)

        def keep() -> Callable[[], None]:
            shutil.copytree(folder, kept)
            return go_back

        with _office(RadicalePlace(running), keep, mail, list, server) as office:
            yield office


def _go_back(google: GoogleDouble, picture: dict[str, object]) -> None:
    with google.world.open() as world:
        world.go_back(picture)


@contextmanager
def _office(
    place: Place,
    keep: Callable[[], Callable[[], None]],
    mail: Relay,
    told: Callable[[], Sequence[Mail]],
    server: Server,
) -> Iterator[Office]:
    first = new_database(server.url)
    settings = Settings(
        database_url=first,
        secret_keys=SecretStr(Fernet.generate_key().decode()),
        google_api_url=place.url,
        smtp_url=SecretStr(f"smtp://127.0.0.1:{mail.port}?tls=none"),
        mail_from="clearweek@example.com",
    )
    with _ready(first) as engine, Soak(engine, settings, [place]).kept(place, OFFICE):
        make_queues(settings)
        shown, others = _pressed(desk_by_hand(engine, settings))
        place_as_it_was = keep()

        def go_back() -> None:
            place_as_it_was()
            copy_database(server.url, first, "office", crashes=True)
            mail.taken.clear()

        own = settings.model_copy(update={"database_url": copy_database(server.url, first, "office", crashes=True)})
        rep = open_database(own.database_url)
        yield Office(place, own, Soak(rep, own, [place]), mail, told, shown, others, go_back)
        rep.dispose()


@contextmanager
def _ready(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    upgrade(engine)
    yield engine
    engine.dispose()


def _pressed(at_desk: Desk) -> tuple[Shown, str]:
    """The manager's proposal with apply pressed, and another one that shares somebody with it."""
    others = life.propose(at_desk, ANA, WEEK, by=ANA, at=NOW).proposal.id
    shown = life.propose(at_desk, MANAGER, WEEK, by=MANAGER, at=NOW)
    all_of_it = [Choice(move.number, Decision.ACCEPT) for move in shown.proposal.moves]
    life.decide(at_desk, shown.proposal.id, all_of_it, by=MANAGER)
    return life.apply(at_desk, shown.proposal.id, by=MANAGER), others
