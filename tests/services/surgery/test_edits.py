"""Which edits make a move, and what takes them back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from app.domain.calendar.event import Event
from app.domain.calendar.writing import (
    MASTER,
    Edit,
    Insert,
    Override,
    Rebase,
    Remove,
    Restore,
    Retime,
    RoomChange,
    SetRule,
)
from app.domain.plans.plan import SeriesException, When
from app.errors import InputError
from app.services.surgery.approved import is_unchanged
from app.services.surgery.edits import edits_of, reversed_edits
from tests.adapters.text import VIENNA, at, calendar, utc, vevent
from tests.services.edited import NEW_UID, Texts, edits_from, moving

WEEK = date(2026, 11, 30)
WEEKLY = "RRULE:FREQ=WEEKLY;BYDAY=TU"
KEY = "2026-12-01T09:00:00+00:00"


def texts(*lines: str, start: str = "20260106T100000", more: tuple[str, ...] = ()) -> Texts:
    """A series of half an hour on Tuesdays at 10:00 in Vienna, unless told otherwise."""
    return Texts(calendar(*at(start, "SUMMARY:Sync", *lines), *more).decode())


def override(original: str, start: str, *lines: str) -> tuple[str, ...]:
    return tuple(at(start, f"RECURRENCE-ID;TZID=Europe/Vienna:{original}", "SUMMARY:Sync", *lines))


def of_week(given: Texts, first: date = WEEK) -> list[Event]:
    return given.events(first, first + timedelta(days=7))


def wall(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIENNA)


def starts(given: Texts, first: date = date(2026, 11, 16), last: date = date(2026, 12, 28)) -> list[str]:
    return [f"{start.astimezone(VIENNA):%m-%d %H:%M}" for start, _, _ in given.places(first, last)]


def test_a_lone_event_gets_another_time() -> None:
    given = texts(start="20261201T100000")
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14), scope="occurrence")], WEEK)
    assert edits == (Retime(MASTER, wall(2, 14), wall(2, 14, 30)),)


def test_one_occurrence_gets_an_override_by_its_original_start() -> None:
    """An instance is found by its original start, never by where it is."""
    given = texts(WEEKLY, more=override("20261201T100000", "20261202T110000"))
    edits = edits_from(given, [moving(of_week(given)[0], wall(3, 14), scope="occurrence")], WEEK)
    assert edits == (Retime(KEY, wall(3, 14), wall(3, 14, 30)),)


def test_a_series_with_a_past_is_parted_and_the_new_one_comes_first_s12() -> None:
    """This and following is a trim by UNTIL and an insert; the insert is first, so that nothing is ever lost."""
    given = texts(WEEKLY)
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    assert edits == (
        Insert(NEW_UID, wall(2, 14), wall(2, 14, 30), "FREQ=WEEKLY;BYDAY=WE"),
        SetRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T085959Z"),
    )
    given.make_all(edits)
    assert starts(given) == [
        "11-17 10:00",
        "11-24 10:00",
        "12-02 14:00",
        "12-09 14:00",
        "12-16 14:00",
        "12-23 14:00",
    ]


def test_a_series_without_a_past_is_moved_whole() -> None:
    given = texts(WEEKLY, start="20261201T100000")
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    assert edits == (Rebase(wall(2, 14), wall(2, 14, 30), "FREQ=WEEKLY;BYDAY=WE"),)


@pytest.mark.parametrize(("left", "whole"), [(3, False), (4, True)])
def test_the_last_three_occurrences_get_overrides(left: int, whole: bool) -> None:
    given = texts(f"{WEEKLY};COUNT={47 + left}")
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    kinds = [type(edit) for edit in edits]
    assert kinds == ([Insert, SetRule] if whole else [Retime] * 3)


@pytest.mark.parametrize(
    ("end", "new", "old"),
    [
        ("COUNT=52", "COUNT=5", "UNTIL=20261201T085959Z"),
        ("UNTIL=20261230T090000Z", "UNTIL=20261230T130000Z", "UNTIL=20261201T085959Z"),
    ],
)
def test_the_rest_of_a_count_and_the_end_go_along(end: str, new: str, old: str) -> None:
    given = texts(f"{WEEKLY};{end}")
    insert, trim = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    assert isinstance(insert, Insert)
    assert isinstance(trim, SetRule)
    assert insert.rrule == f"FREQ=WEEKLY;BYDAY=WE;{new}"
    assert trim.rrule == f"FREQ=WEEKLY;BYDAY=TU;{old}"


def test_what_somebody_moved_stays_where_they_put_it() -> None:
    by_hand = override("20261208T100000", "20261211T153000")
    given = texts(WEEKLY, more=by_hand)
    insert, trim = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    stays = Override(wall(9, 14), (wall(11, 15, 30), wall(11, 16)), "2026-12-08T09:00:00+00:00")
    assert isinstance(insert, Insert)
    assert insert.overrides == (stays,)
    assert trim == SetRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T085959Z", (utc(2026, 12, 8, 9),))
    given.make_all((insert, trim))
    assert starts(given)[2:] == ["12-02 14:00", "12-11 15:30", "12-16 14:00", "12-23 14:00"]


def test_exceptions_go_along_and_those_before_stay() -> None:
    given = texts(WEEKLY, "EXDATE;TZID=Europe/Vienna:20261124T100000,20261208T100000")
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    given.make_all(edits)
    assert starts(given) == ["11-17 10:00", "12-02 14:00", "12-16 14:00", "12-23 14:00"]


@pytest.mark.parametrize("far", ["EXDATE;TZID=Europe/Vienna:20300101T100000", "EXDATE;VALUE=DATE:20300101"])
def test_what_is_left_out_years_ahead_stays_left_out(far: str) -> None:
    given = texts(WEEKLY, far)
    first, last = date(2029, 12, 24), date(2030, 1, 12)
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    given.make_all(edits)
    assert starts(given, first, last) == ["12-26 14:00", "01-09 14:00"]


@pytest.mark.parametrize(
    ("lines", "more", "stays"),
    [
        ((), override("20261201T100000", "20261127T100000"), ["11-27 10:00"]),
        (("EXDATE;TZID=Europe/Vienna:20261201T100000",), (), []),
        ((), override("20261201T100000", "20261201T100000", "STATUS:CANCELLED"), []),
    ],
    ids=["by hand", "left out", "cancelled"],
)
def test_what_is_over_before_the_first_that_moves_is_of_the_old_series(
    lines: tuple[str, ...], more: tuple[str, ...], stays: list[str]
) -> None:
    """Nobody is invited anew to what somebody moved to before, and a series does not begin with an exception."""
    given = texts(WEEKLY, *lines, more=more)
    edits = edits_from(given, [moving(of_week(given, date(2026, 12, 7))[0], wall(9, 14))], WEEK)
    assert edits == (
        Insert(NEW_UID, wall(9, 14), wall(9, 14, 30), "FREQ=WEEKLY;BYDAY=WE"),
        SetRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261208T085959Z"),
    )
    given.make_all(edits)
    assert starts(given, last=date(2026, 12, 20)) == [
        "11-17 10:00",
        "11-24 10:00",
        *stays,
        "12-09 14:00",
        "12-16 14:00",
    ]


def excepted(key: str, to: When | None) -> SeriesException:
    return SeriesException(key, When(wall(9, 14), wall(9, 14, 30)), to, "the time is taken that week")


@pytest.mark.parametrize("start", ["20260106T100000", "20261201T100000"])
@pytest.mark.parametrize(
    ("to", "then"), [(None, []), (When(wall(10, 9), wall(10, 9, 30)), ["12-10 09:00"])], ids=["left out", "elsewhere"]
)
def test_a_planned_exception_is_an_override_or_left_out(start: str, to: When | None, then: list[str]) -> None:
    given = texts(WEEKLY, start=start)
    before, seen = given.places(date(2026, 1, 1), date(2027, 6, 1)), given.versions()
    exception = excepted("2026-12-08T09:00:00+00:00", to)
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14), exceptions=[exception])], WEEK)
    given.make_all(edits)
    assert starts(given, WEEK) == ["12-02 14:00", *then, "12-16 14:00", "12-23 14:00"]
    given.make_all(reversed_edits(edits, seen))
    assert given.places(date(2026, 1, 1), date(2027, 6, 1)) == before


@pytest.mark.parametrize("start", ["20260106T100000", "20261201T100000"])
@pytest.mark.parametrize("to", [None, When(wall(10, 9), wall(10, 9, 30))], ids=["left out", "elsewhere"])
def test_a_planned_exception_of_what_has_its_own_text_comes_back_with_it(start: str, to: When | None) -> None:
    own = tuple(at("20261208T100000", "RECURRENCE-ID;TZID=Europe/Vienna:20261208T100000", "SUMMARY:Special"))
    given = texts(WEEKLY, start=start, more=own)
    before, seen = given.places(date(2026, 1, 1), date(2027, 6, 1)), given.versions()
    exception = excepted("2026-12-08T09:00:00+00:00", to)
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14), exceptions=[exception])], WEEK)
    given.make_all(edits)
    told = [(start, title) for start, _, title in given.places(WEEK, date(2026, 12, 15))]
    other = [(utc(2026, 12, 10, 8), "Special")] if to else []
    assert told == [(utc(2026, 12, 2, 13), "Sync"), *other]
    given.make_all(reversed_edits(edits, seen))
    assert given.places(date(2026, 1, 1), date(2027, 6, 1)) == before


def test_of_few_that_are_left_those_that_stay_get_no_override() -> None:
    given = texts("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=96")
    first, second = of_week(given)
    edits = edits_from(given, [moving(first, first.span.start), moving(second, wall(2, 10))], WEEK)
    assert [getattr(edit, "recurrence", None) for edit in edits] == ["2026-12-03T09:00:00+00:00"]


def test_an_exception_of_few_that_are_left_has_its_own_time() -> None:
    given = texts(f"{WEEKLY};COUNT=50")
    exception = excepted("2026-12-08T09:00:00+00:00", When(wall(10, 9), wall(10, 9, 30)))
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14), exceptions=[exception])], WEEK)
    assert [edit.start for edit in edits if isinstance(edit, Retime)] == [wall(2, 14), wall(10, 9), wall(16, 14)]


def test_one_left_out_of_few_is_said_by_a_new_series() -> None:
    given = texts(f"{WEEKLY};COUNT=50")
    edits = edits_from(
        given,
        [moving(of_week(given)[0], wall(2, 14), exceptions=[excepted("2026-12-08T09:00:00+00:00", None)])],
        WEEK,
    )
    given.make_all(edits)
    assert starts(given, WEEK) == ["12-02 14:00", "12-16 14:00"]


def test_a_series_that_starts_a_week_later_leaves_the_planned_week_alone() -> None:
    given = texts(WEEKLY)
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK + timedelta(days=7))
    given.make_all(edits)
    assert starts(given, WEEK) == ["12-01 10:00", "12-09 14:00", "12-16 14:00", "12-23 14:00"]


def test_two_weekdays_are_one_move() -> None:
    given = texts("RRULE:FREQ=WEEKLY;BYDAY=TU,TH")
    first, second = of_week(given)
    edits = edits_from(given, [moving(first, wall(30, 14, month=11)), moving(second, wall(2, 14))], WEEK)
    given.make_all(edits)
    assert [type(edit) for edit in edits] == [Insert, SetRule]
    assert starts(given, WEEK, date(2026, 12, 14)) == ["11-30 14:00", "12-02 14:00", "12-07 14:00", "12-09 14:00"]


def test_every_other_week_keeps_its_weeks_even_where_weeks_begin_on_sunday() -> None:
    given = texts("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU", start="20260106T100000")
    week = date(2026, 12, 7)
    edits = edits_from(given, [moving(of_week(given, week)[0], datetime(2026, 12, 13, 10, tzinfo=VIENNA))], week)
    given.make_all(edits)
    assert starts(given, week, date(2027, 1, 12)) == ["12-13 10:00", "12-27 10:00", "01-10 10:00"]


def test_the_other_weeks_parity_is_one_week_later() -> None:
    given = texts("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", start="20260106T100000")
    week = date(2026, 12, 7)
    edits = edits_from(given, [moving(of_week(given, week)[0], wall(16, 10))], week)
    given.make_all(edits)
    assert starts(given, week, date(2027, 1, 12)) == ["12-16 10:00", "12-30 10:00"]


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1"])
def test_once_a_month_stays_the_same_of_its_weekday(rule: str) -> None:
    given = texts(f"RRULE:{rule}")
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    given.make_all(edits)
    assert starts(given, date(2026, 10, 1), date(2027, 2, 28)) == [
        "10-06 10:00",
        "11-03 10:00",
        "12-02 14:00",
        "01-06 14:00",
        "02-03 14:00",
    ]


def test_a_stand_up_keeps_its_days_and_its_rule() -> None:
    given = texts("RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "EXDATE;TZID=Europe/Vienna:20261203T100000")
    to = [event.span.start.astimezone(VIENNA).replace(hour=9) for event in of_week(given)]
    meetings = [moving(event, new, kind="standup") for event, new in zip(of_week(given), to, strict=True)]
    edits = edits_from(given, meetings, WEEK)
    assert isinstance(edits[0], Insert)
    assert edits[0].rrule == "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"
    given.make_all(edits)
    assert starts(given, WEEK, date(2026, 12, 12)) == [
        *(f"{day} 09:00" for day in ("11-30", "12-01", "12-02", "12-04")),
        *(f"{day} 09:00" for day in ("12-07", "12-08", "12-09", "12-10", "12-11")),
    ]


def test_an_answer_alone_goes_along_with_its_series() -> None:
    answered = override("20261208T100000", "20261208T100000", "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.com")
    given = texts(WEEKLY, "ATTENDEE:mailto:b@example.com", more=answered)
    given.make_all(edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK))
    assert starts(given, WEEK, date(2026, 12, 14)) == ["12-02 14:00", "12-09 14:00"]


REFUSED = {
    "RDATE": ([WEEKLY, "RDATE;TZID=Europe/Vienna:20261203T100000"], "occurrences that its rule does not say"),
    "only RDATEs": (["RDATE;TZID=Europe/Vienna:20261201T100000"], "it has no rule"),
    "two rules": ([WEEKLY, "RRULE:FREQ=MONTHLY;BYDAY=1FR"], "several rules"),
    "a rule by days of the month": (["RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15"], "days that the planned week does not have"),
}


@pytest.mark.parametrize(("lines", "why"), REFUSED.values(), ids=REFUSED)
def test_what_no_one_rule_says_is_refused_in_one_line(lines: list[str], why: str) -> None:
    given = texts(*lines, start="20260901T100000")
    moved = [e for e in of_week(given) if e.span.start == utc(2026, 12, 1, 9)]
    with pytest.raises(InputError, match=f"^'Sync' cannot move as a series: .*{why}.*one by one instead$"):
        edits_from(given, [moving(moved[0], wall(2, 14))], WEEK)


def test_a_series_of_which_nothing_is_left_to_move_is_refused() -> None:
    given = texts(f"{WEEKLY};COUNT=48", more=override("20261201T100000", "20261201T110000"))
    with pytest.raises(InputError, match="all that is left of it was moved by hand"):
        edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)


def test_an_override_of_all_that_follows_is_refused() -> None:
    range_ = at("20261208T110000", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Vienna:20261208T100000")
    given = texts(WEEKLY, more=tuple(range_))
    with pytest.raises(InputError, match="THISANDFUTURE"):
        edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)


def test_two_times_of_day_are_refused_as_one_rule_has_one() -> None:
    given = texts("RRULE:FREQ=WEEKLY;BYDAY=TU,TH")
    first, second = of_week(given)
    with pytest.raises(InputError, match="its rule FREQ=WEEKLY;BYDAY=TU,TH cannot say"):
        edits_from(given, [moving(first, wall(30, 14, month=11)), moving(second, wall(2, 15))], WEEK)


def test_a_day_that_the_planned_week_does_not_have_is_refused() -> None:
    given = texts("RRULE:FREQ=WEEKLY;BYDAY=TU,TH", "EXDATE;TZID=Europe/Vienna:20261203T100000")
    with pytest.raises(InputError, match="days that the planned week does not have"):
        edits_from(given, [moving(of_week(given)[0], wall(30, 14, month=11))], WEEK)


def test_what_is_not_of_the_rule_any_more_is_refused() -> None:
    given = texts(WEEKLY)
    event = of_week(given)[0]
    given.by_uid["a@example.com"] = given.by_uid["a@example.com"].replace("BYDAY=TU", "BYDAY=WE")
    with pytest.raises(InputError, match="an occurrence that moves is not one of its rule's"):
        edits_from(given, [moving(event, wall(2, 14))], WEEK)


@pytest.mark.parametrize("lines", [(), ("RRULE:FREQ=WEEKLY",)])
def test_all_day_never_moves(lines: tuple[str, ...]) -> None:
    given = Texts(calendar(*vevent("DTSTART;VALUE=DATE:20261201", *lines)).decode())
    event = of_week(given)[0]
    with pytest.raises(InputError, match="all-day"):
        given.make_all(edits_from(given, [moving(event, wall(2, 14), scope="series" if lines else "occurrence")], WEEK))


def test_rooms_change_with_the_move_and_back() -> None:
    given = texts(WEEKLY, start="20261201T100000")
    rooms = (("oak@example.com", "tv@example.com"), ("tv@example.com", "elm@example.com"))
    meeting = moving(of_week(given)[0], wall(2, 14), rooms=rooms)
    names = {"elm@example.com": "Elm", "oak@example.com": "Oak", "ash@example.com": "Ash"}
    seen = given.versions()
    edits = edits_of([meeting], seen, effective_from=WEEK, zone=VIENNA, uid=NEW_UID, room_names=names)
    known = (("oak@example.com", "Oak"), ("elm@example.com", "Elm"))
    assert [getattr(edit, "rooms", None) for edit in edits] == [
        RoomChange(("oak@example.com",), ("elm@example.com",), known)
    ]
    assert [getattr(edit, "rooms", None) for edit in reversed_edits(edits, seen)] == [
        RoomChange(("elm@example.com",), ("oak@example.com",), known)
    ]


def test_an_undo_restores_before_it_removes() -> None:
    given = texts(WEEKLY, more=override("20261208T100000", "20261211T153000", "STATUS:TENTATIVE"))
    seen = given.versions()
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    back = Override(
        utc(2026, 12, 8, 9),
        (utc(2026, 12, 11, 14, 30), utc(2026, 12, 11, 15)),
        "2026-12-08T09:00:00+00:00",
        "TENTATIVE",
    )
    assert reversed_edits(edits, seen) == (SetRule("FREQ=WEEKLY;BYDAY=TU", overrides=(back,)), Remove(NEW_UID))


def test_an_undo_brings_back_an_occurrence_that_somebody_answered_after_the_approval() -> None:
    answered = override("20261208T100000", "20261208T100000", "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.com")
    guest = "ATTENDEE:mailto:b@example.com"
    approved, given = texts(WEEKLY, guest), texts(WEEKLY, guest, more=answered)
    before = given.places(date(2026, 1, 1), date(2027, 6, 1))
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    given.make_all(edits)
    given.make_all(reversed_edits(edits, approved.versions()))
    assert given.places(date(2026, 1, 1), date(2027, 6, 1)) == before


@pytest.mark.parametrize(("night", "hours"), [("20270328", 1), ("20271031", 3)], ids=["spring", "autumn"])
def test_on_the_night_of_another_clock_an_occurrence_is_as_long_by_the_wall_clock(night: str, hours: int) -> None:
    """As the calendar reads it: what only has an answer is no change, and comes back as it was."""
    sunday = ["DTSTART;TZID=Europe/Vienna:20261206T013000", "DTEND;TZID=Europe/Vienna:20261206T033000"]
    own = [f"RECURRENCE-ID;TZID=Europe/Vienna:{night}T013000", f"DTSTART;TZID=Europe/Vienna:{night}T013000"]
    override = vevent(*own, f"DTEND;TZID=Europe/Vienna:{night}T033000", "SUMMARY:Night")
    event = vevent(*sunday, "RRULE:FREQ=WEEKLY", "SUMMARY:Night")
    plain, answered = Texts(calendar(*event).decode()), Texts(calendar(*event, *override).decode())
    day = date(int(night[:4]), int(night[4:6]), int(night[6:]))
    [(start, end, _)] = plain.places(day, day + timedelta(days=1))
    assert end - start == timedelta(hours=hours)
    assert is_unchanged(None, plain.versions(), answered.versions())
    moved: list[Edit] = [
        Retime(start.isoformat(), wall(2, 14), wall(2, 16)),
        SetRule("FREQ=WEEKLY;UNTIL=20261213T003000Z", (start,)),
    ]
    restored, again = reversed_edits(moved, plain.versions())[::-1]
    assert restored == Restore(start.isoformat(), start, end)
    assert isinstance(again, SetRule)
    assert [one.to for one in again.overrides] == [(start, end)]


def test_an_undo_of_an_occurrence_drops_the_override_or_gives_it_its_time_back() -> None:
    given = texts(WEEKLY, more=override("20261208T100000", "20261209T110000"))
    seen = given.versions()
    new, known = Retime(KEY, wall(2, 14), wall(2, 15)), Retime("2026-12-08T09:00:00+00:00", wall(10, 9), wall(10, 10))
    assert reversed_edits([new, known], seen) == (
        Retime("2026-12-08T09:00:00+00:00", utc(2026, 12, 9, 10), utc(2026, 12, 9, 10, 30)),
        Restore(KEY, utc(2026, 12, 1, 9), utc(2026, 12, 1, 9, 30)),
    )


def test_an_undo_is_not_undone_by_edits() -> None:
    with pytest.raises(InputError, match="plan the week again"):
        reversed_edits([Remove(NEW_UID)], {})
