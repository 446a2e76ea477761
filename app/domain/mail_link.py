"""Links of mails: each leads one manager to one proposal, until it expires, is revoked, or was used to apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LINK = timedelta(days=14)
"""How long a link of a mail leads anywhere."""
CODE = timedelta(minutes=10)
"""How long a code holds."""
CODE_AGAIN = timedelta(minutes=1)
"""How long to wait before another code is sent for the same link."""
CODE_TRIES = 5
"""How often a code may be typed wrongly."""
CODES = 10
"""How many codes are sent for one link: whoever has only the link cannot fill a mailbox with them."""


@dataclass(frozen=True, slots=True)
class MailLink:
    """A link that a mail brought. `revision` is that of the plan which the mail shows.

    `codes` were sent to let new browsers in; the last one holds until `code_expires_at`, and was typed wrongly
    `code_tries` times.
    """

    id: str
    manager: str
    proposal_id: str
    revision: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    code_expires_at: datetime | None = None
    code_tries: int = 0
    codes: int = 0

    def closed(self, now: datetime) -> str | None:
        """Why it leads nowhere any more, for people; None if it does."""
        if self.revoked_at is not None:
            return "this link was revoked"
        if self.used_at is not None:
            return "this link was used to apply the moves; the mail that confirms them has a new one"
        return "this link has expired" if now >= self.expires_at else None

    def may_have_code(self, now: datetime) -> bool:
        """Whether another code may be sent for it."""
        is_soon = self.code_expires_at is not None and now < self.code_expires_at - CODE + CODE_AGAIN
        return self.codes < CODES and not is_soon
