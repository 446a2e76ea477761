"""What an approval covers: what is done already, and what somebody else changed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.calendar.writing import (
    CANCELLED,
    MASTER,
    Edit,
    Fingerprint,
    Insert,
    Override,
    Rebase,
    Remove,
    Restore,
    Retime,
    RoomChange,
    SetRule,
    Versions,
)
from app.services.surgery.approved import is_as_seen, is_begun, is_done, uid_of
from tests.adapters.text import utc

START, HALF = utc(2026, 12, 1, 9), timedelta(minutes=30)
MASTER_NOW = Fingerprint(
    start=START,
    end=START + HALF,
    tzid="Europe/Vienna",
    recurrence=("RRULE:BYDAY=TU;FREQ=WEEKLY",),
    status="CONFIRMED",
    organizer="dana@example.com",
    addresses=("ben@example.com", "dana@example.com"),
    location="Oak",
    sequence=3,
)
NEXT, KEY = utc(2026, 12, 8, 9), "2026-12-08T09:00:00+00:00"
OVER = replace(MASTER_NOW, start=utc(2026, 12, 9, 14), end=utc(2026, 12, 9, 14) + HALF, recurrence=())
ANSWER = replace(MASTER_NOW, start=NEXT, end=NEXT + HALF, recurrence=(), sequence=0)
SEEN: Versions = {MASTER: MASTER_NOW}
UID, NEW = "old@example.com", "new@example.com"

CHANGES = {
    "start": replace(MASTER_NOW, start=START + HALF),
    "end": replace(MASTER_NOW, end=START + 2 * HALF),
    "rule": replace(MASTER_NOW, recurrence=("RRULE:FREQ=DAILY",)),
    "status": replace(MASTER_NOW, status=CANCELLED),
    "organizer": replace(MASTER_NOW, organizer="eve@example.com"),
    "guests": replace(MASTER_NOW, addresses=("dana@example.com",)),
    "location": replace(MASTER_NOW, location="Elm"),
    "sequence": replace(MASTER_NOW, sequence=4),
}
WHOLE: tuple[Edit, ...] = (
    Rebase(START, START + HALF, "FREQ=WEEKLY"),
    Insert(NEW, START, START + HALF, "FREQ=WEEKLY"),
    SetRule("FREQ=WEEKLY;UNTIL=20261201T085959Z"),
    Remove(NEW),
    Retime(MASTER, START, START + HALF),
)


@pytest.mark.parametrize("edit", WHOLE, ids=lambda edit: type(edit).__name__)
@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_each_of_these_is_somebody_elses_change(edit: Edit, changed: Fingerprint) -> None:
    assert is_as_seen(edit, SEEN, SEEN)
    assert not is_as_seen(edit, SEEN, {MASTER: changed})


@pytest.mark.parametrize("edit", WHOLE, ids=lambda edit: type(edit).__name__)
def test_an_answer_alone_is_no_change(edit: Edit) -> None:
    """An RSVP to one occurrence makes an override that says nothing else; its SEQUENCE may be anything."""
    assert is_as_seen(edit, SEEN, {MASTER: MASTER_NOW, KEY: ANSWER})
    assert is_as_seen(edit, {MASTER: MASTER_NOW, KEY: ANSWER}, SEEN)


@pytest.mark.parametrize("edit", WHOLE[:4], ids=lambda edit: type(edit).__name__)
def test_a_new_override_is_a_change_of_the_series(edit: Edit) -> None:
    assert not is_as_seen(edit, SEEN, {MASTER: MASTER_NOW, KEY: OVER})
    assert not is_as_seen(edit, SEEN, {MASTER: MASTER_NOW, KEY: replace(ANSWER, status=CANCELLED)})


@pytest.mark.parametrize("edit", [Retime(KEY, START, START + HALF), Restore(KEY, NEXT, NEXT + HALF)])
def test_an_edit_of_an_occurrence_covers_its_override_alone(edit: Edit) -> None:
    seen = {MASTER: MASTER_NOW, KEY: OVER}
    assert is_as_seen(edit, seen, {MASTER: CHANGES["rule"], KEY: OVER})
    assert not is_as_seen(edit, seen, {MASTER: MASTER_NOW, KEY: replace(OVER, location="Elm")})
    assert not is_as_seen(edit, seen, SEEN)


def test_an_occurrence_without_an_override_is_covered_by_that_and_its_master() -> None:
    edit = Retime(KEY, START, START + HALF)
    another = {"2026-12-15T09:00:00+00:00": OVER}
    assert is_as_seen(edit, SEEN, {**SEEN, **another}), "what we did to another occurrence is no change of this one"
    assert not is_as_seen(edit, SEEN, {MASTER: CHANGES["rule"]})
    assert not is_as_seen(edit, SEEN, {MASTER: MASTER_NOW, KEY: OVER})
    assert not is_as_seen(edit, SEEN, {})
    assert is_as_seen(Restore(KEY, NEXT, NEXT + HALF), SEEN, {MASTER: CHANGES["sequence"]}), "another one was restored"


def test_what_is_made_or_removed_has_a_uid_of_its_own() -> None:
    assert uid_of(Insert(NEW, START, START + HALF, "FREQ=WEEKLY"), UID) == NEW
    assert uid_of(Remove(NEW), UID) == NEW
    assert uid_of(SetRule("FREQ=WEEKLY"), UID) == UID


def series(start: datetime, rule: str, **overrides: Fingerprint) -> Versions:
    return {MASTER: replace(MASTER_NOW, start=start, end=start + HALF, recurrence=(f"RRULE:{rule}",))} | overrides


def test_a_time_is_done_when_it_is_there_and_takes_place() -> None:
    edit = Retime(KEY, OVER.start, OVER.end)
    assert is_done(edit, {UID: {MASTER: MASTER_NOW, KEY: OVER}}, UID)
    assert not is_done(edit, {UID: SEEN}, UID)
    assert not is_done(edit, {UID: {KEY: replace(OVER, end=OVER.end + HALF)}}, UID)
    assert not is_done(edit, {UID: {KEY: replace(OVER, status=CANCELLED)}}, UID)
    assert not is_done(edit, {}, UID)


def test_a_room_that_went_is_no_guest_any_more() -> None:
    edit = Retime(MASTER, START, START + HALF, RoomChange(("ben@example.com",), ()))
    assert not is_done(edit, {UID: SEEN}, UID)
    assert is_done(edit, {UID: {MASTER: CHANGES["guests"]}}, UID)


@pytest.mark.parametrize(
    ("guests", "place", "done"),
    [
        (("oak@example.com",), "", True),
        ((), "Oak", True),
        ((), "Elm", False),
        ((), "", False),
    ],
    ids=["a guest", "only a place", "another place", "missing"],
)
def test_a_room_that_came_is_a_guest_or_the_place(guests: tuple[str, ...], place: str, done: bool) -> None:
    """A meeting that somebody moved to the same time without its room has not got it."""
    room = RoomChange((), ("oak@example.com",), (("oak@example.com", "Oak"),))
    now = replace(MASTER_NOW, addresses=(*MASTER_NOW.addresses, *guests), location=place)
    assert is_done(Retime(MASTER, START, START + HALF, room), {UID: {MASTER: now}}, UID) is done


def test_a_rule_is_the_same_in_any_order_and_with_its_defaults() -> None:
    now = {UID: series(START, "BYDAY=TU;FREQ=WEEKLY")}
    assert is_done(SetRule("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=MO"), now, UID)
    assert not is_done(SetRule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"), now, UID)
    two = {UID: series(START, "BYDAY=TU,TH;FREQ=WEEKLY")}
    assert is_done(SetRule("FREQ=WEEKLY;BYDAY=TH,TU"), two, UID)
    assert not is_done(SetRule("FREQ=WEEKLY;BYDAY=TU"), {UID: {}}, UID)


def test_an_end_is_done_when_the_overrides_after_it_are_gone_or_cancelled() -> None:
    end = "FREQ=WEEKLY;UNTIL=20261201T085959Z"
    edit = SetRule(end, (NEXT,))
    assert is_done(edit, {UID: series(START, end)}, UID)
    assert is_done(edit, {UID: series(START, end, **{KEY: replace(OVER, status=CANCELLED)})}, UID)
    assert not is_done(edit, {UID: series(START, end, **{KEY: OVER})}, UID)


@pytest.mark.parametrize(
    ("there", "done"),
    [({}, False), ({KEY: OVER}, True), ({KEY: replace(OVER, status=CANCELLED)}, False)],
    ids=["nothing", "there", "cancelled"],
)
def test_a_series_is_done_with_its_overrides(there: Versions, done: bool) -> None:
    override = Override(NEXT, (OVER.start, OVER.end))
    now = series(START, "FREQ=WEEKLY", **there)
    assert is_done(Insert(NEW, START, START + HALF, "FREQ=WEEKLY", (override,)), {NEW: now}, UID) is done
    assert is_done(Rebase(START, START + HALF, "FREQ=WEEKLY", overrides=(override,)), {UID: now}, UID) is done
    assert is_done(SetRule("FREQ=WEEKLY", overrides=(override,)), {UID: now}, UID) is done


@pytest.mark.parametrize(
    ("lines", "there", "done"),
    [
        (("EXDATE:20261208T090000Z",), {}, True),
        (("EXDATE:20261201T090000Z,20261208",), {}, True),
        ((), {KEY: replace(OVER, status=CANCELLED)}, True),
        ((), {}, False),
        ((), {KEY: OVER}, False),
    ],
)
def test_an_occurrence_is_left_out_by_an_exception_or_a_cancelled_override(
    lines: tuple[str, ...], there: Versions, done: bool
) -> None:
    master = replace(MASTER_NOW, recurrence=(*lines, "RRULE:FREQ=WEEKLY"))
    edit = Rebase(START, START + HALF, "FREQ=WEEKLY", overrides=(Override(NEXT, None),))
    assert is_done(edit, {UID: {MASTER: master, **there}}, UID) is done


def test_what_somebody_moved_by_hand_has_its_new_name_and_its_time() -> None:
    kept = Override(NEXT, (OVER.start, OVER.end), START.isoformat())
    edit = Rebase(START, START + HALF, "FREQ=WEEKLY", moved=((START, NEXT),), overrides=(kept,))
    assert not is_done(edit, {UID: series(START, "FREQ=WEEKLY")}, UID)
    assert not is_done(edit, {UID: series(START, "FREQ=WEEKLY", **{KEY: ANSWER})}, UID)
    assert is_done(edit, {UID: series(START, "FREQ=WEEKLY", **{KEY: OVER})}, UID)


def test_an_answer_to_one_occurrence_may_be_dropped_by_a_server_that_moves_its_series() -> None:
    usual = Override(NEXT, (NEXT, NEXT + HALF), START.isoformat())
    rebase = Rebase(START, START + HALF, "FREQ=WEEKLY", moved=((START, NEXT),))
    for edit in (rebase, replace(rebase, overrides=(usual,))):
        assert is_done(edit, {UID: series(START, "FREQ=WEEKLY")}, UID)
        assert is_done(edit, {UID: series(START, "FREQ=WEEKLY", **{KEY: ANSWER})}, UID)
    assert not is_done(replace(rebase, overrides=(usual,)), {UID: series(START, "FREQ=WEEKLY", **{KEY: OVER})}, UID)


@pytest.mark.parametrize("tzid", ["Europe/Vienna", ""])
@pytest.mark.parametrize("edit", WHOLE, ids=lambda edit: type(edit).__name__)
def test_what_is_cancelled_where_the_rule_has_nothing_is_no_change(edit: Edit, tzid: str) -> None:
    """Google tells of an exception without a place any more in a sync, and in no other list."""
    master = replace(MASTER_NOW, tzid=tzid, start=MASTER_NOW.start if tzid else utc(2026, 12, 1))
    inside, outside = (KEY, "2026-12-10T09:00:00+00:00") if tzid else ("2026-12-08", "2026-12-10")
    cancelled = replace(OVER, status=CANCELLED)
    assert is_as_seen(edit, {MASTER: master, outside: cancelled}, {MASTER: master})
    changed = {MASTER: master, inside: cancelled}
    assert is_as_seen(edit, changed, {MASTER: master}) is (edit == WHOLE[4])


TOUCHED = replace(OVER, start=OVER.start + HALF, end=OVER.end + HALF)
GONE = replace(OVER, status=CANCELLED)


def test_an_edit_that_broke_off_is_made_again_unless_somebody_touched_the_rest() -> None:
    kept = Override(NEXT, (OVER.start, OVER.end), START.isoformat())
    edits: tuple[Edit, ...] = (
        Rebase(START, START + HALF, "FREQ=WEEKLY", moved=((START, NEXT),), overrides=(kept,)),
        Insert(UID, START, START + HALF, "FREQ=WEEKLY", (kept,)),
        SetRule("FREQ=WEEKLY", overrides=(kept,)),
    )
    for edit in edits:
        assert is_begun(edit, {UID: series(START, "FREQ=WEEKLY")}, UID, {})
        assert not is_begun(edit, {UID: series(START, "FREQ=WEEKLY", **{KEY: TOUCHED})}, UID, {})
        assert is_begun(edit, {UID: series(START, "FREQ=WEEKLY", **{KEY: TOUCHED})}, UID, {KEY: TOUCHED})
        assert not is_begun(edit, {UID: series(START, "FREQ=WEEKLY", **{KEY: GONE})}, UID, {KEY: TOUCHED})
        assert is_begun(edit, {UID: series(START, "FREQ=WEEKLY", **{KEY: GONE})}, UID, {KEY: GONE})
        assert not is_begun(edit, {UID: series(START, "FREQ=DAILY")}, UID, {})
        assert not is_begun(edit, {UID: {}}, UID, {})
    ended = SetRule("FREQ=WEEKLY", ended=(NEXT,))
    assert is_begun(ended, {UID: series(START, "FREQ=WEEKLY", **{KEY: OVER})}, UID, {})
    assert not is_begun(WHOLE[4], {UID: SEEN}, UID, {})


def test_an_override_under_the_name_that_it_had_before_is_not_left_behind() -> None:
    edit = Rebase(START, START + HALF, "FREQ=WEEKLY", moved=((utc(2026, 12, 2, 9), START),))
    left = "2026-12-02T09:00:00+00:00"
    for there, done in ((OVER, False), (replace(OVER, status=CANCELLED), True)):
        assert is_done(edit, {UID: series(START, "FREQ=WEEKLY", **{left: there})}, UID) is done
        assert is_begun(edit, {UID: series(START, "FREQ=WEEKLY", **{left: there})}, UID, {})
    other = replace(edit, moved=((NEXT, START),))
    for there, done in ((OVER, False), (ANSWER, True)):
        assert is_done(other, {UID: series(START, "FREQ=WEEKLY", **{KEY: there})}, UID) is done


def test_a_removed_series_is_gone_or_cancelled() -> None:
    assert is_done(Remove(NEW), {UID: SEEN}, UID)
    assert is_done(Remove(NEW), {NEW: {MASTER: CHANGES["status"]}}, UID)
    assert not is_done(Remove(NEW), {NEW: SEEN}, UID)


def test_a_restored_occurrence_has_no_override_or_one_at_its_time() -> None:
    edit = Restore(KEY, NEXT, NEXT + HALF)
    assert is_done(edit, {UID: SEEN}, UID)
    assert is_done(edit, {UID: {MASTER: MASTER_NOW, KEY: ANSWER}}, UID)
    assert not is_done(edit, {UID: {MASTER: MASTER_NOW, KEY: OVER}}, UID)
