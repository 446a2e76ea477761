"""What is kept of calendars: connections, syncs and push channels."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.calendar.connected import (
    CalendarObject,
    Changes,
    Claim,
    Connection,
    Expansion,
    Forgotten,
    Outcome,
    PushChannel,
    StoredCalendar,
    SyncStatus,
    Watched,
)
from app.domain.calendar.timespan import Timespan


class SyncStore(Protocol):
    """The calendars that are kept here, as a sync works at them.

    What a sync writes is seen by nobody until it switches. Every method is a short transaction, or several; each that
    writes holds the claim for some more minutes. Every method raises `StoreError` if the database cannot be used, and
    those that write raise `ClaimedError` if the claim does not hold any more; then they wrote nothing.
    """

    def claim(self, calendar_id: str, holder: str, now: datetime) -> Claim:
        """Take a calendar for one sync, and undo what an aborted one left.

        It can be taken if nobody holds it, if its holder was silent for too long, or by the same holder again. Raises
        `ClaimedError` if it cannot be, `NotFoundError` if there is no such calendar.
        """
        ...

    def etags(self, claim: Claim) -> Mapping[str, str | None]:
        """The etag of every object that is seen, by its href."""
        ...

    def uid_of(self, claim: Claim, href: str) -> str | None:
        """The UID of an object that is seen; None if there is none."""
        ...

    def without_event_after(self, claim: Claim, moment: datetime) -> Iterator[CalendarObject]:
        """The objects that are seen of whose UIDs no stored occurrence ends after a moment."""
        ...

    def put(self, claim: Claim, changed: Sequence[CalendarObject], removed: Sequence[str], now: datetime) -> Changes:
        """Write objects and forget others; what is there already stays as it is. One transaction."""
        ...

    def keep_only(self, claim: Claim, hrefs: Collection[str], now: datetime) -> Changes:
        """Forget every object that is not among these."""
        ...

    def uids(self, claim: Claim) -> Sequence[str]:
        """Every UID that will be seen after the switch, in order."""
        ...

    def texts(self, claim: Claim, uids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The texts that will be seen after the switch of each of some UIDs; of none, an empty sequence."""
        ...

    def expand(self, claim: Claim, expansions: Sequence[Expansion], now: datetime) -> None:
        """Replace all occurrences of some UIDs. One transaction."""
        ...

    def count(self, claim: Claim) -> int:
        """How many objects will be seen after the switch."""
        ...

    def switch(
        self, claim: Claim, token: str, window: Timespan, reader: int, outcome: Outcome, now: datetime
    ) -> tuple[int, int]:
        """Make everything that was written seen at once, and give the calendar back; then delete what nobody sees.

        The zone of the window is the calendar's from then on.
        Gives back the generation that is seen now, which is the old one if nothing was written, and how many objects
        it has.
        """
        ...

    def fail(self, claim: Claim, outcome: Outcome, now: datetime) -> None:
        """Say why a sync did not end, and give the calendar back; what is seen stays as it is."""
        ...

    def release(self, claim: Claim) -> None:
        """Give the calendar back as it was, if the claim still holds, so that another sync may begin at once."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """The ids of the calendars that are to be synced by now and are not being synced, the longest overdue first."""
        ...


class ConnectionStore(Protocol):
    """What is connected: logins and feeds, and the calendars that they bring.

    Every method raises `StoreError` if the database cannot be used. Secrets come and go sealed.
    """

    def keep(
        self, login: Connection, secret: bytes | None, calendars: Sequence[StoredCalendar], now: datetime
    ) -> list[StoredCalendar]:
        """Keep a login with its calendars, whole or not at all, and return these as they are kept.

        A login that is kept already, under whatever id, gets the new secret and keeps its other calendars; a running
        sync of any of them loses its claim, as it has the old secret, and they are due at once. The owner of a new
        calendar may see its details, everyone else when they are busy. A calendar that is kept in
        another zone is expanded anew by the next sync. Raises `InputError` for one that is kept for another owner or
        with another access.
        """
        ...

    def find(self, connection_id: str) -> tuple[Connection, bytes | None]:
        """A login with its secret. Raises `NotFoundError`."""
        ...

    def calendars(self) -> Sequence[tuple[StoredCalendar, SyncStatus]]:
        """Every calendar with how its sync stands, by owner and name."""
        ...

    def forget(self, connection_id: str) -> Forgotten:
        """Remove a login with all that was read through it; a sync of it stops. Raises `NotFoundError`."""
        ...


class ChannelStore(Protocol):
    """The channels that were opened. Every method raises `StoreError` if the database cannot be used."""

    def watched(self) -> Sequence[Watched]:
        """The calendars that a server can say changes of, and that are not waiting for somebody."""
        ...

    def find(self, channel_id: str) -> PushChannel | None:
        """A channel; None if it is not known."""
        ...

    def add(self, channel: PushChannel) -> None:
        """Keep a channel; of a calendar that is gone meanwhile, nothing is kept."""
        ...

    def remove(self, channel_id: str) -> None:
        """Forget a channel."""
        ...

    def make_due(self, calendar_id: str, now: datetime) -> None:
        """Have a calendar that is as it should be synced now."""
        ...
