"""The calendars that a proposal is about, read anew before anything of it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from app.domain.calendar.connected import SyncState
from app.domain.proposals.proposal import Proposal, ProposedMove
from app.errors import AppError, ClaimedError, ReconnectError, RefusedError, StoreError, UnavailableError
from app.services.applying.tools import Tools
from app.services.syncing.sync import Synced

WAIT_S, WAITS = 0.5, 120
"""How long a sync that somebody else does is waited for."""


@dataclass(frozen=True)
class Resynced:
    """How the syncs ended: those of the calendars that are written, and notes on those that could not be read."""

    own: dict[str, Synced | AppError] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def check(self, calendar_id: str) -> None:
        """Raise why a calendar cannot be written now, if it could not be read."""
        found = self.own.get(calendar_id)
        if isinstance(found, AppError):
            raise found
        if found is not None and found.state is not SyncState.SYNCED:
            raise _as_error(found)

    def note_on(self, move: ProposedMove) -> tuple[str, ...]:
        """What there is to say to the people in a move whose calendars could not be read."""
        return tuple(text for owner, text in self.notes.items() if owner in move.people)


def resync(proposal: Proposal, written: Iterable[str], tools: Tools) -> Resynced:
    """Sync the calendars that are to be written, and those of the people in the moves.

    Only our own database raises; what else goes wrong is said of the calendar.
    """
    found = Resynced()
    for calendar_id in dict.fromkeys(written):
        found.own[calendar_id] = _synced(calendar_id, tools)
    for calendar in tools.concerned(proposal):
        if calendar.id not in found.own:
            result = _synced(calendar.id, tools)
            if isinstance(result, AppError) or result.state is not SyncState.SYNCED:
                found.notes[calendar.owner] = f"the calendar of {calendar.owner} could not be read just now"
    return found


def _synced(calendar_id: str, tools: Tools) -> Synced | AppError:
    others_are_at_it = retry_if_exception_type(ClaimedError)
    waiting = Retrying(retry=others_are_at_it, stop=stop_after_attempt(WAITS), wait=wait_fixed(WAIT_S), reraise=True)
    try:
        return waiting.copy(sleep=tools.pause)(tools.sync, calendar_id)
    except StoreError:
        raise
    except AppError as error:
        return error


def _as_error(synced: Synced) -> AppError:
    text = synced.problem or f"{synced.calendar_id} could not be read"
    if synced.state is SyncState.RECONNECT:
        return ReconnectError(text)
    return UnavailableError(text) if synced.state is SyncState.RETRYING else RefusedError(text)
