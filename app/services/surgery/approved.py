"""Whether an edit is done already, and whether what it changes is still as it was approved (docs/proposals.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, takewhile
from zoneinfo import ZoneInfo

from app.domain.calendar.writing import (
    CANCELLED,
    MASTER,
    Edit,
    Fingerprint,
    Insert,
    Override,
    Rebase,
    RecurrenceKey,
    Remove,
    Restore,
    Retime,
    RoomChange,
    SetRule,
    Versions,
)
from app.services.surgery.series_rule import Rule, moment, usual_end, wall

Times = tuple[datetime, datetime]


def uid_of(edit: Edit, uid: str) -> str:
    """The UID of what an edit changes: `uid` is that of the event that is moved."""
    return edit.uid if isinstance(edit, Insert | Remove) else uid


def is_of_the_same(edit: Edit, other: Edit) -> bool:
    """Whether two edits of a move change the same: one occurrence, its series, or a series that it inserts."""
    return _changed_by(edit) == _changed_by(other)


def _changed_by(edit: Edit) -> tuple[str, str]:
    if isinstance(edit, Insert | Remove):
        return edit.uid, MASTER
    return "", edit.recurrence if isinstance(edit, Retime | Restore) else MASTER


def is_done(edit: Edit, now: Mapping[str, Versions], uid: str) -> bool:
    """Whether the calendar is as an edit makes it; `now` are the versions by UID, `uid` is the moved event's."""
    versions = now.get(uid_of(edit, uid), {})
    if isinstance(edit, Remove):
        return MASTER not in versions or versions[MASTER].status == CANCELLED
    if isinstance(edit, Restore):
        return edit.recurrence not in versions or _is_at(versions, edit.recurrence, (edit.start, edit.end))
    if isinstance(edit, Retime):
        return _is_at(versions, edit.recurrence, (edit.start, edit.end)) and _has_rooms(
            versions[edit.recurrence], edit.rooms
        )
    if MASTER not in versions or not has_rule(versions[MASTER], edit.rrule):
        return False
    if isinstance(edit, SetRule):
        is_over = not any(_takes_place(versions, original) for original in edit.ended)
        return is_over and all(_has(versions, override) for override in edit.overrides)
    return _is_series(versions, edit)


def is_begun(edit: Edit, now: Mapping[str, Versions], uid: str, seen: Versions) -> bool:
    """Whether a series is as an edit makes it but for occurrences that nobody has touched: an edit that broke off.

    `seen` is the event when the edit began.

    Where each occurrence is a request of its own (Google), the rest can be made by the same edit again.
    """
    if not isinstance(edit, Insert | Rebase | SetRule):
        return False
    if not is_done(_its_master(edit), now, uid):
        return False
    versions = now[uid_of(edit, uid)]
    return all(_has(versions, one) or _is_untouched(versions, one, seen) for one in edit.overrides)


def _is_untouched(versions: Versions, override: Override, seen: Versions) -> bool:
    """Whether an occurrence is where its rule has it, whoever answered for it, or as it was when the edit began."""
    key = override.original.isoformat()
    if key not in versions:
        return True
    now, then = versions[key], seen.get(key)
    if now.status == CANCELLED:
        return then is not None and then.status == CANCELLED
    as_before = then is not None and (now.start, now.end) == (then.start, then.end)
    return as_before or now == _of_rule(versions[MASTER], key, now)


def _its_master(edit: Insert | Rebase | SetRule) -> Edit:
    """As much of an edit as is one request everywhere."""
    if isinstance(edit, SetRule):
        return replace(edit, overrides=(), ended=())
    return replace(edit, overrides=(), moved=()) if isinstance(edit, Rebase) else replace(edit, overrides=())


def is_as_seen(edit: Edit, seen: Versions, now: Versions) -> bool:
    """Whether what the approval of an edit covers is equal: of the event it changes or, for an `Insert`, is made from.

    A new time of one occurrence covers that alone, what restores one its override, and any other edit all.
    """
    if isinstance(edit, Restore):
        return _telling(seen).get(edit.recurrence) == _telling(now).get(edit.recurrence)
    return is_unchanged(edit.recurrence if isinstance(edit, Retime) else None, seen, now)


def is_unchanged(recurrence: RecurrenceKey | None, seen: Versions, now: Versions) -> bool:
    """Whether an event, or only that occurrence of it, is what it was when it was seen.

    An occurrence is its override, or if it has none, that and its master. What an override says of answers alone is no
    change.
    """
    was, present = _telling(seen), _telling(now)
    if recurrence is None:
        return was == present
    is_own = recurrence in was
    return was.get(recurrence) == present.get(recurrence) and (is_own or was.get(MASTER) == present.get(MASTER))


def _is_at(versions: Versions, key: RecurrenceKey, times: Times) -> bool:
    one = versions.get(key)
    return one is not None and one.status != CANCELLED and (one.start, one.end) == times


def _has_rooms(one: Fingerprint, rooms: RoomChange | None) -> bool:
    """Whether no room that went is still a guest, and those that came are guests, or the place where that is all."""
    if rooms is None:
        return True
    if set(rooms.gone).intersection(one.addresses):
        return False
    names = dict(rooms.names)
    is_place = bool(rooms.added) and one.location == " ".join(names.get(rooms.added[0], rooms.added[0]).split())
    return is_place or set(rooms.added) <= set(one.addresses)


def has_rule(master: Fingerprint, rrule: str) -> bool:
    """Whether a series has just this rule, however it is written."""
    rules = [line[6:] for line in master.recurrence if line.startswith("RRULE:")]
    return [Rule.parse(rule).canonical for rule in rules] == [Rule.parse(rrule).canonical]


def _is_series(versions: Versions, edit: Insert | Rebase) -> bool:
    if not _is_at(versions, MASTER, (edit.start, edit.end)) or not _has_rooms(versions[MASTER], edit.rooms):
        return False
    moved = () if isinstance(edit, Insert) else edit.moved
    news = {new for _, new in moved}
    is_left = any(_is_left(versions, old) for old, _ in moved if old not in news)
    return not is_left and all(_has(versions, override) for override in edit.overrides)


def _is_left(versions: Versions, original: datetime) -> bool:
    """Whether an override takes place under a name that its series has no more, or has for another occurrence."""
    key = original.isoformat()
    if not _takes_place(versions, original):
        return False
    return versions[key].start != original or key not in originals(versions[MASTER], key)


def _has(versions: Versions, override: Override) -> bool:
    key = override.original.isoformat()
    if override.to is not None:
        usual = (override.original, usual_end(versions[MASTER], override.original))
        return _is_at(versions, key, override.to) or (key not in versions and override.to == usual)
    return _is_excluded(versions, override.original) or (key in versions and versions[key].status == CANCELLED)


def _is_excluded(versions: Versions, original: datetime) -> bool:
    lines = [line for line in versions[MASTER].recurrence if line.startswith("EXDATE:")]
    values = {value for line in lines for value in line.partition(":")[2].split(",")}
    day = original.astimezone(ZoneInfo(versions[MASTER].tzid or "UTC"))
    return not values.isdisjoint((f"{original.astimezone(UTC):%Y%m%dT%H%M%SZ}", f"{day:%Y%m%d}"))


def _takes_place(versions: Versions, original: datetime) -> bool:
    one = versions.get(original.isoformat())
    return one is not None and one.status != CANCELLED


def _telling(versions: Versions) -> Versions:
    """The versions without overrides that say no more than an answer: what their master says of that occurrence.

    Cancelled ones of which the rule has no occurrence say nothing either: some servers tell of them, and some do not.
    """
    master = versions.get(MASTER)
    if master is None:
        return versions
    cancelled = {key for key, one in versions.items() if key and one.status == CANCELLED}
    idle = cancelled - originals(master, max(cancelled)) if cancelled else set()
    telling = {key: one for key, one in versions.items() if key not in idle}
    return {key: one for key, one in telling.items() if not key or one != _of_rule(master, key, one)}


def originals(master: Fingerprint, last: RecurrenceKey) -> set[RecurrenceKey]:
    """The names of the occurrences that the rules of a series have, up to one."""
    zone = ZoneInfo(master.tzid or "UTC")
    rules = [Rule.parse(line[6:]) for line in master.recurrence if line.startswith("RRULE:")]
    starts = (rule.starts(wall(master.start, zone), zone) for rule in rules)
    named = (takewhile(lambda key: key <= last, (_named(one, zone, master) for one in some)) for some in starts)
    return set(chain.from_iterable(named))


def _named(start: datetime, zone: ZoneInfo, master: Fingerprint) -> RecurrenceKey:
    return moment(start, zone).isoformat() if master.tzid else start.date().isoformat()


def _of_rule(master: Fingerprint, key: RecurrenceKey, like: Fingerprint) -> Fingerprint:
    """An occurrence as its master says it; servers do not agree on the SEQUENCE of an override that has an answer."""
    start = datetime.fromisoformat(key)
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    return replace(master, start=start, end=usual_end(master, start), recurrence=(), sequence=like.sequence)
