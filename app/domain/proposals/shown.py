"""A proposal as somebody sees it, with what of it is possible now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import Proposal


@dataclass(frozen=True)
class Shown:
    """A proposal as somebody sees it now.

    `closed` are the moves that cannot be accepted (any more), by number, with the reason; of a series that the freeze
    window has reached this week, `starts` says from which week on it moves instead. `remarks` are what has to be known
    of how moves get into the calendar, and to their guests, before they are applied. `asks` are accepted moves that
    what was asked for makes impossible: nothing was stored; ask again with these numbers as `drop`. `newer` is the
    id of the proposal of that week that can be decided on instead of this one, if there is one.
    """

    proposal: Proposal
    plan: Plan
    closed: Mapping[int, Reason] = field(default_factory=dict)
    starts: Mapping[int, date] = field(default_factory=dict)
    remarks: Mapping[int, Reason] = field(default_factory=dict)
    asks: Mapping[int, Reason] = field(default_factory=dict)
    newer: str | None = None
