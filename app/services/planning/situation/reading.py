"""Sources put together: whose calendar each is, on which wall clock, and their events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.domain.calendar.event import Event, ReadWarning
from app.domain.calendar.timespan import Timespan
from app.domain.people.person import Team
from app.errors import InputError
from app.ports import CalendarSource


@dataclass(frozen=True)
class Source:
    """A calendar that was read, with its owner if the user named one."""

    calendar: CalendarSource
    owner: str | None = None


@dataclass(frozen=True)
class Reading:
    """All events of the weeks looked at; `owners` by calendar id, `zones` by person, `zone` is the manager's."""

    manager: str
    zone: ZoneInfo
    team: Team
    events: tuple[Event, ...]
    owners: Mapping[str, str]
    zones: Mapping[str, ZoneInfo]
    warnings: tuple[ReadWarning, ...]


def read(
    sources: Sequence[Source],
    *,
    manager: str,
    team: Team | None,
    timezone: ZoneInfo | None,
    window: Callable[[ZoneInfo], Timespan],
) -> Reading:
    """Take the events of a window, given as a function of the manager's zone, from every source.

    Raises `InputError` if an owner or the manager's zone cannot be known, or the manager's calendar holds no event.
    """
    known = _with_domain(team or Team(), manager)
    me = known.canonical(manager)
    owned = _owned(sources, me, known)
    own = [calendar for owner, calendar in owned if owner == me]
    if not own:
        raise InputError(f"none of the calendars is {me}'s; name it like {me}=path/to/calendar.ics")
    zone = zone_of_manager(me, own, known, timezone)
    zones, warnings = _zones(owned, me, known, zone)
    events: list[Event] = []
    owners: dict[str, str] = {}
    for owner, calendar in owned:
        taken = calendar.events(window(zone), owner, zones[owner])
        events.extend(taken.events)
        warnings.extend(taken.warnings)
        owners[taken.id] = owner
    if not any(owners[e.ref.calendar_id] == me for e in events):
        raise InputError(
            f"{own[0].source}: holds no event of {me} in these weeks{_unread(warnings)}; "
            "check the calendar and the week",
            option="week",
        )
    return Reading(me, zone, known, tuple(events), owners, zones, tuple(warnings))


def _zones(
    owned: Sequence[tuple[str, CalendarSource]], me: str, known: Team, zone: ZoneInfo
) -> tuple[dict[str, ZoneInfo], list[ReadWarning]]:
    """In which zone the calendars of each owner are read, and a warning for whom none is known."""
    zones, warnings = {me: zone}, []
    for owner, calendar in owned:
        said = known.find(owner).timezone or calendar.zone_hint
        if said is None and owner not in zones:
            text = f"no time zone is known for {owner}: their calendar is read in {zone.key}; say it in the team file"
            warnings.append(ReadWarning("no_timezone", text, calendar.source))
        zones.setdefault(owner, said or zone)
    return zones, warnings


def _unread(warnings: Sequence[ReadWarning]) -> str:
    """What could not be read, if that is why there is nothing: the first, and how many more."""
    if not warnings:
        return ""
    more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
    return f" that could be read: {warnings[0].text}{more}"


def _with_domain(team: Team, manager: str) -> Team:
    """The team with the manager's own domain as the internal one, unless it names some."""
    if team.internal_domains:
        return team
    return replace(team, internal_domains=(manager.rpartition("@")[2].lower(),))


def _owned(sources: Sequence[Source], manager: str, team: Team) -> list[tuple[str, CalendarSource]]:
    """Each calendar with its owner: as named, else as it says itself; a lone one that says nothing is the manager's."""
    said = [source.owner or source.calendar.owner_hint for source in sources]
    owners = [team.canonical(owner) if owner else None for owner in said]
    if owners.count(None) == 1 and manager not in owners:
        owners[owners.index(None)] = manager
    owned: list[tuple[str, CalendarSource]] = []
    for source, owner in zip(sources, owners, strict=True):
        if owner is None:
            name = source.calendar.source
            raise InputError(f"{name}: does not say whose calendar it is; name its owner like ana@example.com={name}")
        owned.append((owner, source.calendar))
    return owned


def zone_of_manager(
    manager: str, calendars: Sequence[CalendarSource], team: Team, timezone: ZoneInfo | None
) -> ZoneInfo:
    """As given, else from the team file, else as the manager's calendar says; it is never guessed.

    Raises `InputError` if nobody says it.
    """
    said = (timezone, team.find(manager).timezone, *(c.zone_hint for c in calendars))
    zone = next((z for z in said if z is not None), None)
    if zone is None:
        raise InputError(
            f"the time zone of {manager} is not known; say it here or in the team file, like Europe/Berlin",
            option="timezone",
        )
    return zone
