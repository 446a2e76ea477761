"""What is kept of mails to managers and of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.mail import Mail, MailState
from app.domain.mail_link import MailLink


class MailStore(Protocol):
    """The mails to managers. Every method raises `StoreError` if the database cannot be used.

    `begin`, `end`, `close` and `later` take a mail as `take` gave it, and change nothing if it was taken again since.
    """

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

    def all(self, manager: str | None = None, limit: int = 100) -> Sequence[Mail]:
        """The mails to a manager, or to everyone, the newest first."""
        ...

    def sent_since(self, manager: str, since: datetime) -> int:
        """How many went to a manager, or may have, since a moment."""
        ...

    def due(self, now: datetime) -> Sequence[str]:
        """The ids of those that are to be sent now, and of those whose sender was silent for too long."""
        ...

    def take(self, mail_id: str, until: datetime, now: datetime) -> Mail | None:
        """Take up a mail whose time has come, for oneself until a moment; None if it is not to be sent now.

        One whose sender was silent for too long becomes `UNKNOWN`.
        """
        ...

    def tie(self, mail: Mail, proposal_id: str) -> None:
        """Note which proposal a mail is about."""
        ...

    def begin(self, mail: Mail, message_id: str, subject: str, now: datetime) -> bool:
        """Note `SENDING`, before anything is sent; False if somebody else has it, who sends it instead."""
        ...

    def end(self, mail: Mail, state: MailState, now: datetime, problem: str | None = None) -> None:
        """Note what became of a mail that was being sent."""
        ...

    def close(self, mail: Mail, state: MailState, problem: str) -> None:
        """Note that a mail is not sent, `FAILED` or `OMITTED`, and why."""
        ...

    def later(self, mail: Mail, next_try_at: datetime, problem: str) -> None:
        """Note that a mail could not be made, or was not taken, for now: it is `PLANNED` again."""
        ...

    def again(self, mail_id: str, now: datetime, give_up_at: datetime) -> None:
        """Have a mail sent now, also one that failed, or of which nobody knows: only a person asks for that.

        What was sent, or is being sent, stays so. Raises `NotFoundError`.
        """
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

    def first_uids(self, manager: str) -> Mapping[str, str]:
        """For each UID of a series that was split, the first that the series had."""
        ...


class LinkStore(Protocol):
    """The links of mails. Every method raises `StoreError` if the database cannot be used."""

    def add(self, link: MailLink) -> None:
        """Keep a new link."""
        ...

    def get(self, link_id: str) -> MailLink:
        """A link. Raises `NotFoundError`."""
        ...

    def use(self, link_id: str, now: datetime) -> None:
        """Note that its proposal was applied through it."""
        ...

    def revoke(self, manager: str, now: datetime) -> int:
        """Have all links of a manager lead nowhere; how many did."""
        ...

    def expect_code(self, link_id: str, digest: str, now: datetime) -> bool:
        """Note the digest of a new code; False if the last one was sent just now, or too many were."""
        ...

    def take_code(self, link_id: str, digest: str, now: datetime) -> bool:
        """Whether this is the code, once: a right one is gone with it, a wrong one is counted."""
        ...


class LinkTokens(Protocol):
    """Signed texts of links, which nobody else can make."""

    def of_link(self, link_id: str) -> str:
        """The text that names a link."""
        ...

    def link(self, token: str) -> str | None:
        """The id of the link that a text names; None if it is none of ours."""
        ...

    def of_manager(self, manager: str) -> str:
        """The text by which a manager's mails can be ended."""
        ...

    def manager(self, token: str) -> str | None:
        """Whose mails a text ends; None if it is none of ours."""
        ...

    def code_digest(self, link_id: str, code: str) -> str:
        """What is kept of a code."""
        ...
