"""Lists of calendars, free and busy times, the directory, settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.google_double import GoogleDouble
from tests.google_double.client import Client, reason
from tests.google_double.conftest import ANA, BEN, DANA
from tests.google_double.samples import all_day, invited, meeting, weekly

DIRECTORY = "https://www.googleapis.com/auth/admin.directory.user.readonly"
ROOMS = "https://www.googleapis.com/auth/admin.directory.resource.calendar.readonly"
WINDOW = {"timeMin": "2026-11-23T00:00:00Z", "timeMax": "2026-11-30T00:00:00Z"}


def test_a_list_has_what_one_owns_and_what_is_shared(google: GoogleDouble, dana: Client) -> None:
    google.add_calendar("team", DANA, zone="America/New_York", summary="Team")
    google.share(ANA, DANA, "reader")
    entries = {entry["id"]: entry for entry in dana.api.calendarList().list().execute()["items"]}
    assert {name: entry["accessRole"] for name, entry in entries.items()} == {
        DANA: "owner",
        ANA: "reader",
        "team": "owner",
    }
    assert [name for name, entry in entries.items() if entry.get("primary")] == [DANA]
    assert (entries["team"]["timeZone"], entries["team"]["summary"]) == ("America/New_York", "Team")


def test_the_list_has_pages_and_a_least_role(google: GoogleDouble, dana: Client) -> None:
    for n in range(3):
        google.add_calendar(f"team{n}", DANA)
    google.share(ANA, DANA, "freeBusyReader")
    lists = dana.api.calendarList()
    pages: list[Any] = []
    request = lists.list(maxResults=2)
    while request is not None:
        pages.append(request.execute())
        request = lists.list_next(request, pages[-1])
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert ["nextSyncToken" in page for page in pages] == [False, False, True]
    assert len(lists.list(minAccessRole="reader").execute()["items"]) == 4


def test_the_list_tells_what_changed(google: GoogleDouble, dana: Client) -> None:
    token = dana.api.calendarList().list().execute()["nextSyncToken"]
    google.add_calendar("team", DANA)
    changed = dana.api.calendarList().list(syncToken=token).execute()["items"]
    assert [entry["id"] for entry in changed] == ["team"]
    with pytest.raises(HttpError) as refused:
        dana.api.calendarList().list(syncToken="nonsense").execute()
    assert reason(refused.value) == (410, "fullSyncRequired")


def test_a_calendar_says_its_zone_and_one_that_is_gone_is_not_found(google: GoogleDouble, dana: Client) -> None:
    google.add_calendar("team", DANA, zone="Asia/Tokyo")
    assert dana.api.calendars().get(calendarId="team").execute()["timeZone"] == "Asia/Tokyo"
    assert dana.api.settings().get(setting="timezone").execute()["value"] == "Europe/Berlin"
    google.remove_calendar("team")
    for request in (dana.api.calendars().get(calendarId="team"), dana.events.list(calendarId="team")):
        with pytest.raises(HttpError) as refused:
            request.execute()
        assert reason(refused.value) == (404, "notFound")


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("writer", 200)])
def test_writing_needs_the_role(google: GoogleDouble, ana: Client, role: str, status: int) -> None:
    google.share(DANA, ANA, role)
    request = ana.events.insert(calendarId=DANA, body=meeting())
    if status == 200:
        assert request.execute()["creator"]["email"] == ANA
        return
    with pytest.raises(HttpError) as refused:
        request.execute()
    assert reason(refused.value) == (403, "requiredAccessLevel")


def busy(client: Client, *names: str, **more: Any) -> dict[str, Any]:
    body = {**WINDOW, **more, "items": [{"id": name} for name in names]}
    found: dict[str, Any] = client.api.freebusy().query(body=body).execute()["calendars"]
    return found


def test_busy_times_are_merged_and_hold_what_blocks(google: GoogleDouble, ana: Client) -> None:
    google.load_events(
        DANA,
        [
            meeting(hour=9, id="at009"),
            meeting(hour=10, id="at010"),
            meeting(hour=13, transparency="transparent"),
            meeting(hour=14, attendees=invited(DANA, status="declined")),
            weekly(day=24, hour=16, id="series"),
        ],
    )
    google.patch_event(DANA, "series_20261124T150000Z", {"summary": "An override is busy once"})
    assert busy(ana, DANA)[DANA]["busy"] == [
        {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T10:00:00Z"},
        {"start": "2026-11-24T15:00:00Z", "end": "2026-11-24T16:00:00Z"},
    ]


def test_all_day_events_are_busy_on_the_calendars_clock(google: GoogleDouble, dana: Client) -> None:
    google.load_events(DANA, [all_day("2026-11-29", "2026-12-05")])
    assert busy(dana, DANA, timeZone="Europe/Berlin")[DANA]["busy"] == [
        {"start": "2026-11-29T00:00:00+01:00", "end": "2026-11-30T01:00:00+01:00"}
    ]


def test_calendars_that_cannot_be_read_are_errors_beside_the_others(google: GoogleDouble, dana: Client) -> None:
    google.add_user("else@other.org")
    google.add_user("shy@example.com", free_busy=False)
    found = busy(dana, "else@other.org", "shy@example.com", "nobody@example.com", ANA)
    assert [entry.get("errors", [{}])[0].get("reason") for entry in found.values()] == ["notFound"] * 3 + [None]


def test_limits_of_free_and_busy(dana: Client) -> None:
    found = busy(dana, *(f"person{n}@example.com" for n in range(51)))
    assert found["person50@example.com"]["errors"][0]["reason"] == "tooManyCalendarsRequested"
    for more, why in (
        ({"timeMax": "2027-11-23T00:00:00Z"}, "timeRangeTooLong"),
        ({"timeMax": WINDOW["timeMin"]}, "timeRangeEmpty"),
        ({"timeMax": None}, "required"),
    ):
        with pytest.raises(HttpError) as refused:
            busy(dana, DANA, **more)
        assert reason(refused.value) == (400, why)


@pytest.fixture
def directory(google: GoogleDouble, dana: Client) -> Iterator[Any]:
    dana.credentials.token = google.credentials(DANA, [DIRECTORY, ROOMS])["token"]
    http = google_auth_httplib2.AuthorizedHttp(dana.credentials, http=httplib2.Http(timeout=10))
    options = {"api_endpoint": f"{google.url}/"}
    with build("admin", "directory_v1", http=http, static_discovery=True, client_options=options) as api:
        yield api


def test_the_directory_lists_the_people_of_a_domain(google: GoogleDouble, directory: Any) -> None:
    google.add_user("eve@example.com", name="Eve Adams", manager=DANA, department="Platform")
    google.add_user("guest@other.org")
    people: list[Any] = []
    request = directory.users().list(domain="example.com", maxResults=3)
    while request is not None:
        page = request.execute()
        people += page["users"]
        request = directory.users().list_next(request, page)
    assert [person["primaryEmail"] for person in people] == [ANA, BEN, DANA, "eve@example.com"]
    assert people[3]["name"]["fullName"] == "Eve Adams"
    assert people[3]["relations"] == [{"value": DANA, "type": "manager"}]
    assert len(directory.users().list(customer="my_customer").execute()["users"]) == 5
    assert directory.users().get(userKey=ANA).execute()["primaryEmail"] == ANA
    with pytest.raises(HttpError) as refused:
        directory.users().list().execute()
    assert refused.value.resp.status == 400


def test_the_directory_lists_rooms(google: GoogleDouble, directory: Any) -> None:
    google.add_room("aquarium@resource.calendar.google.com", name="Aquarium", capacity=12)
    (room,) = directory.resources().calendars().list(customer="my_customer").execute()["items"]
    assert (room["resourceName"], room["resourceEmail"], room["capacity"]) == (
        "Aquarium",
        "aquarium@resource.calendar.google.com",
        12,
    )


def test_what_a_list_of_calendars_refuses(dana: Client) -> None:
    lists = dana.api.calendarList()
    token = lists.list().execute()["nextSyncToken"]
    for request, refusal in (
        (lists.list(syncToken=token, minAccessRole="owner"), (400, "syncTokenWithRequestRestrictions")),
        (lists.list(pageToken="nonsense"), (400, "invalid")),
        (lists.get(calendarId="nobody@example.com"), (404, "notFound")),
        (dana.api.settings().get(setting="locale"), (404, "notFound")),
        (dana.api.freebusy().query(body={"timeMin": "soon", "timeMax": "later"}), (400, "invalid")),
    ):
        with pytest.raises(HttpError) as refused:
            request.execute()
        assert reason(refused.value) == refusal


def test_a_room_is_in_the_list_of_who_may_book_it(google: GoogleDouble, dana: Client) -> None:
    room = google.add_room("aquarium@resource.calendar.google.com")
    google.share(room, DANA, "freeBusyReader")
    entry = dana.api.calendarList().get(calendarId=room).execute()
    assert (entry["accessRole"], entry["autoAcceptInvitations"]) == ("freeBusyReader", True)
