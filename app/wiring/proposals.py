"""What proposals are worked at with, out of the database and the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from app.adapters.public_holidays import PublicHolidays
from app.domain.calendar.connected import Backend
from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import Versions
from app.domain.configuration.configured import Kind
from app.domain.configuration.rules import Rules
from app.domain.people.person import Team
from app.domain.proposals.around import Refused
from app.domain.proposals.delivery import Delivery, sender_of
from app.errors import ConfigError, NotFoundError, ReconnectError
from app.services.packing.packing import Limits
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.recent import Recent
from app.services.planning.situation.request import Request
from app.services.proposals.desk import Desk
from app.settings import Settings, configured_text
from app.wiring.connected import connections, read_only_login, stored_sources
from app.wiring.queues import enqueue_apply
from app.wiring.serving import VERSION, apart
from app.wiring.stored import configurations, pattern_of, rules_in, rules_of, team_in, team_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.store.proposals.proposals import StoredProposals

WORK = 8.0
"""Work of the solver for a plan, about as many seconds: the same question gets the same answer on every machine."""
DECIDING = Limits(work=1.0, wall_s=0.12)
"""How far the solver goes while somebody waits with a decision: half a second in all."""


def desk(engine: Engine, settings: Settings) -> Desk:
    """What the use cases of proposals need, in a database that is ready."""
    return Desk(
        proposals=proposals(engine, settings),
        configured=OwnConfiguration(engine, settings),
        holidays=PublicHolidays(),
        asked=lambda people, week, now: asked(people, week, now, engine, settings),
        versions=_versions(engine),
        plan=partial(plan_week, recent=Recent()),
        plan_together=apart,
        now=lambda: datetime.now(UTC),
        delivery=lambda calendar_id: _delivery(calendar_id, engine, settings),
        endings=lambda request: _endings(request, engine, settings),
        limits=Limits(work=WORK),
        deciding=DECIDING,
    )


def desk_by_hand(engine: Engine, settings: Settings) -> Desk:
    """The same for whoever does the work themselves: no worker is told of what is to be written."""
    from app.adapters.store.proposals.proposals import StoredProposals  # noqa: PLC0415

    return replace(desk(engine, settings), proposals=StoredProposals(engine, lambda _id, _version, _transaction: None))


def proposals(engine: Engine, settings: Settings) -> StoredProposals:
    """The proposals that are kept; what is to be applied or undone is put into the queue of the workers."""
    from app.adapters.store.proposals.proposals import StoredProposals  # noqa: PLC0415

    return StoredProposals(engine, enqueue_apply(settings))


def asked(people: Sequence[str], week: IsoWeek, now: datetime, engine: Engine, settings: Settings) -> Request:
    """What a plan or an audit of the first of some people is made from, as `clearweek plan --from-store` makes it."""
    manager, *beside = people
    team, rules = team_of(manager, engine, settings), rules_of(manager, engine, settings)
    sources, freshness = stored_sources(manager, team, rules, engine, now, beside)
    return Request(
        sources=sources,
        manager=manager,
        week=week,
        now=now,
        pattern=pattern_of(manager, engine, settings),
        rules=rules,
        holidays=PublicHolidays(),
        generated_by=f"clearweek {VERSION}",
        team=team,
        freshness=freshness,
    )


def _endings(request: Request, engine: Engine, settings: Settings) -> Sequence[Refused]:
    from app.services.auditing.audit import endings_of  # noqa: PLC0415 - a plan from files makes no audit
    from app.wiring.auditing import audit_desk  # noqa: PLC0415 - it asks as proposals do

    return endings_of(audit_desk(engine, settings), request)


def _versions(engine: Engine) -> Callable[[str, str], Versions]:
    from app.adapters.ics_edit.editor import IcsEditor  # noqa: PLC0415
    from app.adapters.store.calendars.objects import objects_of  # noqa: PLC0415

    def versions(calendar_id: str, uid: str) -> Versions:
        try:
            kept, _ = connections(engine).calendar(calendar_id)
        except NotFoundError:
            return {}
        return IcsEditor(kept.zone).versions([one.text for one in objects_of(engine, calendar_id, uid)])

    return versions


def _delivery(calendar_id: str, engine: Engine, settings: Settings) -> Delivery:
    """How a calendar takes moves; what became of one that is gone is said when its week is planned or applied."""
    try:
        calendar, _ = connections(engine).calendar(calendar_id)
        return Delivery(
            sender_of(calendar),
            tells_all=calendar.backend is Backend.CALDAV and calendar.schedules,
            has_relay=settings.smtp_url is not None,
            problem=read_only_login(calendar, engine, settings),
        )
    except NotFoundError:
        return Delivery()
    except (ConfigError, ReconnectError) as error:
        return Delivery(problem=str(error))


class OwnConfiguration:
    """What people's weeks are planned by (`app.ports.Configured`)."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings

    def rules(self, manager: str) -> Rules:
        """The rules of a manager."""
        return rules_of(manager, self._engine, self._settings)

    def team(self, manager: str) -> Team | None:
        """The people that a manager works with; None if nobody said."""
        return team_of(manager, self._engine, self._settings)

    def text(self, kind: Kind, manager: str) -> str:
        """The TOML text that holds for a manager; empty if it is the packaged one, or if there is none."""
        stored = configurations(self._engine).of(kind, manager.lower())
        return stored.text if stored else configured_text(kind, self._settings)

    def rules_in(self, text: str) -> Rules:
        """The rules of a text; what it leaves out is as packaged."""
        return rules_in(text, "rules")

    def team_in(self, text: str) -> Team:
        """The team of a text."""
        return team_in(text, "team")

    def save(self, kind: Kind, manager: str, text: str, now: datetime) -> None:
        """Keep a text as the newest version of a manager's own."""
        configurations(self._engine).save(kind, manager.lower(), text, now)
