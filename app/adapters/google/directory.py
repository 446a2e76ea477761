"""The people of a Google Workspace domain, for the team (Admin SDK, `users.list`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.adapters.google.calls.api import Api, pages
from app.adapters.google.calls.faults import GoneError
from app.adapters.google.credentials import DIRECTORY, credentials_of, is_delegated
from app.domain.people.person import Person
from app.errors import UnavailableError

_FIELDS = (
    "nextPageToken,users(primaryEmail,name(fullName),suspended,aliases,relations(type,value),"
    "organizations(department,primary))"
)
_WHAT = "the people of the domain"


def read_people(
    secret: bytes, person: str, api_url: str | None = None, *, subjects: Collection[str] = (), **how: Any
) -> tuple[Person, ...]:
    """Everyone whom `person` can see in the directory of their domain, by address; suspended ones are left out.

    What every member of a domain may see is enough (`viewType=domain_public`), so that nobody has to be an
    administrator; what a domain does not show is None. Raises `ReconnectError` if the login does not cover the
    directory, `UnavailableError`, and `ConfigError` for a secret that cannot be used.
    """
    credentials = credentials_of(secret, subjects, [DIRECTORY])
    api = Api(credentials, person, api_url, delegated=is_delegated(secret), **how)
    found = (user for page in pages(lambda position: _list(api, position), _WHAT) for user in _users(page))
    return tuple(_person(user) for user in found if not user.get("suspended"))


def _list(api: Api, position: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        return api.directory(
            "users",
            "list",
            _WHAT,
            customer="my_customer",
            viewType="domain_public",
            projection="full",
            orderBy="email",
            maxResults=500,
            fields=_FIELDS,
            **position,
        )
    except GoneError:
        raise UnavailableError(f"Google broke off the list of {_WHAT}") from None


def _users(page: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for user in page.get("users") or ():
        if not isinstance(user, Mapping) or not user.get("primaryEmail"):
            raise UnavailableError(f"Google's list of {_WHAT} holds somebody without an address")
        yield user


def _person(user: Mapping[str, Any]) -> Person:
    units = sorted(user.get("organizations") or (), key=lambda unit: not unit.get("primary"))
    managers = [one.get("value") for one in user.get("relations") or () if one.get("type") == "manager"]
    return Person(
        email=str(user["primaryEmail"]).lower(),
        name=(user.get("name") or {}).get("fullName") or None,
        manager=str(managers[0]).lower() if managers else None,
        team=next((str(unit["department"]) for unit in units if unit.get("department")), None),
        aliases=tuple(str(alias).lower() for alias in user.get("aliases") or ()),
    )
