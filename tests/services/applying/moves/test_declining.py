"""Who says no to the time that a move gave: of the components that moved, and of answers that are new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.domain.calendar.writing import MASTER, Fingerprint, Override, Rebase, Retime
from app.services.applying.moves.declining import declined_before, declined_now, new_among, still
from app.services.applying.tools import Answers

BEN, CAT = "ben@example.com", "cat@example.com"
OLD, NEW = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 2, 13, tzinfo=UTC)
WEEK, HALF = timedelta(weeks=1), timedelta(minutes=30)
BY_HAND = (OLD + WEEK + timedelta(days=3), OLD + WEEK + timedelta(days=3) + HALF)
MOVED = ((OLD, NEW), (OLD + WEEK, NEW + WEEK))
REBASE = Rebase(NEW, NEW + HALF, "FREQ=WEEKLY", MOVED, (Override(NEW + WEEK, BY_HAND, (OLD + WEEK).isoformat()),))


def no(*people: str) -> dict[str, str]:
    return {one: "DECLINED" if one in people else "ACCEPTED" for one in (BEN, CAT)}


def seen(start: datetime, end: datetime) -> Fingerprint:
    return Fingerprint(start, end, "UTC", (), "CONFIRMED", None, (BEN, CAT), "", 0)


BEFORE = {
    MASTER: seen(OLD, OLD + HALF),
    OLD.isoformat(): seen(OLD, OLD + HALF),
    (OLD + WEEK).isoformat(): seen(*BY_HAND),
}


def test_what_was_said_of_an_occurrence_goes_with_its_new_name() -> None:
    said = {MASTER: no(), OLD.isoformat(): no(BEN)}
    before = declined_before([REBASE], said)
    now = declined_now([REBASE], "s", BEFORE, {"s": {MASTER: no(), NEW.isoformat(): no(BEN)}})
    assert (now[NEW.isoformat()], new_among((BEN, CAT), before, now)) == ((BEN,), [])


def test_an_occurrence_without_an_override_has_the_answers_of_its_series() -> None:
    one = Retime(OLD.isoformat(), NEW, NEW + HALF)
    before = declined_before([one], {MASTER: no(BEN)})
    now = declined_now([one], "s", BEFORE, {"s": {MASTER: no(CAT), OLD.isoformat(): no(BEN, CAT)}})
    assert new_among((BEN, CAT), before, now) == [CAT]


def test_an_occurrence_that_somebody_moved_by_hand_keeps_its_time_and_its_answers() -> None:
    said: Answers = {MASTER: no(), (NEW + WEEK).isoformat(): no(BEN)}
    assert declined_now([REBASE], "s", BEFORE, {"s": said}) == {}


def test_a_yes_to_one_occurrence_and_then_a_no_is_new_though_the_series_was_declined() -> None:
    before = declined_before([REBASE], {MASTER: no(BEN), OLD.isoformat(): no()})
    now = declined_now([REBASE], "s", BEFORE, {"s": {MASTER: no(BEN), NEW.isoformat(): no(BEN)}})
    assert new_among((BEN, CAT), before, now) == [BEN]


def test_an_answer_that_is_open_again_is_forgotten() -> None:
    assert still({MASTER: (BEN, CAT)}, {MASTER: (CAT,)}) == {MASTER: (CAT,)}
