"""Random series, moved at random: each occurrence is where it should be, once; and back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.domain.calendar.event import Event
from app.domain.calendar.monthly import nth_weekday
from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import MASTER, Edit
from app.domain.plans.plan import SeriesException, When
from app.services.surgery.edits import reversed_edits
from app.services.surgery.fitting import fitted
from tests.adapters.text import VIENNA
from tests.services.edited import UID, Place, Texts, edits_from, monday, moving, place_of

FIRST, SHOWN, LAST = date(2025, 12, 1), date(2027, 1, 4), date(2027, 3, 1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CLOCKS = st.sampled_from([time(9), time(9, 30), time(10), time(13, 15), time(16)])
FREE_LINES = ("SUMMARY", "X-MOZ-GENERATION", "DESCRIPTION", "BEGIN", "END", "TRIGGER", "ACTION", "CREATED", "ATTENDEE")


@dataclass
class Made:
    """A series as text, with what a test has to know of it."""

    text: str
    zone: ZoneInfo
    weekdays: tuple[int, ...]
    nth: int | None = None
    starts: frozenset[datetime] = frozenset()


@st.composite
def series(draw: st.DrawFn) -> Made:
    """A series on one or two weekdays, or once a month, with exceptions and overrides, in some zone or none."""
    name = draw(st.sampled_from(["Europe/Vienna", "America/New_York", "Australia/Sydney", "UTC", ""]))
    zone = ZoneInfo(name) if name else VIENNA
    clock, nth = draw(CLOCKS), draw(st.sampled_from([None, None, None, 1, 3, -1]))
    weekdays = tuple(sorted(draw(st.sets(st.integers(0, 4), min_size=1, max_size=1 if nth else 2))))
    start = _first(draw, weekdays, nth)
    rule = _rule(draw, weekdays, nth, datetime.combine(start, clock, zone))
    starts = _starts(rule, datetime.combine(start, clock, zone))
    lines = [_moment("DTSTART", datetime.combine(start, clock), name), draw(st.sampled_from(["DURATION:PT45M", ""]))]
    lines[1] = lines[1] or _moment("DTEND", datetime.combine(start, clock) + timedelta(minutes=45), name)
    picks = draw(
        st.lists(st.tuples(st.integers(0, 40), st.sampled_from("xhctd")), max_size=6, unique_by=lambda p: p[0])
    )
    overrides: list[str] = []
    for number, kind in picks:
        if number < len(starts):
            one = starts[number]
            if kind == "x":
                lines.append(_moment("EXDATE", one, name))
            elif kind == "d":
                lines.append(f"EXDATE;VALUE=DATE:{one:%Y%m%d}")
            else:
                overrides += _override(one, kind, name)
    rest = [
        "SUMMARY:Sync",
        "DESCRIPTION:a\\, long text that is folded by whoever wrote it\r\n  in two",
        "X-MOZ-GENERATION:4",
    ]
    guests = ["ORGANIZER:mailto:dana@example.com", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.com"]
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", "DESCRIPTION:Sync", "END:VALARM"]
    body = [
        *lines,
        f"RRULE:{rule}",
        *rest,
        *guests,
        draw(st.sampled_from(["SEQUENCE:4", "CREATED:20250101T000000Z"])),
        *alarm,
    ]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN"]
    event = ["BEGIN:VEVENT", f"UID:{UID}", "DTSTAMP:20250101T000000Z", *body, "END:VEVENT"]
    text = "\r\n".join([*head, *event, *overrides, "END:VCALENDAR", ""])
    return Made(text, zone, weekdays, nth, frozenset(starts))


def _first(draw: st.DrawFn, weekdays: tuple[int, ...], nth: int | None) -> date:
    if nth is not None:
        return nth_weekday(2026, draw(st.integers(1, 6)), weekdays[0], nth)
    day = date(2026, 1, 5) + timedelta(weeks=draw(st.integers(0, 20)), days=weekdays[0])
    return day if len(weekdays) == 1 or draw(st.booleans()) else day + timedelta(days=weekdays[1] - weekdays[0])


def _rule(draw: st.DrawFn, weekdays: tuple[int, ...], nth: int | None, start: datetime) -> str:
    days = ",".join(DAYS[day] for day in weekdays)
    if nth is not None:
        rule = draw(st.sampled_from([f"FREQ=MONTHLY;BYDAY={nth}{days}", f"FREQ=MONTHLY;BYDAY={days};BYSETPOS={nth}"]))
    else:
        rule = f"FREQ=WEEKLY;INTERVAL={draw(st.integers(1, 3))};BYDAY={days}"
        rule += draw(st.sampled_from(["", ";WKST=SU", ";WKST=MO"]))
    end = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if end == "COUNT":
        return f"{rule};COUNT={draw(st.integers(2, 30))}"
    if end == "UNTIL":
        until = start + timedelta(days=draw(st.integers(10, 300)))
        return f"{rule};UNTIL={until.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return rule


def _starts(rule: str, start: datetime) -> list[datetime]:
    """The wall times of the first occurrences."""
    every = rrulestr(rule, dtstart=start)
    return [one.replace(tzinfo=None) for one in every.between(start, start + timedelta(days=550), inc=True)]


def _moment(name: str, when: datetime, zone: str) -> str:
    if zone == "UTC":
        return f"{name}:{when:%Y%m%dT%H%M%SZ}"
    return f"{name}{f';TZID={zone}' if zone else ''}:{when:%Y%m%dT%H%M%S}"


def _override(one: datetime, kind: str, zone: str) -> list[str]:
    """By hand at another time (h) or of another length (t), with a title of its own (c)."""
    start = one + timedelta(hours=26 if kind == "h" else 0)
    length = 30 if kind == "t" else 45
    lines = [_moment("RECURRENCE-ID", one, zone), _moment("DTSTART", start, zone), f"DURATION:PT{length}M"]
    lines += ["SUMMARY:Special" if kind == "c" else "SUMMARY:Sync", "SEQUENCE:5", "X-OWN:1"]
    return ["BEGIN:VEVENT", f"UID:{UID}", "DTSTAMP:20250101T000000Z", *lines, "END:VEVENT"]


@dataclass
class Move:
    """A series in a calendar that moves: where each weekday of the planned week goes, and from when on."""

    made: Made
    texts: Texts
    events: list[Event]
    to: dict[int, datetime]
    effective_from: date
    exceptions: dict[datetime, When | None]

    def edits(self) -> tuple[Edit, ...]:
        """What the move is made of."""
        zone = self.made.zone
        left_out = [
            SeriesException(key.isoformat(), When(key, key), to, "taken") for key, to in self.exceptions.items()
        ]
        meetings = [moving(e, self.to[weekday(e, zone)], zone, exceptions=left_out) for e in self.events]
        return edits_from(self.texts, meetings, self.effective_from, zone)

    def expected(self, event: Event) -> Place | None:
        """Where an event has to be after the move; None if it is left out."""
        original = original_of(event)
        old = original.astimezone(self.made.zone)
        is_of_rule = old.replace(tzinfo=None) in self.made.starts
        if event.overridden or old.date() < self.effective_from or not is_of_rule:
            return place_of(event)
        if original in self.exceptions:
            other = self.exceptions[original]
            return (other.start.astimezone(UTC), other.end.astimezone(UTC), event.title) if other else None
        return self._moved(old, event.title)

    def _moved(self, old: datetime, title: str) -> Place:
        new, zone = self.to[old.weekday()], self.made.zone
        if self.made.nth is None:
            day = old.date() + timedelta(days=new.weekday() - old.weekday())
            assert IsoWeek.of(day) == IsoWeek.of(old.date())
        else:
            day = nth_weekday(old.year, old.month, new.weekday(), self.made.nth)
        start = datetime.combine(day, new.time(), zone)
        end = (start.replace(tzinfo=None) + timedelta(minutes=45)).replace(tzinfo=zone)
        return start.astimezone(UTC), end.astimezone(UTC), title


def original_of(event: Event) -> datetime:
    """When the rule has an event."""
    assert isinstance(event.ref.recurrence_id, datetime)
    return event.ref.recurrence_id


def weekday(event: Event, zone: ZoneInfo) -> int:
    """The weekday on which an event starts."""
    return event.span.start.astimezone(zone).weekday()


@st.composite
def moves(draw: st.DrawFn) -> Move:
    """A series, and a move of it that a plan could propose."""
    made = draw(series())
    texts = Texts(made.text, made.zone)
    every = texts.events(FIRST, LAST)
    weeks = sorted({monday(e, made.zone) for e in every if not e.overridden})
    assume(weeks)
    week = draw(st.sampled_from(weeks))
    events = [e for e in every if monday(e, made.zone) == week and not e.overridden]
    assume([weekday(e, made.zone) for e in events] == [*made.weekdays])
    new = sorted(draw(st.sets(st.integers(0, 4), min_size=len(events), max_size=len(events))))
    clock = draw(CLOCKS)
    to = {
        weekday(event, made.zone): datetime.combine(_new_day(made, week, event, day), clock, made.zone)
        for event, day in zip(events, new, strict=True)
    }
    assume(any(to[weekday(e, made.zone)] != e.span.start for e in events))
    assume(all(original_of(e).astimezone(made.zone).replace(tzinfo=None) in made.starts for e in events))
    effective_from = week + timedelta(weeks=draw(st.sampled_from([0, 0, 1])))
    later = [e for e in every if not e.overridden and e.span.start.astimezone(made.zone).date() >= effective_from]
    assume(later)
    return Move(made, texts, events, to, effective_from, draw(_exceptions(made, later)))


@st.composite
def _exceptions(draw: st.DrawFn, made: Made, later: list[Event]) -> dict[datetime, When | None]:
    """Some later occurrences that do not follow, to Saturday morning of their week, or left out."""
    found: dict[datetime, When | None] = {}
    for event in draw(st.lists(st.sampled_from(later), max_size=2, unique_by=lambda e: e.span.start)):
        day = monday(event, made.zone) + timedelta(days=5)
        start = datetime.combine(day, time(8), made.zone)
        found[original_of(event)] = draw(st.sampled_from([None, When(start, start + timedelta(minutes=45))]))
    return found


def _new_day(made: Made, week: date, event: Event, day: int) -> date:
    if made.nth is None:
        return week + timedelta(days=day)
    month = event.span.start.astimezone(made.zone).date()
    return nth_weekday(month.year, month.month, day, made.nth)


MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@MANY
@given(moves())
def test_every_occurrence_is_where_the_move_puts_it_once_and_back_again(move: Move) -> None:
    texts, text = move.texts, move.made.text
    before, seen = texts.events(FIRST, LAST), texts.versions()
    edits = move.edits()
    texts.make_all(edits)
    wanted = sorted(place for place in map(move.expected, before) if place)
    assert texts.places(FIRST, SHOWN) == [place for place in wanted if place[0] < _midnight(SHOWN, move.made.zone)]
    assert kept_lines(texts.by_uid[UID]) == kept_lines(text)
    texts.make_all(reversed_edits(edits, seen))
    assert texts.by_uid.keys() == {UID}
    assert sorted(map(place_of, before)) == texts.places(FIRST, LAST)
    assert kept_lines(texts.by_uid[UID]) == kept_lines(text)


@MANY
@given(moves())
def test_wherever_it_stops_no_occurrence_is_lost(move: Move) -> None:
    """After each single edit, of the move and of its undo, each occurrence is where it was or where it goes."""
    texts = move.texts
    before, seen = texts.events(FIRST, SHOWN), texts.versions()
    edits = move.edits()
    for edit in (*edits, *reversed_edits(edits, seen)):
        texts.make(edit)
        there = set(texts.places(FIRST, LAST))
        missing = [e for e in before if move.expected(e) and not {place_of(e), move.expected(e)} & there]
        assert not missing


@MANY
@given(moves(), st.data())
def test_whoever_answers_in_between_finds_each_occurrence_once(move: Move, data: st.DataObject) -> None:
    """Of a move, and of its undo, each edit is fitted to what is there when it is made."""
    texts = move.texts
    before, seen = texts.events(FIRST, LAST), texts.versions()
    edits, made = move.edits(), []
    for edit in edits:
        _answer(texts, data)
        made.append(fitted(edit, texts.versions()))
        texts.make(made[-1])
    wanted = sorted(place for place in map(move.expected, before) if place)
    assert texts.places(FIRST, SHOWN) == [place for place in wanted if place[0] < _midnight(SHOWN, move.made.zone)]
    for edit in reversed_edits(made, seen):
        _answer(texts, data)
        texts.make(fitted(edit, texts.versions()))
    assert sorted(map(place_of, before)) == texts.places(FIRST, LAST)


def _answer(texts: Texts, data: st.DataObject) -> None:
    """Have somebody answer to some occurrences of the series that have no override yet."""
    there = texts.versions()
    free = [e for e in texts.events(FIRST, LAST) if e.ref.uid == UID and original_of(e).isoformat() not in there]
    zone = there[MASTER].tzid
    floating = f"DTSTART;TZID={zone}" not in texts.by_uid[UID] and zone != "UTC"
    for event in data.draw(st.lists(st.sampled_from(free), max_size=3, unique_by=original_of)) if free else ():
        start = original_of(event).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        lines = _override(start, "c", "" if floating else zone)
        text = "\r\n".join(lines).replace("SUMMARY:Special", "SUMMARY:Sync").replace("SEQUENCE:5\r\n", "")
        texts.by_uid[UID] = texts.by_uid[UID].replace("END:VCALENDAR", f"{text}\r\nEND:VCALENDAR")


@MANY
@given(moves(), st.data())
def test_one_occurrence_moves_alone_and_back_to_the_same_lines(move: Move, data: st.DataObject) -> None:
    texts, text, zone = move.texts, move.made.text, move.made.zone
    before, seen = texts.events(FIRST, LAST), texts.versions()
    event = data.draw(st.sampled_from(before))
    to = event.span.start.astimezone(zone).replace(hour=18)
    edits = edits_from(texts, [moving(event, to, zone, scope="occurrence")], FIRST, zone)
    texts.make_all(edits)
    others = [place_of(e) for e in before if e != event]
    length = event.span.end - event.span.start
    assert texts.places(FIRST, LAST) == sorted(
        [*others, (to.astimezone(UTC), to.astimezone(UTC) + length, event.title)]
    )
    texts.make_all(reversed_edits(edits, seen))
    assert _unstamped(texts.by_uid[UID]) == _unstamped(text)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _unstamped(text: str) -> list[str]:
    """The lines but for those that say when and how often something was changed."""
    return [line for line in text.split("\r\n") if not line.startswith(("DTSTAMP", "LAST-MODIFIED", "SEQUENCE"))]


def kept_lines(text: str) -> list[str]:
    """What no edit of the series changes, of its master."""
    master = text.partition("END:VEVENT")[0]
    return [line for line in master.split("\r\n") if line.startswith((" ", *FREE_LINES))]
