"""What may be asked of a plan, in the words that the command line and the API share."""

from __future__ import annotations

from typing import Literal

ScopeOfMoves = Literal["all", "series", "occurrence"]
"""What may be proposed: anything, only moves of whole series, or only moves of the planned week's occurrences."""

PlanScope = Literal["manager", "team", "company"]
"""Whose weeks are planned together: one manager's, theirs and those of the managers who report to them, everyone's."""
