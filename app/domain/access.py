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
    """What a key opens: plans, the stored calendars, or everything."""

    PLAN = "plan"
    CALENDARS = "calendars"
    ADMIN = "admin"


EVERYTHING = frozenset(Scope)


def opens(held: Collection[Scope], needed: Scope) -> bool:
    """Whether somebody with some scopes may do what needs one; `ADMIN` opens everything."""
    return needed in held or Scope.ADMIN in held


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the HTTP API, without its text."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


def is_loopback(address: str) -> bool:
    """Whether an IP address is of this machine alone; a name is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_loopback
