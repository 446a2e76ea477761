"""Edits of a calendar at Google, each as the fewest requests that say it, all of them conditional."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.adapters.google.events import bodies
from app.adapters.google.events.translation import is_meeting_of
from app.adapters.google.writing.changing import Changing, check_may_change
from app.adapters.google.writing.series import insert, rebase, remove, set_rule
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import MASTER, Edit, Insert, Rebase, RecurrenceKey, Remove, Restore, Retime, SetRule
from app.errors import ChangedError

Json = Mapping[str, Any]


def write(edit: Edit, changing: Changing) -> None:
    """Make one edit; raises as `app.ports.CalendarWriter.write` does."""
    match edit:
        case Retime() | Restore():
            _retime(edit, changing)
        case SetRule():
            set_rule(edit, changing)
        case Rebase():
            rebase(edit, changing)
        case Insert():
            insert(edit, changing)
        case Remove():
            remove(changing)


def _retime(edit: Retime | Restore, changing: Changing) -> None:
    """Another time for an event or an occurrence; as Google keeps exceptions, a `Restore` is no other than that."""
    is_simple = edit.recurrence == MASTER and edit.rooms is None
    target = (_as_seen(changing) if is_simple else None) or _target(edit.recurrence, changing)
    changing.patch(target, bodies.times(edit.start, edit.end, target) | bodies.with_rooms(target, edit.rooms))


def _as_seen(changing: Changing) -> Json | None:
    """As much of an event as another time needs, if what was seen says that; it is not read again."""
    item = changing.master()
    if not is_meeting_of(item.text, changing.calendar):
        return None
    when = {"date": ""} if "\r\nDTSTART;VALUE=DATE:" in item.text else {"dateTime": ""}
    return {"id": item.href, "etag": item.etag, "start": when, "end": when}


def _target(recurrence: RecurrenceKey, changing: Changing) -> Json:
    """What is to be changed, if it is as it was seen. Raises `ChangedError`, `RefusedError`."""
    master = changing.master()
    target = changing.unchanged(master) if recurrence == MASTER else _occurrence(master, recurrence, changing)
    check_may_change(target)
    return target


def _occurrence(master: CalendarObject, original: RecurrenceKey, changing: Changing) -> Json:
    found = changing.present.occurrence(master.href, original)
    if found is None:
        raise ChangedError(f"{changing.what(master.href)} has no occurrence {original} any more")
    if found["id"] in changing.seen:
        return changing.same(found)
    if found.get("status") == "cancelled" or bodies.instant(found["start"]) != original:
        raise ChangedError(f"the occurrence {original} of {changing.what(master.href)} was changed meanwhile")
    if found["etag"] != master.etag:  # it is said nowhere that an occurrence without an exception has its master's
        changing.unchanged(master)
    return found
