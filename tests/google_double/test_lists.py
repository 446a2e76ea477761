"""`events.list`: pages, sync tokens, filters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httplib2
import pytest
from googleapiclient.errors import HttpError

from tests.google_double import GoogleDouble
from tests.google_double.client import Client, reason
from tests.google_double.conftest import ANA, DANA
from tests.google_double.samples import all_day, meeting, weekly


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def test_pages_bring_every_event_once_and_the_sync_token_on_the_last_alone(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(id=f"event{n}") for n in range(7)])
    request = dana.events.list(calendarId="primary", maxResults=3)
    pages = []
    while request is not None:
        pages.append(request.execute())
        request = dana.events.list_next(request, pages[-1])
    assert [ids(page["items"]) for page in pages] == [
        ["event0", "event1", "event2"],
        ["event3", "event4", "event5"],
        ["event6"],
    ]
    assert ["nextSyncToken" in page for page in pages] == [False, False, True]
    assert ["nextPageToken" in page for page in pages] == [True, True, False]


def test_what_changes_while_pages_are_fetched_comes_with_the_next_sync(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(id=f"event{n}") for n in range(4)])
    first = dana.events.list(calendarId="primary", maxResults=3).execute()
    google.patch_event(DANA, "event3", {"summary": "Changed"})
    google.add_event(DANA, meeting(id="later"))
    second = dana.events.list(calendarId="primary", maxResults=3, pageToken=first["nextPageToken"]).execute()
    assert [item["summary"] for item in second["items"]] == ["Planning"]
    assert sorted(ids(dana.list(syncToken=second["nextSyncToken"])[0])) == ["event3", "later"]


def test_a_sync_token_brings_what_changed_and_deletions_with_few_fields(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(id="keeps"), meeting(id="changes"), meeting(id="leaves")])
    _, token = dana.list()
    google.patch_event(DANA, "changes", {"summary": "New"})
    google.delete_event(DANA, "leaves")
    changed, next_token = dana.list(syncToken=token)
    assert [(item["id"], item["status"], item.get("summary")) for item in changed] == [
        ("changes", "confirmed", "New"),
        ("leaves", "cancelled", None),
    ]
    assert dana.list(syncToken=next_token)[0] == []


def test_an_incremental_list_has_pages_too(google: GoogleDouble, dana: Client) -> None:
    _, token = dana.list()
    google.load_events(DANA, [meeting(id=f"event{n}") for n in range(5)])
    google.forget_requests()
    assert len(dana.list(syncToken=token, maxResults=2)[0]) == 5
    assert google.count("events.list") == 3


@pytest.mark.parametrize(
    "filters",
    [
        {"timeMin": "2026-11-01T00:00:00Z"},
        {"timeMax": "2026-11-01T00:00:00Z"},
        {"updatedMin": "2026-11-01T00:00:00Z"},
        {"q": "Planning"},
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "a=b"},
        {"sharedExtendedProperty": "a=b"},
        {"showDeleted": False},
    ],
)
def test_a_sync_token_beside_a_filter_is_refused(dana: Client, filters: dict[str, Any]) -> None:
    _, token = dana.list()
    with pytest.raises(HttpError) as refused:
        dana.list(syncToken=token, **filters)
    assert reason(refused.value) == (400, "syncTokenWithRequestRestrictions")


def test_unknown_expired_and_foreign_sync_tokens_ask_for_a_full_sync(
    google: GoogleDouble, dana: Client, ana: Client
) -> None:
    _, token = dana.list()
    google.expire_sync_tokens(DANA)
    for client, stale in ((dana, "nonsense"), (dana, token), (dana, ana.list()[1])):
        with pytest.raises(HttpError) as refused:
            client.list(syncToken=stale)
        assert reason(refused.value) == (410, "fullSyncRequired")
    assert dana.list(syncToken=dana.list()[1])[0] == []


def test_a_page_token_belongs_to_its_query(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(), meeting()])
    token = dana.events.list(calendarId="primary", maxResults=1).execute()["nextPageToken"]
    for query in ({"maxResults": 1, "pageToken": "nonsense"}, {"maxResults": 2, "pageToken": token}):
        with pytest.raises(HttpError) as refused:
            dana.events.list(calendarId="primary", **query).execute()
        assert reason(refused.value) == (400, "invalid")


def test_deleted_events_are_listed_only_if_wanted_but_cancelled_instances_always_with_masters(
    google: GoogleDouble, dana: Client
) -> None:
    google.add_event(DANA, weekly(id="series"))
    google.add_event(DANA, meeting(id="single"))
    google.delete_event(DANA, "single")
    google.delete_event(DANA, "series_20261130T090000Z")
    assert ids(dana.list()[0]) == ["series", "series_20261130T090000Z"]
    assert set(ids(dana.list(showDeleted=True)[0])) == {"series", "series_20261130T090000Z", "single"}
    assert "series_20261130T090000Z" not in ids(dana.list(singleEvents=True)[0])
    assert "series_20261130T090000Z" in ids(dana.list(singleEvents=True, showDeleted=True)[0])


def test_a_cancelled_instance_has_few_fields(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, weekly(id="series"))
    google.delete_event(DANA, "series_20261130T090000Z")
    exception = dana.list()[0][1]
    assert set(exception) - {"kind", "etag", "updated"} == {"id", "status", "recurringEventId", "originalStartTime"}
    assert exception["originalStartTime"]["dateTime"] == "2026-11-30T10:00:00+01:00"


def test_a_window_takes_what_ends_after_its_start_and_starts_before_its_end(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(hour=hour, id=f"at{hour:03d}") for hour in (9, 10, 11, 12)])
    # In another offset: instants are compared, not texts.
    listed, _ = dana.list(timeMin="2026-11-23T04:00:00-05:00", timeMax="2026-11-23T11:00:00Z")
    assert ids(listed) == ["at010", "at011"]
    assert ids(dana.list(timeMin="2026-11-23T09:30:00Z", timeMax="2026-11-23T11:00:00Z")[0]) == ["at010", "at011"]


def test_a_window_takes_the_series_that_have_an_instance_in_it(google: GoogleDouble, dana: Client) -> None:
    google.load_events(
        DANA, [weekly(id="short", rule="RRULE:FREQ=WEEKLY;COUNT=2"), weekly(id="endless", rule="RRULE:FREQ=WEEKLY")]
    )
    assert ids(dana.list(timeMin="2027-03-01T00:00:00Z", timeMax="2027-03-08T00:00:00Z")[0]) == ["endless"]


def test_an_empty_window_and_an_order_that_does_not_fit_are_refused(dana: Client) -> None:
    with pytest.raises(HttpError) as empty:
        dana.list(timeMin="2026-11-23T00:00:00Z", timeMax="2026-11-23T00:00:00Z")
    with pytest.raises(HttpError) as order:
        dana.list(orderBy="startTime")
    with pytest.raises(HttpError) as offset:
        dana.list(timeMin="2026-11-23T00:00:00")
    assert reason(empty.value) == (400, "timeRangeEmpty")
    assert reason(order.value) == (400, "orderBySpecifiedForUnsupported")
    assert reason(offset.value) == (400, "invalid")


def test_orders_by_start_and_by_change(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(hour=hour, id=f"at{hour:03d}") for hour in (14, 9, 11)])
    google.patch_event(DANA, "at009", {"summary": "Changed last"})
    assert ids(dana.list(singleEvents=True, orderBy="startTime")[0]) == ["at009", "at011", "at014"]
    by_change, token = dana.list(orderBy="updated")
    assert ids(by_change) == ["at014", "at011", "at009"]
    assert token is None


def test_single_events_are_the_instances_on_the_wall_clock_over_a_change_of_the_clocks(
    google: GoogleDouble, dana: Client
) -> None:
    google.add_event(DANA, weekly(id="series", rule="RRULE:FREQ=WEEKLY"))
    window = {"timeMin": "2027-03-21T00:00:00Z", "timeMax": "2027-04-01T00:00:00Z"}
    listed, _ = dana.list(singleEvents=True, orderBy="startTime", **window)
    assert [(item["id"], item["start"]["dateTime"]) for item in listed] == [
        ("series_20270322T090000Z", "2027-03-22T10:00:00+01:00"),
        ("series_20270329T080000Z", "2027-03-29T10:00:00+02:00"),
    ]
    assert all(item["recurringEventId"] == "series" and "recurrence" not in item for item in listed)


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["RRULE:FREQ=DAILY;UNTIL=20261125T090000Z"], [23, 24, 25]),
        (["RRULE:FREQ=DAILY;UNTIL=20261124"], [23, 24]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20261124T100000"], [23, 25]),
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261124T090000Z"], [23]),
        (["RDATE;TZID=Europe/Berlin:20261125T100000,20261127T100000"], [23, 25, 27]),
        (["RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2"], [24, 26]),
    ],
)
def test_rules_dates_and_their_exceptions(
    google: GoogleDouble, dana: Client, lines: list[str], days: list[int]
) -> None:
    google.add_event(DANA, meeting(recurrence=lines))
    listed, _ = dana.list(singleEvents=True, orderBy="startTime")
    assert [int(item["start"]["dateTime"][8:10]) for item in listed] == days


def test_all_day_series_have_dates_as_ids(google: GoogleDouble, dana: Client) -> None:
    lines = ["RRULE:FREQ=DAILY;UNTIL=20261125", "EXDATE;VALUE=DATE:20261124"]
    google.add_event(DANA, all_day("2026-11-23", "2026-11-24", id="tage0", recurrence=lines))
    listed, _ = dana.list(singleEvents=True)
    assert ids(listed) == ["tage0_20261123", "tage0_20261125"]
    assert listed[1]["end"] == {"date": "2026-11-26"}


def test_filters_by_type_uid_words_and_properties(google: GoogleDouble, dana: Client) -> None:
    away = meeting(id="leave0", eventType="outOfOffice", summary="Dentist")
    google.load_events(DANA, [away, meeting(id="plain", iCalUID="uid@x", extendedProperties={"private": {"run": "7"}})])
    assert ids(dana.list(eventTypes=["outOfOffice"])[0]) == ["leave0"]
    assert ids(dana.list(eventTypes=["outOfOffice", "default"])[0]) == ["leave0", "plain"]
    assert ids(dana.list(iCalUID="uid@x")[0]) == ["plain"]
    assert ids(dana.list(q="dentist")[0]) == ["leave0"]
    assert ids(dana.list(privateExtendedProperty=["run=7"])[0]) == ["plain"]
    assert dana.list(privateExtendedProperty=["run=7", "other=1"])[0] == []


def test_updated_min_brings_deletions_as_well(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(id="older"), meeting(id="gone0")])
    moment = google.now.isoformat()
    google.delete_event(DANA, "gone0")
    assert ids(dana.list(updatedMin=moment)[0]) == ["gone0"]


def test_fields_leave_what_was_asked_for(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(id="event0"), meeting(id="event1")])
    page = dana.events.list(
        calendarId="primary", maxResults=1, fields="nextPageToken,items(id,start/dateTime)"
    ).execute()
    assert page["items"] == [{"id": "event0", "start": {"dateTime": "2026-11-23T10:00:00+01:00"}}]
    assert set(page) == {"items", "nextPageToken"}
    assert dana.events.get(calendarId="primary", eventId="event0", fields="id").execute() == {"id": "event0"}
    with pytest.raises(HttpError) as refused:
        dana.events.list(calendarId="primary", fields="items(id").execute()
    assert refused.value.resp.status == 400


def test_times_are_told_in_the_zone_that_is_asked_for(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting())
    page = dana.events.list(calendarId="primary", timeZone="Asia/Tokyo").execute()
    assert page["timeZone"] == "Asia/Tokyo"
    assert page["items"][0]["start"] == {"dateTime": "2026-11-23T18:00:00+09:00", "timeZone": "Europe/Berlin"}


def test_who_may_only_see_free_and_busy_gets_times_without_details(google: GoogleDouble, ana: Client) -> None:
    google.add_event(DANA, meeting(location="Room 1"))
    google.share(DANA, ANA, "freeBusyReader")
    page = ana.events.list(calendarId=DANA).execute()
    assert page["accessRole"] == "freeBusyReader"
    assert "summary" not in page["items"][0]
    assert "location" not in page["items"][0]


def test_a_reader_sees_details_but_those_of_private_events(google: GoogleDouble, ana: Client) -> None:
    google.load_events(DANA, [meeting(id="open0"), meeting(id="secret", visibility="private")])
    google.share(DANA, ANA, "reader")
    assert [item.get("summary") for item in ana.list(DANA)[0]] == ["Planning", None]


def test_a_calendar_that_is_not_shared_is_not_found(ana: Client) -> None:
    with pytest.raises(HttpError) as refused:
        ana.list(DANA)
    assert reason(refused.value) == (404, "notFound")


def test_at_most_2500_events_a_page(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting() for _ in range(2501)])
    assert len(dana.events.list(calendarId="primary", maxResults=9999).execute()["items"]) == 2500
    assert len(dana.events.list(calendarId="primary").execute()["items"]) == 250


@pytest.mark.parametrize(
    "query", [{"orderBy": "title"}, {"eventTypes": ["party"]}, {"maxResults": 0}, {"timeMin": "soon"}]
)
def test_values_that_there_are_not_are_refused(google: GoogleDouble, query: dict[str, Any]) -> None:
    # Asked without the library, which refuses some of them by itself.
    assert raw(google, "/calendars/primary/events", query) == 400


def test_a_long_query_comes_in_the_body(google: GoogleDouble, dana: Client) -> None:
    google.add_event(DANA, meeting(id="event0", extendedProperties={"private": {"name": "x" * 3000}}))
    assert ids(dana.list(privateExtendedProperty=["name=" + "x" * 3000])[0]) == ["event0"]
    assert google.requests[-1].method == "GET"
    assert google.requests[-1].name == "events.list"


def test_only_so_many_answers_are_kept_for_their_pages(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [meeting(), meeting()])
    first = dana.events.list(calendarId="primary", maxResults=1).execute()
    for n in range(64):
        dana.events.list(calendarId="primary", maxResults=1, q=str(n)).execute()
    with pytest.raises(HttpError) as refused:
        dana.events.list(calendarId="primary", maxResults=1, pageToken=first["nextPageToken"]).execute()
    assert reason(refused.value) == (400, "invalid")


def test_a_token_belongs_to_masters_or_to_instances(dana: Client) -> None:
    _, token = dana.list(singleEvents=True)
    with pytest.raises(HttpError) as refused:
        dana.list(syncToken=token)
    assert reason(refused.value) == (400, "invalid")


def test_an_incremental_list_of_instances(google: GoogleDouble, dana: Client) -> None:
    _, token = dana.list(singleEvents=True)
    google.add_event(DANA, weekly(id="series", rule="RRULE:FREQ=WEEKLY;COUNT=2"))
    changed, _ = dana.list(syncToken=token, singleEvents=True)
    assert ids(changed) == ["series_20261123T090000Z", "series_20261130T090000Z"]


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ("items/id", {"items": [{"id": "event0"}]}),
        ("items(start(timeZone,date))", {"items": [{"start": {"timeZone": "Europe/Berlin"}}]}),
        ("items/organizer/*", {"items": [{"organizer": {"email": DANA, "displayName": DANA, "self": True}}]}),
        ("kind", {"kind": "calendar#events"}),
        ("items(summary/text)", {"items": [{"summary": "Planning"}]}),
    ],
)
def test_forms_of_fields(google: GoogleDouble, dana: Client, fields: str, left: dict[str, Any]) -> None:
    google.add_event(DANA, meeting(id="event0"))
    assert dana.events.list(calendarId="primary", fields=fields).execute() == left


@pytest.mark.parametrize("fields", ["items(", "items)", ",", "items(id))", "/"])
def test_faulty_fields_are_refused(google: GoogleDouble, fields: str) -> None:
    assert raw(google, "/calendars/primary/events", {"fields": fields}) == 400


@pytest.mark.parametrize("path", ["/calendars/primary/nothing", "/calendars/primary/acl", "/colors"])
def test_what_the_double_does_not_show_is_not_found(google: GoogleDouble, path: str) -> None:
    assert raw(google, path, {}) == 404


def raw(google: GoogleDouble, path: str, query: dict[str, Any]) -> int:
    """The status of a request that the library would not send."""
    http = httplib2.Http(timeout=10)
    head = {"Authorization": f"Bearer {google.credentials(DANA)['token']}"}
    response, _ = http.request(f"{google.api_url}{path[1:]}?{urlencode(query, doseq=True)}", headers=head)
    http.close()
    return int(response.status)
