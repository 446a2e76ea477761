"""When somebody is busy whose events cannot be read (`freebusy.query`), as events that say nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from app.adapters.google.calls.api import Api
from app.adapters.google.calls.faults import GoneError
from app.adapters.google.events.translation import calendar_object
from app.domain.calendar.connected import CalendarObject, Page
from app.errors import NotFoundError, UnavailableError
from app.ports import Known

WEEKS_AHEAD = 27
"""Weeks that are asked for, from the Monday of the present one."""
WEEKS_AT_ONCE = 8
"""Weeks of one request. Google refuses long ones (`timeRangeTooLong`) and does not document from where on."""
MAX_CALENDARS = 50
"""Calendars of one request (`calendarExpansionMax`)."""

Span = tuple[datetime, datetime]


class FreeBusy:
    """The busy times of people; `now` tells the moment."""

    def __init__(self, api: Api, now: Callable[[], datetime]) -> None:
        self._api = api
        self._now = now

    def changes(self, address: str, token: str | None, known: Known) -> Iterator[Page]:
        """Which busy times are new or gone; the token is a digest of all of them.

        What has passed stays as it was. Raises what `Api.calendar` raises, `NotFoundError` too if the address means
        nothing.
        """
        first, spans = self._spans(address)
        objects = {one.href: one for one in (_object(address, span) for span in spans)}
        digest = hashlib.sha256("\n".join(sorted(objects)).encode()).hexdigest()
        if token is None:
            yield Page(tuple(objects.values()), token=digest)
            return
        before = set(known.etags()) if token != digest else set(objects)
        gone = before - objects.keys()
        past = set(known.past(first)) if gone else set()
        new = tuple(one for href, one in objects.items() if href not in before)
        yield Page(new, tuple(sorted(gone - past)), digest)

    def of(self, addresses: Sequence[str]) -> dict[str, bool]:
        """Whether the busy times of each of these people (or rooms) may be seen."""
        start = self._now()
        found: dict[str, bool] = {}
        for position in range(0, len(addresses), MAX_CALENDARS):
            some = addresses[position : position + MAX_CALENDARS]
            answer = self._ask(some, start, start + timedelta(days=1))
            found |= {address: not answer.get(address, {"errors": "none"}).get("errors") for address in some}
        return found

    def _spans(self, address: str) -> tuple[datetime, list[Span]]:
        """The start of what was asked for, and all busy times from there; those that touch are one."""
        today = self._now().astimezone(UTC).date()
        first = datetime.combine(today - timedelta(days=today.weekday()), time(), UTC)
        last = first + timedelta(weeks=WEEKS_AHEAD)
        found: set[Span] = set()
        start = first
        while start < last:
            end = min(start + timedelta(weeks=WEEKS_AT_ONCE), last)
            found |= set(_busy(self._ask([address], start, end), address))
            start = end
        return first, _merged(sorted(found))

    def _ask(self, addresses: Sequence[str], start: datetime, end: datetime) -> Mapping[str, Any]:
        body = {
            "timeMin": start.isoformat(),
            "timeMax": end.isoformat(),
            "timeZone": "UTC",
            "items": [{"id": address} for address in addresses],
        }
        what = f"the busy times of {', '.join(addresses[:3])}"
        try:
            answer = self._api.calendar("freebusy", "query", what, body=body)
        except GoneError:
            raise UnavailableError(f"Google cannot give {what} now") from None
        calendars = answer.get("calendars")
        if not isinstance(calendars, Mapping) or not all(isinstance(one, Mapping) for one in calendars.values()):
            raise UnavailableError(f"Google's answer for {what} does not hold them")
        return calendars


def _busy(calendars: Mapping[str, Any], address: str) -> Iterator[Span]:
    answer = calendars.get(address)
    if answer is None:
        raise UnavailableError(f"Google left out the busy times of {address}")
    for error in answer.get("errors") or ():
        if error.get("reason") == "notFound":
            raise NotFoundError(f"Google knows no {address}, or shows nobody when it is busy")
        raise UnavailableError(f"Google cannot tell when {address} is busy ({str(error.get('reason'))[:80]})")
    try:
        for one in answer.get("busy") or ():
            yield _moment(one["start"]), _moment(one["end"])
    except (KeyError, TypeError, ValueError):
        raise UnavailableError(f"Google's busy times of {address} cannot be read") from None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _object(address: str, span: Span) -> CalendarObject:
    """A busy time, named by what it is: nothing else tells one from another."""
    start, end = (moment.isoformat() for moment in span)
    name = hashlib.sha256(f"{address} {start} {end}".encode()).hexdigest()[:32]
    event = {"id": name, "etag": name, "start": {"dateTime": start}, "end": {"dateTime": end}, "visibility": "private"}
    return calendar_object(event | {"updated": start}, f"{name}@freebusy.clearweek")
