"""The edits of whole moves at Google: each done when it was made, and the same weeks as in a text that is edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Literal

import pytest

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.event import Event
from app.domain.calendar.timespan import Timespan
from app.domain.calendar.writing import Edit, Insert, Versions
from app.errors import UnansweredError
from app.services.surgery.approved import is_as_seen, is_begun, is_done, uid_of
from app.services.surgery.edits import edits_of, reversed_edits
from app.services.surgery.fitting import fitted
from tests.adapters.google.desk import ANA, ID, VIENNA, Desk, at, body, invited, weekly
from tests.adapters.google.given_events import Json
from tests.adapters.google.remote import DANA
from tests.google_double import faults
from tests.google_double.double import GoogleDouble
from tests.services.edited import moving

UID = f"{ID}@google.com"
NEW = f"{'0123456789abcdef' * 2}@google.com"
EDITOR = IcsEditor(VIENNA)
RULE = "RRULE:FREQ=WEEKLY;COUNT=8"


class Calendar:
    """Dana's calendar, to which the edits of a move are made."""

    def __init__(self, double: GoogleDouble) -> None:
        self.desk = Desk(double)

    def texts(self, uid: str) -> list[str]:
        return [one.text for one in self.desk.store.current(DANA, uid, None)]

    def versions(self) -> Mapping[str, Versions]:
        return {uid: EDITOR.versions(self.texts(uid)) for uid in (UID, NEW)}

    def events(self) -> list[Event]:
        """What takes place in ten weeks, in order."""
        span = Timespan.between(at(23, 0), at(23, 0) + timedelta(weeks=10))
        data = "".join(self.texts(UID) + self.texts(NEW)).encode()
        return [one for one in IcsCalendar.read("google", data).events(span, DANA, VIENNA).events if not one.cancelled]

    def places(self) -> list[str]:
        return [f"{one.span.start.astimezone(VIENNA):%m-%d %H:%M} {one.title}" for one in self.events()]

    def moved(self, number: int, to: datetime, scope: Literal["series", "occurrence"], day: date) -> Sequence[Edit]:
        """The edits that move an occurrence, or the series from it on."""
        meeting = moving(self.events()[number], to, scope=scope)
        return edits_of([meeting], self.versions()[UID], effective_from=day, zone=VIENNA, uid=NEW)

    def make(self, edits: Sequence[Edit]) -> None:
        """Make some edits, as they are applied."""
        for edit in edits:
            source = UID if isinstance(edit, Insert) else uid_of(edit, UID)
            seen = self.desk.store.current(DANA, source, None)
            assert not is_done(edit, self.versions(), UID)
            fit = fitted(edit, self.versions()[UID])
            self.desk.write(fit, seen)
            assert is_done(fit, self.versions(), UID), fit


@pytest.fixture(params=[False, True], ids=["exceptions dropped", "exceptions kept"])
def calendar(double: GoogleDouble, request: pytest.FixtureRequest) -> Calendar:
    """A series on eight Mondays at ten: one that was moved, one with an answer of its own, one cancelled, one left out.

    Google does either with exceptions of a changed rule.
    """
    double.world.keeps_exceptions = request.param
    double.add_user(ANA)
    lines = [RULE, "EXDATE;TZID=Europe/Vienna:20261228T100000"]
    double.add_event(DANA, weekly(at(23, 10), recurrence=lines, attendees=invited(DANA, ANA)))
    double.patch_event(DANA, f"{ID}_20261130T090000Z", {**times(1, 8), "summary": "Kick-off"})
    double.patch_event(DANA, f"{ID}_20261207T090000Z", {"attendees": [*invited(DANA), {"email": ANA}]})
    double.delete_event(DANA, f"{ID}_20261214T090000Z")
    return Calendar(double)


def times(day: int, hour: int) -> Json:
    found = body(at(day, hour, month=12))
    return {name: found[name] for name in ("start", "end")}


BEFORE = [
    "11-23 10:00 Planning",
    "12-01 08:00 Kick-off",
    "12-07 10:00 Planning",
    "12-21 10:00 Planning",
    "01-04 10:00 Planning",
    "01-11 10:00 Planning",
]

MOVED = [
    "11-25 14:00 Planning",
    "12-01 08:00 Kick-off",
    "12-09 14:00 Planning",
    "12-23 14:00 Planning",
    "01-06 14:00 Planning",
    "01-13 14:00 Planning",
]
SPLIT = [
    "11-23 10:00 Planning",
    "12-01 08:00 Kick-off",
    "12-09 14:00 Planning",
    "12-23 14:00 Planning",
    "01-06 14:00 Planning",
    "01-13 14:00 Planning",
]


def test_a_whole_series_moves_with_its_exceptions_and_back(calendar: Calendar) -> None:
    assert calendar.places() == BEFORE
    seen = calendar.versions()[UID]
    edits = calendar.moved(0, at(25, 14), "series", date(2026, 11, 23))
    calendar.make(edits)
    assert calendar.places() == MOVED
    calendar.make(reversed_edits(edits, seen))
    assert calendar.places() == BEFORE


def test_a_series_goes_on_at_another_time_with_its_exceptions_and_back(calendar: Calendar) -> None:
    seen = calendar.versions()[UID]
    edits = calendar.moved(1, at(2, 14, month=12), "series", date(2026, 11, 30))
    assert len(edits) == 2
    calendar.make(edits)
    assert calendar.places() == SPLIT
    calendar.make(reversed_edits(edits, seen))
    assert [place[:11] for place in calendar.places()] == [place[:11] for place in BEFORE]


def answered(double: GoogleDouble, instance: str) -> None:
    double.patch_event(DANA, f"{ID}_{instance}", {"attendees": [*invited(DANA), {"email": ANA, "comment": "late"}]})


def test_who_answers_between_the_edits_of_a_split_is_asked_once(double: GoogleDouble, calendar: Calendar) -> None:
    """An answer makes an exception, which would take place beside the series that goes on."""
    insert, end = calendar.moved(1, at(2, 14, month=12), "series", date(2026, 11, 30))
    calendar.make([insert])
    answered(double, "20261221T090000Z")
    calendar.make([end])
    assert calendar.places() == SPLIT


def test_who_answered_before_a_whole_series_goes_back_finds_it_once(double: GoogleDouble, calendar: Calendar) -> None:
    seen = calendar.versions()[UID]
    edits = calendar.moved(0, at(25, 14), "series", date(2026, 11, 23))
    calendar.make(edits)
    answered(double, "20261223T130000Z")
    calendar.make(reversed_edits(edits, seen))
    assert calendar.places() == BEFORE


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize(("number", "to"), [(0, at(25, 14)), (1, at(2, 14, month=12))], ids=["whole", "split"])
def test_what_broke_off_anywhere_is_completed_by_the_same_edits(
    double: GoogleDouble, calendar: Calendar, number: int, to: datetime, nth: int
) -> None:
    """Of a worker that was killed a part may be left; the rest is made by the same edit, unless others came by."""
    edits = calendar.moved(number, to, "series", date(2026, 11, 23 if number == 0 else 30))
    for edit in edits:
        seen = calendar.versions().get(UID, {})
        double.fault(faults.reset(), on="events.[pd]*", nth=nth, times=None)
        with suppress(UnansweredError):
            calendar.desk.write(edit, calendar.desk.store.current(DANA, UID, None))
        double.heal()
        now = calendar.versions()
        if not is_done(edit, now, UID):
            assert is_begun(edit, now, UID, seen) or nth == 1
            calendar.make([edit])
    left = [place[:11] for place in calendar.places()]
    assert left == [place[:11] for place in (MOVED if number == 0 else SPLIT)]


def test_one_occurrence_moves_and_back(calendar: Calendar) -> None:
    seen = calendar.versions()[UID]
    for number in (0, 1, 2):
        edits = calendar.moved(
            number, calendar.events()[number].span.start + timedelta(hours=5), "occurrence", date.max
        )
        calendar.make(edits)
        calendar.make(reversed_edits(edits, seen))
        assert calendar.places() == BEFORE


def test_exceptions_without_a_place_any_more_are_no_change(double: GoogleDouble, calendar: Calendar) -> None:
    """A sync that goes on from a token is told of them as cancelled, a list of what there is says nothing."""
    store = calendar.desk.store
    known = Known()
    pages = list(store.changes(DANA, None, known))
    objects = {one.href: one for page in pages for one in page.changed}
    double.patch_event(DANA, ID, {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})
    for page in store.changes(DANA, pages[-1].token, known):
        objects |= {one.href: one for one in page.changed}
    (edit,) = calendar.moved(0, at(24, 14), "occurrence", date.max)
    stored = EDITOR.versions([one.text for one in objects.values()])
    for one in (edit, reversed_edits([edit], stored)[0]):
        assert is_as_seen(one, stored, calendar.versions()[UID])


class Known:
    """Nothing is known."""

    def etags(self) -> Mapping[str, str | None]:
        return {}

    def uid_of(self, href: str) -> str | None:
        return UID

    def past(self, moment: datetime) -> Sequence[str]:
        return ()
