"""Calendars of the store as sources of events: what one viewer may see, all of them read at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Row, select

from app.adapters.store.calendars.connections import CALENDARS, calendar_of
from app.adapters.store.calendars.generations import visible
from app.adapters.store.calendars.occurrences import Shared, decoded, event_at, shared_by
from app.adapters.store.database import open_database, reading
from app.adapters.store.schema import calendar, calendar_grant, component, occurrence, read_warning
from app.domain.calendar.connected import Access, StoredCalendar
from app.domain.calendar.event import Calendar, Event, ReadWarning
from app.domain.calendar.timespan import Timespan
from app.domain.configuration.access import EVERYONE
from app.domain.meetings.busy import BusyRules
from app.domain.meetings.meeting import line_of
from app.domain.meetings.redaction import reduced
from app.domain.people.person import Team

MAX_WARNINGS = 200
"""Warnings of one calendar; what is more is counted."""
MARGIN = timedelta(days=2)
"""By how much an all-day event may be read beyond a window: elsewhere its day is at another time."""


def stored_sources(
    engine: Engine, viewers: Sequence[str], rules: BusyRules, team: Team | None = None
) -> list[StoredSource]:
    """Every calendar that was synced and that one of some viewers may see something of, by owner and name.

    Of one that they may all see as busy only, each event is reduced to that. The `team` says under which addresses
    people are known too. Raises `StoreError` if the database cannot be used.
    """
    known = team or Team()
    people = [known.find(viewer) for viewer in viewers]
    names = {EVERYONE, *(address.lower() for one in people for address in (one.email, *one.aliases))}
    granted = calendar_grant.c.viewer.in_(names)
    rows = CALENDARS.add_columns(calendar_grant.c.access.label("granted")).where(granted, calendar.c.generation > 0)
    joined = rows.join(calendar_grant, calendar_grant.c.calendar_id == calendar.c.id)
    with reading(engine) as connection:
        found = connection.execute(joined.order_by(calendar.c.owner, calendar.c.name, calendar.c.id)).all()
    detailed = {row.id for row in found if row.granted == Access.DETAILS}
    shelf = _Shelf(engine, sorted({row.id for row in found}))
    sources = {
        row.id: StoredSource(
            calendar_of(row),
            (row.expanded_from, row.expanded_until),
            shelf,
            None if row.id in detailed else _Veil(row.owner, rules, known),
        )
        for row in found
    }
    return list(sources.values())


@dataclass
class _Rows:
    """What is stored of one calendar for one window: times, and by component what they share."""

    times: list[Row[Any]] = field(default_factory=list)
    shared: dict[int, Shared] = field(default_factory=dict)
    warnings: list[ReadWarning] = field(default_factory=list)

    def events(self, veil: _Veil | None) -> Iterator[Event]:
        """The events, hidden by a veil if there is one; that is woven once for all occurrences of the same length."""
        woven: dict[tuple[int, int], Shared] = {}
        for row in self.times:
            key = (row.component_id, row.end - row.start)
            if key not in woven:
                shared = self.shared[row.component_id]
                woven[key] = shared if veil is None else shared_by(veil.over(event_at(row, shared)))
            yield event_at(row, woven[key])


class _Shelf:
    """All calendars of some viewers; whoever asks first for a window reads it for all of them.

    It can be sent to another process, which opens the database for itself.
    """

    def __init__(self, engine: Engine, ids: Sequence[str]) -> None:
        self._engine = engine
        self._ids = ids
        self._read: dict[tuple[datetime, datetime], dict[str, _Rows]] = {}

    def __reduce__(self) -> tuple[Callable[[str, Sequence[str]], _Shelf], tuple[str, Sequence[str]]]:
        """Under which address the database is, and which calendars they are."""
        return _shelf_at, (self._engine.url.render_as_string(hide_password=False), self._ids)

    def rows(self, calendar_id: str, window: Timespan) -> _Rows:
        """What is stored of a calendar within a window, a little more at both ends."""
        key = (window.start, window.end)
        if key not in self._read:
            with reading(self._engine) as connection:
                self._read = {key: _rows(connection, self._ids, window.start - MARGIN, window.end + MARGIN)}
        return self._read[key][calendar_id]


def _shelf_at(url: str, ids: Sequence[str]) -> _Shelf:
    return _Shelf(open_database(url), ids)


def _rows(connection: Connection, ids: Collection[str], start: datetime, end: datetime) -> dict[str, _Rows]:
    found: dict[str, _Rows] = defaultdict(_Rows)
    times = select(occurrence, component.c.uid, component.c.details).select_from(
        calendar.join(component, visible(component)).join(occurrence, occurrence.c.component_id == component.c.id)
    )
    first, last = int(start.timestamp()), int(end.timestamp())
    mine = (occurrence.c.calendar_id.in_(ids), occurrence.c.end >= first, occurrence.c.start < last)
    for row in connection.execute(times.where(*mine)):
        rows = found[row.calendar_id]
        rows.times.append(row)
        if row.component_id not in rows.shared:
            rows.shared[row.component_id] = decoded(row.uid, row.details)
    said = select(read_warning).select_from(calendar.join(read_warning, visible(read_warning)))
    for row in connection.execute(said.where(calendar.c.id.in_(ids)).order_by(read_warning.c.uid, read_warning.c.id)):
        found[row.calendar_id].warnings.append(ReadWarning(row.code, row.text, row.calendar_id, row.uid))
    return found


class _Veil:
    """What hides a calendar from somebody who may only know when its owner is busy."""

    def __init__(self, owner: str, rules: BusyRules, team: Team) -> None:
        self._owner = owner
        self._rules = rules
        self._team = team

    def over(self, event: Event) -> Event:
        """An event, reduced."""
        return reduced(event, line_of(event, self._team.canonical(self._owner), self._team), self._rules)

    def over_warnings(self, warnings: Sequence[ReadWarning]) -> list[ReadWarning]:
        """How many events a kind of warning is about, and not which."""
        counted = Counter((warning.code, warning.source) for warning in warnings)
        return [ReadWarning(code, f"{source}: {self._unread(n)}", source) for (code, source), n in counted.items()]

    def _unread(self, number: int) -> str:
        if number == 1:
            return f"an event of {self._owner} cannot be read as it stands"
        return f"{number} events of {self._owner} cannot be read as they stand"


class StoredSource:
    """One calendar as one viewer sees it (`app.ports.CalendarSource`)."""

    def __init__(self, kept: StoredCalendar, weeks: tuple[date, date], shelf: _Shelf, veil: _Veil | None) -> None:
        self._kept = kept
        self._weeks = weeks
        self._shelf = shelf
        self._veil = veil

    @property
    def owner_hint(self) -> str:
        """Whose calendar it is."""
        return self._kept.owner

    @property
    def source(self) -> str:
        """The calendar's id."""
        return self._kept.id

    @property
    def zone_hint(self) -> ZoneInfo:
        """The wall clock of its floating and all-day times."""
        return self._kept.zone

    def events(self, window: Timespan, owner: str, zone: ZoneInfo) -> Calendar:
        """The stored events that overlap the window, in order of time.

        All-day events have the days of `zone`; floating times stay on the calendar's own wall clock, with which they
        were read. Weeks that are not kept are a warning. Raises `StoreError` if the database cannot be used.
        """
        rows = self._shelf.rows(self.source, window)
        events = (_in_zone(event, zone) for event in rows.events(self._veil))
        found = [event for event in events if _is_in(event.span, window)]
        warnings = rows.warnings if self._veil is None else self._veil.over_warnings(rows.warnings)
        found.sort(key=lambda event: (event.span.start, event.ref.uid, event.span.end))
        said = [*self._unkept(window), *dict.fromkeys(warnings)]
        return Calendar(self.source, owner.lower(), tuple(found), self._kept.zone, _few(said, self.source))

    def _unkept(self, window: Timespan) -> Iterable[ReadWarning]:
        """Whether some of the window lies outside of the weeks that are kept."""
        first, last = self._weeks
        if window.start.date() < first or last < window.end.date():
            text = f"{self.source}: of {self.owner_hint} only {first} to {last} is known; sync again nearer to the week"
            yield ReadWarning("weeks_not_kept", text, self.source)


def _in_zone(event: Event, zone: ZoneInfo) -> Event:
    """An all-day event from midnight to midnight in a zone; any other as it is."""
    if not event.all_day or event.span.zone == zone:
        return event
    days = (event.span.local_start.date(), event.span.local_end.date())
    start, end = (datetime.combine(day, time.min, zone) for day in days)
    return replace(event, span=Timespan.between(start, end))


def _is_in(span: Timespan, window: Timespan) -> bool:
    return span.overlaps(window) or window.start <= span.start < window.end


def _few(warnings: Sequence[ReadWarning], source: str) -> tuple[ReadWarning, ...]:
    if len(warnings) <= MAX_WARNINGS:
        return tuple(warnings)
    text = f"{source}: {len(warnings) - MAX_WARNINGS} more warnings"
    return (*warnings[:MAX_WARNINGS], ReadWarning("more_warnings", text, source))
