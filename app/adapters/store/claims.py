"""Claims on a row: it has one holder at a time, who gives it back, or gives no sign of life any more.

The table has `claimed_by`, the fence of whoever holds a row, and `claimed_until`. Whatever a holder writes is an update
of what is `mine` by its fence, so that nobody writes after somebody else took over.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement, Table, Update, or_, update

CLAIM = timedelta(minutes=5)
"""For how long a claim is held without a sign of life."""
SKEW = timedelta(minutes=1)
"""By how much the clocks of two machines may differ; what lies further ahead was written by a clock that was wrong."""
FREE: Mapping[str, object] = MappingProxyType({"claimed_by": None, "claimed_until": None})
"""What a row says that nobody holds."""


def fence_of(holder: str) -> str:
    """A name for one claim of a holder."""
    return f"{holder}/{secrets.token_hex(8)}"


def is_free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Whether nobody holds a row; a claim that reaches further than any could was written by a wrong clock."""
    until = table.c.claimed_until
    return or_(table.c.claimed_by.is_(None), until <= now, until > now + CLAIM + SKEW)


def is_open_to(table: Table, holder: str, now: datetime) -> ColumnElement[bool]:
    """Whether a holder may take a row: one that nobody else holds."""
    return or_(is_free(table, now), table.c.claimed_by.startswith(f"{holder}/", autoescape=True))


def mine(table: Table, row_id: str, fence: str) -> Update:
    """An update of a row as long as its claim holds."""
    return update(table).where(table.c.id == row_id, table.c.claimed_by == fence)
