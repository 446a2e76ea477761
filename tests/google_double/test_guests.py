"""Attendees: their copies, their answers, who may change what, rooms and mails."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.google_double import GoogleDouble
from tests.google_double.client import Client, reason
from tests.google_double.conftest import ANA, BEN, DANA
from tests.google_double.samples import invited, meeting, weekly
from tests.google_double.world import Mail

OUTSIDE = "ext@other.org"


def answers(google: GoogleDouble, calendar: str, event_id: str = "event0") -> dict[str, str]:
    return {line["email"]: line["responseStatus"] for line in google.event(calendar, event_id)["attendees"]}


def answer(client: Client, email: str, status: str, event_id: str = "event0") -> None:
    event = client.events.get(calendarId="primary", eventId=event_id).execute()
    lines = [line | {"responseStatus": status} if line.get("self") else line for line in event["attendees"]]
    client.events.patch(calendarId="primary", eventId=event_id, body={"attendees": lines}).execute()


def test_an_invited_user_gets_a_copy(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(DANA, ANA, OUTSIDE, status="needsAction")))
    (copy,) = ana.list()[0]
    assert (copy["id"], copy["iCalUID"]) == ("event0", "event0@google.com")
    assert copy["organizer"]["email"] == DANA
    assert "self" not in copy["organizer"]
    assert [line["email"] for line in copy["attendees"] if line.get("self")] == [ANA]
    assert [line["email"] for line in copy["attendees"] if line.get("organizer")] == [DANA]


def test_changes_reach_the_copies_but_what_is_private_stays(google: GoogleDouble, dana: Client, ana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(ANA), extendedProperties={"private": {"d": "1"}}))
    own = {"colorId": "4", "extendedProperties": {"private": {"mine": "yes"}}}
    ana.events.patch(calendarId="primary", eventId="event0", body=own).execute()
    shared = {"summary": "New", "extendedProperties": {"shared": {"all": "see"}}}
    dana.events.patch(calendarId="primary", eventId="event0", body=shared).execute()
    copy = google.event(ANA, "event0")
    assert (copy["summary"], copy["colorId"]) == ("New", "4")
    assert copy["extendedProperties"] == {"private": {"mine": "yes"}, "shared": {"all": "see"}}
    assert google.event(DANA, "event0")["extendedProperties"]["private"] == {"d": "1"}


def test_a_copy_has_its_times_on_its_own_calendars_clock(google: GoogleDouble) -> None:
    google.add_user("kai@example.com", zone="Asia/Tokyo")
    google.add_event(DANA, meeting(id="event0", attendees=invited("kai@example.com")))
    start = google.event("kai@example.com", "event0")["start"]
    assert start == {"dateTime": "2026-11-23T18:00:00+09:00", "timeZone": "Europe/Berlin"}


def test_an_answer_reaches_the_organizer_and_the_other_guests(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(ANA, BEN, status="needsAction")))
    before = google.event(DANA, "event0")
    answer(ana, ANA, "declined")
    assert answers(google, DANA) == answers(google, BEN) == {ANA: "declined", BEN: "needsAction"}
    after = google.event(DANA, "event0")
    assert after["etag"] != before["etag"]
    assert after["sequence"] == before["sequence"]


def test_an_answer_to_one_instance_is_for_that_one(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, weekly(id="series", attendees=invited(ANA)))
    answer(ana, ANA, "declined", "series_20261130T090000Z")
    assert answers(google, DANA, "series") == {ANA: "accepted"}
    assert answers(google, ANA, "series_20261130T090000Z") == {ANA: "declined"}


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "Mine"},
        {"start": {"dateTime": "2026-11-23T10:30:00+01:00"}},
        {"attendees": invited(ANA, OUTSIDE)},
        {"attendees": invited(ANA, BEN, status="declined")},
    ],
)
def test_a_guest_may_not_change_what_is_shared(google: GoogleDouble, ana: Client, change: dict[str, Any]) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(ANA, BEN)))
    with pytest.raises(HttpError) as refused:
        ana.events.patch(calendarId="primary", eventId="event0", body=change).execute()
    assert reason(refused.value) == (403, "forbiddenForNonOrganizer")
    assert google.event(DANA, "event0")["summary"] == "Planning"


def test_a_guest_who_may_modify_changes_it_for_all(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", guestsCanModify=True, attendees=invited(ANA, BEN)))
    times = {"start": {"dateTime": "2026-11-24T10:00:00+01:00"}, "end": {"dateTime": "2026-11-24T11:00:00+01:00"}}
    ana.events.patch(calendarId="primary", eventId="event0", body=times).execute()
    for calendar in (DANA, ANA, BEN):
        event = google.event(calendar, "event0")
        assert (event["start"]["dateTime"], event["sequence"]) == ("2026-11-24T10:00:00+01:00", 1)
    assert google.event(DANA, "event0")["organizer"]["email"] == DANA


def test_who_is_no_longer_invited_loses_the_copy(google: GoogleDouble, dana: Client, ana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(ANA, BEN)))
    _, token = ana.list()
    dana.events.patch(calendarId="primary", eventId="event0", body={"attendees": invited(BEN)}).execute()
    assert [(item["id"], item["status"]) for item in ana.list(syncToken=token)[0]] == [("event0", "cancelled")]
    assert google.event(BEN, "event0")["status"] == "confirmed"


def test_a_deleted_event_leaves_all_calendars_and_a_cancelled_instance_too(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, weekly(id="series", attendees=invited(ANA)))
    google.delete_event(DANA, "series_20261130T090000Z")
    exception = google.event(ANA, "series_20261130T090000Z")
    assert (exception["status"], "summary" in exception) == ("cancelled", False)
    google.delete_event(DANA, "series")
    assert ana.list()[0] == []


def test_a_guest_who_deletes_their_copy_declines(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(ANA, BEN)))
    ana.events.delete(calendarId="primary", eventId="event0").execute()
    assert answers(google, DANA) == {ANA: "declined", BEN: "accepted"}
    assert ana.list()[0] == []


def test_who_is_invited_to_one_instance_gets_that_alone(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, weekly(id="series"))
    google.patch_event(DANA, "series_20261130T090000Z", {"attendees": invited(ANA)})
    assert [item["id"] for item in ana.list()[0]] == ["series_20261130T090000Z"]
    assert [item["id"] for item in ana.list(singleEvents=True)[0]] == ["series_20261130T090000Z"]


@pytest.mark.parametrize(
    ("send_updates", "told"), [("all", [ANA, OUTSIDE]), ("externalOnly", [OUTSIDE]), ("none", []), (None, [])]
)
def test_mails_go_to_whom_send_updates_says(
    google: GoogleDouble, dana: Client, send_updates: str | None, told: list[str]
) -> None:
    query = {} if send_updates is None else {"sendUpdates": send_updates}
    body = meeting(id="event0", attendees=invited(DANA, ANA, OUTSIDE))
    dana.events.insert(calendarId="primary", body=body, **query).execute()
    dana.events.patch(calendarId="primary", eventId="event0", body={"summary": "New"}, **query).execute()
    dana.events.delete(calendarId="primary", eventId="event0", **query).execute()
    kinds = ("invitation", "update", "cancellation")
    assert google.mails == [Mail(email, kind, DANA, "event0") for kind in kinds for email in told]


def test_rooms_answer_when_they_get_to_it(google: GoogleDouble, dana: Client) -> None:
    room = google.add_room("aquarium@resource.calendar.google.com")
    for event_id, hour in (("first", 10), ("again", 10), ("later", 14)):
        google.add_event(DANA, meeting(hour=hour, id=event_id, attendees=[{"email": room}]))
    line = google.event(DANA, "first")["attendees"][0]
    assert (line["resource"], line["responseStatus"]) == (True, "needsAction")
    google.rooms_answer()
    assert [answers(google, DANA, name)[room] for name in ("first", "again", "later")] == [
        "accepted",
        "declined",
        "accepted",
    ]


def test_a_room_is_asked_again_after_a_move(google: GoogleDouble, dana: Client) -> None:
    room = google.add_room("aquarium@resource.calendar.google.com")
    google.add_event(DANA, meeting(id="event0", attendees=[{"email": room}]))
    google.add_event(DANA, meeting(hour=14, id="other", attendees=[{"email": room}]))
    google.rooms_answer()
    times = {"start": {"dateTime": "2026-11-23T14:30:00+01:00"}, "end": {"dateTime": "2026-11-23T15:30:00+01:00"}}
    dana.events.patch(calendarId="primary", eventId="event0", body=times).execute()
    assert answers(google, DANA)[room] == "needsAction"
    google.rooms_answer()
    assert answers(google, DANA)[room] == "declined"


def test_an_answer_is_mailed_to_the_organizer_if_wanted(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(ANA)))
    body = {"attendees": invited(ANA, status="tentative")}
    ana.events.patch(calendarId="primary", eventId="event0", body=body, sendUpdates="all").execute()
    assert google.mails == [Mail(DANA, "reply", ANA, "event0")]


def test_an_answer_to_somebody_elsewhere_stays_on_the_own_copy(google: GoogleDouble, ana: Client) -> None:
    event = meeting(iCalUID="uid@elsewhere", organizer={"email": OUTSIDE}, attendees=invited(OUTSIDE, ANA))
    copy = ana.events.import_(calendarId="primary", body=event).execute()
    answer(ana, ANA, "declined", copy["id"])
    assert answers(google, ANA, copy["id"]) == {OUTSIDE: "accepted", ANA: "declined"}


def test_a_guest_cannot_move_the_event_to_another_calendar(google: GoogleDouble, ana: Client) -> None:
    google.add_calendar("team", ANA)
    google.add_event(DANA, meeting(id="event0", attendees=invited(ANA)))
    with pytest.raises(HttpError) as refused:
        ana.events.move(calendarId="primary", eventId="event0", destination="team").execute()
    assert reason(refused.value) == (403, "forbiddenForNonOrganizer")


def test_a_deleted_invitation_leaves_rooms_alone(google: GoogleDouble) -> None:
    room = google.add_room("aquarium@resource.calendar.google.com")
    google.add_event(DANA, meeting(id="event0", attendees=[{"email": room}]))
    google.delete_event(DANA, "event0")
    google.rooms_answer()
    assert google.event(DANA, "event0")["attendees"][0]["responseStatus"] == "needsAction"
