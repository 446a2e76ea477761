"""What is kept of mails to managers and of findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.mail import Mail
from app.domain.proposal import LetterState


class MailStore(Protocol):
    """The mails to managers. Every method raises `StoreError` if the database cannot be used."""

    def add(self, mail: Mail) -> Mail:
        """Keep a new mail; if there is one with its key, give that back instead."""
        ...

    def get(self, mail_id: str) -> Mail:
        """A mail. Raises `NotFoundError`."""
        ...

    def of_key(self, key: str) -> Mail | None:
        """The mail of a key, if there is one."""
        ...

    def about(self, proposal_id: str) -> Sequence[Mail]:
        """The mails about a proposal, the newest first."""
        ...

    def due(self, now: datetime) -> Sequence[str]:
        """The ids of those that are to be sent now, and of those whose sender was silent for too long."""
        ...

    def begin(self, mail_id: str, message_id: str, subject: str, now: datetime) -> Mail | None:
        """Note `SENDING`, before anything is sent; None if it is not `PLANNED` any more, so that one sends it."""
        ...

    def end(self, mail_id: str, state: LetterState, now: datetime, problem: str | None = None) -> Mail:
        """Note what became of a mail that was being sent."""
        ...

    def later(self, mail_id: str, next_try_at: datetime, problem: str) -> Mail:
        """Note that a mail was not taken for now: it is `PLANNED` again, once more tried."""
        ...

    def again(self, mail_id: str, now: datetime) -> Mail:
        """Have a mail that failed, or of which nobody knows, sent again: only a person asks for that."""
        ...


class FindingStore(Protocol):
    """What managers said of findings, and which were in a mail. Every method raises `StoreError`."""

    def dismiss(self, manager: str, key: str, by: str, now: datetime) -> None:
        """Note "not this one"; it is in the audit trail."""
        ...

    def restore(self, manager: str, key: str, by: str, now: datetime) -> None:
        """Take that back. Raises `NotFoundError` if it was not said."""
        ...

    def dismissed(self, manager: str) -> Sequence[str]:
        """The keys that a manager does not want to see."""
        ...

    def told(self, manager: str, week: str, keys: Sequence[str], now: datetime) -> None:
        """Note which findings the mail about a week brings."""
        ...

    def told_since(self, manager: str, since: datetime, but: str) -> Sequence[str]:
        """The keys that mails about other weeks than `but` brought since a moment."""
        ...
