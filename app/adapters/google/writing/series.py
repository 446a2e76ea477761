"""Whole series at Google: other times, an end, a new one that goes on from another.

https://developers.google.com/workspace/calendar/api/guides/recurringevents says how one occurrence, all of them, and
all from one on are changed. It does not say what becomes of exceptions whose series gets other times: whether Google
drops them, keeps them where they are, or has them stand for other occurrences, afterwards each is what it shall be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from app.adapters.google.calls.refusals import TakenError
from app.adapters.google.events import bodies
from app.adapters.google.events.bodies import key_of
from app.adapters.google.writing.changing import Changing, organizer_of, partly
from app.adapters.google.writing.rule import is_same_rule, occurs
from app.domain.calendar.writing import Insert, Override, Rebase, RecurrenceKey, RoomChange, SetRule
from app.errors import ChangedError, RefusedError

Json = Mapping[str, Any]
Wanted = Mapping[RecurrenceKey, dict[str, Any]]
"""What occurrences have of their own, by their original starts."""

UID_SUFFIX = "@google.com"
"""What Google puts after the id of an event to make its UID."""


def set_rule(edit: SetRule, changing: Changing) -> None:
    """Another rule; its other lines stay."""
    master = changing.series()
    lines = bodies.with_rule(master["recurrence"], edit.rrule)
    if lines != master["recurrence"]:
        changing.patch(master, {"recurrence": lines})
    again = {_key(one.original): _own(one, {}, master) for one in edit.overrides if one.to}
    left_out = [one.original for one in edit.overrides if one.to is None]
    with partly():
        _settle({**master, "recurrence": lines}, again, map(_key, edit.ended), changing)
        for original in left_out:
            _leave_out(master["id"], _key(original), changing)


def rebase(edit: Rebase, changing: Changing) -> None:
    """Other times for all occurrences; what is left out becomes a line of the recurrence, in the same request.

    If that request was made before, and what follows it was not, the rest is.
    """
    master = changing.series()
    others = [*map(_key, (one for pair in edit.moved for one in pair)), *map(_key, edit.dropped)]
    has_rule = any(is_same_rule(edit.rrule, rule) for rule in _rules(master))
    if has_rule and bodies.is_like(master, bodies.times(edit.start, edit.end, master)):
        with partly():
            left = _exceptions(master, changing)
            _settle(master, {_key(o.original): _own(o, left, master) for o in edit.overrides if o.to}, others, changing)
        return
    own = _exceptions(master, changing) if edit.moved or edit.overrides else {}
    moved = {_key(old): new for old, new in edit.moved}
    wanted = {_key(new): bodies.following(own[key], master, edit.rooms) for key, new in moved.items() if key in own}
    for one in edit.overrides:
        if one.to:
            wanted[_key(one.original)] = wanted.get(_key(one.original), {}) | _own(one, own, master)
    left_out = [new for key, new in moved.items() if key not in own and _is_left_out(master["id"], key, changing)]
    left_out += [one.original for one in edit.overrides if one.to is None]
    lines = bodies.with_rule(bodies.without_exdates(master["recurrence"]), edit.rrule)
    body = {**bodies.times(edit.start, edit.end, master), "recurrence": [*lines, *bodies.exdates(left_out, master)]}
    changing.patch(master, body | bodies.with_rooms(master, edit.rooms))
    with partly():
        _settle(bodies.merged(master, body), wanted, others, changing)


def insert(edit: Insert, changing: Changing) -> None:
    """A new series under an id of its own, so that it is never there twice."""
    source = changing.series()
    if not (source.get("organizer") or {}).get("self"):
        who = organizer_of(source)
        raise RefusedError(f"only {who}, who organizes it, can have its series go on at another time")
    body = bodies.copied(source, edit, edit.uid.removesuffix(UID_SUFFIX))
    try:
        changing.insert(body)
    except TakenError:
        _check_ours(body, changing)
    moved = [one for one in edit.overrides if one.to is not None]
    with partly():
        old = _exceptions(source, changing) if any(one.was for one in moved) else {}
        wanted = {_key(one.original): _own(one, old, source, edit.rooms) for one in moved}
        _settle(body, {key: bodies.anew(own) for key, own in wanted.items()}, (), changing)


def _check_ours(body: Json, changing: Changing) -> None:
    """Whether what has the id of a new series is that series; otherwise somebody changed or deleted it."""
    there = changing.present.find(body["id"])
    if there is None or not bodies.is_marked(there) or bodies.span(there) != bodies.span(body):
        raise ChangedError(f"{changing.what(body['id'])} was made before, and was changed or deleted since")


def remove(changing: Changing) -> None:
    """Delete a series, if it is one that was inserted here."""
    there = changing.present.find(changing.master().href) if changing.seen else None
    if there is None:
        return
    if not bodies.is_marked(changing.same(there)):
        raise RefusedError(f"{changing.what(there['id'])} was not made by Clearweek, so that it is not deleted")
    changing.delete(there)


def _rules(master: Json) -> list[str]:
    return [line.removeprefix("RRULE:") for line in master["recurrence"] if line.startswith("RRULE:")]


def _key(original: datetime) -> RecurrenceKey:
    return original.astimezone(UTC).isoformat()


def _own(
    override: Override, old: Mapping[RecurrenceKey, Json], master: Json, rooms: RoomChange | None = None
) -> dict[str, Any]:
    """What an occurrence has of its own: its times and, if it is like another one, what that has."""
    assert override.to is not None  # noqa: S101 - what is left out has nothing
    like = old.get(override.was or "")
    at_its_time = override.to[0] == override.original
    own = bodies.differences(like, master, rooms if at_its_time else None) if like else {}
    status = {"status": override.status.lower()} if override.status else {}
    return own | bodies.times(*override.to, master) | status


def _exceptions(master: Json, changing: Changing) -> dict[RecurrenceKey, Json]:
    """The occurrences of a series that have something of their own, without those that are cancelled."""
    listed = changing.present.listed(master["iCalUID"])
    own = (one for one in listed if one.get("recurringEventId") == master["id"])
    return {key_of(one): one for one in own if one["status"] != "cancelled"}


def _settle(series: Json, wanted: Wanted, others: Iterable[RecurrenceKey], changing: Changing) -> None:
    """Have some occurrences be what is wanted and others what the rule says, or not be there if it has them no more."""
    for key in dict.fromkeys([*wanted, *others]):
        found = changing.present.occurrence(series["id"], key)
        if occurs(series, key):
            _fit(found, key, wanted.get(key) or bodies.usual(series, key), changing)
        elif found is not None and found.get("status") != "cancelled":
            changing.delete(found)


def _fit(found: Json | None, key: RecurrenceKey, own: dict[str, Any], changing: Changing) -> None:
    """Change what an occurrence has otherwise, so that a second time nothing is sent."""
    if found is None:
        raise ChangedError(f"the series has no occurrence {key}")
    if not bodies.is_like(found, own):
        changing.patch(found, own)


def _is_left_out(series: str, key: RecurrenceKey, changing: Changing) -> bool:
    found = changing.present.occurrence(series, key)
    return found is None or found.get("status") == "cancelled"


def _leave_out(series: str, key: RecurrenceKey, changing: Changing) -> None:
    found = changing.present.occurrence(series, key)
    if found is not None and found.get("status") != "cancelled":
        changing.delete(found)
