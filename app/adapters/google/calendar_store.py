"""The calendars that a login at Google can see, as a `CalendarStore`."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.adapters.google import channels
from app.adapters.google.calls.api import TIMEOUT_S, Api, items, pages
from app.adapters.google.calls.faults import GoneError
from app.adapters.google.calls.refusals import may_only_read
from app.adapters.google.credentials import credentials_of, is_delegated, may_write
from app.adapters.google.events.event_changes import EventChanges, read_event
from app.adapters.google.events.present import Present
from app.adapters.google.events.translation import calendar_object
from app.adapters.google.free_busy import FreeBusy
from app.adapters.google.writing.changing import Changing
from app.adapters.google.writing.series import UID_SUFFIX
from app.adapters.google.writing.writing import write
from app.adapters.ics.zone_names import zone_by_name
from app.domain.calendar.connected import Access, CalendarObject, Page, RemoteCalendar
from app.domain.calendar.writing import Edit, Notify
from app.errors import NotFoundError, RefusedError, UnavailableError
from app.ports import Known

FREE_BUSY = "freebusy:"
"""Begins the href of a calendar of which only the busy times can be seen; its address follows."""

_WHAT = "calendars"
_FIELDS = "nextPageToken,items(id,summary,summaryOverride,timeZone,accessRole,primary,deleted,dataOwner)"
_WRITING = ("writerWithoutPrivateAccess", "writer", "owner")
_NO_PERSON = ("@group.calendar.google.com", "@group.v.calendar.google.com", "@import.calendar.google.com")


class GoogleStore:
    """`CalendarStore`, `CalendarWriter` and `PushServer` for one login.

    It is a user's own, or a service account's in the name of `person`.
    `secret` is as `credentials_of` describes it, `subjects` whom a service account may stand for, `people` whose busy
    times are looked for beside the calendars of the login's list, `api_url` where to reach a double in place of Google.
    Raises `ConfigError` if the secret cannot be used.
    """

    def __init__(
        self,
        secret: bytes,
        person: str,
        api_url: str | None = None,
        *,
        subjects: Collection[str] = (),
        people: Sequence[str] = (),
        timeout_s: float = TIMEOUT_S,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        credentials = credentials_of(secret, subjects)
        self._may_write = may_write(secret)
        delegated = is_delegated(secret)
        self._api = Api(credentials, person, api_url, delegated=delegated, timeout_s=timeout_s, sleep=sleep)
        self._free_busy = FreeBusy(self._api, now)
        self._people = people
        self._now = now

    def calendars(self) -> Sequence[RemoteCalendar]:
        """All calendars of the login's list, hidden ones too, the person's own first, then `people`."""
        entries = (one for page in pages(self._list, _WHAT) for one in items(page, _WHAT))
        found = [_remote(one, self._now().year) for one in entries if not one.get("deleted")]
        found.sort(key=lambda calendar: not calendar.primary)
        listed = {calendar.href.removeprefix(FREE_BUSY).lower() for calendar in found}
        return [*found, *self._busy([address for address in self._people if address.lower() not in listed])]

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        """What has changed since a token; of a calendar that shows no more, its busy times."""
        if calendar.startswith(FREE_BUSY):
            return self._free_busy.changes(calendar.removeprefix(FREE_BUSY), token, known)
        return EventChanges(self._api, calendar, token, known, self._now().year).pages()

    def read(self, calendar: str, href: str) -> CalendarObject:
        """One event as it is now; a busy time has nothing that could be read."""
        if calendar.startswith(FREE_BUSY):
            raise NotFoundError(f"{calendar} shows no events, only busy times")
        event = read_event(self._api, calendar, href)
        uid = event.get("iCalUID")
        if not uid and event.get("recurringEventId"):
            uid = read_event(self._api, calendar, event["recurringEventId"]).get("iCalUID")
        if not uid or not event.get("id"):
            raise UnavailableError(f"Google's answer for the event {href} of {calendar} is not whole")
        return calendar_object(event, uid)

    def current(self, calendar: str, uid: str, href: str | None) -> Sequence[CalendarObject]:
        """The event of a UID, or the master and each of its exceptions, as they are now."""
        if calendar.startswith(FREE_BUSY):
            return ()
        return Present(self._api, calendar, self._now()).objects(uid, href)

    def new_uid(self, key: str) -> str:
        """The UID that Google gives to an event with this id, whose digits are valid in base32hex."""
        return key + UID_SUFFIX

    def write(self, calendar: str, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:
        """Make one edit of what `current` gave; before anything is sent, the login has to cover that."""
        if not self._may_write:
            raise may_only_read(self._api.person)
        if calendar.startswith(FREE_BUSY):
            raise RefusedError(f"{calendar} shows no events, only busy times")
        write(edit, Changing(self._api, calendar, seen, notify, self._now()))

    def watch(self, calendar: str, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
        """Open a push channel (`app.ports.PushServer`)."""
        return channels.watch(self._api, calendar, channel_id, token, address)

    def stop(self, channel_id: str, resource_id: str) -> None:
        """End a push channel."""
        channels.stop(self._api, channel_id, resource_id)

    def _busy(self, addresses: Sequence[str]) -> list[RemoteCalendar]:
        shown = self._free_busy.of(addresses)
        return [
            RemoteCalendar(FREE_BUSY + address, address, owner=address.lower(), access=Access.BUSY)
            for address in addresses
            if shown[address]
        ]

    def _list(self, position: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            return self._api.calendar(
                "calendarList", "list", _WHAT, maxResults=250, showHidden=True, fields=_FIELDS, **position
            )
        except GoneError:
            raise UnavailableError(f"Google broke off the list of {_WHAT}") from None


def _remote(entry: Mapping[str, Any], year: int) -> RemoteCalendar:
    name, role = str(entry["id"]), entry.get("accessRole")
    busy = role == "freeBusyReader"
    return RemoteCalendar(
        href=FREE_BUSY + name if busy else name,
        name=str(entry.get("summaryOverride") or entry.get("summary") or name),
        owner=_owner(name, entry.get("dataOwner")),
        zone=zone_by_name(str(entry.get("timeZone", "")), year),
        access=Access.BUSY if busy else Access.DETAILS,
        writable=role in _WRITING,
        primary=bool(entry.get("primary")),
        schedules=True,
    )


def _owner(name: str, data_owner: str | None) -> str | None:
    """Whose calendar it is: a primary one and a room's are named after theirs, a secondary one may say it."""
    if "@" in name and not name.endswith(_NO_PERSON):
        return name.lower()
    return data_owner.lower() if data_owner else None
