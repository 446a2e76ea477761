"""A desk over a week of plain events: proposals are kept in a real database, the clock is the test's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection, Engine

from app.adapters.store.configurations import StoredConfigurations
from app.adapters.store.proposals.proposals import StoredProposals
from app.domain.calendar.event import Event
from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import MASTER, Fingerprint, Versions
from app.domain.configuration.configured import Kind
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.domain.proposals.delivery import Delivery
from app.domain.proposals.proposal import Change, MoveState, Proposal, ProposalState, Writing
from app.domain.proposals.shown import Shown
from app.services.packing.packing import Limits, Watch
from app.services.planning.plan_week import Planned, plan_week
from app.services.planning.situation.request import Request
from app.services.planning.together import plan_together
from app.services.proposals.desk import Desk
from app.services.proposals.life import propose
from app.services.proposals.writings import UNDO_FOR
from app.settings import Settings, load_rules, parse, parse_rules
from tests.services.weeks import DANA, Office

QUICK = Limits(work=0.5)


@dataclass
class OwnTexts:
    """What somebody's weeks are planned by, as it is kept; the team is the office's until somebody saves one."""

    office: Office
    stored: StoredConfigurations
    guesses: bool = False

    @property
    def texts(self) -> dict[tuple[Kind, str], str]:
        """The newest texts of each owner."""
        owners = {(kind, owner) for kind in get_args(Kind) for owner in self.stored.owners(kind)}
        return {(kind, owner): self.text(kind, owner) for kind, owner in owners}

    def rules(self, manager: str) -> Rules:
        text = self.text("rules", manager)
        return self.rules_in(text) if text else load_rules(None, Settings())

    def team(self, manager: str) -> Team | None:
        text = self.text("team", manager)
        return self.team_in(text) if text else None if self.guesses else self.office.request().team

    def text(self, kind: Kind, manager: str) -> str:
        stored = self.stored.of(kind, manager)
        return stored.text if stored else ""

    def rules_in(self, text: str) -> Rules:
        return parse_rules(text, "rules")

    def team_in(self, text: str) -> Team:
        return parse(text, "team", Team)

    def save(self, kind: Kind, manager: str, text: str, now: datetime) -> None:
        self.stored.save(kind, manager, text, now)


@dataclass
class Work:
    """A desk, what stands behind it, and how often it has planned."""

    office: Office
    engine: Engine
    now: datetime
    own: OwnTexts = field(init=False)
    queued: list[tuple[str, int]] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    delivery: Delivery = field(default_factory=Delivery)

    def __post_init__(self) -> None:
        self.own = OwnTexts(self.office, StoredConfigurations(self.engine))
        self.store = StoredProposals(self.engine, self._enqueue)

    @property
    def desk(self) -> Desk:
        return Desk(
            proposals=self.store,
            configured=self.own,
            holidays=self.office.holidays,
            asked=self._request,
            versions=self._versions,
            plan=self._plan,
            plan_together=plan_together,
            now=lambda: self.now,
            delivery=lambda _calendar: self.delivery,
            limits=QUICK,
            deciding=QUICK,
        )

    def propose(self, week: IsoWeek | None = None) -> Shown:
        return propose(self.desk, DANA, week or self.office.week, by="local")

    def applied(self, proposal_id: str) -> Proposal:
        """Have what was accepted written, as a worker does."""
        working = self.store.claim(proposal_id, "test", self.now)
        for move in self.store.get(proposal_id).accepted:
            done = Writing(MoveState.VERIFIED, updated_at=self.now)
            self.store.journal(working, move.number, "apply", done, self.now)
        change = Change(ProposalState.APPLIED, applied_at=self.now, undo_until=self.now + UNDO_FOR)
        return self.store.finish(working, change, self.now)

    def undone(self, proposal_id: str, state: ProposalState) -> Proposal:
        """Have what was asked for taken back, as a worker does."""
        working = self.store.claim(proposal_id, "test", self.now)
        for move in self.store.get(proposal_id).moves:
            if move.undo is not None:
                self.store.journal(working, move.number, "undo", Writing(MoveState.VERIFIED), self.now)
        return self.store.finish(working, Change(state), self.now)

    def _enqueue(self, proposal_id: str, version: int, _transaction: Connection) -> None:
        self.queued.append((proposal_id, version))

    def _request(self, people: Sequence[str], week: IsoWeek, now: datetime) -> Request:
        request = self.office.request()
        rules, team = self.own.rules(people[0]), self.own.team(people[0])
        return replace(request, manager=people[0], week=week, now=now, rules=rules, team=team)

    def _plan(self, request: Request, watch: Watch) -> Planned:
        self.asked.append(request)
        return plan_week(request, watch)

    def _versions(self, calendar_id: str, uid: str) -> Versions:
        owner = calendar_id.removesuffix(".ics")
        found = [event for event in self.office.events[owner] if event.ref.uid == uid]
        return {MASTER: _fingerprint(found[0])} if found else {}


def _fingerprint(event: Event) -> Fingerprint:
    return Fingerprint(
        event.span.start,
        event.span.end,
        event.span.zone.key,
        (f"RRULE:{event.rrule}",) if event.rrule else (),
        "CONFIRMED",
        event.organizer,
        tuple(sorted(line.email for line in event.attendees)),
        event.location,
        event.sequence,
    )
