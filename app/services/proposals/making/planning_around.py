"""Plans of a proposal's week, made around what was decided of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.domain.meetings.meeting import Reason
from app.domain.people.person import Team
from app.domain.plans.plan import Plan
from app.domain.proposals.around import END_IT, RULE_TOO_RICH, Around, Refused, Unheld
from app.domain.proposals.proposal import Difference, Proposal, ProposedMove
from app.render import words
from app.render.plans.document import plan_of
from app.services.packing.packing import Limits
from app.services.planning.plan_week import NOBODY
from app.services.planning.situation.request import Request
from app.services.proposals.desk import Desk, Options, options_of
from app.services.proposals.making.closing import Notice, closing
from app.services.proposals.making.differences import differences, with_previous
from app.services.proposals.making.group_moves import shifts_coming, with_moves
from app.services.proposals.making.proposed import Seen, around_of, held_of, name_of, proposed
from app.services.proposals.making.unsayable import unsayable

MEMORY = timedelta(weeks=8)
"""For how long what was rejected or moved is remembered."""

T = TypeVar("T")


@dataclass(frozen=True)
class Replanned:
    """A plan around some decisions: all moves from then on, what else changed, and what was accepted in vain."""

    plan: Plan
    moves: tuple[ProposedMove, ...]
    differences: tuple[Difference, ...]
    impossible: Mapping[int, Reason]


def request_for(
    desk: Desk,
    manager: str,
    week: IsoWeek,
    moment: datetime,
    options: Options,
    limits: Limits,
    decided: Sequence[ProposedMove] = (),
) -> Request:
    """What a plan of a week is made from as of a moment, around what was decided of some moves."""
    request = desk.asked([manager], week, moment)
    me = (request.team or Team()).canonical(manager)
    held, refused = around_of(decided)
    likely = tuple(held_of(move) for move in decided if move.decided is None and move.meetings)
    around = replace(around_all(desk, [me], week, moment), held=held, refused=refused, likely=likely)
    return replace(request, moves=options.moves, timezone=options.timezone, limits=limits, around=around)


def around_all(desk: Desk, managers: Sequence[str], week: IsoWeek, moment: datetime) -> Around:
    """What new plans of some managers' weeks are made around: what others want, and what past weeks taught."""
    reserved = [desk.proposals.reserved(str(week), manager) for manager in managers]
    remembered = [each for manager in managers for each in desk.proposals.remembered(manager, moment - MEMORY)]
    others = tuple(place for place in reserved[0] if all(place in places for places in reserved))
    return Around(reserved=others, remembered=tuple(remembered))


def request_again(desk: Desk, proposal: Proposal, moves: Sequence[ProposedMove]) -> Request:
    """What the week of a proposal is planned from now, around what was decided of its moves.

    What other proposals of its team plan move is taken as moved: its own moves wait for those that they need.
    A series that the freeze window has reached moves from a later week on, as it was planned: then the plan is made as
    of the same moment as before.
    """
    now = proposal.clock(desk.now())
    later = closing(moves, notice_of(desk, proposal), now).starts
    moment = plan_of(proposal.plan).generated_at if later else now
    week = IsoWeek.parse(proposal.week)
    request = request_for(desk, proposal.manager, week, moment, options_of(proposal), desk.deciding, moves)
    request = replace(request, sources=with_moves(request.sources, _others(desk, proposal)))
    return kept_back(request, _left_alone(plan_of(proposal.plan)))


def kept_back(request: Request, series: Sequence[Refused]) -> Request:
    """What a plan is made from that leaves some series where they are, too."""
    return replace(request, around=replace(request.around, refused=(*request.around.refused, *series)))


def sayable(request: Request, plan: Callable[[Request], T], plans: Callable[[T], Sequence[Plan]], seen: Seen) -> T:
    """What a plan makes of a request, in which no series moves to where its rule cannot say: it stays, and why."""
    left: set[str] = set()
    while True:
        found = plan(request)
        new = [one for each in plans(found) for one in unsayable(each, seen) if one.uid not in left]
        if not new:
            return found
        left.update(one.uid for one in new)
        request = kept_back(request, new)


def _left_alone(plan: Plan) -> list[Refused]:
    """The series that a plan did not move whatever was decided: the next ones of its proposal do not, either."""
    reasons = {m.uid: m.pinned_reason for m in plan.meetings if m.pinned_reason}
    codes = (END_IT, RULE_TOO_RICH)
    return [Refused(uid, None, "series", reason) for uid, reason in reasons.items() if reason.code in codes]


def planned_again(
    desk: Desk,
    proposal: Proposal,
    moves: Sequence[ProposedMove],
    request: Request,
    besides: Collection[int] = (),
) -> Replanned:
    """The week of a proposal planned anew around what was decided of its moves; nothing is stored.

    `besides` are the moves that were decided on just now, by number.
    """
    seen = cache(desk.versions)
    planned = sayable(request, lambda wanted: desk.plan(wanted, NOBODY), lambda found: [found.plan], seen)
    before = plan_of(proposal.plan)
    plan = with_previous(planned.plan, before)
    told = {name_of(move) for move in moves if move.number in besides}
    after = proposed(plan, moves, seen, tuple(shifts_coming(_others(desk, proposal))))
    vain = impossible(moves, planned.unheld)
    return Replanned(plan, after, (*differences(before, plan, told), *_lost(moves, after, vain)), vain)


def _lost(
    before: Sequence[ProposedMove], after: Sequence[ProposedMove], vain: Mapping[int, Reason]
) -> Iterator[Difference]:
    """A line for each move that was accepted and has to be decided anew."""
    kept = {move.number for move in after if move.is_accepted}
    for move in before:
        if move.is_accepted and move.number not in kept:
            why = f": {vain[move.number].text}" if move.number in vain else ", as it was changed meanwhile"
            text = f"your yes to move {move.number}, {words.title(move.title)}, does not hold any more{why}"
            yield Difference("gone", move.meetings[0] if move.meetings else "", text)


def impossible(moves: Sequence[ProposedMove], unheld: Sequence[Unheld]) -> dict[int, Reason]:
    """The accepted moves that are impossible, by number, and why."""
    reasons = {(each.uid, each.recurrence_id): each.reason for each in unheld}
    keys = {move.number: (move.uid, move.recurrence_id) for move in moves if move.is_accepted}
    return {number: reasons[key] for number, key in keys.items() if key in reasons}


def notice_of(desk: Desk, proposal: Proposal) -> Notice:
    """By what the freeze window of a proposal's moves is reckoned."""
    team = desk.configured.team(proposal.manager) or Team()
    zone = ZoneInfo(proposal.plan["timezone"])
    return Notice(team, desk.configured.rules(proposal.manager), desk.holidays, zone)


def wake_group(desk: Desk, proposal: Proposal) -> None:
    """Have the other proposals of a team plan planned anew before they are shown."""
    others = [other.id for other in _others(desk, proposal)]
    if others:
        desk.proposals.make_stale(others)


def _others(desk: Desk, proposal: Proposal) -> list[Proposal]:
    """The other proposals of the same team plan."""
    group = desk.proposals.of_group(proposal.group) if proposal.group else ()
    return [other for other in group if other.id != proposal.id]
