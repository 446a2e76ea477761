"""Working at a plan that was asked for before: its request is stored, its answer will be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from time import monotonic

from app.domain.plans.planning import Answer, Begun
from app.errors import CancelledError
from app.ports import Plannings
from app.services.packing.packing import Progress, Watch

REPORTED_EVERY_S = 0.5
ASKED_EVERY_S = 1.0
ATTEMPTS = 5
"""How often a planning is begun: what ends its worker each time shall not do so for ever."""

Answering = Callable[[Begun, Watch], Answer]
"""Answers a stored request; what is wrong with it is an answer too."""


def work_at(planning_id: str, plannings: Plannings, answer: Answering, now: Callable[[], datetime]) -> None:
    """Answer a planning; one that has ended or is gone is left alone, one that was begun before begins anew.

    Raises `StoreError`: then it is still there to be worked at.
    """
    begun = plannings.begin(planning_id)
    if begun is None:
        return
    onlooker = _Onlooker(planning_id, plannings)
    try:
        found = answer(begun, Watch(onlooker.report, onlooker.is_unwanted))
    except CancelledError:
        return
    plannings.end(planning_id, found, now())


@dataclass
class _Onlooker:
    """Notes how far a planning is, and whether it is still wanted, now and then: each costs a transaction."""

    planning_id: str
    plannings: Plannings
    reported: float = field(default_factory=lambda: -REPORTED_EVERY_S)
    asked: float = field(default_factory=monotonic)
    unwanted: bool = False

    def report(self, step: Progress) -> None:
        if monotonic() - self.reported >= REPORTED_EVERY_S:
            self.reported = monotonic()
            self.plannings.report(self.planning_id, asdict(step))

    def is_unwanted(self) -> bool:
        if not self.unwanted and monotonic() - self.asked >= ASKED_EVERY_S:
            self.asked = monotonic()
            self.unwanted = not self.plannings.wanted(self.planning_id)
        return self.unwanted
