"""What a plan starts from: everyone's time, and the manager's meetings as units that may move or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.around import Around, Unheld
from app.domain.asked import ScopeOfMoves
from app.domain.busy import BusyRules
from app.domain.classify import classify
from app.domain.corrected import corrected
from app.domain.event import Partstat
from app.domain.grid import weeks_span
from app.domain.guess import GuessedTeam, guess_team
from app.domain.meeting import Classified, Meeting, Reason, is_meeting_like, merge, takes_place
from app.domain.movability import Case, pin_reason
from app.domain.pattern import Pattern
from app.domain.person import Person, Team
from app.domain.plan import PlanWarning
from app.domain.rules import Rules
from app.domain.timespan import IsoWeek
from app.domain.unpinning import unpinning
from app.domain.what_if import WhatIf
from app.domain.wish import Wish
from app.ports import HolidayCalendar
from app.services.packing.availability import people_time, with_reserved
from app.services.packing.drafts import draft
from app.services.packing.packing import Limits
from app.services.packing.places import Setting, block_spans, minutes_on_free_days, minutes_outside
from app.services.packing.units import Unit, units_of
from app.services.planning.asked_for import people_of, wishes_of, with_free_days, with_optional
from app.services.planning.decided import decided
from app.services.planning.freshness import Freshness
from app.services.planning.reading import Reading, Source, read
from app.services.planning.suggestions import missing_one_on_ones


@dataclass(frozen=True)
class Request:
    """All that a plan is made from. Without a team the people are guessed from the calendars.

    `wishes` are new meetings that the manager asks for: others move for them as far as they may be moved.
    `explain` names meetings, by UID or a part of the title, of which everything is to be said. `moves` says what may
    be proposed at all. `what_if` changes the week that is planned. `freshness` is that of sources that were kept.
    `around` is what was decided of an earlier plan, and is to stay so.
    """

    sources: Sequence[Source]
    manager: str
    week: IsoWeek
    now: datetime
    pattern: Pattern
    rules: Rules
    holidays: HolidayCalendar
    generated_by: str
    team: Team | None = None
    timezone: ZoneInfo | None = None
    limits: Limits = field(default_factory=Limits)
    wishes: tuple[Wish, ...] = ()
    explain: tuple[str, ...] = ()
    moves: ScopeOfMoves = "all"
    what_if: tuple[WhatIf, ...] = ()
    freshness: Freshness = field(default_factory=Freshness)
    around: Around = field(default_factory=Around)


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


def situate(request: Request, reading: Reading) -> Situation:
    """Find out what the manager's meetings are, which may move, and when their people can meet."""
    guessed = None if request.team else _guessed(request, reading)
    team = guessed.team if guessed else reading.team
    merged = merge(reading.events, reading.owners, team)
    meetings = with_optional(
        corrected(merged, request.rules.correction, team),
        request.what_if,
        team,
        reading.manager,
        lambda meeting: takes_part(meeting, reading),
    )
    setting = _setting(request, reading, team, meetings)
    kinds = classify(meetings, reading.manager, team, request.rules)
    taking_part = [m for m in meetings if takes_part(m, reading)]
    happening = [m for m in taking_part if takes_place(m) and not declined(m, reading.manager)]
    taking_place = {m.key for m in happening}
    units = units_of(
        happening,
        kinds,
        _pins([m for m in happening if _in_week(m, setting)], kinds, setting, team),
        setting.time,
        manager=reading.manager,
        week=request.week,
        zone=reading.zone,
        well_placed=lambda meeting, kind: _well_placed(meeting, kind, setting),
        moves=request.moves,
        whole=frozenset(held.uid for held in request.around.held if held.scope == "series"),
    )
    units, unheld = decided(units, request.around, setting)
    wishes = (*request.wishes, *wishes_of(request.what_if, setting, team))
    drafts = [draft(f"w{number}", wish, setting) for number, wish in enumerate(wishes, start=1)]
    new = [unit.lead for unit in drafts]
    return Situation(
        setting,
        team,
        guessed,
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


def _guessed(request: Request, reading: Reading) -> GuessedTeam:
    """The people seen in the calendars. What is guessed is written down for the user to correct."""
    meetings = merge(reading.events, reading.owners, reading.team)
    return guess_team(meetings, reading.manager, request.rules.words)


def _setting(request: Request, reading: Reading, team: Team, meetings: Sequence[Meeting]) -> Setting:
    def day_off(person: Person, day: date) -> bool:
        return person.country is not None and day in request.holidays.names(person.country, [day])

    time = people_time(
        meetings,
        reading.owners,
        manager=reading.manager,
        team=team,
        rules=BusyRules(request.rules.words),
        week=request.week,
        zone=reading.zone,
        holidays=request.holidays,
        zones=reading.zones,
        besides=_besides(request, reading, team),
    )
    return Setting(
        manager=reading.manager,
        week=request.week,
        zone=reading.zone,
        pattern=with_free_days(request.pattern, request.what_if),
        rules=request.rules,
        time=with_reserved(time, request.around.reserved, team),
        now=request.now,
        day_off=day_off,
        moves=request.moves,
        premises=team.premises,
        carried=team.carried,
        as_of=request.freshness.as_of,
    )


def _besides(request: Request, reading: Reading, team: Team) -> Iterator[str]:
    """Whose time matters even if no calendar names them: whom the manager should, or wants to, meet."""
    yield from (team.canonical(p.email) for p in team.reports_of(reading.manager) if p.one_on_one)
    for wish in request.wishes:
        yield from (*wish.people, *wish.optional)
    yield from (team.canonical(email) for email in people_of(request.what_if))


def takes_part(meeting: Meeting, reading: Reading) -> bool:
    """Whether this is a meeting with somebody: no entry of the manager's own, no private one, and not a mere mark."""
    people = {p.email for p in meeting.people}
    own = [c for c in meeting.copies if reading.owners[c.ref.calendar_id] == reading.manager]
    is_private = any(copy.private for copy in own or [meeting.event])
    with_somebody = reading.manager in people and len(people) > 1
    return with_somebody and meeting.span.minutes > 0 and is_meeting_like(meeting.event) and not is_private


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
