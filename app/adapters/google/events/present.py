"""Events as they are now, with all that the API says of them: what a change is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.adapters.google.calls.api import Api, items, pages
from app.adapters.google.calls.faults import GoneError
from app.adapters.google.events.bodies import key_of
from app.adapters.google.events.event_changes import PAGE_SIZE
from app.adapters.google.events.translation import FIELDS, calendar_object, is_deleted
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import RecurrenceKey
from app.errors import NotFoundError

Json = Mapping[str, Any]

HORIZON = timedelta(days=2 * 365)
"""How far ahead occurrences of a series are looked at for cancelled ones."""
_OCCURRENCE = "id,etag,status,recurringEventId,originalStartTime"


class Present:
    """One calendar, read without any memory of it."""

    def __init__(self, api: Api, calendar: str, now: datetime) -> None:
        self._api = api
        self._calendar = calendar
        self._now = now

    def objects(self, uid: str, href: str | None) -> Sequence[CalendarObject]:
        """The event of a UID, or the master and its exceptions, as a sync gives them; empty if there are none.

        A list need not have at once what was just made; `href` is asked for then.
        """
        listed = self.listed(uid, FIELDS)
        known = self.find(href, FIELDS) if href and not listed else None
        return [calendar_object(event, uid) for event in self._whole(listed or [known] if known else listed)]

    def _whole(self, listed: Sequence[Json]) -> list[Json]:
        """What was listed of a UID, with the occurrences that are cancelled."""
        events = {event["id"]: event for event in listed}
        for master in [event for event in events.values() if event.get("recurrence")]:
            events |= {event["id"]: event for event in self._cancelled(master["id"])}
        return sorted(events.values(), key=lambda event: (bool(event.get("recurringEventId")), event["id"]))

    def listed(self, uid: str, fields: str = "*") -> list[Json]:
        """What a list by UID says: masters, single events and exceptions, cancelled ones not always."""
        what = f"the events with the UID {uid} of {self._calendar}"
        parameters = {"iCalUID": uid, "singleEvents": False, "maxResults": PAGE_SIZE}
        return [event for event in self._pages("list", what, fields, **parameters) if not is_deleted(event)]

    def _cancelled(self, master: str) -> Iterator[Json]:
        """The cancelled occurrences of a series: they need not say their UID, so that a list by UID may miss them."""
        what = f"the occurrences of {master} of {self._calendar}"
        until = (self._now + HORIZON).isoformat()
        parameters = {"eventId": master, "showDeleted": True, "timeMax": until, "maxResults": PAGE_SIZE}
        for event in self._pages("instances", what, _OCCURRENCE, **parameters):
            if event.get("status") == "cancelled":
                yield event

    def find(self, href: str, fields: str = "*") -> Json | None:
        """One event; None if it is gone."""
        what = f"the event {href} of {self._calendar}"
        try:
            event = self._api.calendar("events", "get", what, calendarId=self._calendar, eventId=href, fields=fields)
        except (GoneError, NotFoundError):
            return None
        return None if is_deleted(event) else event

    def occurrence(self, master: str, original: RecurrenceKey) -> Json | None:
        """The occurrence of a series that is, or was, to begin at a moment, wherever it is now; None if it has none.

        It is found by its original start alone: what comes next after a moment is another one as soon as somebody
        moves one.
        """
        what = f"the occurrence {original} of {master} of {self._calendar}"
        parameters = {"eventId": master, "showDeleted": True, "originalStart": original}
        found = self._pages("instances", what, "*", **parameters)
        return next((one for one in found if key_of(one) == original), None)

    def _pages(self, method: str, what: str, fields: str, **parameters: Any) -> Iterator[Json]:
        def ask(position: Mapping[str, str]) -> Json:
            wanted = f"nextPageToken,items({fields})"
            try:
                return self._api.calendar(
                    "events", method, what, calendarId=self._calendar, fields=wanted, **parameters, **position
                )
            except GoneError:
                raise NotFoundError(f"Google cannot find {what} any more") from None

        return (event for page in pages(ask, what) for event in items(page, what))
