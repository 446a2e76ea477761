"""One short text for each person whom moves concern, to be copied by the manager: nothing is sent by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.proposals.proposal import Proposal, ProposedMove
from app.render import words

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Message:
    """What one person could be told of the moves of some numbers, on their own clock."""

    email: str
    name: str | None
    moves: tuple[int, ...]
    text: str


def messages(proposal: Proposal, plan: Plan, ticked: Collection[int]) -> tuple[Message, ...]:
    """One for each person of a move that is accepted, or would be with all that is ticked, by address.

    `plan` is veiled, and says from when on each series moves now; `ticked` are the numbers of what is ticked.
    """
    told: dict[str, list[tuple[int, str]]] = {}
    zones = {person.email: ZoneInfo(person.timezone) for person in plan.people}
    for move in proposal.moves:
        meetings = [m for m in plan.meetings if m.id in move.meetings and m.action == "move"]
        if meetings and _is_coming(move, proposal, ticked):
            for email in _people(proposal, meetings):
                zone = zones.get(email, ZoneInfo(plan.timezone))
                told.setdefault(email, []).append((move.number, _line(meetings, zone, plan)))
    names = {person.email: person.name for person in plan.people}
    return tuple(
        Message(email, names.get(email), tuple(number for number, _ in lines), "\n".join(line for _, line in lines))
        for email, lines in sorted(told.items())
    )


def _is_coming(move: ProposedMove, proposal: Proposal, ticked: Collection[int]) -> bool:
    if move.apply is not None:
        return move.apply.state.is_done
    return move.is_accepted if proposal.accepted else move.number in ticked


def _people(proposal: Proposal, meetings: list[PlanMeeting]) -> Iterator[str]:
    yield from sorted({a.email for m in meetings for a in m.attendees} - {proposal.manager})


def _line(meetings: list[PlanMeeting], zone: ZoneInfo, plan: Plan) -> str:
    """`1:1 Dana / Ana: Tue 10:00 → Mon 13:00, from the week of 30 Nov on: I keep Tuesdays free of meetings.`."""
    first = meetings[0]
    title = "our meeting" if first.private else words.title(first.title)
    places = "; ".join(_place(m, zone) for m in meetings)
    if first.scope == "series":
        scope = f"from {words.week_of(first.series.effective_from)} on" if first.series else "from now on"
    else:
        scope = "this once"
    why = gained(meetings, ZoneInfo(plan.timezone))
    return f"{words.capital(title)}: {places}, {scope}{f': {why}' if why else ''}."


def _place(meeting: PlanMeeting, zone: ZoneInfo) -> str:
    old, new = (words.local(each, zone) if each else None for each in (meeting.from_, meeting.to))
    show = words.weekly if meeting.scope == "series" else words.span
    return f"{show(old) if old else 'new'} → {show(new) if new else 'gone'}"


def gained(meetings: Sequence[PlanMeeting], zone: ZoneInfo) -> str:
    """What is won by a move, for its guests, and no more: the reasons of the plan may name what they need not know."""
    gains = [m.gain for m in meetings if m.gain]
    if any(gain.conflict_minutes for gain in gains):
        return "it clashes with something else where it is"
    if any(gain.free_day_minutes for gain in gains):
        days = dict.fromkeys(WEEKDAYS[words.local(m.from_, zone).start.weekday()] for m in meetings if m.from_)
        return f"I keep {words.listed([f'{day}s' for day in days])} free of meetings"
    if any(gain.pattern_minutes > 0 for gain in gains):
        return "I keep meetings of this kind together"
    return ""
