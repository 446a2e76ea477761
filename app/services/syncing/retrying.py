"""What becomes of a calendar after a sync: its state, what to do about it, and when it is tried again by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.calendar.connected import Outcome, SyncState
from app.errors import (
    ConfigError,
    InputError,
    NotAllowedError,
    NotFoundError,
    ReconnectError,
    StoreError,
    UnavailableError,
)

INTERVAL = timedelta(minutes=15)
"""Between two syncs of a calendar that is as it should be; spread by a quarter in both directions."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
"""Before the first retry, and at most; each failure in a row doubles it."""
LONGEST_ASKED = timedelta(days=1)
"""The longest that a server may ask us to wait."""
CONFIRM_WAIT = timedelta(hours=1)
GONE_WAIT = timedelta(days=1)
"""A calendar may come back: one answer that there is nothing may be a fault of its server."""

RECONNECT = "connect it again: the login that is stored is not accepted any more"
GONE = "disconnect it, or connect the calendar that took its place; what was read last is kept; looked for once a day"
CONFIRM = (
    "if that is so, sync it with accept_empty (`clearweek sync --accept-empty CALENDAR`); "
    "if not, look at its server: nothing was deleted here"
)
AGAIN = "nothing to do now: it is tried again by itself, and what was read last is kept"
ADDRESS = "look at what is at its address, on the web with a browser; it is tried again by itself"
MEND = "mend that; it is tried again by itself"
DATABASE = "make room on the disk, or see that the database runs; it is tried again by itself"
INTERNAL = "this is a fault in Clearweek: look into its log, and report it; it is tried again by itself"


def after_success(now: datetime, chance: Callable[[], float]) -> Outcome:
    """All is well; the next sync comes in about an interval."""
    return Outcome(SyncState.SYNCED, now + INTERVAL * (0.75 + chance() / 2))


def emptied(before: int, now: datetime) -> Outcome:
    """A calendar of some objects that has none any more waits for somebody to say that this is so."""
    problem = f"the server says that the calendar is empty; {before} events were there before"
    return Outcome(SyncState.CONFIRM, now + CONFIRM_WAIT, problem, CONFIRM)


def after_failure(error: Exception, failures: int, now: datetime, chance: Callable[[], float]) -> Outcome:
    """What an error says of a calendar; `failures` are those in a row before it."""
    if isinstance(error, ReconnectError):
        return Outcome(SyncState.RECONNECT, None, str(error), RECONNECT)
    if isinstance(error, NotFoundError):
        return Outcome(SyncState.GONE, now + GONE_WAIT, str(error), GONE)
    next_try_at = now + pause_after(error, failures, chance())
    problem, remedy = _words(error)
    return Outcome(SyncState.RETRYING, next_try_at, problem, remedy)


def pause_after(error: Exception, failures: int, chance: float) -> timedelta:
    """How long to wait after a failure, and so many in a row before it; `chance` is from 0 to 1."""
    return max(_wait(failures, chance), _asked(error))


def _words(error: Exception) -> tuple[str, str]:
    if isinstance(error, StoreError):
        return str(error), DATABASE
    if isinstance(error, UnavailableError):
        return str(error), AGAIN
    if isinstance(error, (ConfigError, NotAllowedError)):
        return str(error), MEND
    if isinstance(error, InputError):
        return str(error), ADDRESS
    return f"the sync broke off: {type(error).__name__}", INTERNAL


def _wait(failures: int, chance: float) -> timedelta:
    """Exponential, truncated, half of it by chance, so that calendars that failed together do not return together."""
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 10))
    return longest * (0.5 + chance / 2)


def _asked(error: Exception) -> timedelta:
    """How long the server asked to wait (Retry-After, RFC 9110 §10.2.3)."""
    seconds = error.retry_after_s if isinstance(error, UnavailableError) else None
    return min(LONGEST_ASKED, timedelta(seconds=max(0, min(seconds or 0, 10**9))))
