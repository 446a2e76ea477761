"""What the manager could do by themselves: whom to ask for which time, or whom to send. Nothing of it is ever sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.domain.calendar.event import Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.meetings.busy import Strength
from app.domain.people.person import Person
from app.domain.plans.plan import Advice
from app.services.packing.units import wording
from app.services.packing.units.places import Setting, Spans, minutes_on_free_days, misplaced_minutes, new_places
from app.services.packing.units.rooms import Taken
from app.services.packing.units.units import Unit
from app.services.planning import asking
from app.services.planning.document.exceptions import all_there
from app.services.planning.document.occurrence import ALTERNATIVES, Occurrence
from app.services.planning.document.price import unknown_people

PAIR = 2
PERSONAL_KINDS = ("one_on_one", "network")
"""Kinds of meetings that nobody can go to for somebody else."""
OWN_WISH = (
    "rejected",
    "rejected_twice",
    "pinned_by_you",
    "pinned_uid",
    "pinned_person",
    "moved_lately",
    "accepted",
    "frozen",
    "manager_away",
    "series_only",
)
"""Why something stays that the manager wants so, or that can move some other week."""


def advice(it: Occurrence) -> Advice | None:
    """Whom to ask: for a move, people whose time is not known; else the organizer of what breaks the pattern."""
    unit, setting, title = it.unit, it.setting, it.meeting.event.title
    if it.moved:
        unknown = unknown_people(it)
        starts = [it.new, *(other.spans[it.nth] for other in it.others_free[: ALTERNATIVES - 1])] if unknown else []
        return (
            asking.ask_for_time(unknown, title, starts, setting, once=unit.scope == "occurrence") if unknown else None
        )
    free = [m.span for m in unit.meetings if minutes_on_free_days(m.span, setting)]
    if unit.keeps_days:
        return asking.write_it(free, setting.zone) if it.old in free[:1] else None
    if unit.movable or not _breaks_pattern(it):
        return None
    days = dict.fromkeys(wording.day_name(block.in_zone(setting.zone).local_start) for block in it.blocks)
    where = "" if it.old in free else wording.names(days, "or")
    return asking.ask_to_move(it.meeting, it.old, _asking(it, where), setting)


def _breaks_pattern(it: Occurrence) -> bool:
    """Whether something that the manager did not keep there is on a meeting-free day, or a series out of its block."""
    if it.unit.pinned is None or it.unit.pinned.code in OWN_WISH:
        return False
    return bool(minutes_on_free_days(it.old, it.setting)) or (it.unit.recurring and it.outside(it.old) > 0)


def _asking(it: Occurrence, where: str) -> asking.Asking:
    place = _place(it, in_block=bool(where))
    people = _coming(it)
    known = [e for e in people if e in it.setting.time and it.setting.time[e].is_read]
    return asking.Asking(where, place[it.nth] if place else None, len(known), len(people), _or_else(it))


def _coming(it: Occurrence) -> list[str]:
    """Who did not decline."""
    return [p.email for p in it.meeting.people if p.partstat != Partstat.DECLINED]


def _or_else(it: Occurrence) -> tuple[str, ...]:
    """What else the manager could do: not for what is between two people, or informal, or called from above them."""
    setting, organizer, people = it.setting, it.meeting.event.organizer, _coming(it)
    is_personal = len(people) <= PAIR or it.unit.kind.kind in PERSONAL_KINDS
    if is_personal or organizer in _above(setting):
        return ()
    delegate = next((one for one in _delegates(it) if one.email.lower() != organizer), None)
    if organizer == setting.manager:
        return asking.or_hand_over(delegate) if delegate else ()
    return asking.or_decline(delegate, is_in_it=delegate is not None and delegate.email.lower() in people)


def _above(setting: Setting) -> set[str]:
    """Everyone above the manager, as the team file says."""
    found: set[str] = set()
    boss = (setting.person(setting.manager).manager or "").lower()
    while boss and boss not in found:
        found.add(boss)
        boss = (setting.person(boss).manager or "").lower()
    return found


def _place(it: Occurrence, *, in_block: bool) -> Spans | None:
    """The place that the unit of an occurrence is asked to go to: no two are asked to go to the same."""
    if it.number not in it.outcome.advised:
        it.outcome.advised[it.number] = _best_place(it, in_block=in_block)
    return it.outcome.advised[it.number]


def _best_place(it: Occurrence, *, in_block: bool) -> Spans | None:
    """The best place that is free for everyone whose time is known, in all weeks looked at; None if there is none.

    With `in_block` none but in its own block.
    """
    unit, setting = replace(it.unit, pinned=None), it.setting
    if not unit.rule_fits or any(e not in setting.time for e in unit.required):
        return None
    taken = {e: Taken(_busy(it, e)) for e in unit.required}
    soonest = setting.freeze_ends(unit.required)
    fitting = (
        spans
        for spans in it.packed.workings.places_elsewhere(unit, lambda: _where_all_are(unit, setting))
        if spans[0].start >= soonest
        and not (in_block and misplaced_minutes(unit, spans, setting)[1])
        and not any(taken[e].meets(span) for span in spans for e in unit.required)
    )
    return min(fitting, key=lambda spans: _worth(unit, spans, it), default=None)


def _where_all_are(unit: Unit, setting: Setting) -> Iterator[Spans]:
    """The places of a unit at which everyone works, in each week."""
    return (spans for spans in new_places(unit, setting) if all(all_there(unit, span, setting) for span in spans))


def _busy(it: Occurrence, email: str) -> Iterator[Timespan]:
    """What somebody has beside this meeting, after this step and today, or is to have; the manager their focus, too."""
    yield from it.outcome.busy.get(email, ())
    for number, other in enumerate(it.packed.units):
        if number != it.number and email in other.required:
            yield from (*it.packed.before[number], *it.packed.after[number], *(it.outcome.advised.get(number) or ()))
    if email == it.setting.manager:
        own = {m.key for m in (*it.unit.meetings, *it.unit.later)}
        yield from (entry.span for entry in it.setting.time[email].of(Strength.SOFT) if entry.key not in own)


def _worth(unit: Unit, spans: Spans, it: Occurrence) -> tuple[tuple[int, int], float]:
    return misplaced_minutes(unit, spans, it.setting), abs((spans[0].start - it.old.start).total_seconds())


def _delegates(it: Occurrence) -> Iterator[Person]:
    """Reports who could go instead: who is in it, or of a team that is in it and free then; no juniors."""
    manager, time = it.setting.manager, it.setting.time
    mine = (known for known in time.values() if (known.person.manager or "").lower() == manager)
    reports = [known for known in mine if known.person.level != "junior"]
    inside = {p.email for p in it.meeting.people if p.partstat != Partstat.DECLINED and p.email != manager}
    yield from (known.person for known in reports if known.person.email.lower() in inside)
    teams = {it.setting.person(email).team for email in inside} - {None}
    for known in reports:
        email = known.person.email.lower()
        is_free = not Taken(_busy(it, email)).meets(it.old) and all_there(it.unit, it.old, it.setting, [email])
        if known.person.team in teams and is_free and not known.is_away(it.old):
            yield known.person
