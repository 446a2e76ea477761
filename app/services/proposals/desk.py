"""What proposals are worked at with, and how they are shown to whoever decides."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import Notify, Versions
from app.domain.plans.asked import PlanScope, ScopeOfMoves
from app.domain.plans.plans import Plans
from app.domain.proposals.around import Refused
from app.domain.proposals.delivery import Delivery
from app.domain.proposals.proposal import Document, Proposal, TrailLine
from app.ports import Configured, HolidayCalendar, ProposalStore
from app.services.packing.packing import Limits, Watch
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request


@dataclass(frozen=True)
class Options:
    """What somebody wants of a proposal beside its week.

    `moves` and `timezone` hold for every plan of it; `wall_s`, seconds that the solver may take, for the first.
    """

    moves: ScopeOfMoves = "all"
    notify: Notify = Notify.ALL
    timezone: ZoneInfo | None = None
    wall_s: float | None = None

    def document(self) -> Document:
        """What is kept of it with the proposal."""
        return {"moves": self.moves, "timezone": self.timezone.key if self.timezone else None}


def options_of(proposal: Proposal) -> Options:
    """What was wanted of a proposal."""
    zone = proposal.options.get("timezone")
    return Options(proposal.options.get("moves", "all"), proposal.notify, ZoneInfo(zone) if zone else None)


Asked = Callable[[Sequence[str], IsoWeek, datetime], Request]
"""What a plan of somebody's week is made from as of a moment, of all that they, or others beside them, may see."""


@dataclass(frozen=True)
class Desk:
    """What the use cases of proposals need.

    `versions` are those that are stored now of a UID in a calendar; `now` is the real clock.
    `delivery` says how a calendar, by its id, takes moves. `endings` are the series that a first plan leaves where they
    are, as their manager is asked to end them.
    """

    proposals: ProposalStore
    configured: Configured
    holidays: HolidayCalendar
    asked: Asked
    versions: Callable[[str, str], Versions]
    plan: Callable[[Request, Watch], Planned]
    plan_together: Callable[[Request, PlanScope, Watch], Plans]
    now: Callable[[], datetime]
    delivery: Callable[[str], Delivery] = lambda _calendar: Delivery()
    endings: Callable[[Request], Sequence[Refused]] = lambda _request: ()
    limits: Limits = field(default_factory=Limits)
    deciding: Limits = field(default_factory=Limits)
    """How far the solver goes for a first plan, and for one that somebody waits for with a decision."""


def new_id() -> str:
    """An id for a proposal, or for a group of them."""
    return secrets.token_hex(8)


def trail_line(
    desk: Desk, proposal: Proposal, by: str, what: str, move: int | None = None, **detail: object
) -> TrailLine:
    """A line of the audit trail about a proposal, at the real time."""
    return TrailLine(desk.now(), by, what, proposal.id, move, {name: each for name, each in detail.items() if each})
