"""Series that a plan moves to where their own rules cannot say, found out before anybody says yes to that."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.proposals.around import RULE_TOO_RICH, Refused
from app.errors import InputError
from app.services.proposals.making.proposed import Seen, units_moved
from app.services.surgery.edits import beginning, edits_of


def unsayable(plan: Plan, seen: Seen) -> Iterator[Refused]:
    """The series moves of a plan that no edits make, by what is stored of them; each is to stay, and why."""
    for name, meetings in units_moved(plan).items():
        why = _why_not(meetings, plan, seen) if name.scope == "series" else None
        if why is not None:
            yield Refused(name.uid, None, "series", Reason(RULE_TOO_RICH, why))


def _why_not(meetings: list[PlanMeeting], plan: Plan, seen: Seen) -> str | None:
    first = meetings[0]
    versions = seen(first.calendar_id, first.uid)
    if not versions:
        return None  # nothing is kept of what is only read, and it is moved by files
    try:
        edits_of(meetings, versions, effective_from=beginning(first), zone=ZoneInfo(plan.timezone), uid=first.uid)
    except InputError as error:
        return str(error)
    return None
