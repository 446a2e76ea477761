"""What mails are made of, out of the database and the settings: who they are from, where their links lead."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

from app.domain.finding import Audit
from app.domain.mail import Links, weekly_key
from app.domain.proposal import Proposal
from app.domain.shown import Shown
from app.domain.timespan import IsoWeek
from app.errors import ConfigError
from app.render.ics import week_ics
from app.render.mail.compose import History, mailed, weekly
from app.render.mail.message import Envelope, Pictures, mail_id, weekly_message
from app.render.picture import trend_picture, week_picture
from app.render.proposals import Seen
from app.services.auditing.audit import TELL_AGAIN_AFTER, audited, chosen
from app.settings import Settings
from app.wiring.auditing import audit_desk
from app.wiring.connected import connections
from app.wiring.proposals import proposals

if TYPE_CHECKING:
    from sqlalchemy import Engine

LOCAL_SERVICE = "http://127.0.0.1:8000"
"""Where `clearweek serve` is without anything said."""


def previewed(shown: Shown, engine: Engine, settings: Settings, now: datetime) -> EmailMessage:
    """The weekly mail about a proposal as it would be sent now, with links that only lead to its page.

    Without a sender of its own it is from the manager to themselves. Nothing is kept or sent. Raises `StoreError`, and
    `InputError` for an address that no mail can go to.
    """
    shown, proposal = mailed(shown), shown.proposal
    audit, told = _audited(proposal, engine, settings, now)
    history = History(_earlier(proposal, engine, settings), told)
    content = weekly(
        shown,
        Links(page_of(proposal, settings)),
        proposal.clock(now),
        chosen(audit, told),
        audit.trend,
        history,
        only_read(engine),
    )
    sender = settings.mail_from or proposal.manager
    known = mail_id(weekly_key(proposal.manager, proposal.week), sender)
    envelope = Envelope(sender, proposal.manager, proposal.clock(now), known, name_of(shown))
    pictures = Pictures(
        week_picture(shown.plan, Seen(shown).numbers), trend_picture(audit.trend) if content.trend else None
    )
    return weekly_message(content, envelope, week_ics(shown.plan), pictures)


def page_of(proposal: Proposal, settings: Settings) -> str:
    """The page of a proposal, which asks for whatever sign-in there is. Raises `ConfigError` for a wrong base URL."""
    base = (settings.base_url or LOCAL_SERVICE).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise ConfigError("CLEARWEEK_BASE_URL has to begin with https:// or http://: links in mails lead there")
    return f"{base}/proposals/{proposal.id}"


def only_read(engine: Engine) -> frozenset[str]:
    """The calendars that no move is written into."""
    return frozenset(calendar.id for calendar, _ in connections(engine).calendars() if not calendar.takes_moves)


def name_of(shown: Shown) -> str:
    """What the manager is called, if somebody said."""
    names = {person.email: person.name for person in shown.plan.people}
    return names.get(shown.proposal.manager) or ""


def _audited(proposal: Proposal, engine: Engine, settings: Settings, now: datetime) -> tuple[Audit, tuple[str, ...]]:
    """The audit of the proposal's week, and what mails of the last weeks told."""
    desk, week = audit_desk(engine, settings), IsoWeek.parse(proposal.week)
    told = desk.findings.told_since(proposal.manager, now - TELL_AGAIN_AFTER, proposal.week)
    return audited(desk, proposal.manager, week, at=proposal.clock(now)), tuple(told)


def _earlier(proposal: Proposal, engine: Engine, settings: Settings) -> list[Proposal]:
    return [it for it in proposals(engine, settings).all(proposal.manager) if it.week != proposal.week]
