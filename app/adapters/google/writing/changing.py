"""Requests that change the events of a calendar, each on the version that was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from app.adapters.google.calls.api import Api
from app.adapters.google.calls.faults import GoneError
from app.adapters.google.events.present import Present
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import Notify
from app.errors import AppError, ChangedError, RefusedError, UnansweredError

Json = Mapping[str, Any]

_SEND_UPDATES = {Notify.ALL: "all", Notify.EXTERNAL_ONLY: "externalOnly", Notify.NONE: "none"}


class Changing:
    """What one edit begins from, and the requests that it may make."""

    def __init__(self, api: Api, calendar: str, seen: Sequence[CalendarObject], notify: Notify, now: datetime) -> None:
        self.calendar = calendar
        self.seen = {one.href: one for one in seen}
        self.present = Present(api, calendar, now)
        self._api = api
        self._send_updates = _SEND_UPDATES[notify]

    def master(self) -> CalendarObject:
        """The master or the lone event among what was seen. Raises `ChangedError` if it was gone."""
        for one in self.seen.values():
            if "\r\nRECURRENCE-ID" not in one.text:
                return one
        raise ChangedError("the event is gone")

    def series(self) -> Json:
        """The master of a series with all that is said of it. Raises `ChangedError`, `RefusedError`."""
        master = self.unchanged(self.master())
        check_may_change(master)
        if not master.get("recurrence"):
            raise ChangedError(f"{self.what(master['id'])} does not recur any more")
        return master

    def unchanged(self, item: CalendarObject) -> Json:
        """An object with all that is said of it, if it still is as seen. Raises `ChangedError`."""
        found = self.present.find(item.href)
        if found is None:
            raise ChangedError(f"{self.what(item.href)} was deleted")
        return self.same(found)

    def same(self, event: Json) -> Json:
        """An event that was just read, if it still is as seen. Raises `ChangedError`."""
        if event["etag"] != self.seen[event["id"]].etag:
            raise ChangedError(f"{self.what(event['id'])} was changed meanwhile")
        return event

    def patch(self, event: Json, body: dict[str, Any]) -> None:
        """Change this version of an event; one that was cancelled takes place again."""
        if event.get("status") == "cancelled":
            body = {"status": "confirmed", **body}
        try:
            self._change("patch", event["id"], etag=event["etag"], eventId=event["id"], body=body, fields="id")
        except GoneError:
            raise ChangedError(f"{self.what(event['id'])} was deleted") from None

    def delete(self, event: Json) -> None:
        """Delete this version of an event; one that is gone is deleted."""
        with suppress(GoneError):
            self._change("delete", event["id"], etag=event["etag"], eventId=event["id"])

    def insert(self, body: Json) -> None:
        """Make a new event. Raises `TakenError` if its id was used before."""
        self._change("insert", body["id"], body=body, conferenceDataVersion=1, supportsAttachments=True, fields="id")

    def _change(self, method: str, name: str, **parameters: Any) -> None:
        more = {"calendarId": self.calendar, "sendUpdates": self._send_updates}
        self._api.change(method, self.what(name), **more, **parameters)

    def what(self, name: str) -> str:
        """An event in the words of errors."""
        return f"the event {name} of {self.calendar}"


def organizer_of(event: Json) -> str:
    """Who organizes an event, for errors."""
    return str((event.get("organizer") or {}).get("email") or "somebody else")


def check_may_change(event: Json) -> None:
    """Raise `RefusedError` if a change would move nobody: some servers take one to a copy, and tell no one."""
    kind = event.get("eventType", "default")
    if kind != "default":
        raise RefusedError(f"an event of type {kind} is no meeting, and is not moved")
    if event.get("locked"):
        raise RefusedError("the event is locked by its calendar; change it where it comes from")
    organizer = event.get("organizer") or {}
    if organizer and not organizer.get("self") and not event.get("guestsCanModify"):
        who = organizer_of(event)
        raise RefusedError(f"only {who}, who organizes it, can move it, as its guests may not change it")


@contextmanager
def partly() -> Iterator[None]:
    """Have whatever goes wrong after a first change looked at before anything is tried again."""
    try:
        yield
    except UnansweredError:
        raise
    except AppError as error:
        raise UnansweredError(f"a change was made only in part: {error}") from error
