"""What was decided of a plan, as the next one gets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.proposals.around import Around, Held, Refused
from app.domain.proposals.proposal import Why
from app.services.packing.units import wording
from app.services.planning.situation.request import Request


def unit_of(plan: Plan, meeting: PlanMeeting) -> list[PlanMeeting]:
    """Everything that moves with a meeting: the other days of its series."""
    if meeting.scope == "occurrence":
        return [meeting]
    alike = [m for m in plan.moves if m.uid == meeting.uid and m.scope == "series"]
    return sorted(alike, key=lambda m: m.from_.start if m.from_ else plan.generated_at)


def held(plan: Plan, meeting: PlanMeeting) -> Held:
    """A move of a plan, accepted."""
    starts = [m.to.start for m in unit_of(plan, meeting) if m.to]
    return Held(meeting.uid, meeting.recurrence_id, meeting.scope, starts[0], tuple(starts[1:]))


def refused(meeting: PlanMeeting, why: Why | None = None) -> Refused:
    """A move of a plan, rejected."""
    assert meeting.to is not None
    reason = wording.rejected(why, meeting.to.start)
    return Refused(meeting.uid, meeting.recurrence_id, meeting.scope, reason, why, meeting.to.start)


def around(request: Request, *, held: Iterable[Held] = (), refused: Iterable[Refused] = ()) -> Request:
    """The request to plan again around decisions."""
    return replace(request, around=Around(tuple(held), tuple(refused)))
