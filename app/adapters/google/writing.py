"""Edits of a calendar at Google, each as the fewest requests that say it, all of them conditional.

https://developers.google.com/workspace/calendar/api/guides/recurringevents says how one occurrence, all of them, and
all from one on are changed. It does not say what becomes of exceptions whose series gets other times: here those that
are to stay are put back, and those that would be left over are taken away, whichever of the two is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from app.adapters.google import bodies
from app.adapters.google.api import Api
from app.adapters.google.bodies import key_of
from app.adapters.google.faults import GoneError
from app.adapters.google.present import Present
from app.adapters.google.refusals import TakenError
from app.adapters.google.translation import is_meeting_of
from app.domain.connected import CalendarObject
from app.domain.writing import (
    MASTER,
    Edit,
    Insert,
    Notify,
    Override,
    Rebase,
    RecurrenceKey,
    Remove,
    Restore,
    Retime,
    SetRule,
)
from app.errors import AppError, ChangedError, RefusedError, UnansweredError

Json = Mapping[str, Any]

UID_SUFFIX = "@google.com"
"""What Google puts after the id of an event to make its UID."""
_SEND_UPDATES = {Notify.ALL: "all", Notify.EXTERNAL_ONLY: "externalOnly", Notify.NONE: "none"}


class Writing:
    """One edit of one calendar."""

    def __init__(self, api: Api, calendar: str, seen: Sequence[CalendarObject], notify: Notify, now: datetime) -> None:
        self._api = api
        self._calendar = calendar
        self._seen = {one.href: one for one in seen}
        self._send_updates = _SEND_UPDATES[notify]
        self._present = Present(api, calendar, now)

    def write(self, edit: Edit) -> None:
        """Make it; raises as `app.ports.CalendarWriter.write` does."""
        match edit:
            case Retime():
                self._retime(edit)
            case Restore():
                self._restore(edit)
            case SetRule():
                self._set_rule(edit)
            case Rebase():
                self._rebase(edit)
            case Insert():
                self._insert(edit)
            case Remove():
                self._remove()

    # One occurrence, or an event that does not recur.

    def _retime(self, edit: Retime) -> None:
        is_simple = edit.recurrence == MASTER and edit.rooms is None
        target = (self._as_seen(self._master()) if is_simple else None) or self._target(edit.recurrence)
        self._patch(target, bodies.times(edit.start, edit.end, target) | bodies.with_rooms(target, edit.rooms))

    def _restore(self, edit: Restore) -> None:
        """Google keeps an exception for good: this makes it equal to what its rule says."""
        target = self._target(edit.recurrence)
        rooms = bodies.other_rooms(target, self._unchanged(self._master()))
        self._patch(target, bodies.times(edit.start, edit.end, target) | bodies.with_rooms(target, rooms))

    def _target(self, recurrence: RecurrenceKey) -> Json:
        """What is to be changed, if it is as it was seen. Raises `ChangedError`, `RefusedError`."""
        target = self._unchanged(self._master()) if recurrence == MASTER else self._occurrence(recurrence)
        _check_may_change(target)
        return target

    def _as_seen(self, item: CalendarObject) -> Json | None:
        """As much of an event as another time needs, if what was seen says that; it is not read again."""
        if not is_meeting_of(item.text, self._calendar):
            return None
        when = {"date": ""} if "\r\nDTSTART;VALUE=DATE:" in item.text else {"dateTime": ""}
        return {"id": item.href, "etag": item.etag, "start": when, "end": when}

    def _occurrence(self, original: RecurrenceKey) -> Json:
        master = self._master()
        found = self._present.occurrence(master.href, original)
        if found is None:
            raise ChangedError(f"{self._what(master.href)} has no occurrence {original} any more")
        if found["id"] in self._seen:
            return self._same(found)
        if key_of(found) != bodies.instant(bodies.whole(found)["start"]) or found.get("status") == "cancelled":
            raise ChangedError(f"the occurrence {original} of {self._what(master.href)} was changed meanwhile")
        if found["etag"] != master.etag:  # it is said nowhere that an occurrence without an exception has its master's
            self._unchanged(master)
        return found

    # A whole series.

    def _set_rule(self, edit: SetRule) -> None:
        master = self._series()
        self._patch(master, {"recurrence": bodies.with_rule(master["recurrence"], edit.rrule)})
        if "UNTIL=" in edit.rrule.upper():
            self._take_away(master, lambda original: bodies.is_after(original, edit.rrule))

    def _rebase(self, edit: Rebase) -> None:
        master = self._series()
        moved = {_key(old, master): new for old, new in edit.moved}
        stay = {key_of(one): one for one in self._exceptions(master) if key_of(one) in moved} if moved else {}
        left_out = [new for key, new in moved.items() if key not in stay]
        left_out += [one.original for one in edit.overrides if one.to is None]
        lines = bodies.without_exdates(bodies.with_rule(master["recurrence"], edit.rrule))
        lines += bodies.exdates(left_out, master)
        body = {**bodies.times(edit.start, edit.end, master), "recurrence": lines}
        self._patch(master, body | bodies.with_rooms(master, edit.rooms))
        with _partly():
            for key, one in stay.items():
                self._put_back(master, moved[key], one)
            self._place(master, edit.overrides, {})
        news = {_key(new, master) for new in moved.values()}
        self._take_away(master, lambda original: original in moved and original not in news)

    def _insert(self, edit: Insert) -> None:
        source = self._series()
        if not (source.get("organizer") or {}).get("self"):
            raise RefusedError(f"{_organizer(source)} organizes {self._what(source['id'])}: only they can split it")
        key = edit.uid.removesuffix(UID_SUFFIX)
        body = bodies.copied(source, edit, key)
        try:
            self._change("insert", key, body=body, conferenceDataVersion=1, supportsAttachments=True, fields="id")
        except TakenError:
            self._check_ours(key, body)
        moved = [one for one in edit.overrides if one.to is not None]
        if moved:
            with _partly():
                own = {
                    bodies.span(one): bodies.anew(bodies.differences(one, source)) for one in self._exceptions(source)
                }
                self._place(body, moved, own)

    def _check_ours(self, key: str, body: Json) -> None:
        """Whether what has the id of a new series is that series; otherwise somebody changed or deleted it."""
        there = self._present.find(key)
        if there is None or not bodies.is_marked(there, key) or bodies.span(there) != bodies.span(body):
            raise ChangedError(f"{self._what(key)} was made before, and was changed or deleted since")

    def _remove(self) -> None:
        if not self._seen:
            return
        there = self._present.find(self._master().href)
        if there is None:
            return
        if not bodies.is_marked(self._same(there), there["id"]):
            raise RefusedError(f"{self._what(there['id'])} was not made by Clearweek, so that it is not deleted")
        self._delete(there)

    # Exceptions of a series whose times change.

    def _exceptions(self, master: Json) -> list[Json]:
        """Its occurrences that have something of their own, without those that are cancelled."""
        listed = self._present.listed(master["iCalUID"])
        return [one for one in listed if one.get("recurringEventId") == master["id"] and one["status"] != "cancelled"]

    def _put_back(self, master: Json, original: datetime, exception: Json) -> None:
        """Have an occurrence be what it was under its old original start; one at its usual time follows its series."""
        own = bodies.differences(exception, master)
        is_elsewhere = bodies.instant(exception["start"]) != key_of(exception)
        times = {"start": exception["start"], "end": exception["end"]} if is_elsewhere else {}
        if own or times:
            self._fit(master["id"], _key(original, master), own | times)

    def _place(self, master: Json, overrides: Iterable[Override], own: Mapping[tuple[str, str], Json]) -> None:
        """Move occurrences; those of which `own` has the new times also get what it says."""
        for one in overrides:
            if one.to is not None:
                times = bodies.times(*one.to, master)
                self._fit(master["id"], _key(one.original, master), {**times, **own.get(bodies.span(times), {})})

    def _fit(self, master: str, original: RecurrenceKey, wanted: dict[str, Any]) -> None:
        """Change what an occurrence has otherwise, so that a second time nothing is sent."""
        found = self._present.occurrence(master, original)
        if found is None:
            raise ChangedError(f"{self._what(master)} has no occurrence {original}")
        if not bodies.is_like(found, wanted):
            self._patch(found, wanted)

    def _take_away(self, master: Json, is_gone: Callable[[RecurrenceKey], bool]) -> None:
        """Delete what Google may have kept of occurrences that the series has no more."""
        if len(self._seen) > 1:
            with _partly():
                for one in self._exceptions(master):
                    if is_gone(key_of(one)):
                        self._delete(one)

    # Requests.

    def _master(self) -> CalendarObject:
        """The master or the lone event among what was seen. Raises `ChangedError` if it was gone."""
        for one in self._seen.values():
            if "\r\nRECURRENCE-ID" not in one.text:
                return one
        raise ChangedError("the event is gone")

    def _series(self) -> Json:
        master = self._unchanged(self._master())
        _check_may_change(master)
        if not master.get("recurrence"):
            raise ChangedError(f"{self._what(master['id'])} does not recur any more")
        return master

    def _unchanged(self, item: CalendarObject) -> Json:
        """An object with all that is said of it, if it still is as seen. Raises `ChangedError`."""
        found = self._present.find(item.href)
        if found is None:
            raise ChangedError(f"{self._what(item.href)} was deleted")
        return self._same(found)

    def _same(self, event: Json) -> Json:
        if event["etag"] != self._seen[event["id"]].etag:
            raise ChangedError(f"{self._what(event['id'])} was changed meanwhile")
        return event

    def _patch(self, event: Json, body: dict[str, Any]) -> None:
        """Change this version of an event; one that was cancelled takes place again."""
        if event.get("status") == "cancelled":
            body = {"status": "confirmed", **body}
        try:
            self._change("patch", event["id"], etag=event["etag"], eventId=event["id"], body=body, fields="id")
        except GoneError:
            raise ChangedError(f"{self._what(event['id'])} was deleted") from None

    def _delete(self, event: Json) -> None:
        with suppress(GoneError):
            self._change("delete", event["id"], etag=event["etag"], eventId=event["id"])

    def _change(self, method: str, name: str, **parameters: Any) -> None:
        more = {"calendarId": self._calendar, "sendUpdates": self._send_updates}
        self._api.change(method, self._what(name), **more, **parameters)

    def _what(self, name: str) -> str:
        return f"the event {name} of {self._calendar}"


def _key(original: datetime, master: Json) -> RecurrenceKey:
    return original.date().isoformat() if "date" in master["start"] else original.astimezone(UTC).isoformat()


def _organizer(event: Json) -> str:
    return str((event.get("organizer") or {}).get("email") or "somebody else")


def _check_may_change(event: Json) -> None:
    """Raise `RefusedError` if a change would move nobody: some servers take one to a copy, and tell no one."""
    kind = event.get("eventType", "default")
    if kind != "default":
        raise RefusedError(f"an event of type {kind} is no meeting, and is not moved")
    if event.get("locked"):
        raise RefusedError("the event is locked by its calendar; change it where it comes from")
    organizer = event.get("organizer") or {}
    if organizer and not organizer.get("self") and not event.get("guestsCanModify"):
        raise RefusedError(f"only {_organizer(event)}, who organizes it, can move it, as its guests may not change it")


@contextmanager
def _partly() -> Iterator[None]:
    """Have whatever goes wrong after a first change looked at before anything is tried again."""
    try:
        yield
    except UnansweredError:
        raise
    except AppError as error:
        raise UnansweredError(f"a change was made only in part: {error}") from error
