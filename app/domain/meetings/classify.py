"""What a meeting is: the first rule that matches says so, with its reason in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.rules import KINDS, KindRule, Rules
from app.domain.meetings.guests import Guests, guests_of
from app.domain.meetings.meeting import Classified, Meeting, Reason
from app.domain.meetings.titles import find_word, is_one_of, plain
from app.domain.people.person import Relation, Team

RELATIONS: Mapping[Relation, str] = {
    "report": "your report",
    "skip": "a skip level",
    "peer": "a colleague",
    "manager": "your manager",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the rules look at in one meeting."""

    meeting: Meeting
    guests: Guests
    weekdays: int
    sibling_days: int


def classify(meetings: Sequence[Meeting], manager: str, team: Team, rules: Rules) -> dict[tuple[str, str], Classified]:
    """Say for each meeting, by its key, what it is and why.

    What was said by hand comes first: a correction, a rule by UID, X-CLEARWEEK-KIND, a category that is the name of a
    kind. Then the first rule that matches decides. `meetings` are those of all weeks looked at: on how many days of a
    week a series takes place is seen from its occurrences.
    """
    by_series = _days_a_week(meetings, lambda m: m.event.ref.uid)
    by_siblings = _days_a_week(meetings, _people_and_time)
    boss = team.canonical(manager)
    kinds: dict[tuple[str, str], Classified] = {}
    for meeting in meetings:
        guests = guests_of(meeting, boss, team, rules.words)
        siblings = by_siblings.get(_people_and_time(meeting), 0)
        sight = Sight(meeting, guests, by_series.get(meeting.event.ref.uid, 0), siblings)
        relation = team.relation(boss, guests.persons[0]) if len(guests.persons) == 1 else None
        kind, reason = _by_hand(meeting, rules) or _by_rule(sight, rules.kind, relation)
        kinds[meeting.key] = Classified(kind, reason, relation if kind == "one_on_one" else None)
    return kinds


def _by_hand(meeting: Meeting, rules: Rules) -> tuple[str, Reason] | None:
    """What somebody said the meeting is."""
    event = meeting.event
    known = {plain(kind): kind for kind in (*KINDS, *(rule.kind for rule in rules.kind))}
    for said in rules.correction:
        if said.kind is not None and said.uid == event.ref.uid:
            return said.kind, Reason("corrected", "you said what it is")
    for rule in rules.uid:
        if rule.uid == event.ref.uid:
            return rule.kind, Reason("by_uid", "a rule for just this meeting says so")
    if event.kind and plain(event.kind) in known:
        return known[plain(event.kind)], Reason("by_property", "its X-CLEARWEEK-KIND says so")
    for category in event.categories:
        if plain(category) in known:
            return known[plain(category)], Reason("by_category", f"it is in the category {category}")
    return None


def _by_rule(sight: Sight, rules: Iterable[KindRule], relation: Relation | None) -> tuple[str, Reason]:
    """What the first rule that matches says."""
    rule = next((rule for rule in rules if matches(rule, sight)), None)
    if rule is None:
        return "other", Reason("no_rule", "no rule says what it is")
    word = find_word(sight.meeting.event.title, rule.words or rule.titles) or ""
    text = rule.because.replace("{with}", RELATIONS[relation or "peer"]).replace("{word}", word)
    return rule.kind, Reason(rule.name or rule.kind, text)


def matches(rule: KindRule, sight: Sight) -> bool:
    """Whether all conditions of a rule hold for a meeting."""
    return all(holds(rule, sight) for holds in CONDITIONS)


def names_it(rule: KindRule, title: str) -> bool:
    """Whether a title fits a rule, whoever is in the meeting."""
    return (
        (not rule.words or find_word(title, rule.words) is not None)
        and (not rule.and_words or find_word(title, rule.and_words) is not None)
        and (not rule.titles or is_one_of(title, rule.titles))
        and find_word(title, rule.not_words) is None
    )


def _title_fits(rule: KindRule, sight: Sight) -> bool:
    return names_it(rule, sight.meeting.event.title)


def _category_fits(rule: KindRule, sight: Sight) -> bool:
    return not rule.categories or any(is_one_of(c, rule.categories) for c in sight.meeting.event.categories)


def _entry_fits(rule: KindRule, sight: Sight) -> bool:
    event = sight.meeting.event
    return (
        rule.private in (None, event.private)
        and rule.all_day in (None, event.all_day)
        and (not rule.event_types or event.event_type in rule.event_types)
    )


def _people_fit(rule: KindRule, sight: Sight) -> bool:
    guests = sight.guests
    return (
        rule.everyone in (None, guests.everyone)
        and _within(guests.people, rule.people_min, rule.people_max)
        and _within(len(guests.outside), rule.outside_min, rule.outside_max)
    )


def _team_fits(rule: KindRule, sight: Sight) -> bool:
    return _within(sight.guests.team_share, rule.team_share_min, rule.team_share_max)


def _days_fit(rule: KindRule, sight: Sight) -> bool:
    return (
        rule.recurring in (None, sight.meeting.event.recurring)
        and sight.weekdays >= rule.weekdays_min
        and sight.sibling_days >= rule.sibling_days_min
    )


CONDITIONS: tuple[Callable[[KindRule, Sight], bool], ...] = (
    _entry_fits,
    _people_fit,
    _team_fits,
    _days_fit,
    _category_fits,
    _title_fits,
)


def _within(number: int, least: int, most: int | None) -> bool:
    return number >= least and (most is None or number <= most)


def _days_a_week(meetings: Sequence[Meeting], name: Callable[[Meeting], Hashable]) -> dict[Hashable, int]:
    """The most days in any one week on which the series of each name were meant to take place."""
    days: dict[Hashable, set[date]] = defaultdict(set)
    for meeting in meetings:
        if meeting.event.recurring and not meeting.event.all_day:
            days[name(meeting)].add(_meant_day(meeting))
    return {one: _busiest_week(found) for one, found in days.items()}


def _busiest_week(days: Iterable[date]) -> int:
    weeks: dict[IsoWeek, int] = defaultdict(int)
    for day in days:
        weeks[IsoWeek.of(day)] += 1
    return max(weeks.values())


def _meant_start(meeting: Meeting) -> datetime:
    """When the rule says that the occurrence starts, on the series' own wall clock."""
    original = meeting.event.ref.recurrence_id
    if isinstance(original, datetime):
        return original.astimezone(meeting.span.zone)
    return meeting.span.local_start


def _meant_day(meeting: Meeting) -> date:
    return _meant_start(meeting).date()


def _people_and_time(meeting: Meeting) -> tuple[frozenset[str], str, int]:
    people = frozenset(person.email for person in meeting.people)
    return people, f"{_meant_start(meeting):%H:%M}", meeting.span.minutes
