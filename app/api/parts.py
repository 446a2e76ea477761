"""What the API is made of; wiring fills it in, so that the API itself knows no adapter and no setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request

from app.api.calendar_schemas import CaldavLogin, FeedLogin, GoogleSignIn
from app.api.turns import Turns
from app.api.visitors import Visitors
from app.domain.calendar.connected import Forgotten, PushMessage, StoredCalendar, SyncStanding, SyncStatus
from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.domain.plans.asked import PlanScope
from app.domain.plans.plans import Plans
from app.ports import CalendarSource, HolidayCalendar, Keys, Plannings
from app.services.auditing.audit import AuditDesk
from app.services.mailing.desk import MailDesk
from app.services.mailing.links import LinkDesk
from app.services.packing.packing import Watch
from app.services.planning.plan_week import Planned
from app.services.planning.situation.freshness import Freshness
from app.services.planning.situation.reading import Source
from app.services.planning.situation.request import Request as PlanRequest
from app.services.proposals.desk import Desk


@dataclass(frozen=True)
class ApiLimits:
    """How much one request may bring, and how long it may wait for its turn while `waiting` others do so too.

    `plannings` are the stored ones that may wait for a worker.
    """

    body_bytes: int = 25_000_000
    options_bytes: int = 64_000
    config_bytes: int = 500_000
    calendars: int = 50
    wait_s: float = 5.0
    waiting: int = 8
    plannings: int = 100


class KeptCalendars(Protocol):
    """The calendars that are kept in sync. Every method raises `StoreError` if the database cannot be used.

    Those that connect raise `ConfigError` if something is not set up, `InputError` for what is not there or not said,
    `ReconnectError` if the login is not accepted, and `UnavailableError` if the server does not answer.
    """

    def all(self) -> Sequence[tuple[StoredCalendar, SyncStatus]]:
        """All of them, by owner and name."""
        ...

    def standing(self, calendar_id: str) -> SyncStanding:
        """How one stands just now. Raises `NotFoundError`."""
        ...

    def connect_caldav(self, login: CaldavLogin) -> Sequence[StoredCalendar]:
        """Keep calendars of a CalDAV server, at least one, and have them synced."""
        ...

    def connect_feed(self, login: FeedLogin) -> Sequence[StoredCalendar]:
        """Keep a feed, and have it synced."""
        ...

    def begin_google(self, wanted: GoogleSignIn) -> tuple[str, datetime]:
        """Begin a sign-in at Google: where to send the browser, and until when it has to be back."""
        ...

    def finish_google(self, state: str, query: Mapping[str, str]) -> Sequence[StoredCalendar]:
        """End a sign-in with what the browser brought back; keep the calendars, and have them synced."""
        ...

    def sync(self, calendar_id: str, *, accept_empty: bool = False) -> None:
        """Have one synced soon, and believed if it became empty and that is expected. Raises `NotFoundError`."""
        ...

    def forget(self, connection_id: str) -> Forgotten:
        """Forget a login with its calendars, and all that was read of them. Raises `NotFoundError`."""
        ...


@dataclass(frozen=True)
class ApiParts:
    """The use cases and what they need; `plan_together` keeps the interpreter free for other requests.

    `read_calendar` and the `parse_…` functions take a file's name, for errors, and its bytes. They raise `ParseError`
    and `ConfigError`. `check_database` raises `ConfigError` if the database is of another version, and `StoreError` if
    it cannot be used. `stored_team`, `stored_pattern` and `stored_rules` are what holds for a manager, `stored_sources`
    what they may see of the calendars that are kept, with how old they are; it raises `InputError` if none of the
    manager's own is.
    `desk` is what proposals are worked at with, `audits` what audits are made with, `mails` what
    mails to managers are.
    `heard` takes in what came over a push channel, from whoever.
    `pattern` and `rules` are the defaults of requests that bring none. `visitors` are people with a browser;
    `links` is what the links of mails are worked at with, None if nothing can be signed.
    """

    plan: Callable[[PlanRequest, Watch], Planned]
    plan_together: Callable[[PlanRequest, PlanScope, Watch], Plans]
    read_calendar: Callable[[str, bytes], CalendarSource]
    parse_team: Callable[[str, bytes], Team]
    parse_pattern: Callable[[str, bytes], Pattern]
    parse_rules: Callable[[str, bytes], Rules]
    stored_team: Callable[[str], Team | None]
    stored_pattern: Callable[[str], Pattern]
    stored_rules: Callable[[str], Rules]
    stored_sources: Callable[[str, Team | None, Rules, datetime], tuple[list[Source], Freshness]]
    pattern: Pattern
    rules: Rules
    holidays: HolidayCalendar
    now: Callable[[], datetime]
    version: str
    keys: Keys
    plannings: Plannings
    calendars: KeptCalendars
    desk: Desk
    audits: AuditDesk
    mails: MailDesk
    heard: Callable[[PushMessage], None]
    check_database: Callable[[], None]
    limits: ApiLimits = field(default_factory=ApiLimits)
    visitors: Visitors = field(default_factory=Visitors)
    links: LinkDesk | None = None


def parts_of(request: Request) -> ApiParts:
    """The parts that the service was built from."""
    parts: ApiParts = request.app.state.parts
    return parts


def turns_of(request: Request) -> Turns:
    """The queue before the solver."""
    turns: Turns = request.app.state.turns
    return turns


PartsDep = Annotated[ApiParts, Depends(parts_of)]
TurnsDep = Annotated[Turns, Depends(turns_of)]
