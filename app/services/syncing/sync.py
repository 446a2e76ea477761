"""One sync of one calendar: claim it, read what changed, expand that, and switch to it (docs/decisions/013)."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from time import sleep
from typing import Literal

from app.domain.calendar.connected import Access, CalendarObject, Changes, Claim, Expansion, Outcome, Page, SyncState
from app.domain.calendar.timespan import Timespan
from app.errors import AppError, ClaimedError, StaleTokenError, StoreError, UnavailableError
from app.ports import CalendarStore, EventReader, SyncStore
from app.services.syncing.retrying import after_failure, after_success, emptied

MAX_OBJECTS = 200_000
"""Objects of one calendar."""
MAX_PAGES = 50_000
"""Pages of one answer."""
MAX_IDLE_PAGES = 50
"""Pages in a row without a single object that was not on an earlier page of the same answer."""
MAX_NAME = 1_000
"""Characters of an href or a UID (RFC 7986 §5.3 asks for 255 at most); what has a longer one cannot be looked up."""
PAGE = 500
"""Objects that one transaction writes."""
BATCH = 200
"""UIDs that are expanded at once."""
PORTION = 10_000
"""Occurrences that one transaction writes, unless a single UID has more."""
BEHIND, AHEAD = timedelta(weeks=26), timedelta(weeks=27)
"""What is expanded, before and after the day of the sync."""
LEAST_BEHIND, LEAST_AHEAD = timedelta(weeks=25), timedelta(weeks=26)
"""With less than this, everything is expanded anew."""
MANY = 10
"""A calendar of so many objects does not become empty without a question."""
WAITS_S = (1, 2, 4)
"""Between the tries to give a calendar back while our database is away: about as long as that takes to restart."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a sync is: objects read, then UIDs expanded; `total` is None where the server does not say."""

    calendar_id: str
    stage: Literal["reading", "expanding"]
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Synced:
    """How a sync ended: `changed` and `removed` are objects of this sync, `events` those that are seen now."""

    calendar_id: str
    generation: int
    changed: int
    removed: int
    events: int
    state: SyncState
    problem: str | None = None
    remedy: str | None = None


def unseen(_progress: SyncProgress) -> None:
    """What is told of a sync that nobody watches goes nowhere."""


def sync_calendar(
    calendar_id: str,
    store: SyncStore,
    backend: CalendarStore,
    *,
    reader: EventReader,
    holder: str,
    now: Callable[[], datetime],
    on_progress: Callable[[SyncProgress], None] = unseen,
    chance: Callable[[], float] = random.random,
    pause: Callable[[float], object] = sleep,
) -> Synced:
    """Bring what is stored of a calendar to what its server has; whoever reads sees the old state until all is there.

    `holder` names who syncs: the same holder may begin again what it did not end. `chance` gives numbers in [0, 1), by
    which retries are spread; `pause` waits some seconds. A fault of the server never raises: it becomes the calendar's
    state, and what is stored stays as it was. Raises `ClaimedError` if somebody else syncs it now, or if it was
    connected anew or disconnected meanwhile, `StoreError` if the database cannot be used, `NotFoundError` if there is
    no such calendar here.
    """
    claim = store.claim(calendar_id, holder, now())
    sync = _Sync(store, backend, reader, claim, now, on_progress)
    try:
        return sync.run(chance)
    except ClaimedError:
        raise
    except StoreError as error:
        with suppress(StoreError, ClaimedError):
            sync.end_when_possible(after_failure(error, claim.failures, now(), chance), pause)
        raise
    except AppError as error:
        return sync.end(after_failure(error, claim.failures, now(), chance))
    except KeyboardInterrupt:
        with suppress(StoreError):
            store.release(claim)
        raise
    except Exception as error:
        with suppress(StoreError, ClaimedError):
            sync.end(after_failure(error, claim.failures, now(), chance))
        raise


def due(store: SyncStore, now: datetime, limit: int) -> list[str]:
    """The ids of the calendars that are to be synced by now, the longest overdue first."""
    return list(store.due(now, limit))


class _Sync:
    """One sync, from its claim to its end."""

    def __init__(
        self,
        store: SyncStore,
        backend: CalendarStore,
        reader: EventReader,
        claim: Claim,
        now: Callable[[], datetime],
        on_progress: Callable[[SyncProgress], None],
    ) -> None:
        self._store = store
        self._backend = backend
        self._reader = reader
        self._claim = claim
        self._calendar = claim.calendar
        self._now = now
        self._on_progress = on_progress
        self._uids: set[str] = set()
        self._changed = 0
        self._removed = 0

    def run(self, chance: Callable[[], float]) -> Synced:
        """All steps, in their order."""
        try:
            token = self._read(self._calendar.token)
        except StaleTokenError:
            token = self._read(None)
        if self._is_emptied() and not self._claim.accepts_empty:
            return self.end(emptied(self._claim.events, self._now()))
        window, reader = self._expand()
        outcome = after_success(self._now(), chance)
        switched = self._store.switch(self._claim, token, window, reader, outcome, self._now())
        return Synced(self._calendar.id, switched[0], self._changed, self._removed, switched[1], outcome.state)

    def end(self, outcome: Outcome) -> Synced:
        """Give the calendar back as it was, and say why."""
        self._store.fail(self._claim, outcome, self._now())
        generation, events = self._calendar.generation, self._claim.events
        return Synced(self._calendar.id, generation, 0, 0, events, outcome.state, outcome.problem, outcome.remedy)

    def end_when_possible(self, outcome: Outcome, pause: Callable[[float], object]) -> Synced:
        """End it as soon as the database can be used again: until then, nobody else may sync the calendar."""
        for wait_s in WAITS_S:
            with suppress(StoreError):
                return self.end(outcome)
            pause(wait_s)
        return self.end(outcome)

    def _read(self, token: str | None) -> str:
        """Write what changed since a token, page by page; give back the next token."""
        listed: set[str] = set()
        next_token: str | None = None
        known = _Stored(self._store, self._reader, self._claim)
        for page in _bounded(self._backend.changes(self._calendar.href, token, known)):
            self._calendar = replace(self._calendar, zone=page.zone or self._calendar.zone)
            for changed, removed in _parts(page):
                kept = [self._kept(one) for one in changed if max(len(one.href), len(one.uid)) <= MAX_NAME]
                self._note(self._store.put(self._claim, kept, removed, self._now()))
            listed.update(one.href for one in page.changed)
            next_token = page.token
            self._say("reading", len(listed), page.total)
        if next_token is None:
            raise UnavailableError("the server ended its answer before it was complete")
        if token is None:
            self._note(self._store.keep_only(self._claim, listed, self._now()))
        return next_token

    def _kept(self, item: CalendarObject) -> CalendarObject:
        """What of an object is stored."""
        item = replace(item, uid=_storable(item.uid), text=_storable(item.text))
        return self._reader.reduced(item, self._calendar) if self._calendar.access == Access.BUSY else item

    def _note(self, changes: Changes) -> None:
        self._uids |= changes.uids
        self._changed += changes.changed
        self._removed += changes.removed

    def _is_emptied(self) -> bool:
        return self._removed > 0 and self._claim.events >= MANY and self._store.count(self._claim) == 0

    def _expand(self) -> tuple[Timespan, int]:
        """Expand what changed, or everything if the weeks that are expanded move on, or the zone is another.

        Gives back these weeks, and the oldest version of the reader by which any of it is expanded now.
        """
        kept, reader = self._claim.window, self._reader.version
        if kept is not None and self._is_current(kept):
            window, uids = kept, sorted(self._uids)
            reader = reader if uids else self._claim.reader or 0
        else:
            window, uids = self._window(), sorted(self._uids.union(self._store.uids(self._claim)))
        for first in range(0, len(uids), BATCH):
            self._expand_some(uids[first : first + BATCH], window)
            self._say("expanding", min(first + BATCH, len(uids)), len(uids))
        return window, reader

    def _expand_some(self, uids: Sequence[str], window: Timespan) -> None:
        texts = self._store.texts(self._claim, uids)
        for portion in _portions(self._reader.expand(texts, window, self._calendar)):
            self._store.expand(self._claim, portion, self._now())

    def _is_current(self, window: Timespan) -> bool:
        """Whether enough weeks are expanded, in this zone and by no older reader; also after the clock was set back."""
        now = self._now()
        enough = window.start <= now - LEAST_BEHIND and now + LEAST_AHEAD <= window.end
        return enough and window.zone == self._calendar.zone and (self._claim.reader or 0) >= self._reader.version

    def _window(self) -> Timespan:
        today = datetime.combine(self._now().astimezone(UTC).date(), time.min, UTC)
        return Timespan(today - BEHIND, today + AHEAD, self._calendar.zone)

    def _say(self, stage: Literal["reading", "expanding"], done: int, total: int | None) -> None:
        self._on_progress(SyncProgress(self._calendar.id, stage, done, total))


class _Stored:
    """What is stored before a sync, for the back end that asks (`app.ports.Known`)."""

    def __init__(self, store: SyncStore, reader: EventReader, claim: Claim) -> None:
        self._store = store
        self._reader = reader
        self._claim = claim

    def etags(self) -> Mapping[str, str | None]:
        """The etag of every object, by its href."""
        return self._store.etags(self._claim)

    def uid_of(self, href: str) -> str | None:
        """The UID of an object; None if it is not stored."""
        return self._store.uid_of(self._claim, href)

    def past(self, moment: datetime) -> Collection[str]:
        """The hrefs of objects of which nothing takes place at or after a moment."""
        quiet = self._store.without_event_after(self._claim, moment)
        return {one.href for one in quiet if not self._reader.recur(one.text, moment, self._claim.calendar)}


def _storable(text: str) -> str:
    """A text without what no database can hold: NUL, and halves of letters (RFC 8259 §8.2)."""
    whole = text if text.isascii() else text.encode(errors="replace").decode()
    return whole.replace("\0", "")


def _parts(page: Page) -> Iterator[tuple[Sequence[CalendarObject], Sequence[str]]]:
    """A page in parts that one transaction each can hold."""
    for first in range(0, len(page.removed), PAGE):
        yield (), page.removed[first : first + PAGE]
    for first in range(0, len(page.changed), PAGE):
        yield page.changed[first : first + PAGE], ()


def _portions(expansions: Sequence[Expansion]) -> Iterator[Sequence[Expansion]]:
    """Expansions in parts that one transaction each can hold."""
    portion: list[Expansion] = []
    size = 0
    for one in expansions:
        if portion and size + len(one.events) > PORTION:
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += len(one.events)
    if portion:
        yield portion


def _bounded(pages: Iterator[Page]) -> Iterator[Page]:
    """The pages of one answer. Raises `UnavailableError` for an answer that has no end, or goes on after it."""
    seen: set[str] = set()
    idle = 0
    is_over = False
    for number, page in enumerate(pages):
        if is_over:
            raise UnavailableError("the server goes on after the last page of its answer")
        before = len(seen)
        seen.update(page.removed)
        seen.update(one.href for one in page.changed)
        idle = 0 if len(seen) > before else idle + 1
        if idle > MAX_IDLE_PAGES or number >= MAX_PAGES:
            raise UnavailableError("the server's answer has no end: its pages repeat themselves or are empty")
        if len(seen) > MAX_OBJECTS:
            raise UnavailableError(f"the calendar has more than {MAX_OBJECTS:,} events")
        is_over = page.token is not None
        yield page
