"""What a new plan of a week changes against the one before, meeting by meeting, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from app.domain.plans.plan import Plan, PlanMeeting, Previous
from app.domain.proposals.proposal import Difference
from app.render import words
from app.services.proposals.making.proposed import Name, name_of

Key = tuple[str, str | None]
"""What a meeting is the same by in every plan: UID and RECURRENCE-ID."""
Meetings = Mapping[Key, PlanMeeting]


def differences(before: Plan, after: Plan, besides: Collection[Name] = ()) -> tuple[Difference, ...]:
    """One line for each meeting that moves now and did not before, the other way round, or that moves elsewhere.

    That the units `besides` move now, or do not any more, is not said: whoever decided so knows.
    """
    old, new = _moves(before), _moves(after)
    found = {_key(meeting): meeting for meeting in after.meetings}
    return (*_added_or_elsewhere(old, new, besides), *_gone(old, new, found, besides))


def with_previous(plan: Plan, before: Plan) -> Plan:
    """A plan that says which moves are new in it, and which of the one before are gone, by the ids of meetings."""
    old, new = _moves(before), _moves(plan)
    found = {_key(meeting): meeting.id for meeting in plan.meetings}
    added = tuple(meeting.id for key, meeting in new.items() if key not in old)
    gone = tuple(found.get(key, meeting.id) for key, meeting in old.items() if key not in new)
    return replace(plan, previous=Previous(before.id, added, gone))


def _moves(plan: Plan) -> dict[Key, PlanMeeting]:
    return {_key(meeting): meeting for meeting in plan.moves}


def _key(meeting: PlanMeeting) -> Key:
    return meeting.uid, meeting.recurrence_id


def _added_or_elsewhere(old: Meetings, new: Meetings, besides: Collection[Name]) -> Iterator[Difference]:
    for key, meeting in new.items():
        before = old.get(key)
        if meeting.from_ is None or meeting.to is None:
            continue
        title, to = words.title(meeting.title), words.span(meeting.to)
        if before is None and name_of(meeting) not in besides:
            yield Difference("added", meeting.id, f"{title} moves, too: {words.span(meeting.from_)} to {to}")
        elif before is not None and before.to is not None and before.to.start != meeting.to.start:
            yield Difference("elsewhere", meeting.id, f"{title} goes to {to} instead of {words.span(before.to)}")


def _gone(old: Meetings, new: Meetings, found: Meetings, besides: Collection[Name]) -> Iterator[Difference]:
    for key, before in old.items():
        if key in new or name_of(before) in besides:
            continue
        now, title = found.get(key), words.title(before.title)
        if now is None or now.from_ is None:
            yield Difference("gone", before.id, f"{title} is not in the calendar any more")
        else:
            why = f": {now.reasons[0].text}" if now.reasons else ""
            yield Difference("gone", now.id, f"{title} stays at {words.span(now.from_)}{why}")
