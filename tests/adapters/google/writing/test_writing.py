"""Moves at Google, and the traps on the way there."""

from __future__ import annotations

import pytest

from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import MASTER, Notify, Retime, RoomChange
from app.errors import ChangedError, RefusedError
from tests.adapters.google.desk import ANA, BEN, BLUE, ID, OUTSIDE, RED, Desk, at, body, hour_at, invited, utc, weekly
from tests.adapters.google.given_events import Json
from tests.adapters.google.remote import DANA
from tests.google_double.double import GoogleDouble
from tests.google_double.faults import Fault, Serve
from tests.google_double.messages import Answer, Request


@pytest.fixture
def desk(double: GoogleDouble) -> Desk:
    """Dana's desk, in a house with Ana, Ben and two rooms."""
    for email in (ANA, BEN):
        double.add_user(email)
    for room in (BLUE, RED):
        double.add_room(room)
    return Desk(double)


def meanwhile(double: GoogleDouble, event_id: str, change: Json) -> Fault:
    """Somebody changes an event just before a request reaches it."""

    def answer(request: Request, serve: Serve) -> Answer:
        double.patch_event(DANA, event_id, change)
        return serve(request)

    return answer


# A single event.


def test_only_start_and_end_are_sent(double: GoogleDouble, desk: Desk) -> None:
    double.add_event(DANA, body(at(23, 10), location="Room 1", description="Agenda", attendees=invited(ANA)))
    before = desk.event()
    desk.write(hour_at(at(24, 14)))
    times = {"start": {"dateTime": "2026-11-24T13:00:00Z"}, "end": {"dateTime": "2026-11-24T14:00:00Z"}}
    assert desk.sent() == [times]
    kept = {"summary", "location", "description", "reminders", "iCalUID", "organizer"}
    assert {name: desk.event()[name] for name in kept} == {name: before[name] for name in kept}


def test_the_zone_of_an_event_stays_its_own(double: GoogleDouble, desk: Desk) -> None:
    tokyo = {
        name: {**when, "timeZone": "Asia/Tokyo"} for name, when in body(at(23, 10)).items() if name in ("start", "end")
    }
    double.add_event(DANA, body(at(23, 10)) | tokyo)
    desk.write(hour_at(at(24, 14)))
    assert desk.event()["start"] == {"dateTime": "2026-11-24T14:00:00+01:00", "timeZone": "Asia/Tokyo"}


def test_a_whole_day_stays_one(double: GoogleDouble, desk: Desk) -> None:
    double.add_event(DANA, body(at(23, 10)) | {"start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}})
    desk.write(Retime(MASTER, at(25, 0), at(26, 0)))
    assert (desk.event()["start"], desk.event()["end"]) == ({"date": "2026-11-25"}, {"date": "2026-11-26"})


def test_if_match_is_of_the_version_that_was_seen(double: GoogleDouble, desk: Desk) -> None:
    """The tag is that of what was approved, not of what happens to be there just before the write."""
    double.add_event(DANA, body(at(23, 10)))
    seen = desk.seen()
    desk.write(hour_at(at(24, 14)), seen)
    (patch,) = (request for request in double.requests if request.name == "events.patch")
    assert patch.headers["if-match"] == seen[0].etag
    double.patch_event(DANA, ID, {"location": "Room 2"})
    with pytest.raises(ChangedError, match=ID):
        desk.write(hour_at(at(25, 14)), seen)
    assert desk.event()["start"]["dateTime"] == at(24, 14).isoformat()


def test_a_change_in_the_last_moment_is_not_overwritten(double: GoogleDouble, desk: Desk) -> None:
    """Between our look and our write, the server's own comparison (412) is all that helps."""
    double.add_event(DANA, body(at(23, 10)))
    double.fault(meanwhile(double, ID, {"location": "Room 2"}), on="events.patch")
    with pytest.raises(ChangedError, match="changed meanwhile"):
        desk.write(hour_at(at(24, 14)))
    assert desk.event()["start"]["dateTime"] == at(23, 10).isoformat()


def test_what_was_deleted_is_told_as_changed(double: GoogleDouble, desk: Desk) -> None:
    double.add_event(DANA, body(at(23, 10)))
    seen = desk.seen()
    double.delete_event(DANA, ID)
    with pytest.raises(ChangedError, match=ID):
        desk.write(hour_at(at(24, 14)), seen)
    with pytest.raises(ChangedError, match="gone"):
        desk.write(hour_at(at(24, 14)), [])
    assert desk.seen() == []


# Guests.


def test_a_guest_list_is_never_sent_for_a_time(double: GoogleDouble, desk: Desk) -> None:
    """A list in a patch replaces the one that is there, with every answer in it."""
    double.add_event(DANA, body(at(23, 10), attendees=invited(ANA, BEN, comment="from the train")))
    desk.write(hour_at(at(24, 14)))
    assert "attendees" not in desk.sent()[0]
    assert [line["comment"] for line in desk.event()["attendees"]] == ["from the train"] * 2


def test_another_room_leaves_all_that_is_said_of_the_guests(double: GoogleDouble, desk: Desk) -> None:
    """Whole entries are carried over, and those of rooms alone change."""
    guests = invited(ANA, optional=True, comment="late", additionalGuests=1) + invited(BLUE)
    double.add_event(DANA, body(at(23, 10), attendees=guests))
    desk.write(hour_at(at(23, 10), rooms=RoomChange((BLUE,), (RED,))))
    ana, red = desk.event()["attendees"]
    assert ana == {**guests[0]}
    assert (red["email"], red["resource"], red["responseStatus"]) == (RED, True, "needsAction")


def test_a_room_is_not_changed_where_guests_are_hidden(double: GoogleDouble, desk: Desk) -> None:
    """What is sent would replace guests that were not even shown."""
    event = body(at(23, 10), attendees=invited(DANA, BLUE), attendeesOmitted=True, iCalUID=f"{ID}@google.com")
    double.put_event(DANA, event | {"status": "confirmed", "organizer": {"email": DANA, "self": True}, "sequence": 0})
    with pytest.raises(RefusedError, match="hidden guests"):
        desk.write(hour_at(at(24, 14), rooms=RoomChange((BLUE,), (RED,))))
    assert desk.writes() == []


@pytest.mark.parametrize(
    ("notify", "said", "told"),
    [
        (Notify.ALL, "all", {ANA, OUTSIDE}),
        (Notify.EXTERNAL_ONLY, "externalOnly", {OUTSIDE}),
        (Notify.NONE, "none", set()),
    ],
)
def test_who_gets_mail_is_always_said(
    double: GoogleDouble, desk: Desk, notify: Notify, said: str, told: set[str]
) -> None:
    """Without the parameter Google may send some mails all the same."""
    double.add_event(DANA, body(at(23, 10), attendees=invited(ANA, OUTSIDE)))
    desk.write(hour_at(at(24, 14)), notify=notify)
    (patch,) = (request for request in double.requests if request.name == "events.patch")
    assert patch.query["sendUpdates"] == [said]
    assert {mail.to for mail in double.mails} == told


def test_answers_are_open_again_after_a_move(double: GoogleDouble, desk: Desk) -> None:
    """A new time resets the answers of all but the organizer, another room does not."""
    double.add_event(DANA, body(at(23, 10), attendees=invited(DANA, ANA, BLUE)))
    desk.write(hour_at(at(23, 10), rooms=RoomChange((BLUE,), (RED,))))
    assert desk.answers()[ANA] == "accepted"
    desk.write(hour_at(at(24, 14)))
    assert desk.answers() == {DANA: "accepted", ANA: "needsAction", RED: "needsAction"}


# Who may move.


def test_a_guest_does_not_move_what_another_organizes(double: GoogleDouble, desk: Desk) -> None:
    """Some servers take the change to the guest's copy, and nobody else ever hears of it."""
    double.add_event(ANA, body(at(23, 10), attendees=invited(DANA)))
    with pytest.raises(RefusedError, match=f"only {ANA}, who organizes it"):
        desk.write(hour_at(at(24, 14)))
    assert desk.writes() == []


def test_a_guest_who_may_change_an_event_moves_it_for_all(double: GoogleDouble, desk: Desk) -> None:
    """`guestsCanModify` lets the guest's copy change for everybody."""
    double.add_event(ANA, body(at(23, 10), attendees=invited(DANA, BEN), guestsCanModify=True))
    desk.write(hour_at(at(24, 14)))
    starts = {double.event(email, ID)["start"]["dateTime"] for email in (ANA, BEN, DANA)}
    assert starts == {"2026-11-24T14:00:00+01:00"}


def test_the_copy_of_a_room_is_not_moved(double: GoogleDouble) -> None:
    """A change of a room's copy moves nobody, even for somebody who may write to the room's calendar."""
    double.add_room(BLUE)
    double.share(BLUE, DANA, "writer")
    double.add_event(DANA, body(at(23, 10), attendees=invited(BLUE)))
    desk = Desk(double, BLUE)
    with pytest.raises(RefusedError, match=f"only {DANA}, who organizes it"):
        desk.write(hour_at(at(24, 14)))
    assert desk.writes() == []


@pytest.mark.parametrize("kind", ["focusTime", "outOfOffice", "fromGmail"])
def test_what_is_no_meeting_is_not_moved(double: GoogleDouble, desk: Desk, kind: str) -> None:
    double.add_event(DANA, body(at(23, 10), eventType=kind))
    with pytest.raises(RefusedError, match=kind):
        desk.write(hour_at(at(24, 14)))
    assert desk.writes() == []


# Rooms.


def room_answers(seen: CalendarObject) -> list[str]:
    lines = seen.text.replace("\r\n ", "").split("\r\n")
    return [
        line.partition("PARTSTAT=")[2].partition(";")[0].partition(":")[0] for line in lines if "CUTYPE=ROOM" in line
    ]


def test_a_room_answers_after_the_move(double: GoogleDouble, desk: Desk) -> None:
    """Rooms answer some time later, and may decline: what is read right after a move does not say."""
    double.add_event(BEN, body(at(24, 14), id="other0", attendees=invited(BLUE)))
    double.add_event(DANA, body(at(23, 10), attendees=invited(ANA, BLUE)))
    desk.write(hour_at(at(24, 14)))
    assert room_answers(desk.seen()[0]) == ["NEEDS-ACTION"]
    double.rooms_answer()
    assert room_answers(desk.seen()[0]) == ["DECLINED"]
    desk.write(hour_at(at(24, 14), rooms=RoomChange((BLUE,), (RED,))))
    double.rooms_answer()
    assert room_answers(desk.seen()[0]) == ["ACCEPTED"]


# One occurrence of a series.


def test_an_occurrence_is_found_by_its_original_start(double: GoogleDouble, desk: Desk) -> None:
    """The first one after some moment is another one as soon as somebody has moved one."""
    double.add_event(DANA, weekly(at(23, 10)))
    double.patch_event(DANA, f"{ID}_20261207T090000Z", {name: body(at(23, 9))[name] for name in ("start", "end")})
    desk.write(hour_at(at(24, 14), utc(at(23, 10))))
    desk.write(hour_at(at(8, 14, month=12), utc(at(7, 10, month=12))))
    assert desk.starts() == ["11-24 14:00", "11-30 10:00", "12-08 14:00", "12-14 10:00", "12-21 10:00", "12-28 10:00"]
    assert "recurrence" not in desk.sent()[0]


def test_an_occurrence_in_summer_is_found_too(double: GoogleDouble, desk: Desk) -> None:
    """The original start of an occurrence is on the clock of its series, an hour earlier in UTC."""
    double.add_event(DANA, weekly(at(12, 10, month=3), recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"]))
    desk.write(hour_at(at(3, 14, month=4), utc(at(2, 10, month=4))))
    assert desk.starts() == ["03-12 10:00", "03-19 10:00", "03-26 10:00", "04-03 14:00"]


def test_an_occurrence_is_left_alone_if_its_series_was_changed(double: GoogleDouble, desk: Desk) -> None:
    double.add_event(DANA, weekly(at(23, 10)))
    seen = desk.seen()
    double.patch_event(DANA, ID, {"location": "Room 2"})
    with pytest.raises(ChangedError):
        desk.write(hour_at(at(24, 14), utc(at(23, 10))), seen)
    assert desk.writes() == []


@pytest.mark.parametrize("gone", [True, False], ids=["cancelled", "moved"])
def test_an_occurrence_that_somebody_changed_meanwhile_is_left_alone(
    double: GoogleDouble, desk: Desk, *, gone: bool
) -> None:
    double.add_event(DANA, weekly(at(23, 10)))
    seen = desk.seen()
    if gone:
        double.delete_event(DANA, f"{ID}_20261123T090000Z")
    else:
        double.patch_event(DANA, f"{ID}_20261123T090000Z", {name: body(at(25, 9))[name] for name in ("start", "end")})
    with pytest.raises(ChangedError, match="changed meanwhile"):
        desk.write(hour_at(at(24, 14), utc(at(23, 10))), seen)
    assert desk.writes() == []


def test_an_occurrence_that_there_is_not_is_told(double: GoogleDouble, desk: Desk) -> None:
    double.add_event(DANA, weekly(at(23, 10)))
    with pytest.raises(ChangedError, match="has no occurrence"):
        desk.write(hour_at(at(24, 14), utc(at(24, 10))))


def test_a_cancelled_occurrence_says_little_and_is_read_all_the_same(double: GoogleDouble, desk: Desk) -> None:
    """Nothing is sure but its id, its series and its original start, not even its UID."""
    double.add_event(DANA, weekly(at(23, 10), attendees=invited(ANA)))
    double.delete_event(DANA, f"{ID}_20261130T090000Z")
    master, cancelled = desk.seen()
    assert (master.href, cancelled.href) == (ID, f"{ID}_20261130T090000Z")
    assert "STATUS:CANCELLED" in cancelled.text
    assert "RECURRENCE-ID;TZID=Europe/Vienna:20261130T100000" in cancelled.text
    desk.write(hour_at(at(24, 14), utc(at(23, 10))))
    assert desk.starts() == ["11-24 14:00", "12-07 10:00", "12-14 10:00", "12-21 10:00", "12-28 10:00"]
