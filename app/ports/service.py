"""What the service has beside calendars: keys, long plans, mail, public holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from typing import Protocol

from app.domain.configuration.access import ApiKey
from app.domain.plans.planning import Answer, Begun, Document, Planning


class Keys(Protocol):
    """The keys of the HTTP API. Every method raises `StoreError` if the database cannot be used."""

    def exist(self) -> bool:
        """Whether a key was ever made; one that is revoked counts."""
        ...

    def find(self, text: str, now: datetime) -> ApiKey | None:
        """The key of a text, and note that it was used; None if it is not known or revoked."""
        ...


class Plannings(Protocol):
    """The plans that are worked at after their request was answered. Every method raises `StoreError`."""

    def add(self, planning_id: str, request: bytes, idempotency_key: str | None, now: datetime) -> Planning:
        """Store a request and have it worked at, both or neither; if the key is known, give back what it made."""
        ...

    def get(self, planning_id: str) -> Planning:
        """All of a planning. Raises `NotFoundError`."""
        ...

    def glance(self, planning_id: str) -> Planning:
        """A planning without its result. Raises `NotFoundError`."""
        ...

    def begin(self, planning_id: str) -> Begun | None:
        """Note that somebody works at it; None if it has ended or is gone."""
        ...

    def report(self, planning_id: str, progress: Document) -> None:
        """Note how far it is."""
        ...

    def wanted(self, planning_id: str) -> bool:
        """Whether it is still there."""
        ...

    def end(self, planning_id: str, answer: Answer, now: datetime) -> None:
        """Note the answer, and forget what was asked; an answer that is there stays."""
        ...

    def unfinished(self) -> Sequence[str]:
        """The ids of those that have not ended, the oldest first."""
        ...

    def forget(self, planning_id: str) -> None:
        """Delete a planning; whoever works at it stops. Raises `NotFoundError`."""
        ...

    def forget_older(self, moment: datetime) -> None:
        """Delete those that ended before a moment."""
        ...


class Mailer(Protocol):
    """Sends mail."""

    def send(self, message: EmailMessage) -> None:
        """Hand one message over to the relay, for all of its To.

        Raises `UnavailableError` if it was not taken now, `RefusedError` if it never will be, and `UnansweredError`
        if all of it was sent and no answer came.
        """
        ...


class HolidayCalendar(Protocol):
    """Public holidays by country and region."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        """The holidays among some days, for a country such as `DE` or with its region, `DE-BE`.

        Raises `ConfigError` if the country or the region is not known.
        """
        ...
