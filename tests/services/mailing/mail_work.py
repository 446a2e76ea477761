"""A desk of mails over a week of plain events: a real database, messages of one line, and a relay as a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import EmailMessage

from sqlalchemy import Engine

from app.adapters.store.mails.mails import StoredMails
from app.domain.audit.finding import Audit, Finding
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.schedule import WeeklyMail
from app.domain.mail import Mail, MailState
from app.domain.proposals.proposal import Proposal
from app.domain.proposals.shown import Shown
from app.ports import Mailer
from app.services.mailing.adding import add_mails
from app.services.mailing.desk import MailDesk, Told, Wanted
from app.services.mailing.running import run
from app.services.proposals.life import apply, decide, propose
from app.settings import Settings, parse_schedule
from tests.services.desks import Work
from tests.services.weeks import DANA, Office

HOUR = timedelta(hours=1)


def nothing() -> None:
    """What a relay does that takes everything, and a composer that makes everything."""


@dataclass
class Messages:
    """Messages of one line; `fault` is called before each, `told` is what weekly mails were made of."""

    fault: Callable[[], None] = nothing
    told: list[Told] = field(default_factory=list)

    def weekly(self, told: Told) -> tuple[EmailMessage, Sequence[str]]:
        self.told.append(told)
        return self._message(told.mail, "weekly", told.thread), [finding.key for finding in told.findings]

    def line(self, mail: Mail, shown: Shown) -> EmailMessage:
        return self._message(mail, "nothing to do")

    def reminder(self, mail: Mail, shown: Shown, thread: str | None) -> EmailMessage:
        return self._message(mail, "reminder", thread)

    def confirmation(self, mail: Mail, shown: Shown, thread: str | None) -> EmailMessage:
        return self._message(mail, str(shown.proposal.state), thread)

    def code(self, mail: Mail, code: str) -> EmailMessage:
        return self._message(mail, code)

    def _message(self, mail: Mail, subject: str, thread: str | None = None) -> EmailMessage:
        self.fault()
        message = EmailMessage()
        message["To"], message["Subject"], message["Message-ID"] = mail.manager, subject, f"<{mail.id}@example.com>"
        message.set_content(subject)
        if thread:
            message["In-Reply-To"] = thread
        return message


@dataclass
class Post:
    """A relay that notes what it takes; `fault` is called first, and `after` when it has taken a mail."""

    taken: list[EmailMessage] = field(default_factory=list)
    fault: Callable[[], None] = nothing
    after: Callable[[], None] = nothing

    def send(self, message: EmailMessage) -> None:
        self.fault()
        self.taken.append(message)
        self.after()

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"] for message in self.taken]


@dataclass
class MailWork:
    """Dana's mails, with all that stands behind them."""

    office: Office
    engine: Engine
    now: datetime
    schedule: WeeklyMail = field(default_factory=lambda: WeeklyMail(on=True))
    wanted: Wanted | None = None
    findings: tuple[Finding, ...] = ()
    noted: list[tuple[str, str, Sequence[str]]] = field(default_factory=list)
    messages: Messages = field(default_factory=Messages)
    post: Post = field(default_factory=Post)
    relay: Callable[[], Mailer] | None = None

    def __post_init__(self) -> None:
        self.work = Work(self.office, self.engine, self.now)
        self.mails = StoredMails(self.engine)
        self.began = self.now

    @property
    def desk(self) -> MailDesk:
        self.work.now = self.now
        return MailDesk(
            desk=self.work.desk,
            mails=self.mails,
            managers=lambda: [DANA],
            wanted=lambda _manager: self.wanted or Wanted(self.schedule, self.began),
            read=lambda text: parse_schedule(text, "schedule", Settings()).weekly_mail,
            audit=self._audit,
            note_told=lambda *told: self.noted.append(told),
            composer=self.messages,
            mailer=self.relay or (lambda: self.post),
            chance=lambda: 0.5,
        )

    def use(self, engine: Engine) -> None:
        """Go on with another connection to the same database, as a process of its own does."""
        self.engine = engine
        self.work = Work(self.office, engine, self.now)
        self.mails = StoredMails(engine)

    def pass_by(self, time_: timedelta) -> None:
        """Let time go by."""
        self.now += time_

    def tick(self) -> list[str]:
        """What a tick does, and the jobs that it queues."""
        problems = add_mails(self.desk)
        for mail_id in self.mails.due(self.now):
            run(self.desk, mail_id)
        return problems

    def states(self) -> list[MailState]:
        """How the mails stand, the oldest first."""
        return [mail.state for mail in reversed(self.mails.all())]

    def proposals(self) -> list[Proposal]:
        """The proposals, the newest first."""
        return list(self.work.store.all())

    def propose(self, week: IsoWeek | None = None) -> Proposal:
        """Have a week proposed by hand."""
        return propose(self.desk.desk, DANA, week or self.office.week, by=DANA).proposal

    def apply(self, proposal_id: str) -> Proposal:
        """Accept all that is ticked, and have it written."""
        desk = self.desk.desk
        decide(desk, proposal_id, (), accept_all=True, by=DANA)
        apply(desk, proposal_id, by=DANA)
        return self.work.applied(proposal_id)

    def _audit(self, manager: str, week: IsoWeek, at: datetime) -> tuple[Audit, tuple[Finding, ...]]:
        return Audit(manager, str(week), at, self.findings), self.findings


def movable(made: Office) -> Office:
    """With a 1:1 on a meeting-free day, so that there is something to propose."""
    made.meeting("one", [DANA, "ana@example.com"], 1, time(10))
    return made
