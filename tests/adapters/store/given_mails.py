"""Mails to test with."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from app.domain.mail import RETRY_FOR, Mail, MailKind, MailState, weekly_key

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DANA, WEEK = "dana@example.com", "2026-W49"
_NUMBERS = count(1)


def a_mail(manager: str = DANA, week: str = WEEK, now: datetime = NOW, key: str | None = None) -> Mail:
    """A weekly mail that is to be sent now."""
    return Mail(
        id=f"{next(_NUMBERS):016x}",
        key=key or weekly_key(manager, week),
        kind=MailKind.WEEKLY,
        manager=manager,
        week=week,
        proposal_id=None,
        state=MailState.PLANNED,
        created_at=now,
        next_try_at=now,
        give_up_at=now + RETRY_FOR,
    )
