"""Mails to managers: what is kept of each, so that it is sent once and what became of it can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RETRY_FOR = timedelta(hours=24)
"""How long a mail is tried again that the relay does not take for now (RFC 5321 §4.5.4.1 allows days)."""
COUNTED = timedelta(hours=24)
"""Over how long the mails to one address are counted, of which there may be so many."""


class MailKind(StrEnum):
    """What a mail is for."""

    WEEKLY = "weekly"
    REMINDER = "reminder"
    CONFIRMATION = "confirmation"
    CODE = "code"


class MailState(StrEnum):
    """How far a mail is: `SENDING` is stored before anything is sent, so that none is sent twice.

    `OMITTED`: there was nothing to say. `UNKNOWN`: it may have been sent or not.
    """

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    OMITTED = "omitted"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of a mail lead: to decide on its proposal, to take it back, to get no more mail, to all findings.

    Opening one shows a page and does nothing else; None where there is nothing to open.
    """

    review: str
    undo: str | None = None
    unsubscribe: str | None = None
    findings: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one manager; there is one for each `key`, whoever makes it and however often.

    `SENDING` is committed before DATA: whoever finds it later does not know whether it was sent, and it becomes
    `UNKNOWN`, sent again by hand only. It was taken up `attempts` times, which is also by what each attempt is known:
    whoever has an older one changes nothing any more. The next is at `next_try_at`, and after `give_up_at` it has
    `FAILED`. `problem` is for people.
    """

    id: str
    key: str
    kind: MailKind
    manager: str
    week: str | None
    proposal_id: str | None
    state: MailState
    created_at: datetime
    next_try_at: datetime
    give_up_at: datetime
    attempts: int = 0
    message_id: str | None = None
    subject: str | None = None
    sent_at: datetime | None = None
    problem: str | None = None


def weekly_key(manager: str, week: str) -> str:
    """What the weekly mail of a manager about a week is known by."""
    return f"{MailKind.WEEKLY}:{manager}:{week}"


def reminder_key(manager: str, week: str) -> str:
    """What the one reminder of a manager about a week is known by."""
    return f"{MailKind.REMINDER}:{manager}:{week}"


def about_proposal(kind: MailKind, proposal_id: str, number: int) -> str:
    """What the n-th mail of a kind about a proposal is known by."""
    return f"{kind}:{proposal_id}:{number}"
