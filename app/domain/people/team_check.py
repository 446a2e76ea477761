"""What is wrong in a team, and what is only worth knowing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.domain.people.person import Team


def faults(team: Team) -> list[str]:
    """What makes a team mean something else than it says, one line each."""
    return [*_not_addresses(team), *_shared_addresses(team), *_circles(team)]


def gaps(team: Team) -> list[str]:
    """What a team leaves open, one line each; a plan can do without."""
    return [*_unlisted_managers(team), *_unlisted_members(team), *_without_zone(team)]


def _not_addresses(team: Team) -> Iterator[str]:
    for person in team.person:
        for address in (person.email, *person.aliases):
            if "@" not in address:
                yield f"{address!r} is no email address"


def _shared_addresses(team: Team) -> Iterator[str]:
    named = Counter(address.lower() for person in team.person for address in (person.email, *person.aliases))
    groups = Counter(group.email.lower() for group in team.group)
    for address, times in named.items():
        if times > 1:
            yield f"{address} is named {times} times: each address belongs to one person"
    for address, times in groups.items():
        if times > 1 or address in named:
            yield f"{address} is a group, and is named again"


def _circles(team: Team) -> Iterator[str]:
    """Each circle of managers once, beginning with the first of its people in the file."""
    seen: set[str] = set()
    for person in team.person:
        email = person.email.lower()
        chain = team.chain_above(email)
        if email in chain and email not in seen:
            circle = chain[: chain.index(email) + 1]
            seen.update(circle)
            yield f"{email} reports to {', who reports to '.join(circle)}: a circle"


def _unlisted_managers(team: Team) -> Iterator[str]:
    for manager in dict.fromkeys(person.manager for person in team.person if person.manager):
        if not team.knows(manager):
            yield f"{manager} is somebody's manager, and not listed"


def _unlisted_members(team: Team) -> Iterator[str]:
    for group in team.group:
        unknown = [member for member in group.members if not team.knows(member)]
        if unknown:
            yield f"{group.email} has members who are not listed: {', '.join(unknown)}"


def _without_zone(team: Team) -> Iterator[str]:
    silent = [person.email for person in team.person if person.timezone is None]
    if silent:
        some = f"{', '.join(silent[:5])}{' …' if len(silent) > 5 else ''}"
        yield f"{len(silent)} without a time zone, unless their calendars say one: {some}"
