"""Who may do what through the HTTP API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a key opens."""

    PLAN = "plan"
    CALENDARS = "calendars"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the HTTP API, without its text."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
