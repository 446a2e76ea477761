"""What a plan starts from: everyone's time, and the manager's meetings as units that may move or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.calendar.event import Partstat
from app.domain.calendar.timespan import IsoWeek
from app.domain.meetings.guess import GuessedTeam
from app.domain.meetings.meeting import Classified, Meeting, Reason, takes_place
from app.domain.meetings.movability import Case, pin_reason
from app.domain.meetings.unpinning import unpinning
from app.domain.people.grid import weeks_span
from app.domain.people.person import Person, Team
from app.domain.plans.plan import PlanWarning
from app.domain.plans.wish import Wish
from app.domain.proposals.around import Unheld
from app.services.packing.units.availability import with_reserved
from app.services.packing.units.drafts import draft
from app.services.packing.units.places import Setting, block_spans, minutes_on_free_days, minutes_outside
from app.services.packing.units.units import Unit, units_of
from app.services.planning.situation.asked_for import wishes_of, with_free_days
from app.services.planning.situation.decided import decided
from app.services.planning.situation.reading import Reading, read
from app.services.planning.situation.request import Request
from app.services.planning.situation.sight import RecentSights, Sight, sight_of, takes_part
from app.services.planning.situation.suggestions import missing_one_on_ones


@dataclass(frozen=True)
class Situation:
    """The manager's week before anything is solved.

    `units` are the meetings that take place, and the new ones that were asked for; `missing` those that would be good
    to have; `skipped` those of the week that do not take place, with what they were taken for and why. `meetings` are
    all that the manager has in the planned week. `unheld` are accepted moves of what may not move any more.
    """

    setting: Setting
    team: Team
    guessed: GuessedTeam | None
    units: tuple[Unit, ...]
    missing: Sequence[Wish]
    skipped: Sequence[tuple[Meeting, Classified, Reason]]
    meetings: Sequence[Meeting]
    warnings: Sequence[PlanWarning]
    unheld: tuple[Unheld, ...] = ()

    @property
    def drafts(self) -> Iterator[Unit]:
        """What does not exist yet: what was asked for, and what would be good to have."""
        yield from (unit for unit in self.units if unit.wish)
        yield from (draft(f"n{number}", wish, self.setting) for number, wish in enumerate(self.missing, start=1))


def read_week(request: Request) -> Reading:
    """The events of the weeks that a plan looks at. Raises `InputError`."""
    return read(
        request.sources,
        manager=request.manager,
        team=request.team,
        timezone=request.timezone,
        window=lambda zone: weeks_span(request.week, request.rules.packing.weeks, zone),
    )


def situate(request: Request, reading: Reading, recent: RecentSights | None = None) -> Situation:
    """Find out what the manager's meetings are, which may move, and when their people can meet.

    `recent` is what was seen earlier in this process.
    """
    sight = recent.of(request, reading) if recent else sight_of(request, reading)
    team, kinds, setting = sight.team, sight.kinds, _setting(request, reading, sight)
    taking_part = [m for m in sight.meetings if takes_part(m, reading)]
    happening = [m for m in taking_part if takes_place(m) and not declined(m, reading.manager)]
    taking_place = {m.key for m in happening}
    units, unheld = decided(_units(request, happening, sight, setting), request.around, setting)
    wishes = (*request.wishes, *wishes_of(request.what_if, setting, team))
    drafts = [draft(f"w{number}", wish, setting) for number, wish in enumerate(wishes, start=1)]
    new = [unit.lead for unit in drafts]
    return Situation(
        setting,
        team,
        sight.guessed,
        (*(replace(unit, unpin=_unpin(unit, setting, team)) for unit in units), *drafts),
        missing=missing_one_on_ones(
            [*taking_part, *new],
            [*happening, *new],
            {**kinds, **{unit.lead.key: unit.kind for unit in drafts}},
            team,
            setting,
        ),
        skipped=_skipped([m for m in taking_part if m.key not in taking_place], kinds, setting, team),
        meetings=[m for m in taking_part if _in_week(m, setting)],
        warnings=[
            *request.freshness.warnings,
            *(PlanWarning(w.code, w.text, w.uid or w.source) for w in reading.warnings),
        ],
        unheld=unheld,
    )


def _units(request: Request, happening: Sequence[Meeting], sight: Sight, setting: Setting) -> tuple[Unit, ...]:
    """The meetings that take place, as what moves as one, each with why it may not move."""
    return units_of(
        happening,
        sight.kinds,
        _pins([m for m in happening if _in_week(m, setting)], sight.kinds, setting, sight.team),
        setting.time,
        manager=setting.manager,
        week=request.week,
        zone=setting.zone,
        well_placed=lambda meeting, kind: _well_placed(meeting, kind, setting),
        moves=request.moves,
        whole=frozenset(held.uid for held in request.around.held if held.scope == "series"),
    )


def _setting(request: Request, reading: Reading, sight: Sight) -> Setting:
    def day_off(person: Person, day: date) -> bool:
        return person.country is not None and day in request.holidays.names(person.country, [day])

    return Setting(
        manager=reading.manager,
        week=request.week,
        zone=reading.zone,
        pattern=with_free_days(request.pattern, request.what_if),
        rules=request.rules,
        time=with_reserved(sight.time, request.around.reserved, sight.team),
        now=request.now,
        day_off=day_off,
        moves=request.moves,
        premises=sight.team.premises,
        carried=sight.team.carried,
        as_of=request.freshness.as_of,
    )


def declined(meeting: Meeting, person: str) -> bool:
    """Whether somebody said no to a meeting."""
    return any(p.email == person and p.partstat == Partstat.DECLINED for p in meeting.people)


def _skipped(
    meetings: Sequence[Meeting], kinds: Mapping[tuple[str, str], Classified], setting: Setting, team: Team
) -> list[tuple[Meeting, Classified, Reason]]:
    """Those of the planned week, with what they were taken for and why they do not take place."""
    return [
        (m, kinds[m.key], reason)
        for m, reason in ((m, pin_reason(_case(m, kinds[m.key], setting, team))) for m in meetings)
        if reason is not None and _in_week(m, setting)
    ]


def _in_week(meeting: Meeting, setting: Setting) -> bool:
    return IsoWeek.of(meeting.span.in_zone(setting.zone).local_start.date()) == setting.week


def _well_placed(meeting: Meeting, kind: Classified, setting: Setting) -> bool:
    outside = minutes_outside(meeting.span, block_spans(setting, kind), setting.rules.packing.tolerance_minutes)
    return outside == 0 and minutes_on_free_days(meeting.span, setting) == 0


def _pins(
    meetings: Sequence[Meeting], kinds: Mapping[tuple[str, str], Classified], setting: Setting, team: Team
) -> dict[tuple[str, str], Reason | None]:
    """Why each meeting may not move; None if it may. A manager who is away for days gets no packing."""
    if setting.time[setting.manager].is_gone:
        away = Reason("manager_away", "you are away three days or more this week, so nothing is moved")
        return {m.key: away for m in meetings}
    return {m.key: pin_reason(_case(m, kinds[m.key], setting, team)) for m in meetings}


def _unpin(unit: Unit, setting: Setting, team: Team) -> str | None:
    """The condition under which a pinned unit might move."""
    if unit.pinned is None or not unit.rule_fits:
        return None
    return unpinning(_case(unit.lead, unit.kind, setting, team))


def _case(meeting: Meeting, kind: Classified, setting: Setting, team: Team) -> Case:
    """A meeting with all that the rules of what may move look at."""
    manager = team.canonical(setting.manager)
    return Case(meeting, kind, manager, team, setting.rules.pins, setting.now, setting.zone, setting.day_off)
