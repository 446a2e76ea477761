"""What goes wrong while something is written at Google: had it an effect, and is it sent again?"""

from __future__ import annotations

import pytest

from app.domain.calendar.writing import Notify, Rebase
from app.errors import (
    AppError,
    ChangedError,
    ReconnectError,
    RefusedError,
    UnansweredError,
    UnavailableError,
)
from tests.adapters.google.desk import ANA, ID, Desk, at, body, hour_at, invited, weekly
from tests.adapters.google.remote import DANA, TIMEOUT_S
from tests.google_double import faults
from tests.google_double.double import GoogleDouble
from tests.google_double.messages import Ending

MOVE = hour_at(at(24, 14))
MOVED = at(24, 14).isoformat()


@pytest.fixture
def waits() -> list[float]:
    """How long the store waited between two tries, each time."""
    return []


@pytest.fixture
def desk(double: GoogleDouble, waits: list[float]) -> Desk:
    double.add_user(ANA)
    double.add_event(DANA, body(at(23, 10), attendees=invited(DANA, ANA)))
    return Desk(double, sleep=waits.append)


LOST = {
    "closed": faults.lost_answer(Ending.CLOSED),
    "reset": faults.lost_answer(),
    "cut off": faults.lost_answer(Ending.CUT),
    "cut JSON": faults.cut_json(),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST.keys())
def test_a_write_whose_answer_is_lost_is_never_sent_twice(
    double: GoogleDouble, desk: Desk, fault: faults.Fault
) -> None:
    """It took effect; sent again by anybody, it would look like somebody else's change (412)."""
    seen = desk.seen()
    double.fault(fault, on="events.patch", times=None)
    with pytest.raises(UnansweredError) as told:
        desk.write(MOVE, seen, Notify.ALL)
    assert "\n" not in str(told.value)
    double.heal()
    assert desk.event()["start"]["dateTime"] == MOVED
    assert desk.writes() == ["events.patch"]
    assert [mail.to for mail in double.mails] == [ANA]
    assert desk.seen()[0].etag != seen[0].etag


def test_a_write_that_takes_too_long_is_never_sent_twice(double: GoogleDouble) -> None:
    """A time-out says nothing of what the server did, or still does."""
    double.add_event(DANA, body(at(23, 10)))
    desk = Desk(double, timeout_s=TIMEOUT_S)
    seen = desk.seen()
    double.fault(faults.lost_answer(Ending.HELD), on="events.patch")
    with pytest.raises(UnansweredError):
        desk.write(MOVE, seen)
    double.heal()
    assert desk.event()["start"]["dateTime"] == MOVED
    assert desk.writes() == ["events.patch"]


@pytest.mark.parametrize("fault", [faults.reset(), faults.refused("backendError"), faults.unavailable(7)])
def test_a_write_that_failed_may_have_had_an_effect(double: GoogleDouble, desk: Desk, fault: faults.Fault) -> None:
    seen = desk.seen()
    double.fault(fault, on="events.patch")
    with pytest.raises(UnansweredError):
        desk.write(MOVE, seen)
    assert desk.writes() == ["events.patch"]
    desk.write(MOVE, seen)
    assert desk.event()["start"]["dateTime"] == MOVED


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
@pytest.mark.parametrize("status", [403, 429])
def test_a_write_that_is_refused_for_haste_is_sent_again(
    double: GoogleDouble, desk: Desk, waits: list[float], reason: str, status: int
) -> None:
    """These had no effect."""
    double.fault(faults.refused(reason, status=status, retry_after=5), on="events.patch", times=2)
    desk.write(MOVE)
    assert waits == [5, 5]
    assert desk.event()["start"]["dateTime"] == MOVED


def test_who_has_to_wait_too_long_is_told_that_nothing_was_written(double: GoogleDouble, desk: Desk) -> None:
    """Whoever asked comes back later."""
    double.fault(faults.too_many(60), on="events.patch")
    with pytest.raises(UnavailableError) as told:
        desk.write(MOVE)
    assert not isinstance(told.value, UnansweredError)
    assert told.value.retry_after_s == 60
    assert desk.writes() == ["events.patch"]


REFUSALS = {
    "forbiddenForNonOrganizer": (RefusedError, "only its organizer"),
    "requiredAccessLevel": (RefusedError, "its owner"),
    "forbidden": (RefusedError, "Forbidden"),
    "invalid": (RefusedError, "Invalid Value"),
    "conditionNotMet": (ChangedError, "changed meanwhile"),
    "conflict": (ChangedError, "changed meanwhile"),
    "notFound": (ChangedError, "deleted"),
    "deleted": (ChangedError, "deleted"),
    "insufficientPermissions": (ReconnectError, "--write"),
}


@pytest.mark.parametrize(("reason", "expected"), REFUSALS.items(), ids=REFUSALS.keys())
def test_a_refusal_is_told_in_one_line_and_not_tried_again(
    double: GoogleDouble, desk: Desk, reason: str, expected: tuple[type[AppError], str]
) -> None:
    """What the server refuses for good, no other attempt would change."""
    double.fault(faults.refused(reason), on="events.patch", times=None)
    with pytest.raises(expected[0], match=expected[1]) as told:
        desk.write(MOVE)
    assert "\n" not in str(told.value)
    assert desk.writes() == ["events.patch"]


def test_an_access_token_is_renewed_once_for_a_write(double: GoogleDouble, desk: Desk) -> None:
    """A 401 had no effect."""
    seen = desk.seen()
    double.expire_access_tokens()
    desk.write(MOVE, seen)
    assert desk.event()["start"]["dateTime"] == MOVED
    double.revoke(DANA)
    with pytest.raises(ReconnectError):
        desk.write(MOVE, seen)


def test_a_write_that_found_no_connection_was_not_sent(double: GoogleDouble, desk: Desk, waits: list[float]) -> None:
    seen = desk.seen()
    double.close()
    with pytest.raises(UnavailableError) as told:
        desk.write(MOVE, seen)
    assert not isinstance(told.value, UnansweredError)
    assert len(waits) == 4


def test_a_series_whose_exceptions_could_not_be_put_back_is_not_known_to_be_moved(double: GoogleDouble) -> None:
    double.add_event(DANA, weekly(at(23, 10)))
    times = body(at(1, 8, month=12))
    double.patch_event(DANA, f"{ID}_20261130T090000Z", {name: times[name] for name in ("start", "end")})
    desk = Desk(double)

    edit = Rebase(at(25, 14), at(25, 15), "FREQ=WEEKLY;COUNT=6", ((at(30, 10), at(2, 14, month=12)),))
    double.fault(faults.refused("forbidden"), on="events.patch", nth=2)
    with pytest.raises(UnansweredError, match="only in part"):
        desk.write(edit)
    assert desk.writes() == ["events.patch", "events.patch"]
