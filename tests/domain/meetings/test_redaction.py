"""What others may know of an event: as busy as before, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar.event import Attendee, Event, EventRef, EventType, Partstat
from app.domain.calendar.timespan import Timespan
from app.domain.configuration.rules import Words
from app.domain.meetings.busy import BusyRules, strength
from app.domain.meetings.redaction import SPEAKS_FOR_NOBODY, reduced

RULES = BusyRules(Words(away=("vacation", "off"), focus=("focus", "deep work")))
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
WORDS = ("vacation", "focus", "Deep Work", "off", "secret", "budget", "")
OWNER = "ana@example.com"


def _lines(email: str) -> st.SearchStrategy[Attendee]:
    return st.builds(
        Attendee, st.just(email), st.sampled_from([None, "Secret Name"]), st.booleans(), st.sampled_from(Partstat)
    )


@st.composite
def events(draw: st.DrawFn) -> Event:
    minutes = draw(st.sampled_from([0, 30, 479, 480, 481, 1440]))
    people = draw(st.lists(st.sampled_from([OWNER, "secret@example.com", "tom@example.com"]), unique=True))
    title = " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=3)))
    return Event(
        EventRef("k1", "uid", None),
        Timespan(START, START + timedelta(minutes=minutes), ZoneInfo("Europe/Berlin")),
        title,
        organizer=draw(st.sampled_from([None, OWNER, "secret@example.com"])),
        attendees=tuple(draw(_lines(email)) for email in people),
        all_day=draw(st.booleans()),
        cancelled=draw(st.booleans()),
        transparent=draw(st.booleans()),
        private=draw(st.booleans()),
        tentative=draw(st.booleans()),
        event_type=draw(st.sampled_from(EventType)),
        rrule=draw(st.sampled_from([None, "", "FREQ=WEEKLY"])),
        overridden=draw(st.booleans()),
        categories=draw(st.sampled_from([(), ("secret",)])),
        kind=draw(st.sampled_from([None, "interview"])),
        location=draw(st.sampled_from(["", "secret room"])),
        sequence=draw(st.integers(0, 3)),
        etag=draw(st.sampled_from([None, "secret"])),
        description=draw(st.sampled_from(["", "Secret agenda"])),
        attachments=draw(st.integers(0, 2)),
        created=draw(st.sampled_from([None, START])),
        changed=draw(st.sampled_from([None, START])),
    )


@given(events())
def test_its_owner_is_as_busy_as_before(event: Event) -> None:
    bare = reduced(event, event.attendee(OWNER), RULES)
    assert strength(bare, bare.attendee(OWNER), RULES) == strength(event, event.attendee(OWNER), RULES)


@given(events())
def test_nothing_else_is_left(event: Event) -> None:
    bare = reduced(event, event.attendee(OWNER), RULES)
    said = repr(bare).casefold()
    assert not any(word in said for word in ("secret", "tom@", "budget", "vacation", "deep", "interview"))
    assert {line.email for line in bare.attendees} <= {OWNER}
    assert bare.private
    assert (bare.organizer, bare.description, bare.attachments) == (None, "", 0)
    assert (bare.created, bare.changed) == (None, None)


@given(events())
def test_when_it_is_stays_as_it_was(event: Event) -> None:
    bare = reduced(event, event.attendee(OWNER), RULES)
    for name in ("ref", "span", "all_day", "cancelled", "tentative", "rrule", "overridden"):
        assert getattr(bare, name) == getattr(event, name)
    line, own = event.attendee(OWNER), bare.attendee(OWNER)
    assert own == (None if line is None else replace(line, name=None))


@given(events())
def test_what_is_reduced_twice_is_reduced_once(event: Event) -> None:
    once = reduced(event, event.attendee(OWNER), RULES)
    assert reduced(once, once.attendee(OWNER), RULES) == once
    assert once.sequence == SPEAKS_FOR_NOBODY
