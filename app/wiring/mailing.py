"""What mails to managers are made and sent with, out of the database and the settings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from app.domain.audit.finding import Audit, Finding
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.schedule import WeeklyMail
from app.domain.mail import Links, MailState
from app.domain.proposals.proposal import Proposal
from app.errors import ConfigError
from app.ports import LinkStore, Mailer
from app.services.auditing.audit import TELL_AGAIN_AFTER, audited, chosen
from app.services.mailing.adding import add_mails
from app.services.mailing.by_hand import post_code
from app.services.mailing.desk import MailDesk, Wanted
from app.services.mailing.links import LinkDesk, open_links
from app.services.mailing.running import run
from app.services.mailing.scheduling import set_schedule
from app.services.proposals.desk import Desk
from app.settings import Settings, parse_schedule
from app.wiring.auditing import audit_desk
from app.wiring.connected import connections
from app.wiring.proposals import desk
from app.wiring.stored import configurations
from app.wiring.writing import mailer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.link_tokens import SignedTokens
    from app.services.mailing.messages import Messages

LOCAL_SERVICE = "http://127.0.0.1:8000"
"""Where `clearweek serve` is without anything said."""
NO_RELAY = (
    "no relay for mail is set up: set CLEARWEEK_SMTP_URL, like smtp://user:password@mail.example.com:587, and "
    "CLEARWEEK_MAIL_FROM, the address that mail comes from"
)
log = logging.getLogger("clearweek.mail")


def mail_desk(engine: Engine, settings: Settings, proposals: Desk | None = None) -> MailDesk:
    """What mails are made and sent with, in a database that is ready; `proposals` is the desk of proposals, if any."""
    from app.adapters.store.mails.mails import StoredMails  # noqa: PLC0415

    at_desk = proposals or desk(engine, settings)
    return MailDesk(
        desk=at_desk,
        mails=StoredMails(engine),
        managers=lambda: configurations(engine).owners("schedule"),
        wanted=partial(_wanted, engine, settings),
        read=lambda text: parse_schedule(text, "schedule", settings).weekly_mail,
        audit=partial(_audited, engine, settings),
        note_told=lambda manager, week, keys: audit_desk(engine, settings).findings.told(
            manager, week, keys, at_desk.now()
        ),
        composer=_messages(engine, settings, at_desk),
        mailer=lambda: relay(settings),
    )


def relay(settings: Settings) -> Mailer:
    """The relay that is set up. Raises `ConfigError` if there is none, or it cannot be used."""
    found = mailer(settings)
    if found is None:
        raise ConfigError(NO_RELAY)
    return found


def look_after_mails(engine: Engine, settings: Settings) -> None:
    """Have every mail sent whose time has come."""
    for problem in add_mails(mail_desk(engine, settings)):
        log.warning("%s", problem)


def unsent(engine: Engine) -> Sequence[str]:
    """The mails whose time has come."""
    from app.adapters.store.mails.mails import StoredMails  # noqa: PLC0415

    return StoredMails(engine).due(datetime.now(UTC))


def send_mail(mail_id: str, engine: Engine, settings: Settings) -> None:
    """Send one of them."""
    mail = run(mail_desk(engine, settings), mail_id)
    if mail.problem and mail.state is not MailState.OMITTED:
        log.warning("the %s mail %s is %s: %s", mail.kind, mail.id, mail.state, mail.problem)


def _wanted(engine: Engine, settings: Settings, manager: str) -> Wanted:
    stored = configurations(engine).of("schedule", manager.lower())
    if stored is None or stored.owner != manager.lower():
        return Wanted(parse_schedule("", "schedule", settings).weekly_mail)
    mail: WeeklyMail = parse_schedule(stored.text, stored.source, settings).weekly_mail
    return Wanted(mail, stored.created_at, stored.text)


def _audited(
    engine: Engine, settings: Settings, manager: str, week: IsoWeek, at: datetime
) -> tuple[Audit, tuple[Finding, ...]]:
    audits = audit_desk(engine, settings)
    audit = audited(audits, manager, week, at=at)
    told = audits.findings.told_since(manager, audits.now() - TELL_AGAIN_AFTER, str(week))
    return audit, chosen(audit, told)


def _messages(engine: Engine, settings: Settings, at_desk: Desk) -> Messages:
    from app.services.mailing.messages import Messages  # noqa: PLC0415 - templates are no use to most commands

    findings = audit_desk(engine, settings).findings
    return Messages(
        sender=lambda mail: settings.mail_from or mail.manager,
        links=lambda proposal: _links(proposal, engine, settings),
        page=lambda proposal: _pages(proposal, settings),
        earlier=lambda proposal: [it for it in at_desk.proposals.all(proposal.manager) if it.week != proposal.week],
        told=lambda proposal: findings.told_since(proposal.manager, at_desk.now() - TELL_AGAIN_AFTER, proposal.week),
        only_read=lambda: frozenset(one.id for one, _ in connections(engine).calendars() if not one.takes_moves),
        now=at_desk.now,
    )


def mail_links(engine: Engine) -> LinkStore:
    """The links of mails, in a database that is ready."""
    from app.adapters.store.mails.links import StoredLinks  # noqa: PLC0415

    return StoredLinks(engine)


def link_desk(engine: Engine, settings: Settings) -> LinkDesk | None:
    """What the links of mails are worked at with; None as long as there is no key to sign them."""
    if not settings.keys_of_secrets:
        return None
    return LinkDesk(
        links=mail_links(engine),
        tokens=_tokens(settings),
        send_code=lambda manager, code: post_code(mail_desk(engine, settings), manager, code),
        end_mails=lambda manager: _end_mails(manager, engine, settings),
    )


def _end_mails(manager: str, engine: Engine, settings: Settings) -> None:
    """Have a manager get no more weekly mails; whoever gets none already stays as they are."""
    at_desk = mail_desk(engine, settings)
    if at_desk.wanted(manager).mail.on:
        set_schedule(at_desk, manager, {"on": False})


def _links(proposal: Proposal, engine: Engine, settings: Settings) -> Links:
    return open_links(mail_links(engine), _tokens(settings), proposal, settings.base_url, datetime.now(UTC))


def _tokens(settings: Settings) -> SignedTokens:
    from app.adapters.link_tokens import SignedTokens  # noqa: PLC0415

    return SignedTokens(settings.keys_of_secrets)


def _pages(proposal: Proposal, settings: Settings) -> Links:
    """The pages of a proposal, which ask for whatever sign-in there is. Raises `ConfigError` for a wrong base URL."""
    base = (settings.base_url or LOCAL_SERVICE).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise ConfigError("CLEARWEEK_BASE_URL has to begin with https:// or http://: links in mails lead there")
    return Links(f"{base}/proposals/{proposal.id}", findings=f"{base}/findings?proposal={proposal.id}")
