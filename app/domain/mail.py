"""Mails to managers: what is kept of each, so that it is sent once and what became of it can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.proposal import LetterState

RETRY_FOR = timedelta(hours=24)
"""How long a mail is tried again that the relay does not take for now (RFC 5321 §4.5.4.1 allows days)."""


class MailKind(StrEnum):
    """What a mail is for."""

    WEEKLY = "weekly"
    REMINDER = "reminder"
    CONFIRMATION = "confirmation"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one manager; there is one for each `key`, whoever makes it and however often.

    `SENDING` is committed before DATA: whoever finds it later does not know whether it was sent, and it becomes
    `UNKNOWN`, sent again by hand only. `attempts` were refused for now; the next is at `next_try_at`, and after
    `give_up_at` it has `FAILED`. `problem` is for people.
    """

    id: str
    key: str
    kind: MailKind
    manager: str
    week: str | None
    proposal_id: str | None
    state: LetterState
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


def about_proposal(kind: MailKind, proposal_id: str, version: int) -> str:
    """What a mail about a proposal, as it is at a version, is known by."""
    return f"{kind}:{proposal_id}:{version}"
