"""An edit of a series, with the overrides that have come to it, or are gone, since it was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.calendar.writing import CANCELLED, MASTER, Edit, Fingerprint, Rebase, SetRule, Versions
from app.services.surgery.approved import has_rule, originals
from app.services.surgery.series_rule import Rule, moment, wall


def fitted(edit: Edit, now: Versions) -> Edit:
    """What is to be written of an edit, right before it is: `now` is the event that it changes.

    An answer to one occurrence is no change by others, but it makes an override, which has to end, or to go, with its
    series: left behind it would take place a second time. What is begun already stays as it was noted.
    """
    master = now.get(MASTER)
    if isinstance(edit, SetRule) and master is not None and not has_rule(master, edit.rrule):
        return _ending(edit, master, now)
    return _following(edit, master, now) if isinstance(edit, Rebase) and master is not None else edit


def _ending(edit: SetRule, master: Fingerprint, now: Versions) -> SetRule:
    """Of the occurrences that the rule had and has no more, all overrides that take place end."""
    last = max(now)
    over = originals(master, last) - originals(replace(master, recurrence=(f"RRULE:{edit.rrule}",)), last)
    ended = sorted(key for key, one in now.items() if key in over and one.status != CANCELLED)
    return replace(edit, ended=tuple(map(datetime.fromisoformat, ended)))


def _following(edit: Rebase, master: Fingerprint, now: Versions) -> Rebase:
    """Overrides that are in neither list follow their series: the nth occurrence is the nth there, too."""
    known = {*edit.dropped, *(old for old, _ in edit.moved)}
    came = {datetime.fromisoformat(key) for key in now if key != MASTER} - known
    there = replace(master, start=edit.start, recurrence=(f"RRULE:{edit.rrule}",))
    moved: list[tuple[datetime, datetime]] = []
    for old, new in zip(_starts(master), _starts(there), strict=False):
        if not came or old > max(came):
            break
        moved += [(old, new)] if old in came and old != new else []
    return replace(edit, moved=(*edit.moved, *moved))


def _starts(master: Fingerprint) -> Iterator[datetime]:
    """When the occurrences of a series begin by its rule."""
    zone = ZoneInfo(master.tzid or "UTC")
    rule = Rule.parse(next(line[6:] for line in master.recurrence if line.startswith("RRULE:")))
    return (moment(one, zone) for one in rule.starts(wall(master.start, zone), zone))
