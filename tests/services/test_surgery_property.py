"""Random series, moved at random: each occurrence is where it should be, once; and back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.domain.event import Event
from app.domain.monthly import is_nth, nth_weekday
from app.services.surgery import reversed_edits
from tests.adapters.text import VIENNA
from tests.services.edited import UID, Texts, edits_from, monday, moving, place_of

FIRST, LAST = date(2025, 12, 1), date(2027, 3, 1)
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


@st.composite
def moves(draw: st.DrawFn) -> tuple[Made, Texts, list[Event], dict[int, datetime], date]:
    """A series, the planned week's events that move, where the first of each weekday goes, and from when on."""
    made = draw(series())
    texts = Texts(made.text, made.zone)
    every = texts.events(FIRST, LAST)
    weeks = sorted({monday(e, made.zone) for e in every if not e.overridden})
    assume(weeks)
    week = draw(st.sampled_from(weeks))
    events = [e for e in every if monday(e, made.zone) == week and not e.overridden]
    assume({e.span.start.astimezone(made.zone).weekday() for e in events} == set(made.weekdays))
    assume(len(events) == len(made.weekdays))
    new = sorted(draw(st.sets(st.integers(0, 4), min_size=len(events), max_size=len(events))))
    clock = draw(CLOCKS)
    days = [_new_day(made, week, event, day) for event, day in zip(events, new, strict=True)]
    to = {
        e.span.start.astimezone(made.zone).weekday(): datetime.combine(d, clock, made.zone)
        for e, d in zip(events, days, strict=True)
    }
    assume(any(to[e.span.start.astimezone(made.zone).weekday()] != e.span.start for e in events))
    return made, texts, events, to, week


def _new_day(made: Made, week: date, event: Event, day: int) -> date:
    if made.nth is None:
        return week + timedelta(days=day)
    month = event.span.start.astimezone(made.zone).date()
    return nth_weekday(month.year, month.month, day, made.nth)


def _expected(made: Made, event: Event, to: dict[int, datetime], week: date) -> tuple[datetime, datetime, str]:
    """Where an event has to be after the move."""
    original = event.ref.recurrence_id
    assert isinstance(original, datetime)
    old = original.astimezone(made.zone)
    if event.overridden or old.date() < week or old.replace(tzinfo=None) not in made.starts:
        return place_of(event)
    new = to[old.weekday()]
    if made.nth is None:
        monday_then = old.date() - timedelta(days=old.weekday())
        day = monday_then + timedelta(days=new.weekday())
    else:
        day = nth_weekday(old.year, old.month, new.weekday(), made.nth)
        assert is_nth(day, made.nth)
    start = datetime.combine(day, new.time(), made.zone)
    end = datetime.combine(day, new.time()) + timedelta(minutes=45)
    return start.astimezone(UTC), end.replace(tzinfo=made.zone).astimezone(UTC), event.title


QUIET = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


@QUIET
@given(moves())
def test_every_occurrence_is_where_the_move_puts_it_once_and_back_again(
    drawn: tuple[Made, Texts, list[Event], dict[int, datetime], date],
) -> None:
    made, texts, events, to, week = drawn
    before, seen, text = texts.events(FIRST, LAST), texts.versions(), made.text
    meetings = [moving(e, to[e.span.start.astimezone(made.zone).weekday()], made.zone) for e in events]
    edits = edits_from(texts, meetings, week, made.zone)
    texts.make_all(edits)
    shown = FIRST, LAST - timedelta(days=60)
    wanted = sorted(_expected(made, event, to, week) for event in before)
    until = datetime.combine(shown[1], time(), made.zone)
    assert texts.places(*shown) == [place for place in wanted if place[0] < until]
    assert kept_lines(texts.by_uid[UID]) == kept_lines(text)
    texts.make_all(reversed_edits(edits, seen))
    assert texts.by_uid.keys() == {UID}
    assert sorted(map(place_of, before)) == texts.places(FIRST, LAST)
    assert kept_lines(texts.by_uid[UID]) == kept_lines(text)


def kept_lines(text: str) -> list[str]:
    """What no edit of the series changes, of its master."""
    master = text.partition("END:VEVENT")[0]
    return [line for line in master.split("\r\n") if line.startswith((" ", *FREE_LINES))]
