"""The main job: calendars in, a checked plan of one manager's week out."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.guess import GuessedTeam
from app.domain.plan import Plan
from app.services.explained import asked_about, with_alternatives
from app.services.outcome import Outcome
from app.services.packing import Packed, Watch, pack, suggest
from app.services.plan_document import Week, build_plan
from app.services.situation import Request, Situation, read_week, situate

__all__ = ["Planned", "Request", "plan_week"]

NOBODY = Watch()


@dataclass(frozen=True)
class Planned:
    """The plan, the team that was guessed for it if none was given, and the UIDs of the meetings asked about."""

    plan: Plan
    guessed: GuessedTeam | None
    explained: tuple[str, ...] = ()


def plan_week(request: Request, watch: Watch = NOBODY) -> Planned:
    """Plan one manager's week.

    Raises `InputError` if an owner or the manager's zone cannot be known, or if the manager's calendar has no event;
    `CancelledError` once whoever watches has given up.
    """
    situation = situate(request, read_week(request))
    explained = asked_about(request.explain, situation.meetings)
    packed = pack(situation.units, situation.setting, request.limits, watch)
    plan = written(situation, packed, request, watch)
    plan = with_alternatives(plan, Outcome(situation.setting, packed), explained)
    return Planned(plan, situation.guessed, explained)


def written(situation: Situation, packed: Packed, request: Request, watch: Watch) -> Plan:
    """The plan document, with what is suggested beside the packed week."""
    suggested = suggest(situation.missing, packed, situation.setting, request.limits, watch)
    week = Week(situation.setting, request.generated_by, situation.skipped, situation.warnings)
    return build_plan(week, packed, suggested)
