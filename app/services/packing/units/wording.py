"""Why a meeting is where it is, in words for people: each with a stable code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.calendar.monthly import ordinal_of
from app.domain.calendar.rrule import LAST, parse_rrule
from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.configuration.pattern import WEEKDAYS
from app.domain.configuration.rules import BudgetRule
from app.domain.meetings.meeting import Meeting, Reason
from app.domain.plans.plan import Relaxation
from app.domain.proposals.proposal import Why
from app.services.packing.units.availability import PersonTime
from app.services.packing.units.places import Setting
from app.services.packing.units.units import NOON

_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
_INTERVALS = {1: "weekly", 2: "every other week"}


def day_name(moment: datetime) -> str:
    """`Tuesday`."""
    return WEEKDAYS[moment.weekday()].capitalize()


def when(span: Timespan, zone: ZoneInfo) -> str:
    """`Monday 13:00` on a zone's wall clock."""
    local = span.in_zone(zone).local_start
    return f"{day_name(local)} {local:%H:%M}"


def cadence(meeting: Meeting, spans: Sequence[Timespan], zone: ZoneInfo) -> str:
    """`weekly, Tuesday 10:00`, for the occurrences of one week."""
    rule = parse_rrule(meeting.event.rrule)
    often = _INTERVALS.get(rule.interval, f"every {rule.interval} weeks")
    if rule.freq == "MONTHLY":
        often = "monthly" if rule.interval == 1 else f"every {rule.interval} months"
        nth = rule.ordinal or ordinal_of(spans[0].in_zone(zone).local_start.date())
        return f"{often}, the {_NTH[nth]} {when(spans[0], zone)}"
    return f"{often}, {' and '.join(when(s, zone) for s in spans)}"


def names(words: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last


def moved_by(who: str, span: Timespan, zone: ZoneInfo) -> Reason:
    """Another manager's plan moves it."""
    return Reason("moved_by_other", f"it was at {when(span, zone)}: {who}'s plan moves it here")


def off_free_day(span: Timespan, zone: ZoneInfo) -> Reason:
    """It leaves a meeting-free day."""
    return Reason("meeting_free_day", f"{day_name(span.in_zone(zone).local_start)} is a meeting-free day")


def pinned_by_you(*, for_good: bool) -> Reason:
    """The manager pinned it, for this week or for good."""
    return Reason("pinned_by_you", "you said that it stays" if for_good else "you said that it stays this week")


def rejected(why: Why | None, start: datetime) -> Reason:
    """The manager rejected this very move; `start` is the new start, on the manager's wall clock."""
    texts = {
        Why.WRONG_DAY: f"you said that {day_name(start)} is the wrong day",
        Why.WRONG_TIME: f"you said that {day_name(start)} {start:%H:%M} is the wrong time",
        Why.NOT_NOW: "you rejected this move: not now",
        Why.NEVER: "you said that it is never to be moved",
    }
    if why is Why.NEVER:
        return Reason("pinned_by_you", texts[why])
    return Reason("rejected", texts[why] if why else "you rejected this move")


def rejected_twice() -> Reason:
    """A move of it was rejected again."""
    return Reason("rejected_twice", "you rejected moving it twice: if it is never to be moved, pin it for good")


def rejected_lately(at: datetime, until: datetime, zone: ZoneInfo, *, by_hand: bool) -> Reason:
    """A move of it was rejected some weeks ago, or taken back by hand."""
    said = "somebody moved it back by hand" if by_hand else "you rejected moving it"
    return Reason("rejected", f"{said} on {_day(at, zone)}: it is not asked again before {_day(until, zone)}")


def rejected_there(start: datetime) -> Reason:
    """A move of it to this half of a day was rejected some weeks ago."""
    half = "afternoon" if start.hour >= NOON else "morning"
    return Reason("rejected", f"you rejected {day_name(start)} {half} for it some weeks ago")


def moved_lately(at: datetime, until: datetime, zone: ZoneInfo) -> Reason:
    """It was moved a short time ago."""
    text = f"it was moved on {_day(at, zone)}: not again before {_day(until, zone)}, unless to end a clash"
    return Reason("moved_lately", text)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d}"


def there_already() -> Reason:
    """It has the place that was accepted for it."""
    return Reason("accepted", "it is where you wanted it")


def gone() -> Reason:
    """An accepted move is of something that is not in the week any more."""
    return Reason("gone", "it is not in your calendar this week any more")


def no_such_place() -> Reason:
    """The rule of a series cannot say an accepted place any more."""
    return Reason("rule_too_rich", "its rule has changed, and cannot say the time that you accepted")


def impossible(rule: str, called: Sequence[str], refs: Sequence[str], span: Timespan) -> Reason:
    """The rule that forbids a place which was accepted; `called` are people, rooms or meetings that it protects."""
    who, time = names(called) if called else "", f"{when(span, span.zone)} ({_day(span.start, span.zone)})"
    texts = {
        "busy": f"{who}: there is something else at {time}",
        "room": f"{who} is taken at {time}",
        "working": f"{time} lies outside the working hours of {who}",
        "closed": f"{time} lies on a meeting-free day",
        "earliest": f"{time} lies within the freeze window: too short a notice",
        "seats": f"{who} is too small for everyone",
        "taken": f"{who} is at {time} for some of the same people",
        "travel": f"people need time to get there from {who}",
    }
    text = texts.get(rule, f"it must not be on the same day as {who}" if rule == "not_same_day" else f"beside {who}")
    return Reason(_IMPOSSIBLE.get(rule, rule), text, tuple(refs))


_IMPOSSIBLE = {
    "busy": "no_common_time",
    "working": "no_common_time",
    "room": "no_room",
    "seats": "no_room",
    "closed": "meeting_free_day",
    "earliest": "freeze",
}


def you_or_name(email: str, setting: Setting) -> str:
    """`you` for the manager, else somebody's name, or their address."""
    return "you" if email == setting.manager else setting.person(email).name or email


def into_block(name: str) -> Reason:
    """It comes into its own block."""
    return Reason("into_block", f"its block is {name}")


def ends_clash(titles: Sequence[str], refs: Sequence[str]) -> Reason:
    """It ends a clash."""
    return Reason("ends_clash", f"it clashes with {names(titles)}", tuple(refs))


def clash_stays(titles: Sequence[str], refs: Sequence[str]) -> Reason:
    """A clash that the plan leaves."""
    return Reason("clash", f"it is at the same time as {names(titles)}, and stays", tuple(refs))


def waits(span: Timespan, week: IsoWeek | None, zone: ZoneInfo) -> Reason:
    """It moves in a later step; without a week, as it is for this one alone, it does not."""
    if week is None:
        return Reason("budget", f"it would be on {when(span, zone)}, but that does not fit this week's budget")
    return Reason("budget", f"it is meant for {when(span, zone)}, about from {week}: this week's budget is used up")


def waits_for_other(span: Timespan, titles: Sequence[str], refs: Sequence[str], zone: ZoneInfo) -> Reason:
    """It moves once something has moved that is another manager's to move."""
    first = names(titles) if titles else "another manager's meeting"
    text = f"it is meant for {when(span, zone)}, where {first} has to move away first, in another manager's plan"
    return Reason("waits_for_other", text, tuple(refs))


_NOT_SAME_DAY = "it must not be on the same day as the other 1:1 with the same person"
_BINDING = {
    "busy": ("no_common_time", "no time {where} is free for everyone who must come"),
    "working": ("no_common_time", "no time {where} suits everyone who must come"),
    "closed": ("meeting_free_day", "its only better times lie on a meeting-free day"),
    "earliest": ("freeze", "its better times are too soon: they lie within the freeze window"),
    "taken": ("block_full", "{takers} took the times {where} that are free for everyone"),
    "relation": ("relation", _NOT_SAME_DAY),
    "order": ("order", "it has to come before another meeting"),
    "not_same_day": ("not_same_day", _NOT_SAME_DAY),
    "room": ("no_room", "no room is free at a time {where} that suits everyone"),
    "seats": ("no_room", "its room is too small for everyone, and no larger one is known"),
    "travel": ("travel", "no time {where} leaves long enough to get there from another site"),
    "budget": ("budget", "the change budget of this week is used up"),
    "cost": ("not_worth_it", "moving it would gain less than the mails and new answers cost"),
    "open": ("not_proven", "a better place may be free, but the search was cut short"),
    "none": ("no_place", "it fits into none of the places that the week has for it"),
}
"""For each rule that may bind its code and its text."""


def binding(rule: str, titles: Sequence[str], refs: Sequence[str], *, where: str) -> Reason:
    """The rule that keeps a meeting from a better place; `where` is `in its block`, say."""
    code, text = _BINDING[rule]
    if rule == "taken" and not titles:
        return Reason(code, f"no time {where} is left", tuple(refs))
    return Reason(code, text.format(where=where, takers=names(titles) if titles else ""), tuple(refs))


NO_BUDGET = 'with no budget (mode = "none")'


def larger_budget(now: BudgetRule, then: BudgetRule) -> str:
    """The condition that a budget is as large as another; empty if they are the same."""
    keys = ("max_moves", "max_moves_per_person", "max_people_mailed")
    more = [f"{key} = {getattr(then, key)}" for key in keys if getattr(then, key) > getattr(now, key)]
    return f"with {names(more)} in the budget" if more else ""


def relaxation(code: str, condition: str, verb: str, place: Timespan, zone: ZoneInfo) -> Relaxation:
    """A condition under which a meeting would `go to` a place, say, where it should be."""
    return Relaxation(code, f"{condition}, it would {verb} {when(place, zone)}")


def member(rule: str, called: Sequence[str]) -> str:
    """One of the rules that together leave something new no place."""
    text = {
        "order": "{0} has to come before {1}",
        "not_same_day": "{0} and {1} must not be on the same day",
        "task": "{0} has to be somewhere",
        "seats": "it needs a room with enough seats",
        "busy": "{0} is taken",
        "working": "{0} is closed",
        "travel": "people need time to get there",
        "earliest": "it must not be within the freeze window",
        "closed": "it must not be on a meeting-free day",
    }[rule]
    return text.format(*called)


def unplaced(code: str, people: Sequence[str], parts: Sequence[str], refs: Sequence[str]) -> Reason:
    """Something new finds no place, as people's time and other rules exclude each other."""
    time = [f"{names(people)} must have time"] if people else []
    if not parts:
        return Reason(
            code,
            f"no time of the week suits {names(people)}" if people else "the week has no place for it",
            tuple(refs),
        )
    return Reason(code, f"it fits nowhere: {names([*parts, *time])}", tuple(refs))


def away(people: Sequence[str], setting: Setting) -> Reason:
    """Somebody is not there; why is their own business."""
    who = names("you" if e == setting.manager else setting.person(e).name or e for e in people)
    verb = "is" if len(people) == 1 and people[0] != setting.manager else "are"
    return Reason("away", f"{who} {verb} away that day", tuple(people))


def bad_hour(people: Sequence[PersonTime], span: Timespan, setting: Setting) -> str:
    """It would be at an hour that is bad for somebody, on their own clock."""
    hours = [
        f"{you_or_name(time.person.email.lower(), setting)} ({span.start.astimezone(time.zone):%H:%M})"
        for time in people
    ]
    return f"a bad hour for {names(hours)}"


def makes_room(titles: Sequence[str], refs: Sequence[str]) -> Reason:
    """It moves so that others can have its place."""
    text = f"it makes room for {names(titles)}" if titles else "it makes room for the other moves"
    return Reason("makes_room", text, tuple(refs))


_COSTS = {
    "conflicts": "{} more minutes of clashes",
    "free_days": "{} more minutes on meeting-free days",
    "pattern": "{} more minutes out of the pattern, with a charge for each move and mail",
    "disruption": "{} more moves, mails and new answers",
    "people": "{} more of what people would rather not have",
    "focus": "{} minutes less in long free stretches",
}


def costs(tier: str | None, cost: int, left_out: int, charge: int) -> str:
    """What a new place costs, in the words of the tier that it costs it in.

    Of what it costs in `pattern`, `charge` is the price of the occurrences that are `left_out`.
    """
    if tier != "pattern" or not left_out:
        return "costs nothing" if tier is None else _COSTS[tier].format(cost)
    weeks = "occurrence does" if left_out == 1 else "occurrences do"
    price = f"{left_out} {weeks} not follow, which counts as {charge} minutes out of the pattern"
    return price if cost <= charge else f"{price}; besides {_COSTS[tier].format(cost - charge)}"


def other_place(tier: str | None, cost: int) -> str:
    """What another place of a meeting costs beside the one that the plan has, or means, for it."""
    return "as good" if tier is None else _COSTS[tier].format(cost)
