"""The messages of mails, made of what they tell (`Composer`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from app.domain.mail import Links, Mail
from app.domain.mail_link import CODE
from app.domain.proposals.proposal import Proposal
from app.domain.proposals.shown import Shown
from app.render.mail import short
from app.render.mail.compose import History, weekly
from app.render.mail.content import ShortMailContent
from app.render.mail.message import Envelope, Pictures, short_message, weekly_message
from app.render.mail.ticked import mailed, ticked
from app.render.picture import trend_picture, week_picture
from app.render.plans.ics import week_ics
from app.render.proposals.addresses import message_id
from app.render.proposals.proposals import Seen
from app.services.mailing.desk import Told


@dataclass(frozen=True)
class Messages:
    """Makes the messages, from a sender.

    `links` opens the links of a new mail, and raises `ConfigError` if nobody said where the service is reached; `page`
    leads to the page of a proposal only. `earlier` are the manager's proposals of other weeks, `told` the keys that
    mails about other weeks brought lately, `only_read` the calendars that no move is written into.
    """

    sender: Callable[[Mail], str]
    links: Callable[[Proposal], Links]
    page: Callable[[Proposal], Links]
    earlier: Callable[[Proposal], Sequence[Proposal]]
    told: Callable[[Proposal], Collection[str]]
    only_read: Callable[[], Collection[str]]
    now: Callable[[], datetime]

    def weekly(self, told: Told) -> tuple[EmailMessage, Sequence[str]]:
        """The weekly mail, and the keys of what it tells, which is not told again soon."""
        shown, proposal = mailed(told.shown), told.shown.proposal
        after = ticked(told.shown).plan
        links = self.page(proposal) if told.preview else self.links(proposal)
        history = History(self.earlier(proposal), self.told(proposal), told.is_first)
        at, trend = proposal.clock(self.now()), told.audit.trend
        count = len(told.audit.findings)
        content = weekly(told.shown, links, at, told.findings, trend, history, self.only_read(), count)
        drawn = trend_picture(trend) if content.trend else None
        pictures = Pictures(week_picture(after, Seen(shown).numbers), drawn)
        envelope = self._envelope(told.mail, shown, links, told.thread)
        return weekly_message(content, envelope, week_ics(after), pictures), content.tells

    def line(self, mail: Mail, shown: Shown) -> EmailMessage:
        """The mail of one line: there is nothing to do."""
        links = self.links(shown.proposal)
        return self._short(short.line(shown, links, self.now()), mail, shown, links)

    def reminder(self, mail: Mail, shown: Shown, thread: str | None) -> EmailMessage:
        """The reminder: nothing was decided yet."""
        links = self.links(shown.proposal)
        return self._short(short.reminder(shown, links, self.now(), self.only_read()), mail, shown, links, thread)

    def confirmation(self, mail: Mail, shown: Shown, thread: str | None) -> EmailMessage:
        """What became of a proposal that was applied or undone."""
        links = self.links(shown.proposal)
        return self._short(short.confirmation(shown, links, self.only_read()), mail, shown, links, thread)

    def code(self, mail: Mail, code: str) -> EmailMessage:
        """A code that lets a browser in."""
        sender = self.sender(mail)
        envelope = Envelope(sender, mail.manager, self.now(), message_id(mail.key, sender))
        return short_message(short.code(code, CODE), envelope)

    def _short(
        self, content: ShortMailContent, mail: Mail, shown: Shown, links: Links, thread: str | None = None
    ) -> EmailMessage:
        return short_message(content, self._envelope(mail, shown, links, thread))

    def _envelope(self, mail: Mail, shown: Shown, links: Links, thread: str | None) -> Envelope:
        sender = self.sender(mail)
        names = {person.email: person.name for person in shown.plan.people}
        return Envelope(
            sender,
            mail.manager,
            self.now(),
            message_id(mail.key, sender),
            names.get(shown.plan.manager) or "",
            thread,
            links.unsubscribe,
        )
