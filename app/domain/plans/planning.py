"""Plans that take longer than a request may: asked for, stored, worked at, and answered or failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]
"""Plain JSON values."""


class PlanningState(StrEnum):
    """How far a planning is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self in (PlanningState.DONE, PlanningState.FAILED)


@dataclass(frozen=True, slots=True)
class Planning:
    """A plan that was asked for. `version` rises with every change; `digest` is that of the request.

    Once it has ended it has a `result`, the plan document, or a `problem`, the problem document of what went wrong.
    """

    id: str
    state: PlanningState
    version: int
    digest: str
    created_at: datetime
    finished_at: datetime | None = None
    progress: Document | None = None
    result: Document | None = None
    problem: Document | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A planning that somebody works at: what was asked, when, and how often it was begun, this time included."""

    request: bytes
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a planning: one of the two."""

    result: Document | None = None
    problem: Document | None = None
