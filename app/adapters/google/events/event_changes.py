"""What has changed in a calendar of Google's: masters and their exceptions, page by page (`events.list`).

Masters, not instances (`singleEvents=false`), and no filter, so that a sync token stands for the whole calendar
(https://developers.google.com/workspace/calendar/api/guides/sync). Deleted events need no asking for: with a token they
are always told, without one they are not listed. `showDeleted` stays unset, as every request of a token's life must be
of one form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.adapters.google.calls.api import Api, items, pages
from app.adapters.google.calls.faults import GoneError
from app.adapters.google.events.translation import FIELDS, calendar_object, is_deleted
from app.adapters.ics.zone_names import zone_by_name
from app.domain.calendar.connected import CalendarObject, Page
from app.errors import NotFoundError, StaleTokenError, UnavailableError
from app.ports import Known

FORM = "2:"
"""Begins our tokens; to be changed when more fields are read than before, as a token only tells of what changed."""
PAGE_SIZE = 2500
"""Events of one page; the API's maximum."""

_INSTANCE = re.compile(r"(.+)_\d{8}(?:T\d{6}Z?)?")
Json = Mapping[str, Any]


class EventChanges:
    """One listing of one calendar, from its first page to its token."""

    def __init__(self, api: Api, calendar: str, token: str | None, known: Known, year: int) -> None:
        self._api = api
        self._calendar = calendar
        self._year = year
        self._what = f"the events of {calendar}"
        self._token = token
        self._known = known
        self._uids: dict[str, str | None] = {}
        """UIDs by the id of their master; None if there is no such master any more."""
        self._waiting: list[Json] = []
        """Cancelled occurrences that say no UID, until their masters are known."""
        self._listed: dict[str, str] = {}
        """Masters by the id of each exception that was listed."""
        self._deleted: list[str] = []

    def pages(self) -> Iterator[Page]:
        """The pages; the last one brings the next token, what was deleted, and what had to wait for its master.

        Raises `StaleTokenError`, and what `Api.calendar` raises.
        """
        if self._token and not self._token.startswith(FORM):
            raise StaleTokenError(f"{self._calendar} was read before all was read of its events that is now")
        for answer in pages(self._answer, self._what):
            changed = tuple(self._changed(items(answer, self._what)))
            zone = zone_by_name(str(answer.get("timeZone", "")), self._year)
            if "nextPageToken" in answer:
                yield Page(changed, zone=zone)
            else:
                token = _next_token(answer, self._what)
                late = tuple(self._late())
                removed = dict.fromkeys(self._removed())
                kept = tuple(one for one in (*changed, *late) if one.href not in removed)
                yield Page(kept, tuple(removed), token, zone=zone)

    def _answer(self, position: Mapping[str, str]) -> Json:
        since = {"syncToken": self._token.removeprefix(FORM)} if self._token else {}
        try:
            return self._api.calendar(
                "events",
                "list",
                self._what,
                calendarId=self._calendar,
                singleEvents=False,
                maxResults=PAGE_SIZE,
                fields=f"nextPageToken,nextSyncToken,timeZone,items({FIELDS})",
                **since,
                **position,
            )
        except GoneError:
            if self._token is None:
                raise UnavailableError(f"Google broke off the list of {self._what}") from None
            raise StaleTokenError(f"Google has forgotten since when {self._calendar} was asked for changes") from None

    def _changed(self, events: Iterable[Json]) -> Iterator[CalendarObject]:
        for event in events:
            master = event.get("recurringEventId")
            uid = event.get("iCalUID") or self._uids.get(master or "")
            if is_deleted(event):
                self._deleted.append(event["id"])
            elif uid:
                self._uids[master or event["id"]] = uid
                yield self._object(event, uid)
            elif master:
                self._waiting.append(event)
            else:
                raise UnavailableError(f"Google lists an event without iCalUID among {self._what}")

    def _object(self, event: Json, uid: str) -> CalendarObject:
        if event.get("recurringEventId"):
            self._listed[event["id"]] = event["recurringEventId"]
        return calendar_object(event, uid)

    def _late(self) -> Iterator[CalendarObject]:
        """What waited for its master, where that still exists."""
        for event in self._waiting:
            uid = self._uid_of(event["recurringEventId"])
            if uid:
                yield self._object(event, uid)

    def _uid_of(self, master: str) -> str | None:
        if master not in self._uids:
            self._uids[master] = self._known.uid_of(master) or self._asked(master)
        return self._uids[master]

    def _asked(self, master: str) -> str | None:
        try:
            event = read_event(self._api, self._calendar, master)
        except NotFoundError:
            return None
        return event.get("iCalUID")

    def _removed(self) -> Iterator[str]:
        """Deleted events with their exceptions, of which Google does not always tell.

        Exceptions that came in this listing before their master was deleted are taken back.
        """
        gone = set(self._deleted)
        if not gone:
            return
        yield from self._deleted
        masters = {href: _master_of(href) for href in self._known.etags()} | self._listed
        yield from sorted(href for href, master in masters.items() if master in gone and href not in gone)


def read_event(api: Api, calendar: str, href: str) -> Json:
    """One event as it is now. Raises `NotFoundError` if it was deleted, and what `Api.calendar` raises."""
    what = f"the event {href} of {calendar}"
    try:
        event = api.calendar("events", "get", what, calendarId=calendar, eventId=href, fields=FIELDS)
    except GoneError:
        raise NotFoundError(f"{what} was deleted") from None
    if is_deleted(event):
        raise NotFoundError(f"{what} was deleted")
    return event


def _master_of(href: str) -> str | None:
    """The series of an exception, which is named after it and its original start."""
    found = _INSTANCE.fullmatch(href)
    return found[1] if found else None


def _next_token(answer: Json, what: str) -> str:
    token = answer.get("nextSyncToken")
    if not isinstance(token, str) or not token:
        raise UnavailableError(f"Google's list of {what} ends without a sync token")
    return FORM + token
