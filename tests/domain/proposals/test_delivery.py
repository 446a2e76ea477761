"""What has to be known of how moves are written, before the yes."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar.connected import Access, Backend, StoredCalendar
from app.domain.calendar.writing import Notify
from app.domain.meetings.meeting import Reason
from app.domain.proposals.delivery import (
    AS_FILES,
    CANNOT,
    NO_MAIL,
    TELLS_ALL,
    Delivery,
    Sender,
    is_in_the_way,
    remarks,
    sender_of,
)
from app.domain.proposals.proposal import ProposedMove
from tests.render.given_proposals import proposed

CALENDAR = StoredCalendar(
    id="k1",
    connection_id="c1",
    backend=Backend.CALDAV,
    href="/",
    name="Dana",
    owner="dana@example.com",
    zone=ZoneInfo("Europe/Vienna"),
    access=Access.DETAILS,
    writable=True,
    schedules=False,
)


@pytest.mark.parametrize(
    ("change", "sender"),
    [
        ({}, Sender.LETTERS),
        ({"schedules": True}, Sender.SERVER),
        ({"schedules": True, "writable": False}, Sender.FILES),
        ({"backend": Backend.GOOGLE}, Sender.SERVER),
        ({"backend": Backend.FEED}, Sender.FILES),
    ],
)
def test_who_tells_the_guests(change: dict[str, object], sender: Sender) -> None:
    """One of the server, Clearweek and the manager does, never two: guests are mailed once."""
    assert sender_of(replace(CALENDAR, **change)) is sender  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("delivery", "code"),
    [
        (Delivery(), None),
        (Delivery(problem="no"), CANNOT),
        (Delivery(Sender.FILES, has_relay=False), AS_FILES),
        (Delivery(Sender.LETTERS), None),
        (Delivery(Sender.LETTERS, has_relay=False), NO_MAIL),
        (Delivery(tells_all=True), TELLS_ALL),
        (Delivery(has_relay=False), None),
    ],
)
def test_what_has_to_be_known(delivery: Delivery, code: str | None) -> None:
    move = proposed().proposal.moves[0]
    alone = replace(move, people=(move.organizer,))
    concern_the_guests = (NO_MAIL, TELLS_ALL)
    assert codes(move, delivery) == ([code] if code else [])
    assert codes(alone, delivery) == ([code] if code and code not in concern_the_guests else [])


def codes(move: ProposedMove, delivery: Delivery) -> list[str]:
    return [remark.code for remark in remarks([move], lambda _calendar: delivery).values()]


def test_each_calendar_is_looked_at_once() -> None:
    moves, asked = proposed().proposal.moves, []

    def delivery(calendar_id: str) -> Delivery:
        asked.append(calendar_id)
        return Delivery()

    remarks(moves, delivery)
    assert sorted(asked) == sorted({move.calendar_id for move in moves})


def test_what_cannot_be_written_so() -> None:
    assert is_in_the_way(Reason(CANNOT, ""), Notify.ALL)
    assert is_in_the_way(Reason(TELLS_ALL, ""), Notify.NONE)
    assert not is_in_the_way(Reason(TELLS_ALL, ""), Notify.ALL)
    assert not is_in_the_way(Reason(NO_MAIL, ""), Notify.NONE)
