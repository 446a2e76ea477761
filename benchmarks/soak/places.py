"""Servers with people's calendars, as somebody else than Clearweek writes and reads them."""

from __future__ import annotations

import json
import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.adapters.caldav.calendar_store import CaldavStore
from app.adapters.google.calendar_store import GoogleStore
from app.domain.calendar.connected import Backend, Connection
from app.ports import CalendarStore
from tests.adapters.caldav.remotes import DavUser
from tests.adapters.caldav.servers import PASSWORDS, Running, radicale
from tests.google_double import GoogleDouble, lost_answer, refused, reset

ZONE = ZoneInfo("Europe/Berlin")
DAVS = "dana"
"""The account at the CalDAV server that has everybody's calendars."""


@dataclass(frozen=True)
class Meeting:
    """An event as its organizer writes it, at a time of the wall clock of `ZONE`; its title is found only once."""

    uid: str
    title: str
    organizer: str
    guests: tuple[str, ...]
    start: datetime
    minutes: int
    rule: str | None = None
    moved: Mapping[int, timedelta] = field(default_factory=dict)
    """By how much some occurrences, counted from 0 in weeks of the rule, were moved by hand."""
    left_out: tuple[int, ...] = ()
    every: int = 1

    @property
    def end(self) -> datetime:
        """When the first one ends."""
        return self.start + timedelta(minutes=self.minutes)

    def occurrence(self, number: int) -> datetime:
        """When one begins by the rule."""
        return self.start + timedelta(weeks=number * self.every)


class Place(ABC):
    """A server with calendars of some people, each found by their address."""

    backend: Backend
    url: str

    @abstractmethod
    def add_people(self, people: Sequence[str]) -> None:
        """Give each a calendar."""

    @abstractmethod
    def remove_people(self, people: Sequence[str]) -> None:
        """Delete their calendars."""

    @abstractmethod
    def login(self, person: str, login_id: str, now: datetime) -> tuple[Connection, bytes]:
        """What connects somebody's calendar, with its secret."""

    @abstractmethod
    def href(self, person: str) -> str:
        """The name of somebody's calendar at the server."""

    @abstractmethod
    def store(self, person: str) -> CalendarStore:
        """A reader of somebody's calendar, apart from those that are tried."""

    @abstractmethod
    def add(self, meeting: Meeting) -> None:
        """Write a meeting, with its exceptions."""

    @abstractmethod
    def move(self, meeting: Meeting, by: timedelta) -> None:
        """Have its organizer move all of it by hand."""

    @abstractmethod
    def remove(self, meeting: Meeting) -> None:
        """Have its organizer delete it."""

    @abstractmethod
    def answer(self, meeting: Meeting, person: str, partstat: str) -> None:
        """Have somebody answer an invitation."""

    @abstractmethod
    def break_some(self, rng: random.Random) -> None:
        """Have some of the next writes go wrong."""

    @abstractmethod
    def heal(self) -> None:
        """Have nothing go wrong any more."""


class GooglePlace(Place):
    """Google's double."""

    backend = Backend.GOOGLE

    def __init__(self, google: GoogleDouble) -> None:
        self._google = google
        self.url = google.url
        self._stores: dict[str, GoogleStore] = {}

    def add_people(self, people: Sequence[str]) -> None:
        """Users of a domain."""
        for person in people:
            self._google.add_user(person, zone=ZONE.key)

    def remove_people(self, people: Sequence[str]) -> None:
        """Their calendars alone: an account of which nobody hears costs nothing."""
        for person in people:
            self._google.remove_calendar(person)
            self._stores.pop(person, None)

    def login(self, person: str, login_id: str, now: datetime) -> tuple[Connection, bytes]:
        """A user's own."""
        secret = json.dumps(self._google.credentials(person)).encode()
        return Connection(login_id, Backend.GOOGLE, person, person, "", now), secret

    def href(self, person: str) -> str:
        """A primary calendar is named after its owner."""
        return person

    def store(self, person: str) -> CalendarStore:
        """One that reads without faults, once healed."""
        if person not in self._stores:
            secret = json.dumps(self._google.credentials(person)).encode()
            self._stores[person] = GoogleStore(secret, person, self._google.url)
        return self._stores[person]

    def add(self, meeting: Meeting) -> None:
        """A body of the API; exceptions by their instances."""
        body: dict[str, object] = {
            "id": meeting.uid,
            "summary": meeting.title,
            "start": _google_time(meeting.start),
            "end": _google_time(meeting.end),
            "attendees": [{"email": guest, "responseStatus": "accepted"} for guest in meeting.guests],
        }
        if meeting.rule:
            body["recurrence"] = [f"RRULE:{meeting.rule}"]
        self._google.add_event(meeting.organizer, body)
        for number, by in meeting.moved.items():
            start = meeting.occurrence(number) + by
            times = {"start": _google_time(start), "end": _google_time(start + timedelta(minutes=meeting.minutes))}
            self._google.patch_event(meeting.organizer, self._instance(meeting, number), times)
        for number in meeting.left_out:
            self._google.delete_event(meeting.organizer, self._instance(meeting, number))

    def move(self, meeting: Meeting, by: timedelta) -> None:
        """Of a series, the master."""
        times = {"start": _google_time(meeting.start + by), "end": _google_time(meeting.end + by)}
        self._google.patch_event(meeting.organizer, meeting.uid, times)

    def remove(self, meeting: Meeting) -> None:
        """Of a series, the master."""
        self._google.delete_event(meeting.organizer, meeting.uid)

    def answer(self, meeting: Meeting, person: str, partstat: str) -> None:
        """On the guest's own copy, as their client does it."""
        own = self._google.event(person, meeting.uid)
        guests = [
            {**guest, "responseStatus": partstat.lower()} if guest["email"] == person else guest
            for guest in own["attendees"]
        ]
        self._google.patch_event(person, meeting.uid, {"attendees": guests})

    def break_some(self, rng: random.Random) -> None:
        """A write of any kind, refused, lost before it took effect or after."""
        faults = [reset(), lost_answer(), refused("backendError"), refused("rateLimitExceeded", retry_after=0)]
        for name in ("events.patch", "events.insert", "events.delete"):
            if rng.random() < 0.4:
                self._google.fault(rng.choice(faults), name, nth=rng.randint(1, 3))

    def heal(self) -> None:
        """All switches off."""
        self._google.heal()

    @staticmethod
    def _instance(meeting: Meeting, number: int) -> str:
        start = meeting.occurrence(number).replace(tzinfo=ZONE).astimezone(UTC)
        return f"{meeting.uid}_{start:%Y%m%dT%H%M%SZ}"


def _google_time(local: datetime) -> dict[str, str]:
    return {"dateTime": local.replace(tzinfo=ZONE).isoformat(), "timeZone": ZONE.key}


class RadicalePlace(Place):
    """Radicale, which sends no invitations; everybody's calendar is of one account."""

    backend = Backend.CALDAV

    def __init__(self, server: Running) -> None:
        self.url = server.url
        self._user = DavUser(server, DAVS)

    def add_people(self, people: Sequence[str]) -> None:
        """Collections."""
        for person in people:
            self._user.make_calendar(self.href(person), person)

    def remove_people(self, people: Sequence[str]) -> None:
        """Their collections."""
        for person in people:
            self._user.ask("DELETE", self.href(person))

    def login(self, person: str, login_id: str, now: datetime) -> tuple[Connection, bytes]:
        """The one account, under another name for each."""
        login = Connection(login_id, Backend.CALDAV, person, DAVS, self.url, now)
        return login, json.dumps({"password": PASSWORDS[DAVS]}).encode()

    def href(self, person: str) -> str:
        """The path of a collection."""
        return f"/{DAVS}/{person.partition('@')[0]}/"

    def store(self, person: str) -> CalendarStore:
        """One of the same login."""
        return CaldavStore(self.url, DAVS, PASSWORDS[DAVS], person=person)

    def add(self, meeting: Meeting) -> None:
        """One resource, with its exceptions."""
        self._put(meeting, meeting)

    def move(self, meeting: Meeting, by: timedelta) -> None:
        """Written anew, exceptions gone, as many clients do."""
        self._put(meeting, replace(meeting, start=meeting.start + by, moved={}, left_out=()))

    def remove(self, meeting: Meeting) -> None:
        """Its resource."""
        self._user.ask("DELETE", self._path(meeting))

    def answer(self, meeting: Meeting, person: str, partstat: str) -> None:
        """In the one copy, as its organizer's client does it once an answer came by mail."""
        path = self._path(meeting)
        text = self._user.ask("GET", path).content.decode().replace("\r\n ", "")
        mailto = f"mailto:{person}"
        lines = [
            line.replace("PARTSTAT=ACCEPTED", f"PARTSTAT={partstat}") if line.endswith(mailto) else line
            for line in text.split("\r\n")
        ]
        self._user.put(path, "\r\n".join(lines))

    def break_some(self, rng: random.Random) -> None:
        """A real server does not go wrong when it should."""

    def heal(self) -> None:
        """There is nothing to heal."""

    def _put(self, meeting: Meeting, changed: Meeting) -> None:
        self._user.put(self._path(meeting), _text(changed))

    def _path(self, meeting: Meeting) -> str:
        return f"{self.href(meeting.organizer)}{meeting.uid}.ics"


def _text(meeting: Meeting) -> str:
    guests = [f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{guest}" for guest in meeting.guests]
    common = [f"UID:{meeting.uid}", "DTSTAMP:20261101T000000Z", f"SUMMARY:{meeting.title}"]
    common += [f"ORGANIZER:mailto:{meeting.organizer}", *guests] if meeting.guests else []
    master = [*common, *_times(meeting.start, meeting.minutes)]
    if meeting.rule:
        master.append(f"RRULE:{meeting.rule}")
    master += [_time("EXDATE", meeting.occurrence(number)) for number in meeting.left_out]
    overrides = [
        [
            *common,
            _time("RECURRENCE-ID", meeting.occurrence(number)),
            *_times(meeting.occurrence(number) + by, meeting.minutes),
        ]
        for number, by in meeting.moved.items()
    ]
    events = [line for lines in (master, *overrides) for line in ("BEGIN:VEVENT", *lines, "END:VEVENT")]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.com//soak//EN"]
    return "\r\n".join([*head, *events, "END:VCALENDAR", ""])


def _times(start: datetime, minutes: int) -> list[str]:
    return [_time("DTSTART", start), _time("DTEND", start + timedelta(minutes=minutes))]


def _time(name: str, local: datetime) -> str:
    return f"{name};TZID={ZONE.key}:{local:%Y%m%dT%H%M%S}"


@contextmanager
def places(folder: Path) -> Iterator[list[Place]]:
    """One of each kind."""
    with GoogleDouble() as google, radicale(folder) as server:
        yield [GooglePlace(google), RadicalePlace(server)]
