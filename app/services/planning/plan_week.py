"""The main job: calendars in, a checked plan of one manager's week out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.meetings.guess import GuessedTeam
from app.domain.plans.plan import Plan
from app.domain.proposals.around import Unheld
from app.services.packing.packing import Limits, Packed, Watch, pack, suggest
from app.services.planning.document.comparison import compared
from app.services.planning.document.document import Week, build_plan
from app.services.planning.document.explained import asked_about, with_alternatives
from app.services.planning.document.outcome import Outcome
from app.services.planning.situation.recent import Recent
from app.services.planning.situation.request import Request
from app.services.planning.situation.situation import Situation, read_week, situate

NOBODY = Watch()


@dataclass(frozen=True)
class Planned:
    """The plan, the team that was guessed for it if none was given, and the UIDs of the meetings asked about.

    `unheld` are the accepted moves that are impossible now.
    """

    plan: Plan
    guessed: GuessedTeam | None
    explained: tuple[str, ...] = ()
    unheld: tuple[Unheld, ...] = ()


def plan_week(request: Request, watch: Watch = NOBODY, recent: Recent | None = None) -> Planned:
    """Plan one manager's week; with a what-if twice, to compare the two. `recent` is of earlier plans in this process.

    Raises `InputError` if an owner or the manager's zone cannot be known, if the manager's calendar has no event, or
    for a question that cannot be answered; `CancelledError` once whoever watches has given up.
    """
    reading = read_week(request)
    situation = situate(request, reading, recent.sights if recent else None)
    explained = asked_about(request.explain, situation)
    limits = _shared(request.limits, 3 if request.what_if else 1)
    workings = recent.workings.of(situation.setting) if recent else None
    packed = pack(situation.units, situation.setting, limits, watch, workings)
    outcome = Outcome(situation.setting, packed)
    plan = with_alternatives(_written(situation, packed, request, limits, watch), outcome, explained)
    if request.what_if:
        usual = situate(replace(request, what_if=()), reading)
        without = Outcome(usual.setting, pack(usual.units, usual.setting, limits, watch))
        plan = replace(plan, what_if=compared(request.what_if, without, outcome, limits, watch))
    return Planned(plan, situation.guessed, explained, (*situation.unheld, *packed.unheld))


def _shared(limits: Limits, parts: int) -> Limits:
    """The share of each of some parts; only time is scarce."""
    return limits if limits.wall_s is None else replace(limits, wall_s=limits.wall_s / parts)


def _written(situation: Situation, packed: Packed, request: Request, limits: Limits, watch: Watch) -> Plan:
    """The plan document, with what is suggested beside the packed week."""
    suggested = suggest(situation.missing, packed, situation.setting, limits, watch)
    setting, what_if, around = situation.setting, request.what_if, request.around
    week = Week(setting, request.generated_by, situation.skipped, situation.warnings, what_if, around)
    return build_plan(week, packed, suggested)
