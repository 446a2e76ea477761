"""Several managers' plans, made as one: the document `clearweek.plans/1`, as values."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.plans.asked import PlanScope
from app.domain.plans.plan import Plan, Status, Tier

SCHEMA = "clearweek.plans/1"


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of several managers' weeks, planned as one.

    `status` and `tiers` are those of the joint target, without a change budget. Each plan is one manager's step towards
    it, the others' steps taken as made.
    """

    scope: PlanScope
    status: Status
    limited: bool
    wall_time_s: float
    tiers: tuple[Tier, ...]
    plans: tuple[Plan, ...]
