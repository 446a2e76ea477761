"""Seeded calendars in the double of Google, and the bare client that lists them.

The functions with `google` first are for `tests.google_double.apart`: they run where the double does.
"""

from __future__ import annotations

import json
import random
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from httplib2 import Http

from app.adapters.google.credentials import credentials_of
from app.adapters.google.events.event_changes import PAGE_SIZE
from app.adapters.google.events.translation import FIELDS
from benchmarks.reading import RULES, day_and_time
from tests.google_double import GoogleDouble

ZONE = "Europe/Vienna"
FIRST = date(2025, 6, 2)
DAYS = 730
"""Single events and the beginnings of series lie in so many days from the first."""

Body = dict[str, Any]


def fill(google: GoogleDouble, person: str, events: int, series: int, seed: int) -> Body:
    """Add a person with so many events on their calendar, of them so many series; returns their login.

    One series in twenty has a moved and a cancelled occurrence, which count as events. The pages of the calendar are
    ready afterwards.
    """
    rng = random.Random(seed)
    google.add_user(person, zone=ZONE)
    with_exceptions = series // 20
    masters = [_series(rng, number, plain=number < with_exceptions) for number in range(series)]
    singles = (_event(rng, f"one{n:07}", _start(rng)) for n in range(events - series - 2 * with_exceptions))
    google.load_events(person, [*masters, *singles])
    for master in masters[:with_exceptions]:
        _move_and_cancel(google, person, master)
    login = google.credentials(person)
    with closing(Bare(google.url, login)) as bare:
        bare.list(person)
    return login


def _move_and_cancel(google: GoogleDouble, person: str, master: Body) -> None:
    start = datetime.fromisoformat(master["start"]["dateTime"])
    moved, cancelled = (start + timedelta(weeks=weeks) for weeks in (70, 72))
    later = {name: _moment(moved + timedelta(hours=hours)) for name, hours in (("start", 1), ("end", 2))}
    google.patch_event(person, _instance(master["id"], moved), later)
    google.delete_event(person, _instance(master["id"], cancelled))


def change(google: GoogleDouble, person: str, count: int, mark: str) -> None:
    """Give so many events of a calendar another title, half of them series."""
    for number in range(count):
        name = f"{'ser' if number % 2 else 'one'}{number // 2:07}"
        google.patch_event(person, name, {"summary": f"{mark} {number}"})


def requests(google: GoogleDouble) -> int:
    """How many requests have come since this was asked last."""
    count = google.count()
    google.forget_requests()
    return count


def _instance(master: str, start: datetime) -> str:
    """The id of an occurrence that was meant to begin then."""
    return f"{master}_{start.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _moment(local: datetime) -> Body:
    return {"dateTime": local.isoformat(), "timeZone": ZONE}


def _start(rng: random.Random) -> datetime:
    return day_and_time(rng, FIRST, DAYS)


def _event(rng: random.Random, name: str, start: datetime) -> Body:
    people = [f"person{rng.randrange(300)}@example.com" for _ in range(rng.randrange(1, 6))]
    return {
        "id": name,
        "summary": f"Meeting {name}",
        "description": "Agenda, notes and a link: https://example.com/notes",
        "location": "Room 1",
        "start": _moment(start),
        "end": _moment(start + timedelta(minutes=rng.choice((25, 30, 45, 60, 90)))),
        "attendees": [
            {"email": p, "displayName": p[:-12], "responseStatus": "accepted"} for p in dict.fromkeys(people)
        ],
    }


def _series(rng: random.Random, number: int, *, plain: bool) -> Body:
    start = _start(rng)
    start -= timedelta(days=max(0, start.weekday() - 4))
    day = ("MO", "TU", "WE", "TH", "FR")[start.weekday()]
    until = f"{start + timedelta(days=rng.randrange(100, 1500)):%Y%m%dT235959Z}"
    rule = rng.choices([text for text, _ in RULES], [weight for _, weight in RULES])[0]
    rule = f"FREQ=WEEKLY;BYDAY={day}" if plain else rule.format(day=day, until=until)
    return _event(rng, f"ser{number:07}", start) | {"recurrence": [f"RRULE:{rule}"]}


class Bare:
    """The client library alone, with the requests that `GoogleStore` makes."""

    def __init__(self, url: str, login: Body) -> None:
        http = AuthorizedHttp(credentials_of(json.dumps(login).encode()), http=Http())
        options = {"api_endpoint": f"{url}/calendar/v3/"}
        self._api: Any = build("calendar", "v3", http=http, static_discovery=True, client_options=options)

    def list(self, person: str, token: str | None = None) -> tuple[int, str]:
        """All pages: how many events, and the next token."""
        asked: dict[str, Any] = {"calendarId": person, "singleEvents": False, "maxResults": PAGE_SIZE}
        asked |= {"fields": f"nextPageToken,nextSyncToken,items({FIELDS})"} | ({"syncToken": token} if token else {})
        count = 0
        while True:
            answer = self._api.events().list(**asked).execute()
            count += len(answer.get("items", ()))
            if "nextPageToken" not in answer:
                return count, str(answer["nextSyncToken"])
            asked["pageToken"] = answer["nextPageToken"]

    def close(self) -> None:
        """End its connections."""
        self._api.close()
