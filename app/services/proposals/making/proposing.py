"""Making proposals: of one manager's week, or of a team's, a proposal for each who organizes something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import IsoWeek
from app.domain.people.grid import weeks_span
from app.domain.plans.asked import PlanScope
from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import DECIDABLE, OPEN, Proposal, ProposalState, TrailLine
from app.domain.proposals.shown import Shown
from app.errors import ChangedError, InputError
from app.render.plans.document import document, plan_of
from app.services.packing.packing import Watch
from app.services.planning.plan_week import NOBODY
from app.services.planning.situation.managers import managers_of
from app.services.proposals.desk import Desk, Options, new_id, trail_line
from app.services.proposals.making.dependencies import dependencies
from app.services.proposals.making.differences import differences, with_previous
from app.services.proposals.making.planning_around import around_all, kept_back, request_for, sayable
from app.services.proposals.making.proposed import proposed, shifts_of
from app.services.proposals.making.showing import TRIES, shown


@dataclass(frozen=True)
class Making:
    """Who has a proposal made, when, by which clock, and what is wanted of it."""

    by: str
    now: datetime
    ahead: timedelta
    options: Options
    idempotency_key: str | None = None
    group: str | None = None

    @property
    def moment(self) -> datetime:
        """What the new proposal takes for now."""
        return self.now + self.ahead


def propose(
    desk: Desk,
    manager: str,
    week: IsoWeek,
    *,
    by: str,
    at: datetime | None = None,
    options: Options = Options(),  # noqa: B008 - it cannot be changed
    idempotency_key: str | None = None,
    watch: Watch = NOBODY,
) -> Shown:
    """Plan a manager's week and keep it as a proposal; the one that is open for it is superseded.

    With `at`, it is made as of another moment, from which its clock goes on. What an idempotency key made is given back
    without planning. Raises as `plan_week` does, `InputError`
    for a week that is over, and `ChangedError` if the open one is being applied.
    """
    known = desk.proposals.made_by(idempotency_key) if idempotency_key else None
    if known is not None:
        return shown(desk, known)
    making = _making(desk, by, at, options, idempotency_key)
    request = request_for(desk, manager, week, making.moment, options, replace(desk.limits, wall_s=options.wall_s))
    request = kept_back(request, desk.endings(request))
    planned = sayable(request, lambda one: desk.plan(one, watch), lambda found: [found.plan], cache(desk.versions))
    new = _new(desk, planned.plan, making)
    return shown(desk, _kept(desk, [new], making)[0])


def propose_together(
    desk: Desk,
    manager: str,
    week: IsoWeek,
    scope: PlanScope,
    *,
    by: str,
    at: datetime | None = None,
    options: Options = Options(),  # noqa: B008
    watch: Watch = NOBODY,
) -> list[Shown]:
    """Plan the weeks of several managers as one, and keep a proposal for each of them, the asked one's first.

    Each has what its manager organizes; a move may depend on one of another proposal. Raises as `plan_together` does,
    and `ChangedError` if an open one of theirs is being applied.
    """
    making = replace(_making(desk, by, at, options, None), group=new_id())
    team = desk.configured.team(manager)
    names = managers_of(team, manager, scope)
    request = replace(
        desk.asked(names, week, making.moment),
        moves=options.moves,
        timezone=options.timezone,
        limits=replace(desk.limits, wall_s=options.wall_s),
        around=around_all(desk, names, week, making.moment),
    )
    together = sayable(
        request,
        lambda one: desk.plan_together(one, scope, watch),
        lambda found: found.plans,
        cache(desk.versions),
    )
    plans = together.plans
    new = _with_each_other([_new(desk, plan, making) for plan in plans], plans)
    _check_free(desk, new)
    return [shown(desk, one) for one in _kept(desk, new, making)]


def _making(desk: Desk, by: str, at: datetime | None, options: Options, key: str | None) -> Making:
    now = desk.now()
    return Making(by, now, at - now if at else timedelta(0), options, key)


def _new(desk: Desk, plan: Plan, making: Making) -> Proposal:
    """The proposal of a plan, before it is kept."""
    end = weeks_span(IsoWeek.parse(plan.week), 1, ZoneInfo(plan.timezone)).end
    if end <= making.moment:
        raise InputError(f"the week {plan.week} is over: name one that has not ended", option="week")
    return Proposal(
        id=new_id(),
        manager=plan.manager,
        week=plan.week,
        state=ProposalState.DRAFT,
        version=1,
        revision=1,
        plan=document(plan),
        created_at=making.now,
        created_by=making.by,
        expires_at=end,
        moves=proposed(plan, (), cache(desk.versions)),
        options=making.options.document(),
        notify=making.options.notify,
        ahead=making.ahead,
        group=making.group,
    )


def _kept(desk: Desk, new: Sequence[Proposal], making: Making) -> Sequence[Proposal]:
    """The proposals as they are kept, each with what differs from the open one that it takes the place of."""
    for _ in range(TRIES):
        old = [next(iter(_open(desk, one)), None) for one in new]
        told = [_told(one, before) if before else one for one, before in zip(new, old, strict=True)]
        lines = [line for one, before in zip(new, old, strict=True) for line in _lines(desk, one, before, making.by)]
        try:
            if making.group:
                return desk.proposals.add_together(told, lines, making.now)
            return [desk.proposals.add(told[0], making.idempotency_key, lines, making.now)]
        except ChangedError:
            _check_free(desk, new)
    names = ", ".join(one.manager for one in new)
    raise ChangedError(f"others are making proposals for {names} in {new[0].week} all the time; try again")


def _lines(desk: Desk, new: Proposal, old: Proposal | None, by: str) -> Iterator[TrailLine]:
    yield trail_line(desk, new, by, "propose", moves=len(new.moves))
    if old:
        yield trail_line(desk, old, by, "supersede", superseded_by=new.id)


def _told(new: Proposal, old: Proposal) -> Proposal:
    before, plan = plan_of(old.plan), plan_of(new.plan)
    return replace(
        new,
        plan=document(with_previous(plan, before)),
        differences=differences(before, plan),
        supersedes=old.id,
    )


def _open(desk: Desk, new: Proposal) -> list[Proposal]:
    return [one for one in desk.proposals.all(new.manager, new.week) if one.state in OPEN]


def _check_free(desk: Desk, new: Sequence[Proposal]) -> None:
    """Refuse to take the place of what is being applied. Raises `ChangedError`."""
    for one in new:
        for old in _open(desk, one):
            if old.state not in DECIDABLE:
                raise ChangedError(f"{old.id}: is being applied for {old.manager} just now; wait until it is done")


def _with_each_other(new: Sequence[Proposal], plans: Sequence[Plan]) -> list[Proposal]:
    """The proposals of one team plan, each move with those of the others that have to be made first."""
    parts = [shift for one, plan in zip(new, plans, strict=True) for shift in shifts_of(plan, one.moves, f"{one.id}:")]
    needs = dependencies(parts)
    return [
        replace(
            one,
            moves=tuple(
                replace(move, depends_on=tuple(_local(name, one.id) for name in needs[f"{one.id}:{move.number}"]))
                for move in one.moves
            ),
        )
        for one in new
    ]


def _local(name: str, proposal_id: str) -> str:
    """The name of a move within a proposal."""
    return name.removeprefix(f"{proposal_id}:")
