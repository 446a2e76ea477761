"""Who may do what, and see what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

EVERYONE = "*"
"""Stands for everyone who plans here: who may see something, and whose configuration something is."""


class Scope(StrEnum):
    """What a key opens: plans, the stored calendars, proposals, or everything."""

    PLAN = "plan"
    CALENDARS = "calendars"
    PROPOSALS = "proposals"
    ADMIN = "admin"


EVERYTHING = frozenset(Scope)


def opens(held: Collection[Scope], needed: Scope) -> bool:
    """Whether somebody with some scopes may do what needs one; `ADMIN` opens everything."""
    return needed in held or Scope.ADMIN in held


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the HTTP API, without its text. `person` is whose proposals it opens; None is everyone's."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `by` is an address, `key:NAME`, or `local`, as the audit trail has it.

    `person` is whose proposals they may see and decide on; None is everyone's, as it is for an admin.
    """

    by: str
    person: str | None = None
    is_admin: bool = False

    def may_see(self, manager: str) -> bool:
        """Whether a manager's proposals are there for them."""
        return self.is_admin or self.person is None or self.person.casefold() == manager.casefold()

    def is_self(self, manager: str) -> bool:
        """Whether they are the manager, or sit at this machine: an admin does not see what is for others' eyes only."""
        return self == LOCAL or (self.person is not None and self.person.casefold() == manager.casefold())


LOCAL = Caller("local", is_admin=True)
"""Whoever sits at this machine."""


def caller_of(key: ApiKey) -> Caller:
    """Who asks with a key."""
    return Caller(key.person or f"key:{key.name}", key.person, opens(key.scopes, Scope.ADMIN))


@dataclass(frozen=True, slots=True)
class BegunSignIn:
    """What is kept of a sign-in from its beginning until the browser is back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in: a verified address in lower case, and a name for people."""

    person: str
    name: str


def is_loopback(address: str) -> bool:
    """Whether an IP address is of this machine alone; a name is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_loopback
