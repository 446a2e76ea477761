"""The calendars that are kept, as a sync works at them (`app.ports.SyncStore`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Row, Update, case, literal, or_, select, update

from app.adapters.store.calendars import objects, occurrences
from app.adapters.store.calendars.connections import CALENDARS, calendar_of, no_calendar
from app.adapters.store.calendars.generations import clean_some, growth, has_unseen, is_written, undo_some
from app.adapters.store.claims import CLAIM, FREE, SKEW, fence_of, is_free, is_open_to, mine
from app.adapters.store.database import reading, writing
from app.adapters.store.schema import calendar, calendar_object
from app.domain.calendar.connected import CalendarObject, Changes, Claim, Expansion, Outcome, SyncState
from app.domain.calendar.timespan import Timespan
from app.errors import ClaimedError


class StoredCalendars:
    """The calendars in the database; see `app.ports.SyncStore` for what each method promises."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, calendar_id: str, holder: str, now: datetime) -> Claim:
        """Take a calendar for one sync, and undo what an aborted one left."""
        fence = fence_of(holder)
        take = update(calendar).where(calendar.c.id == calendar_id, is_open_to(calendar, holder, now))
        with writing(self._engine) as connection:
            values = {"claimed_by": fence, "claimed_until": now + CLAIM, "last_try_at": now, "next_try_at": None}
            taken = connection.execute(take.values(values))
            row = connection.execute(CALENDARS.where(calendar.c.id == calendar_id)).first()
            if row is None:
                raise no_calendar(calendar_id)
            if not taken.rowcount:
                raise ClaimedError(f"{calendar_id}: is being synced just now; try again in a few minutes")
            claim = _claim_of(row, fence)
            left = is_written(connection, calendar_id, claim.next)
        if left:
            self._undo(claim, now)
        self._clean(claim, claim.calendar.generation, now)
        return claim

    def etags(self, claim: Claim) -> Mapping[str, str | None]:
        """The etag of every object that is seen, by its href."""
        with reading(self._engine) as connection:
            return objects.etags(connection, claim)

    def uid_of(self, claim: Claim, href: str) -> str | None:
        """The UID of an object that is seen; None if there is none."""
        with reading(self._engine) as connection:
            return objects.uid_of(connection, claim, href)

    def without_event_after(self, claim: Claim, moment: datetime) -> Iterator[CalendarObject]:
        """The objects that are seen of whose UIDs no stored occurrence ends after a moment."""
        last = 0
        while True:
            with reading(self._engine) as connection:
                found = list(objects.quiet_after(connection, claim, int(moment.timestamp()), last))
            if not found:
                return
            last = found[-1][0]
            yield from (item for _, item in found)

    def put(self, claim: Claim, changed: Sequence[CalendarObject], removed: Sequence[str], now: datetime) -> Changes:
        """Write objects and forget others; what is there already stays as it is."""
        with self._held(claim, now) as connection:
            return objects.put(connection, claim, changed, removed)

    def keep_only(self, claim: Claim, hrefs: Collection[str], now: datetime) -> Changes:
        """Forget every object that is not among these."""
        uids: set[str] = set()
        removed, last = 0, None
        while True:
            with self._held(claim, now) as connection:
                gone, last = objects.forget_others(connection, claim, hrefs, last)
            uids |= gone.uids
            removed += gone.removed
            if last is None:
                return Changes(frozenset(uids), 0, removed)

    def uids(self, claim: Claim) -> Sequence[str]:
        """Every UID that will be seen after the switch, in order."""
        with reading(self._engine) as connection:
            return objects.uids(connection, claim)

    def texts(self, claim: Claim, uids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The texts that will be seen after the switch of each of some UIDs."""
        with reading(self._engine) as connection:
            return objects.texts(connection, claim, uids)

    def expand(self, claim: Claim, expansions: Sequence[Expansion], now: datetime) -> None:
        """Replace all occurrences of some UIDs."""
        with self._held(claim, now) as connection:
            occurrences.expand(connection, claim, expansions)

    def count(self, claim: Claim) -> int:
        """How many objects will be seen after the switch."""
        with reading(self._engine) as connection:
            return _count(connection, claim)

    def switch(
        self, claim: Claim, token: str, window: Timespan, reader: int, outcome: Outcome, now: datetime
    ) -> tuple[int, int]:
        """Make everything that was written seen at once, and give the calendar back."""
        with self._held(claim, now) as connection:
            changed = is_written(connection, claim.calendar.id, claim.next)
            generation = claim.next if changed else claim.calendar.generation
            count = _count(connection, claim)
            values: dict[str, object] = {
                "generation": generation,
                "token": token,
                "zone": window.zone.key,
                "expanded_from": window.start.date(),
                "expanded_until": window.end.date(),
                "reader": reader,
                "events": count,
                "failures": 0,
                "accepts_empty": False,
                "last_success_at": now,
            }
            connection.execute(_mine(claim).values(values | _said(outcome) | {"next_try_at": _next_try(outcome)}))
            if not changed:
                connection.execute(_mine(claim).values(**FREE))
        if changed:
            self._clean(claim, generation, now)
            with self._held(claim, now) as connection:
                connection.execute(_mine(claim).values(**FREE))
        return generation, count

    def fail(self, claim: Claim, outcome: Outcome, now: datetime) -> None:
        """Say why a sync did not end, and give the calendar back; what is seen stays as it is."""
        with self._held(claim, now) as connection:
            connection.execute(_mine(claim).values(failures=claim.failures + 1, **_said(outcome), **FREE))

    def release(self, claim: Claim) -> None:
        """Give the calendar back as it was, if the claim still holds."""
        with writing(self._engine) as connection:
            connection.execute(_mine(claim).values(**FREE))

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """The ids of the calendars that are to be synced by now and are not being synced, the longest overdue first."""
        clock_was_set_back = calendar.c.last_try_at > now + SKEW
        time_has_come = or_(calendar.c.next_try_at.is_(None), calendar.c.next_try_at <= now, clock_was_set_back)
        can_be_tried = calendar.c.state != SyncState.RECONNECT
        waiting = select(calendar.c.id).where(time_has_come, is_free(calendar, now), can_be_tried)
        ordered = waiting.order_by(calendar.c.next_try_at.is_not(None), calendar.c.next_try_at, calendar.c.id)
        with reading(self._engine) as connection:
            return list(connection.scalars(ordered.limit(limit)))

    def _undo(self, claim: Claim, now: datetime) -> None:
        left = True
        while left:
            with self._held(claim, now) as connection:
                left = undo_some(connection, claim.calendar.id, claim.calendar.generation)

    def _clean(self, claim: Claim, generation: int, now: datetime) -> None:
        with reading(self._engine) as connection:
            left = has_unseen(connection, claim.calendar.id, generation)
        while left:
            with self._held(claim, now) as connection:
                left = clean_some(connection, claim.calendar.id, generation)

    @contextmanager
    def _held(self, claim: Claim, now: datetime) -> Iterator[Connection]:
        """A transaction that writes nothing if the claim does not hold any more."""
        with writing(self._engine) as connection:
            if not connection.execute(_mine(claim).values(claimed_until=now + CLAIM)).rowcount:
                raise ClaimedError(
                    f"{claim.calendar.id}: was disconnected, connected anew or taken over; this sync wrote no more"
                )
            yield connection


def _mine(claim: Claim) -> Update:
    return mine(calendar, claim.calendar.id, claim.fence)


def _said(outcome: Outcome) -> dict[str, object]:
    return {name: getattr(outcome, name) for name in ("state", "next_try_at", "problem", "remedy")}


def _next_try(outcome: Outcome) -> Any:
    """When to look again: at once if that was asked for since the sync began, as it may have looked too early."""
    asked, planned = calendar.c.next_try_at, outcome.next_try_at
    return case((asked < planned, asked), else_=literal(planned, asked.type))


def _count(connection: Connection, claim: Claim) -> int:
    return claim.events + growth(connection, calendar_object, claim.calendar.id, claim.next)


def _claim_of(row: Row[Any], fence: str) -> Claim:
    window = None
    if row.expanded_from is not None and row.expanded_until is not None:
        first, last = (datetime.combine(day, time.min, UTC) for day in (row.expanded_from, row.expanded_until))
        window = Timespan(first, last, ZoneInfo(row.zone))
    return Claim(calendar_of(row), fence, row.events, row.failures, window, row.reader, row.accepts_empty)
