"""The calendars that are kept, with how the sync of each stands: for a terminal, and as a document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.domain.calendar.connected import StoredCalendar, SyncState, SyncStatus
from app.render import words

Kept = Sequence[tuple[StoredCalendar, SyncStatus]]

HEADINGS = ("id", "name", "state", "events", "last success", "lag", "next try")
NEVER = "never"
INTERRUPTED = "the last sync was interrupted"
DONE_AGAIN = "it is done again by itself, or at once if you sync it"


def print_calendars(kept: Kept, now: datetime, console: Console) -> None:
    """Show each connection with its calendars, a line each, and last what is wrong and what to do."""
    for (owner, connection, backend), group in groupby(sorted(kept, key=_connection), key=_connection):
        console.print(Text(f"{words.clean(owner)} · connection {connection} ({backend})", "bold"), highlight=False)
        console.print(_table(list(group), now), highlight=False)
        console.print()
    for calendar, status in kept:
        if said := problem_of(calendar, _told(status, now)):
            console.print(Text(f"! {said}", "yellow"), highlight=False, soft_wrap=True)


def _connection(one: tuple[StoredCalendar, SyncStatus]) -> tuple[str, str, str]:
    calendar, _ = one
    return calendar.owner, calendar.connection_id, calendar.backend


def _table(kept: Kept, now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in HEADINGS:
        numeric = heading in ("events", "lag")
        table.add_column(heading, overflow="fold", no_wrap=heading != "name", justify="right" if numeric else "left")
    for calendar, status in kept:
        table.add_row(*(Text(cell) for cell in _cells(calendar, status, now)))
    return table


def calendars_to_json(kept: Kept, now: datetime) -> str:
    """One document: an entry for each calendar, moments as RFC 3339, the lag in seconds."""
    return json.dumps({"calendars": [calendar_document(*one, now) for one in kept]}, indent=2) + "\n"


def calendar_document(calendar: StoredCalendar, status: SyncStatus, now: datetime) -> dict[str, object]:
    """A calendar and how its sync stands."""
    status = _told(status, now)
    lag = status.lag(now)
    return {
        "id": calendar.id,
        "connection": calendar.connection_id,
        "backend": calendar.backend,
        "name": calendar.name,
        "owner": calendar.owner,
        "timezone": calendar.zone.key,
        "access": calendar.access,
        "writable": calendar.writable,
        "state": status.state,
        "syncing": status.is_syncing(now),
        "events": status.events,
        "last_success_at": _moment(status.last_success_at),
        "lag_s": None if lag is None else round(lag.total_seconds()),
        "last_try_at": _moment(status.last_try_at),
        "next_try_at": _moment(status.next_try_at),
        "problem": status.problem,
        "remedy": status.remedy,
    }


def problem_of(calendar: StoredCalendar, status: SyncStatus) -> str | None:
    """What is wrong with a calendar and what to do about it, in one line; None if nothing is."""
    if not status.problem:
        return None
    remedy = f"; {status.remedy}" if status.remedy else ""
    return words.clean(f"{calendar.name} ({calendar.id}): {status.problem}{remedy}", 1000)


def _told(status: SyncStatus, now: datetime) -> SyncStatus:
    """A status that also says if the last sync was interrupted: whoever was killed could not."""
    if status.problem or not status.is_interrupted(now):
        return status
    return replace(status, problem=INTERRUPTED, remedy=DONE_AGAIN)


def _cells(calendar: StoredCalendar, status: SyncStatus, now: datetime) -> tuple[str, ...]:
    lag = status.lag(now)
    return (
        calendar.id,
        words.clean(calendar.name, words.TITLE_LIMIT),
        f"{status.state}, syncing" if status.is_syncing(now) else status.state,
        str(status.events),
        _local(status.last_success_at) or NEVER,
        NEVER if lag is None else words.duration(max(0, round(lag.total_seconds() / 60))),
        _next_try(status, now),
    )


def _next_try(status: SyncStatus, now: datetime) -> str:
    if status.state is SyncState.RECONNECT or status.is_syncing(now):
        return "-"
    return (status.next_try_at and status.next_try_at > now and _local(status.next_try_at)) or "now"


def _local(moment: datetime | None) -> str | None:
    """A moment on the clock of this machine."""
    return f"{words.short_date(local)} {words.clock(local)}" if (local := moment and moment.astimezone()) else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
