"""What the arguments of the command ask for. Whatever cannot be used raises `InputError`."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.cli.options import DEMO_NOW
from app.cli.output import Format
from app.domain.calendar.timespan import FIRST_YEAR, LAST_YEAR, IsoWeek
from app.domain.plans.asked import PlanScope, ScopeOfMoves
from app.errors import InputError, NotFoundError
from app.services.proposals.desk import Desk

LISTED = 1_000


def check_together(chosen: Format, scope: PlanScope, *, asked: bool, explained: bool) -> None:
    """Refuse what has no one answer: two questions at once, a page of explanations, one about several managers' weeks.

    `asked` and `explained` say whether --what-if and --explain are given.
    """
    if asked and explained:
        raise InputError("--explain and --what-if each have an answer of their own: ask one of them at a time")
    if scope != "manager" and (asked or explained):
        raise InputError(f"--explain and --what-if ask about one manager's week: leave --scope {scope} out")
    if chosen in (Format.HTML, Format.ICS) and (explained or scope != "manager"):
        option = "--explain" if explained else f"--scope {scope}"
        raise InputError(f"{option} answers as text or JSON, not as {chosen.value}")


def address_of(person: str) -> str:
    """The address of a person, as all addresses are kept."""
    if "@" not in person:
        raise InputError(f"{person!r} is no email address")
    return person.strip().lower()


def moment_of(text: str | None) -> datetime:
    """The moment to plan as of; it must say its offset from UTC."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--now {text!r} is not a moment; write it like {DEMO_NOW}") from None
    if moment.tzinfo is None:
        raise InputError(f"--now {text!r} does not say its offset from UTC; write it like {DEMO_NOW}")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InputError(f"--now {text!r} lies outside of {FIRST_YEAR}-{LAST_YEAR}")
    return moment


def week_of(text: str | None, now: datetime) -> IsoWeek:
    """The week to plan; the next one if nothing is said."""
    if text is None:
        return IsoWeek.of(now.date()).plus(1)
    try:
        return IsoWeek.parse(text)
    except ValueError as error:
        raise InputError(f"--week {error}") from None


def zone_of(name: str | None) -> ZoneInfo | None:
    """The manager's zone, if it is said."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise InputError(f"--timezone {name!r} is not known; write it like Europe/Berlin") from None


def moves_of(*, series: bool, occurrence: bool) -> ScopeOfMoves:
    """What may be proposed; the two switches exclude each other."""
    if series and occurrence:
        raise InputError("--series and --occurrence exclude each other; without both of them either may move")
    return "series" if series else "occurrence" if occurrence else "all"


def whole_id(desk: Desk, proposal_id: str) -> str:
    """The id that begins so. Raises `NotFoundError` if it is not one."""
    wanted = proposal_id.strip().lower()
    found = [it.id for it in desk.proposals.all(limit=LISTED) if wanted and it.id.startswith(wanted)]
    if len(found) == 1 or wanted in found:
        return wanted if wanted in found else found[0]
    many = f"{len(found)} proposals begin with it" if found else "there is no such proposal"
    raise NotFoundError(f"{proposal_id}: {many}; `clearweek proposals` shows all")
