"""Mails to look at: the sample week's, one without moves, and one with all that a mail can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.domain.audit.finding import Finding, FindingRule, WeekFigures
from app.domain.mail import Links
from app.domain.proposals.proposal import MoveState, ProposalState, Writing
from app.domain.proposals.shown import Shown
from app.render.mail.compose import History, weekly
from app.render.mail.content import WeeklyMailContent
from app.render.mail.message import Envelope
from app.render.proposals.addresses import message_id
from tests.render.given_proposals import NOW, YES, decided, proposed, written
from tests.render.sample import sample_plan

SENDER = "clearweek@example.com"
LINKS = Links(
    "https://clearweek.example.com/m/review-1f8a",
    "https://clearweek.example.com/m/undo-1f8a",
    "https://clearweek.example.com/m/stop-1f8a",
    "https://clearweek.example.com/m/review-1f8a?to=findings",
)
FINDINGS = (
    Finding(
        "no_agenda:platform",
        FindingRule.NO_AGENDA,
        "Platform weekly and 3 more meetings have no agenda",
        ("the descriptions hold only the link of the call",),
        "paste the agenda of a team sync into them: it opens with the OKR dashboard",
        0.8,
        title="Platform weekly",
    ),
    Finding(
        "status_only:roadmap",
        FindingRule.STATUS_ONLY,
        "Roadmap sync Product / Data / Engineering is a round of status, and most only listen",
        ("11 of 14 people never speak up",),
        "write it in a document instead",
        0.7,
        hours_a_month=9.5,
    ),
    Finding(
        "stale_series:tooling",
        FindingRule.STALE_SERIES,
        "Tooling office hours did not take place five times of eight",
        ("5 of 8 were cancelled",),
        "end it, or meet every other week",
        0.6,
        hours_a_month=3,
        ends_series=True,
    ),
)
TREND = tuple(
    WeekFigures(f"2026-W{41 + n}", hours, focus, free, outside)
    for n, (hours, focus, free, outside) in enumerate(
        [
            (19.5, 8, 395, 16),
            (19, 8.5, 370, 16),
            (20.25, 7.5, 400, 15),
            (18.5, 9, 340, 15),
            (18, 10.5, 300, 14),
            (17.5, 11, 240, 11),
            (18.25, 10, 255, 12),
            (18, 9.5, 340, 14),
        ]
    )
)


def sample_mail() -> WeeklyMailContent:
    """The first mail to Dana, about her sample week."""
    return weekly(proposed(), LINKS, NOW, FINDINGS, TREND, History(is_first=True), (), 10)


def nothing_to_move() -> Shown:
    """A week in which all stays, with its Tuesday and Thursday free."""
    plan = sample_plan()
    kept = [m for m in plan.meetings if m.action == "keep" and m.in_block and m.kind != "standup"]
    nothing = replace(plan.budget, used=replace(plan.budget.used, moves=0, people_mailed=0))
    metrics = replace(plan.metrics, after=plan.metrics.before)
    target = replace(plan.target, moves_left=0, weeks_left=0)
    return proposed(replace(plan, meetings=tuple(kept), budget=nothing, metrics=metrics, target=target))


def envelope(**more: Any) -> Envelope:
    """From Clearweek to Dana, about her first proposal."""
    known = message_id("weekly:dana@example.com:2026-W49", SENDER)
    it = Envelope(SENDER, "dana@example.com", NOW, known, "Dana Hoffmann", None, LINKS.unsubscribe)
    return replace(it, **more)


def failed() -> Shown:
    """A proposal of which one move is in the calendar, one was refused, one changed meanwhile, and nobody knows one."""
    accepted = decided(proposed(), dict.fromkeys((1, 2, 3, 5), YES))
    refused = "the server refuses it: you may not write into this calendar"
    writings = {
        1: Writing(MoveState.VERIFIED, notes=("an answer was kept",)),
        2: Writing(MoveState.FAILED, problem=refused, remedy="connect it with a login that may write"),
        3: Writing(MoveState.CHANGED_MEANWHILE, problem="Priya Raman has something else there by now"),
        5: Writing(MoveState.UNKNOWN, problem="the server did not answer", remedy="apply again: it is looked at first"),
    }
    applied = {"state": ProposalState.PARTLY_APPLIED, "applied_at": NOW, "undo_until": NOW + timedelta(days=7)}
    return written(accepted, writings, **applied)
