"""A calendar at Google that lives: whatever is done to it, the store shows it, at once and once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from app.adapters.google.events import event_changes
from app.domain.calendar.connected import SyncState
from tests.adapters.store.kept import ANA
from tests.google_double import GoogleDouble, Json
from tests.google_double.errors import ApiError
from tests.google_double.recurrence import instances, is_cancelled
from tests.google_double.samples import all_day, meeting
from tests.services.google_syncing import DANA, GoogleSyncing

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")
# None of them names a day: a series whose start its rule does not have is undefined (RFC 5545 §3.8.5.3).
RULES = (
    "RRULE:FREQ=WEEKLY;COUNT=20",
    "RRULE:FREQ=WEEKLY;INTERVAL=2",
    "RRULE:FREQ=DAILY;COUNT=15",
    "RRULE:FREQ=DAILY;INTERVAL=3;UNTIL=20270131T000000Z",
    "RRULE:FREQ=MONTHLY",
)

# What is gone already, nothing to choose from, a rule that would end before it begins: then nothing is done.
REFUSED = ("deleted", "notFound", "invalid")


@pytest.fixture
def syncing(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleSyncing]:
    monkeypatch.setattr(event_changes, "PAGE_SIZE", 4)
    with GoogleDouble() as google:
        google.add_user(DANA)
        yield GoogleSyncing(database, google)


class Life:
    """What people do to a calendar, by chance."""

    def __init__(self, google: GoogleDouble, seed: int, whose: str = DANA, guests: tuple[str, ...] = ()) -> None:
        self._google = google
        self._whose = whose
        self._guests = {"attendees": [{"email": email} for email in guests]} if guests else {}
        self._chance = random.Random(seed)
        self._names = 0

    def go_on(self) -> None:
        """Do a few things."""
        for _ in range(self._chance.randint(1, 9)):
            self._act()

    def _act(self) -> None:
        acts: list[Callable[[], object]] = [
            self._add,
            self._add,
            self._add,
            self._add,
            self._rename,
            self._move,
            self._change_instance,
            self._change_instance,
            self._trim,
            self._delete,
            self._delete,
            self._delete,
            self._revive,
        ]
        try:
            self._chance.choice(acts)()
        except ApiError as error:
            if error.reason not in REFUSED:
                raise

    def _living(self) -> list[Json]:
        return [event for event in self._google.events(self._whose) if not is_cancelled(event)]

    def _series(self) -> list[Json]:
        return [event for event in self._living() if "recurrence" in event]

    def _title(self) -> str:
        self._names += 1
        return f"Event {self._names}"

    def _times(self) -> Json:
        day = date(2026, 11, 2) + timedelta(days=self._chance.randrange(120))
        if self._chance.random() < 0.2:
            last = day + timedelta(days=self._chance.randint(1, 3))
            return {"start": {"date": str(day), "dateTime": None}, "end": {"date": str(last), "dateTime": None}}
        zone = self._chance.choice(ZONES)
        start = datetime(day.year, day.month, day.day, self._chance.randint(4, 22), tzinfo=ZoneInfo(zone))
        end = (start.astimezone(UTC) + timedelta(minutes=self._chance.choice((30, 60, 180)))).astimezone(start.tzinfo)
        return {name: _timed(moment, zone) for name, moment in (("start", start), ("end", end))}

    def _add(self) -> None:
        rule = {"recurrence": [self._chance.choice(RULES)]} if self._chance.random() < 0.5 else {}
        self._google.add_event(self._whose, {"summary": self._title(), **self._times(), **rule, **self._guests})

    def _one_of(self, events: list[Json]) -> Json:
        if not events:
            raise ApiError("notFound")
        return self._chance.choice(events)

    def _rename(self) -> None:
        self._google.patch_event(self._whose, self._one_of(self._living())["id"], {"summary": self._title()})

    def _move(self) -> None:
        self._google.patch_event(self._whose, self._one_of(self._living())["id"], self._times())

    def _instance(self) -> Json:
        series = self._one_of(self._series())
        with self._google.world.open() as world:
            calendar = world.calendars[self._whose]
            end = datetime(2027, 3, 1, tzinfo=UTC)
            return self._one_of(list(instances(calendar, series, None, end, deleted=True)))

    def _change_instance(self) -> None:
        instance = self._instance()
        what = self._chance.choice(("cancel", "rename", "move", "revive"))
        if what == "cancel":
            self._google.delete_event(self._whose, instance["id"])
        elif what == "rename":
            self._google.patch_event(self._whose, instance["id"], {"summary": self._title()})
        elif what == "move":
            self._google.patch_event(self._whose, instance["id"], self._times())
        else:
            self._google.patch_event(self._whose, instance["id"], {"status": "confirmed"})

    def _trim(self) -> None:
        rule = f"RRULE:FREQ=WEEKLY;UNTIL=2027{self._chance.randint(1, 3):02d}10T000000Z"
        self._google.patch_event(self._whose, self._one_of(self._series())["id"], {"recurrence": [rule]})

    def _delete(self) -> None:
        self._google.delete_event(self._whose, self._one_of(self._living())["id"])

    def _revive(self) -> None:
        dead = [e for e in self._google.events(self._whose) if is_cancelled(e) and "recurringEventId" not in e]
        if self._google.world.silent_exceptions:  # what became of its exceptions is nobody's to know
            dead = [event for event in dead if "recurrence" not in event]
        self._google.patch_event(self._whose, self._one_of(dead)["id"], {"status": "confirmed"})


def _timed(moment: datetime, zone: str) -> Json:
    return {"dateTime": moment.isoformat(), "timeZone": zone, "date": None}


@pytest.mark.parametrize("silent", [False, True], ids=["exceptions told", "exceptions silent"])
@pytest.mark.parametrize("seed", range(4))
def test_a_calendar_lives_and_the_store_follows(syncing: GoogleSyncing, seed: int, silent: bool) -> None:
    syncing.google.world.silent_exceptions = silent
    life = Life(syncing.google, seed)
    for step in range(20):
        life.go_on()
        if step % 9 == 8:
            syncing.google.expire_sync_tokens(DANA)
        assert syncing.sync().state == SyncState.SYNCED
        assert syncing.seen() == syncing.wanted()
    assert sum(syncing.seen().values()) > 20


@pytest.mark.parametrize("seed", range(3))
def test_what_others_do_reaches_the_copies_of_who_they_invite(syncing: GoogleSyncing, seed: int) -> None:
    syncing.google.add_user(ANA)
    syncing.google.add_user("ben@example.com")
    lives = [Life(syncing.google, seed, ANA, (ANA, DANA)), Life(syncing.google, seed + 100, "ben@example.com", (DANA,))]
    for step in range(12):
        for life in lives:
            life.go_on()
        if step % 5 == 4:
            syncing.google.expire_sync_tokens(DANA)
        assert syncing.sync().state == SyncState.SYNCED
        assert syncing.seen() == syncing.wanted()
    assert sum(syncing.seen().values()) > 20


def test_a_calendar_that_moves_to_another_zone_takes_its_days_with_it(syncing: GoogleSyncing) -> None:
    syncing.google.add_event(DANA, all_day("2026-11-24", "2026-11-25"))
    syncing.google.add_event(DANA, meeting(24))
    for zone, starts in (("Europe/Berlin", ["23 23:00", "24 09:00"]), ("Asia/Tokyo", ["23 15:00", "24 09:00"])):
        with syncing.google.world.open() as world:
            world.calendars[DANA].zone = ZoneInfo(zone)
        assert syncing.sync().state == SyncState.SYNCED
        assert sorted(f"{start:%d %H:%M}" for _, start, _, _ in syncing.seen()) == starts
        assert syncing.kept.calendar("k1")[0].zone == ZoneInfo(zone)
