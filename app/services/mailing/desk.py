"""What mails to managers are made and sent with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from random import random
from typing import Protocol

from app.domain.audit.finding import Audit, Finding
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.schedule import WeeklyMail
from app.domain.mail import Mail
from app.domain.proposals.shown import Shown
from app.ports import Mailer, MailStore
from app.services.proposals.desk import Desk


@dataclass(frozen=True)
class Wanted:
    """How a manager wants their weekly mail, and since when they want it so.

    `text` is their own TOML; it is empty, and `since` None, if they never said anything.
    """

    mail: WeeklyMail
    since: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class Told:
    """What a weekly mail tells: a proposal, what the audit says, and which of its findings are in the mail.

    `thread` is the Message-ID of the first mail about the proposal. A `preview` is for looking at: its links lead to
    the pages of the service, and nothing is kept of it.
    """

    mail: Mail
    shown: Shown
    audit: Audit
    findings: tuple[Finding, ...]
    is_first: bool
    thread: str | None = None
    preview: bool = False


class Composer(Protocol):
    """Makes the messages. Each raises `ConfigError` if something is not set up, and `InputError` for an address."""

    def weekly(self, told: Told) -> tuple[EmailMessage, Sequence[str]]:
        """The weekly mail, and the keys of what it tells, which is not told again soon."""
        ...

    def line(self, mail: Mail, shown: Shown) -> EmailMessage:
        """The mail of one line: there is nothing to do."""
        ...

    def reminder(self, mail: Mail, shown: Shown, thread: str | None) -> EmailMessage:
        """The reminder: nothing was decided yet."""
        ...

    def confirmation(self, mail: Mail, shown: Shown, thread: str | None) -> EmailMessage:
        """What became of a proposal that was applied or undone."""
        ...

    def code(self, mail: Mail, code: str) -> EmailMessage:
        """A code that lets a browser in."""
        ...


@dataclass(frozen=True)
class MailDesk:
    """What the use cases of mails need, beside what proposals are worked at with.

    `managers` are those who ever said how they want their mail, `wanted` is how; `read` is the mail of a TOML text, and
    raises `ConfigError` for what cannot be. `audit` gives what is found of a manager's week as of a moment, and the
    findings for a mail about it; `note_told` keeps what a mail told. `mailer` raises `ConfigError` if no relay is set
    up. `chance` is from 0 to 1.
    """

    desk: Desk
    mails: MailStore
    managers: Callable[[], Sequence[str]]
    wanted: Callable[[str], Wanted]
    read: Callable[[str], WeeklyMail]
    audit: Callable[[str, IsoWeek, datetime], tuple[Audit, tuple[Finding, ...]]]
    note_told: Callable[[str, str, Sequence[str]], None]
    composer: Composer
    mailer: Callable[[], Mailer]
    chance: Callable[[], float] = random

    def now(self) -> datetime:
        """The real clock."""
        return self.desk.now()
