"""The HTTP API, put together, and what of it is done by workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.public_holidays import PublicHolidays
from app.domain.configuration.access import is_loopback
from app.domain.configuration.pattern import Pattern
from app.domain.people.person import Team
from app.domain.plans.asked import PlanScope
from app.domain.plans.plans import Plans
from app.errors import ConfigError
from app.services.packing.packing import Watch
from app.services.planning.child import in_child
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.request import Request
from app.services.planning.stored_plans import work_at
from app.services.planning.together import plan_together
from app.settings import Settings, load_pattern, load_rules, parse, parse_rules
from app.wiring.connected import stored_sources
from app.wiring.queues import enqueue_plan, first_queues
from app.wiring.signing_in import visitors
from app.wiring.stored import pattern_of, prepared, rules_of, team_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.store.plannings import StoredPlannings
    from app.api.parts import ApiParts

VERSION = version("clearweek")
KEPT = timedelta(days=7)
"""How long the answer of a plan that took long can be read."""
T = TypeVar("T")


def api_parts(settings: Settings) -> ApiParts:
    """What the HTTP API is made of. Raises `ConfigError` for a configuration that cannot be used."""
    from app.adapters.store.keys import StoredKeys  # noqa: PLC0415
    from app.adapters.store.upgrades import check_schema  # noqa: PLC0415
    from app.api.parts import ApiParts  # noqa: PLC0415 - FastAPI is no use to the command line
    from app.wiring.auditing import audit_desk  # noqa: PLC0415
    from app.wiring.kept_calendars import KeptCalendars  # noqa: PLC0415
    from app.wiring.mailing import link_desk, mail_desk  # noqa: PLC0415
    from app.wiring.proposals import desk  # noqa: PLC0415

    engine = prepared(settings)
    kept, at_desk = KeptCalendars(engine, settings), desk(engine, settings)
    mails = mail_desk(engine, settings, at_desk)
    return ApiParts(
        plan=plan_week,
        plan_together=apart,
        read_calendar=IcsCalendar.read,
        parse_team=_uploaded(lambda text, name: parse(text, name, Team)),
        parse_pattern=_uploaded(lambda text, name: parse(text, name, Pattern)),
        parse_rules=_uploaded(parse_rules),
        stored_team=lambda manager: team_of(manager, engine, settings),
        stored_pattern=lambda manager: pattern_of(manager, engine, settings),
        stored_rules=lambda manager: rules_of(manager, engine, settings),
        stored_sources=lambda manager, team, rules, now: stored_sources(manager, team, rules, engine, now),
        pattern=load_pattern(None, settings),
        rules=load_rules(None, settings),
        holidays=PublicHolidays(),
        now=lambda: datetime.now(UTC),
        version=VERSION,
        keys=StoredKeys(engine),
        plannings=plannings(engine, settings),
        calendars=kept,
        desk=at_desk,
        mails=mails,
        audits=audit_desk(engine, settings),
        heard=kept.heard,
        check_database=partial(check_schema, engine),
        visitors=visitors(settings, engine),
        links=link_desk(engine, settings),
    )


def check_start(address: str, settings: Settings) -> None:
    """Refuse to serve at an address that others reach as long as nobody has to say who they are.

    The embedded database is made.

    Raises `ConfigError` with the command that mends it.
    """
    from app.adapters.store.keys import StoredKeys  # noqa: PLC0415

    engine = prepared(settings)
    first_queues(engine, settings)
    keys = StoredKeys(engine)
    if not is_loopback(address) and not keys.exist() and not visitors(settings, engine).sign_in:
        raise ConfigError(
            f"others can reach {address}, and there is no key that they would need: make one with "
            "`clearweek keys create NAME`, set up signing in (docs/operations.md), or serve at 127.0.0.1"
        )


def plannings(engine: Engine, settings: Settings) -> StoredPlannings:
    """The plans that take long, each put into its queue as it is stored."""
    from app.adapters.store.plannings import StoredPlannings  # noqa: PLC0415

    return StoredPlannings(engine, enqueue_plan(settings))


def work_at_plan(planning_id: str, settings: Settings) -> None:
    """Answer a plan that takes long. Raises `StoreError`."""
    from app.api.plans.long_plans import answered  # noqa: PLC0415

    parts = _parts_of_worker(settings)
    work_at(planning_id, parts.plannings, partial(answered, parts=parts), parts.now)


def forget_old_plans(engine: Engine, settings: Settings) -> None:
    """Forget the answers that were there to be read for long enough."""
    plannings(engine, settings).forget_older(datetime.now(UTC) - KEPT)


@cache
def _parts_of_worker(settings: Settings) -> ApiParts:
    return api_parts(settings)


def apart(request: Request, scope: PlanScope, watch: Watch) -> Plans:
    """Several managers' weeks, planned in a process of its own."""
    return in_child(partial(plan_together, request, scope), watch)


def _uploaded(read: Callable[[str, str], T]) -> Callable[[str, bytes], T]:
    """A reader of uploaded TOML, which is hostile where a file of our own is only wrong."""

    def parsed(name: str, data: bytes) -> T:
        try:
            return read(data.decode("utf-8-sig"), name)
        except UnicodeDecodeError as error:
            raise ConfigError(f"{name}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
        except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
            raise ConfigError(f"{name}: holds a value that is too large to be read") from None

    return parsed
