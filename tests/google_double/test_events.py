"""Single events: versions, writes, instances, types."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.google_double import GoogleDouble
from tests.google_double.client import Client, reason
from tests.google_double.conftest import ANA, DANA
from tests.google_double.samples import all_day, invited, meeting, weekly


def refusal(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as error:
        request.execute()
    return reason(error.value)


def patch(client: Client, event_id: str, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    event: dict[str, Any] = client.events.patch(calendarId="primary", eventId=event_id, body=body, **query).execute()
    return event


# Making.


def test_an_insert_fills_in_what_the_server_decides(dana: Client) -> None:
    event = dana.events.insert(calendarId="primary", body=meeting()).execute()
    assert event["organizer"]["email"] == DANA
    assert event["organizer"]["self"] is True
    assert event["iCalUID"] == f"{event['id']}@google.com"
    assert (event["status"], event["sequence"], event["eventType"]) == ("confirmed", 0, "default")
    assert {"etag", "created", "updated", "creator", "htmlLink"} <= set(event)


def test_an_own_id_is_kept_and_is_good_once_even_after_a_deletion(dana: Client) -> None:
    insert = dana.events.insert(calendarId="primary", body=meeting(id="mine0"))
    assert insert.execute()["id"] == "mine0"
    assert refusal(insert) == (409, "duplicate")
    dana.events.delete(calendarId="primary", eventId="mine0").execute()
    assert refusal(insert) == (409, "duplicate")
    assert refusal(dana.events.insert(calendarId="primary", body=meeting(id="Not_valid"))) == (400, "invalid")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"summary": "No time"}, "required"),
        (meeting(end={"dateTime": "2026-11-23T09:00:00+01:00"}), "timeRangeEmpty"),
        (meeting(end={"date": "2026-11-23"}), "invalid"),
        (meeting(start={"dateTime": "2026-11-23T10:00:00"}), "required"),
        (meeting(start={"dateTime": "2026-11-23T10:00:00", "timeZone": "Mars/Base"}), "invalid"),
        (weekly(rule="RRULE:FREQ=SOMETIMES"), "invalid"),
        (weekly(rule="DTSTART:20261123T100000Z"), "invalid"),
        (meeting(attendees=[{"displayName": "Ana"}]), "required"),
        (meeting(attendees=[{"email": "ana"}]), "invalid"),
    ],
)
def test_faulty_bodies_are_refused(dana: Client, body: dict[str, Any], why: str) -> None:
    assert refusal(dana.events.insert(calendarId="primary", body=body)) == (400, why)


def test_a_time_without_an_offset_is_on_the_clock_of_its_zone(dana: Client) -> None:
    times: dict[str, Any] = {
        "start": {"dateTime": "2026-11-23T10:00:00", "timeZone": "America/New_York"},
        "end": {"dateTime": "2026-11-23T11:00:00", "timeZone": "America/New_York"},
    }
    event = dana.events.insert(calendarId="primary", body=meeting(**times)).execute()
    assert event["start"] == {"dateTime": "2026-11-23T16:00:00+01:00", "timeZone": "America/New_York"}


def test_an_import_is_a_private_copy_by_its_uid(google: GoogleDouble, dana: Client) -> None:
    body = meeting(iCalUID="uid@elsewhere", organizer={"email": "out@elsewhere.com"}, attendees=invited(DANA, ANA))
    first = dana.events.import_(calendarId="primary", body=body).execute()
    again = dana.events.import_(calendarId="primary", body=body | {"summary": "New"}).execute()
    assert (again["id"], again["summary"], again["organizer"]["email"]) == (first["id"], "New", "out@elsewhere.com")
    assert google.events(ANA) == []
    assert refusal(dana.events.import_(calendarId="primary", body=meeting())) == (400, "required")


# Versions.


def test_each_version_has_a_tag_of_its_own(google: GoogleDouble, dana: Client) -> None:
    old = google.add_event(DANA, meeting(id="event0"))
    new = patch(dana, "event0", {"summary": "New"})
    assert new["etag"] != old["etag"]
    assert new["updated"] > old["updated"]


@pytest.mark.parametrize("verb", ["patch", "update", "delete"])
def test_a_write_on_an_old_version_is_refused(google: GoogleDouble, dana: Client, verb: str) -> None:
    old = google.add_event(DANA, meeting(id="event0"))
    google.patch_event(DANA, "event0", {"summary": "Meanwhile"})
    body = {} if verb == "delete" else {"body": meeting()}
    request = getattr(dana.events, verb)(calendarId="primary", eventId="event0", **body)
    request.headers["If-Match"] = old["etag"]
    assert refusal(request) == (412, "conditionNotMet")
    assert google.event(DANA, "event0")["summary"] == "Meanwhile"
    request.headers["If-Match"] = google.event(DANA, "event0")["etag"]
    request.execute()
    assert google.event(DANA, "event0")["etag"] != old["etag"]


def test_an_unchanged_event_is_not_sent_again(google: GoogleDouble, dana: Client) -> None:
    etag = google.add_event(DANA, meeting(id="event0"))["etag"]
    request = dana.events.get(calendarId="primary", eventId="event0")
    request.headers["If-None-Match"] = etag
    with pytest.raises(HttpError) as unchanged:
        request.execute()
    assert unchanged.value.resp.status == 304
    google.patch_event(DANA, "event0", {"summary": "New"})
    assert request.execute()["summary"] == "New"


# Changing.


def test_a_patch_merges_objects_removes_by_null_and_replaces_arrays(google: GoogleDouble, dana: Client) -> None:
    google.add_event(
        DANA,
        meeting(
            id="event0",
            location="Room",
            attendees=invited(ANA, "ext@other.org"),
            extendedProperties={"private": {"a": "1", "b": "2"}},
        ),
    )
    event = patch(
        dana,
        "event0",
        {"location": None, "attendees": [{"email": ANA}], "extendedProperties": {"private": {"b": "3"}}},
    )
    assert "location" not in event
    assert event["summary"] == "Planning"
    assert event["attendees"] == [{"email": ANA, "responseStatus": "needsAction"}]
    assert event["extendedProperties"]["private"] == {"a": "1", "b": "3"}


def test_an_update_replaces_all_that_can_be_written(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", location="Room"))
    event = dana.events.update(calendarId="primary", eventId="event0", body=meeting(summary="New")).execute()
    assert (event["summary"], event.get("location"), event["iCalUID"]) == ("New", None, "event0@google.com")


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"summary": "New", "location": "Else"}, False),
        ({"start": {"dateTime": "2026-11-23T10:30:00+01:00"}}, True),
        ({"end": {"dateTime": "2026-11-23T11:30:00+01:00"}}, True),
        ({"recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]}, True),
        ({"start": {"timeZone": "Europe/Paris"}}, True),
        # The same instant, written in another way.
        ({"start": {"dateTime": "2026-11-23T09:00:00Z"}}, False),
    ],
)
def test_a_change_of_time_raises_the_sequence_and_opens_the_answers(
    google: GoogleDouble, dana: Client, change: dict[str, Any], moved: bool
) -> None:
    google.add_event(DANA, weekly(id="event0", attendees=invited(DANA, ANA, "ext@other.org")))
    event = patch(dana, "event0", change)
    assert event["sequence"] == (1 if moved else 0)
    answer = "needsAction" if moved else "accepted"
    assert [line["responseStatus"] for line in event["attendees"]] == ["accepted", answer, answer]


def test_a_sequence_below_the_present_one_is_refused(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", sequence=4))
    stale = dana.events.patch(calendarId="primary", eventId="event0", body={"sequence": 3})
    assert refusal(stale) == (400, "invalid")


def test_id_uid_and_type_stay(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0"))
    for change in ({"eventType": "focusTime"}, {"iCalUID": "new@x"}, {"id": "event1"}):
        assert refusal(dana.events.patch(calendarId="primary", eventId="event0", body=change)) == (400, "invalid")


# Deleting.


def test_a_deleted_event_can_be_read_but_not_deleted_again(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0"))
    delete = dana.events.delete(calendarId="primary", eventId="event0")
    delete.execute()
    assert dana.events.get(calendarId="primary", eventId="event0").execute()["status"] == "cancelled"
    assert refusal(delete) == (410, "deleted")
    assert refusal(dana.events.get(calendarId="primary", eventId="never")) == (404, "notFound")


def test_a_deleted_event_comes_back_by_its_status(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0"))
    google.delete_event(DANA, "event0")
    assert refusal(dana.events.patch(calendarId="primary", eventId="event0", body={"summary": "x"})) == (410, "deleted")
    assert patch(dana, "event0", {"status": "confirmed"})["summary"] == "Planning"


# Instances.


def test_an_instance_can_be_read_by_its_id(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, weekly(id="series"))
    event = dana.events.get(calendarId="primary", eventId="series_20261130T090000Z").execute()
    assert event["start"]["dateTime"] == "2026-11-30T10:00:00+01:00"
    assert event["originalStartTime"] == event["start"]
    assert refusal(dana.events.get(calendarId="primary", eventId="series_20261201T090000Z")) == (404, "notFound")


def test_a_patch_of_an_instance_makes_an_override(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, weekly(id="series", attendees=invited(DANA, ANA)))
    times = {"start": {"dateTime": "2026-12-01T15:00:00+01:00"}, "end": {"dateTime": "2026-12-01T16:00:00+01:00"}}
    override = patch(dana, "series_20261130T090000Z", times)
    assert override["recurringEventId"] == "series"
    assert override["originalStartTime"]["dateTime"] == "2026-11-30T10:00:00+01:00"
    assert override["iCalUID"] == "series@google.com"
    assert override["sequence"] == 1
    assert [line["responseStatus"] for line in override["attendees"]] == ["accepted", "needsAction"]
    listed, _ = dana.list(singleEvents=True, timeMax="2026-12-08T00:00:00Z", orderBy="startTime")
    assert [item["start"]["dateTime"] for item in listed] == [
        "2026-11-23T10:00:00+01:00",
        "2026-12-01T15:00:00+01:00",
        "2026-12-07T10:00:00+01:00",
    ]


def test_instances_have_overrides_in_place_and_can_be_found_by_original_start(
    google: GoogleDouble, dana: Client
) -> None:
    google.add_event(DANA, weekly(id="series", rule="RRULE:FREQ=WEEKLY;COUNT=4"))
    google.patch_event(DANA, "series_20261130T090000Z", {"summary": "Changed"})
    google.delete_event(DANA, "series_20261207T090000Z")
    instances = dana.events.instances(calendarId="primary", eventId="series").execute()["items"]
    assert sorted((item["originalStartTime"]["dateTime"][:10], item["summary"]) for item in instances) == [
        ("2026-11-23", "Planning"),
        ("2026-11-30", "Changed"),
        ("2026-12-14", "Planning"),
    ]
    found = dana.events.instances(calendarId="primary", eventId="series", originalStart="2026-11-30T09:00:00Z")
    assert [item["summary"] for item in found.execute()["items"]] == ["Changed"]
    deleted = dana.events.instances(calendarId="primary", eventId="series", showDeleted=True)
    assert len(deleted.execute()["items"]) == 4


def test_trimming_a_rule_drops_the_overrides_behind_it(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, weekly(id="series"))
    google.patch_event(DANA, "series_20261130T090000Z", {"summary": "Stays"})
    google.patch_event(DANA, "series_20261214T090000Z", {"summary": "Goes"})
    _, token = dana.list()
    patch(dana, "series", {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20261207T090000Z"]})
    assert [item.get("summary") for item in dana.list()[0]] == ["Planning", "Stays"]
    delta, _ = dana.list(syncToken=token)
    assert [(item["id"], item["status"]) for item in delta] == [
        ("series", "confirmed"),
        ("series_20261214T090000Z", "cancelled"),
    ]


def test_a_rule_that_grows_again_has_its_plain_instances_back(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, weekly(id="series"))
    google.delete_event(DANA, "series_20261214T090000Z")
    patch(dana, "series", {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20261207T090000Z"]})
    _, token = dana.list()
    patch(dana, "series", {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=10"]})
    delta, _ = dana.list(syncToken=token)
    assert [(item["id"], item["status"]) for item in delta] == [
        ("series", "confirmed"),
        ("series_20261214T090000Z", "confirmed"),
    ]
    assert len(dana.list(singleEvents=True)[0]) == 10


def test_a_series_that_becomes_all_day_has_no_place_for_its_timed_exceptions(
    google: GoogleDouble, dana: Client
) -> None:
    google.add_event(DANA, weekly(id="series", rule="RRULE:FREQ=WEEKLY;COUNT=2"))
    google.delete_event(DANA, "series_20261130T090000Z")
    days = {
        name: {"dateTime": None, "timeZone": None, "date": day}
        for name, day in (("start", "2026-11-23"), ("end", "2026-11-24"))
    }
    patch(dana, "series", days)
    assert [item["id"] for item in dana.list(singleEvents=True)[0]] == ["series_20261123", "series_20261130"]


def test_a_deleted_series_takes_its_exceptions_with_it(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, weekly(id="series"))
    google.patch_event(DANA, "series_20261130T090000Z", {"summary": "Changed"})
    google.delete_event(DANA, "series_20261207T090000Z")
    google.delete_event(DANA, "series")
    assert dana.list()[0] == []
    assert dana.list(singleEvents=True)[0] == []


def test_exceptions_may_also_vanish_without_a_word(google: GoogleDouble, dana: Client) -> None:
    google.world.silent_exceptions = True
    google.add_event(DANA, weekly(id="series"))
    google.patch_event(DANA, "series_20261130T090000Z", {"summary": "Changed"})
    _, token = dana.list()
    google.delete_event(DANA, "series")
    assert [item["id"] for item in dana.list(syncToken=token)[0]] == ["series"]


# Types.


@pytest.mark.parametrize(
    "body",
    [
        all_day("2026-11-23", "2026-11-24", eventType="outOfOffice"),
        all_day("2026-11-23", "2026-11-24", eventType="focusTime"),
        meeting(eventType="focusTime", attendees=invited(ANA)),
        meeting(eventType="workingLocation"),
        meeting(eventType="something"),
    ],
)
def test_rules_of_event_types(dana: Client, body: dict[str, Any]) -> None:
    assert refusal(dana.events.insert(calendarId="primary", body=body)) == (400, "invalid")


def test_event_types_are_kept_with_their_properties(google: GoogleDouble, dana: Client) -> None:
    place = {"type": "homeOffice", "homeOffice": {}}
    google.add_event(
        DANA,
        all_day(
            "2026-11-23",
            "2026-11-24",
            eventType="workingLocation",
            workingLocationProperties=place,
            visibility="public",
            transparency="transparent",
        ),
    )
    google.add_event(DANA, meeting(eventType="focusTime", focusTimeProperties={"chatStatus": "doNotDisturb"}))
    listed, _ = dana.list(eventTypes=["workingLocation", "focusTime"])
    assert listed[0]["workingLocationProperties"] == place
    assert listed[1]["focusTimeProperties"] == {"chatStatus": "doNotDisturb"}


def test_status_events_are_on_primary_calendars_only(google: GoogleDouble, dana: Client) -> None:
    google.add_calendar("team", DANA)
    body = meeting(eventType="focusTime")
    assert refusal(dana.events.insert(calendarId="team", body=body)) == (400, "invalid")


def test_an_event_moves_to_another_calendar(google: GoogleDouble, dana: Client) -> None:
    google.add_calendar("team", DANA)
    google.add_event(DANA, meeting(id="event0"))
    moved = dana.events.move(calendarId="primary", eventId="event0", destination="team").execute()
    assert moved["organizer"]["email"] == "team"
    assert google.event(DANA, "event0")["status"] == "cancelled"
    assert [event["id"] for event in google.events("team")] == ["event0"]


def test_a_status_of_cancelled_deletes(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0"))
    assert patch(dana, "event0", {"status": "cancelled"})["status"] == "cancelled"
    assert refusal(dana.events.delete(calendarId="primary", eventId="event0")) == (410, "deleted")


def test_an_empty_recurrence_makes_a_single_event_of_a_series(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, weekly(id="series"))
    google.patch_event(DANA, "series_20261130T090000Z", {"summary": "Changed"})
    assert "recurrence" not in patch(dana, "series", {"recurrence": []})
    assert [item["id"] for item in dana.list()[0]] == ["series"]


@pytest.mark.parametrize("event_id", ["series_20261130T090000Z", "focus"])
def test_what_cannot_be_moved(google: GoogleDouble, dana: Client, event_id: str) -> None:
    google.add_calendar("team", DANA)
    google.add_event(DANA, weekly(id="series"))
    google.add_event(DANA, meeting(id="focus", eventType="focusTime"))
    request = dana.events.move(calendarId="primary", eventId=event_id, destination="team")
    assert refusal(request) == (400, "invalid")


def test_what_cannot_be_imported(dana: Client) -> None:
    body = meeting(iCalUID="uid@elsewhere", eventType="focusTime")
    assert refusal(dana.events.import_(calendarId="primary", body=body)) == (400, "invalid")


def test_many_attendees_are_cut_to_ones_own_line(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", attendees=invited(DANA, ANA, "ext@other.org")))
    event = dana.events.get(calendarId="primary", eventId="event0", maxAttendees=2).execute()
    assert ([line["email"] for line in event["attendees"]], event["attendeesOmitted"]) == ([DANA], True)
    assert len(dana.list(maxAttendees=3)[0][0]["attendees"]) == 3


def test_instances_are_those_of_a_series(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0"))
    google.add_event(DANA, all_day("2026-11-23", "2026-11-24", id="tage0", recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))
    assert refusal(dana.events.instances(calendarId="primary", eventId="event0")) == (404, "notFound")
    one = dana.events.instances(calendarId="primary", eventId="tage0", originalStart="2026-11-24").execute()
    assert [item["id"] for item in one["items"]] == ["tage0_20261124"]
