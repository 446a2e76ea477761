"""1:1 coverage: which of the manager's reports have too few, and where the next could be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Meeting, is_one_on_one
from app.domain.people.person import Cadence, Person
from app.domain.plans.wish import Wish
from app.render import words
from app.services.auditing.absences import Absences
from app.services.auditing.expected import day_of, expected, original_day
from app.services.auditing.places import best_places, draft_of, give, unread
from app.services.auditing.record import Record

DAYS = {Cadence.TWICE_WEEKLY: 5, Cadence.WEEKLY: 7, Cadence.BIWEEKLY: 14, Cadence.MONTHLY: 31}
"""Days from one to the next, as the team file asks for them; of two a week the longest, Friday to Wednesday."""
OFTEN = {
    Cadence.TWICE_WEEKLY: "two a week",
    Cadence.WEEKLY: "one a week",
    Cadence.BIWEEKLY: "one every other week",
    Cadence.MONTHLY: "one a month",
}


@dataclass(frozen=True)
class Coverage:
    """The 1:1s with one report: the last and the next that takes place, and how long it is between them.

    `since` is the first day that is known; `gap` counts the days from the last one (or `since`) to the next one (or
    now), without those on which one of the two is away. `missed` are so many in a row that did not take place.
    """

    person: Person
    cadence: Cadence
    last: date | None
    next: date | None
    since: date
    gap: int
    missed: int

    @property
    def often(self) -> int:
        """How many days there should be from one to the next."""
        return DAYS[self.cadence]


def one_on_one_coverage(record: Record) -> Iterator[Finding]:
    """A finding for each report whose 1:1s are missing in the planned week, late, or cancelled again and again."""
    missing = {wish.people[0]: wish for wish in record.situation.missing}
    places = dict(zip(missing, best_places(record, [*missing.values()]), strict=True))
    for email, place in places.items():
        give(record, missing[email], place)
    for covered in coverage(record):
        email = record.team.canonical(covered.person.email)
        late = covered.gap > covered.often * record.rules.gap_factor
        if email in missing or late or covered.missed >= record.rules.cancelled_in_row:
            yield _finding(record, email, covered, missing.get(email), places.get(email), late=late)


def coverage(record: Record) -> Iterator[Coverage]:
    """How the 1:1s with each report that should have some stand."""
    absences = Absences(record)
    for person in record.team.reports_of(record.manager):
        if person.one_on_one not in (None, Cadence.NONE):
            yield _covered(record, person, person.one_on_one or Cadence.NONE, absences)


def _covered(record: Record, person: Person, cadence: Cadence, absences: Absences) -> Coverage:
    email, today = record.team.canonical(person.email), record.now.astimezone(record.zone).date()
    both = (email, record.manager)
    own = [m for m in record.meetings if is_one_on_one(m, record.kind(m), record.manager, email, record.team)]
    held = sorted({day_of(record, m.span) for m in own if record.happens(m)})
    due = [day for uid in _series(record, own) for day in expected(record, _of(record, uid, own))]
    excused = {day for day in due if day not in held and any(absences.is_away(one, day) for one in both)}
    last = max((day for day in held if day < today), default=None)
    following = min((day for day in held if day >= today), default=None)
    since = max(_known_since(record), person.starts or date.min)
    begin = max((day for day in {*held, *excused} if day < today), default=since)
    end = min((day for day in {*held, *excused} if day >= today), default=today)
    gap = (end - begin).days - absences.days_between(both, begin, end)
    missed = max((_missed(record, uid, own, excused, today) for uid in _series(record, own)), default=0)
    return Coverage(person, cadence, last, following, since, gap, missed)


def _series(record: Record, own: Sequence[Meeting]) -> list[str]:
    return list(dict.fromkeys(record.first_uid(m) for m in own if m.event.recurring))


def _of(record: Record, uid: str, own: Sequence[Meeting]) -> list[Meeting]:
    return [m for m in own if record.first_uid(m) == uid]


def _missed(record: Record, uid: str, own: Sequence[Meeting], excused: set[date], today: date) -> int:
    """How many of a series in a row, up to now, did not take place though both were there."""
    mine = [m for m in own if record.first_uid(m) == uid]
    held = {original_day(record, m) for m in mine if record.happens(m)}
    due = [day for day in expected(record, _of(record, uid, own)) if day < today and day not in excused]
    row = 0
    for day in reversed(due):
        if day in held:
            break
        row += 1
    return row


def _known_since(record: Record) -> date:
    """The first day of which the manager's calendar says anything."""
    return day_of(record, record.meetings[0].span) if record.meetings else record.week.monday


def _finding(
    record: Record, email: str, covered: Coverage, wish: Wish | None, place: Timespan | None, *, late: bool
) -> Finding:
    name = covered.person.name or email
    text = wish.reason.text if wish and not late else f"{name}: no 1:1 for {_long(covered.gap)}"
    if not (wish or late):
        text = f"{name}: {words.count(covered.missed, '1:1')} in a row did not take place"
    return Finding(
        key=f"{FindingRule.MISSING_ONE_ON_ONE}:{email}",
        rule=FindingRule.MISSING_ONE_ON_ONE,
        text=text,
        evidence=tuple(_evidence(covered)),
        advice=_advice(record, name, covered, wish, place),
        weight=_weight(record, covered, late=late),
        about=(email,),
        drafts=(draft_of(wish, place, record.situation.setting),) if wish else (),
    )


def _evidence(covered: Coverage) -> Iterator[str]:
    yield f"wanted: {OFTEN[covered.cadence]}, by the team file"
    yield f"last: {words.day(covered.last) if covered.last else f'none since {words.day(covered.since)}'}"
    yield f"next: {words.day(covered.next) if covered.next else 'none'}"
    if covered.missed:
        yield f"{words.count(covered.missed, 'time')} in a row it did not take place though both were there"


def _advice(record: Record, name: str, covered: Coverage, wish: Wish | None, place: Timespan | None) -> str:
    is_read = wish is not None and not unread(record, wish)
    if wish and place and is_read:
        return f"Send {name} the draft: its place is free for both of you."
    if wish and place:
        return f"Ask {name} with the draft: its place is free as far as your calendar says; theirs is not known."
    if wish and not is_read:
        return f"Ask {name} for a time: none that you have free is left in the week."
    if wish:
        return f"Ask {name} for a time: none that both have free is left in the week."
    if covered.next:
        return f"Keep the next one, on {words.day(covered.next)}: it has waited long enough."
    return f"Make a new series with {name}."


def _long(days: int) -> str:
    """`9 days`, `3 weeks`."""
    return words.count(days, "day") if days < 14 else words.count(round(days / 7), "week")


def _weight(record: Record, covered: Coverage, *, late: bool) -> float:
    """From 0.5 for one that is missing to 0.9 for three times its cadence; a little more for juniors."""
    times = covered.gap / covered.often if late else 1.0
    return round(min(0.9, 0.4 + 0.1 * times + 0.1 * (covered.missed >= record.rules.cancelled_in_row)), 3) + (
        0.05 if covered.person.level == "junior" else 0.0
    )
