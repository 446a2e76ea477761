"""Google's double as the other side of the contract, and stores that talk to it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.adapters.google.calendar_store import GoogleStore
from app.adapters.google.credentials import SCOPES, WRITING_SCOPES
from app.domain.calendar.event import Attendee, Partstat
from tests.adapters.google.given_events import Json
from tests.adapters.remote import RETRY_AFTER_S, Fault, Given, Remote
from tests.google_double import faults
from tests.google_double.double import GoogleDouble
from tests.google_double.faults import Serve
from tests.google_double.messages import Answer, Request

DANA = "dana@example.com"
PATIENCE_S = 10.0
"""Longer than any answer takes, on however busy a machine."""
TIMEOUT_S = 0.5
"""For a double that says nothing: every request that is answered has to be so within it."""
WRITES = ("events.patch", "events.insert", "events.delete")
FAULTS = {
    Fault.SILENCE: faults.timeout(),
    Fault.RESET: faults.reset(),
    Fault.ERROR: faults.refused("backendError"),
    Fault.BUSY: faults.unavailable(RETRY_AFTER_S),
    Fault.TOO_MANY: faults.too_many(RETRY_AFTER_S),
    Fault.CUT_OFF: faults.cut_json(),
}


def secret(double: GoogleDouble, user: str = DANA, scopes: Collection[str] = SCOPES) -> bytes:
    """A connection's secret, with the scopes that are asked for."""
    return json.dumps(double.credentials(user, scopes)).encode()


def store_at(double: GoogleDouble, user: str = DANA, *, scopes: Collection[str] = SCOPES, **more: Any) -> GoogleStore:
    """A store that waits for nothing but for an answer."""
    more = {"timeout_s": PATIENCE_S, "sleep": lambda _: None, "now": lambda: double.now, **more}
    return GoogleStore(secret(double, user, scopes), user, double.url, **more)


def answering(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> faults.Fault:
    """Always the same answer."""

    def answer(request: Request, serve: Serve) -> Answer:
        return Answer(status, body, headers or {})

    return answer


class GoogleRemote(Remote):
    """Dana's primary calendar at the double."""

    href = DANA
    missing_calendar = "nobody@example.com"
    missing_object = "nothing"

    def __init__(self, double: GoogleDouble) -> None:
        self.double = double
        double.add_user(DANA, zone="Europe/Vienna")

    def store(self, *, right_login: bool = True, scopes: Collection[str] = SCOPES) -> GoogleStore:
        if right_login:
            return store_at(self.double, scopes=scopes, timeout_s=TIMEOUT_S)
        said = json.loads(secret(self.double, scopes=scopes)) | {"token": "wrong", "refresh_token": "wrong"}
        return GoogleStore(json.dumps(said).encode(), DANA, self.double.url, timeout_s=TIMEOUT_S, sleep=lambda _: None)

    def writer(self, *, right_login: bool = True) -> GoogleStore:
        return self.store(right_login=right_login, scopes=WRITING_SCOPES)

    def put(self, given: Given) -> None:
        body = _body(given)
        self.double.put_event(DANA, body)
        for original, new in given.moved:
            self.double.put_event(DANA, _exception(given, body, original) | _times(given, new))
        for original in given.dropped:
            self.double.put_event(DANA, _exception(given, body, original) | {"status": "cancelled"})

    def delete(self, uid: str) -> None:
        self.double.delete_event(DANA, _id(uid))

    def requests(self) -> int:
        return self.double.count()

    @contextmanager
    def unanswered(self) -> Iterator[None]:
        for method in WRITES:
            self.double.fault(faults.lost_answer(), on=method, times=None)
        yield
        self.double.heal()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        self.double.fault(faults.refused("requiredAccessLevel"), on="events.patch", times=None)
        yield
        self.double.heal()

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        self.double.fault(FAULTS[fault], on="*", nth=after + 1, times=None)
        try:
            yield
        finally:
            self.double.heal()

    def forget_tokens(self) -> None:
        self.double.expire_sync_tokens(DANA)

    def remove_calendar(self) -> None:
        self.double.remove_calendar(DANA)


def _id(uid: str) -> str:
    return uid.partition("@")[0].replace("-", "")


def _body(given: Given) -> Json:
    organizer = given.organizer or DANA
    body: Json = {
        "id": _id(given.uid),
        "iCalUID": given.uid,
        "status": "confirmed",
        "eventType": "default",
        "summary": given.title,
        "sequence": given.sequence,
        "organizer": {"email": organizer, "self": organizer == DANA},
        **_times(given, given.start),
    }
    if given.rrule:
        body["recurrence"] = [f"RRULE:{given.rrule}"]
    if given.attendees:
        body["attendees"] = [_guest(one) for one in given.attendees]
    return body


def _guest(one: Attendee) -> Json:
    return {
        "email": one.email,
        "displayName": one.name,
        "responseStatus": "needsAction" if one.partstat == Partstat.NEEDS_ACTION else one.partstat.lower(),
        "optional": not one.required,
        "resource": one.is_room,
        "self": one.email == DANA,
    }


def _times(given: Given, start: datetime | None) -> Json:
    if start is None:
        assert given.day
        return {"start": {"date": str(given.day)}, "end": {"date": str(given.day + timedelta(days=1))}}
    first = start.replace(tzinfo=ZoneInfo(given.tzid))
    last = first + timedelta(minutes=given.minutes)
    return {"start": _moment(first), "end": _moment(last)}


def _moment(moment: datetime) -> Json:
    return {"dateTime": moment.isoformat(), "timeZone": str(moment.tzinfo)}


def _exception(given: Given, master: Json, original: datetime) -> Json:
    when = original.replace(tzinfo=ZoneInfo(given.tzid))
    own = {name: value for name, value in master.items() if name != "recurrence"}
    return own | {
        "id": f"{master['id']}_{when.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "recurringEventId": master["id"],
        "originalStartTime": _moment(when),
    }
