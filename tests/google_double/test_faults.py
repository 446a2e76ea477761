"""What goes wrong on purpose, as the client library meets it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.google_double import (
    Fault,
    GoogleDouble,
    cut_json,
    cut_off,
    empty_page,
    lost_answer,
    refused,
    reset,
    timeout,
    token_loop,
    too_many,
    unavailable,
)
from tests.google_double.client import Client, reason
from tests.google_double.conftest import DANA
from tests.google_double.samples import meeting


def load(google: GoogleDouble, count: int) -> None:
    google.load_events(DANA, [meeting(id=f"event{n}") for n in range(count)])


def test_a_double_that_is_far_away_lets_every_request_wait(
    google: GoogleDouble, dana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tests.google_double.front.time.sleep", waited.append)
    google.wait_before_answers(0.05)
    dana.list()
    assert waited == [0.05]


@pytest.mark.parametrize(
    ("fault", "status", "why"),
    [
        (refused("authError"), 401, "authError"),
        (refused("rateLimitExceeded"), 403, "rateLimitExceeded"),
        (refused("userRateLimitExceeded"), 403, "userRateLimitExceeded"),
        (refused("quotaExceeded"), 403, "quotaExceeded"),
        (refused("notFound"), 404, "notFound"),
        (refused("fullSyncRequired"), 410, "fullSyncRequired"),
        (refused("conditionNotMet"), 412, "conditionNotMet"),
        (too_many(), 429, "rateLimitExceeded"),
        (refused("backendError"), 500, "backendError"),
        (refused("backendError", status=503), 503, "backendError"),
    ],
)
def test_refusals_come_in_googles_form(dana: Client, google: GoogleDouble, fault: Fault, status: int, why: str) -> None:
    google.fault(fault, times=None)
    with pytest.raises(HttpError) as error:
        dana.list()
    assert reason(error.value) == (status, why)
    body = json.loads(error.value.content)
    assert set(body["error"]) == {"errors", "code", "message"}


@pytest.mark.parametrize("fault", [too_many(7), unavailable(7), refused("backendError", status=503, retry_after=7)])
def test_retry_after_is_told(dana: Client, google: GoogleDouble, fault: Fault) -> None:
    google.fault(fault)
    with pytest.raises(HttpError) as error:
        dana.list()
    assert error.value.resp["retry-after"] == "7"


def test_a_fault_strikes_at_the_nth_request_and_as_often_as_it_should(dana: Client, google: GoogleDouble) -> None:
    google.fault(refused("backendError"), nth=2, times=2)
    outcomes = []
    for _ in range(5):
        try:
            outcomes.append(dana.events.list(calendarId="primary").execute()["kind"])
        except HttpError as error:
            outcomes.append(error.resp.status)
    assert outcomes == ["calendar#events", 500, 500, "calendar#events", "calendar#events"]


def test_a_fault_strikes_the_requests_that_it_names(dana: Client, google: GoogleDouble) -> None:
    google.fault(refused("backendError"), on="calendar*.get", times=None)
    assert dana.list()[0] == []
    for resource in (dana.api.calendars(), dana.api.calendarList()):
        with pytest.raises(HttpError):
            resource.get(calendarId=DANA).execute()
    google.heal()
    assert dana.api.calendars().get(calendarId=DANA).execute()["id"] == DANA


def test_the_library_recovers_from_a_burst_of_rate_limits(dana: Client, google: GoogleDouble) -> None:
    google.fault(refused("rateLimitExceeded"), times=1)
    request = dana.events.list(calendarId="primary")
    request._sleep = lambda _seconds: None
    assert request.execute(num_retries=1)["items"] == []


def test_a_reset_connection(dana: Client, google: GoogleDouble) -> None:
    google.fault(reset(), times=None)
    with pytest.raises(ConnectionError):
        dana.list()
    google.heal()
    assert dana.list()[0] == []


def test_a_request_without_an_answer_times_out(client_of: Callable[..., Client], google: GoogleDouble) -> None:
    impatient = client_of(DANA, timeout_s=0.05)
    google.fault(timeout())
    with pytest.raises(TimeoutError):
        impatient.list()
    assert [request.status for request in google.requests] == [None]


def test_a_held_request_ends_when_released(dana: Client, google: GoogleDouble) -> None:
    google.fault(timeout(), times=None)
    errors: list[Exception] = []

    def ask() -> None:
        try:
            dana.list()
        except (OSError, http.client.HTTPException) as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while thread.is_alive():  # the library may ask again by itself
        try:
            google.wait_until_held(0.1)
        except TimeoutError:
            continue
        google.release()
    thread.join()
    assert len(errors) == 1


def test_an_answer_that_is_cut_off(dana: Client, google: GoogleDouble) -> None:
    google.fault(cut_off(), times=None)
    with pytest.raises(http.client.IncompleteRead):
        dana.list()


def test_the_library_gives_cut_json_as_text(dana: Client, google: GoogleDouble) -> None:
    google.fault(cut_json())
    answer = dana.events.list(calendarId="primary").execute()
    assert isinstance(answer, str)
    assert [request.status for request in google.requests] == [200]


def test_an_effect_whose_answer_is_lost(dana: Client, google: GoogleDouble) -> None:
    google.fault(lost_answer(), on="events.insert", times=None)
    with pytest.raises(ConnectionError):
        dana.events.insert(calendarId="primary", body=meeting(id="made0")).execute()
    google.heal()
    with pytest.raises(HttpError) as error:
        dana.events.insert(calendarId="primary", body=meeting(id="made0")).execute()
    assert reason(error.value) == (409, "duplicate")
    assert [event["id"] for event in google.events(DANA)] == ["made0"]


def test_an_empty_page_leads_on_to_the_page_that_was_asked_for(dana: Client, google: GoogleDouble) -> None:
    load(google, 5)
    google.fault(empty_page(), nth=2)
    pages: list[Any] = []
    request = dana.events.list(calendarId="primary", maxResults=2)
    while request is not None:
        pages.append(request.execute())
        request = dana.events.list_next(request, pages[-1])
    assert [len(page["items"]) for page in pages] == [2, 0, 2, 1]
    assert "nextSyncToken" in pages[-1]


def test_an_empty_first_page(dana: Client, google: GoogleDouble) -> None:
    load(google, 1)
    google.fault(empty_page())
    items, token = dana.list()
    assert [item["id"] for item in items] == ["event0"]
    assert token is not None


def test_a_token_loop_never_ends(dana: Client, google: GoogleDouble) -> None:
    load(google, 5)
    google.fault(token_loop(), nth=2, times=None)
    tokens = []
    request = dana.events.list(calendarId="primary", maxResults=2)
    for _ in range(5):
        page = request.execute()
        tokens.append(page["nextPageToken"])
        request = dana.events.list_next(request, page)
    assert len(set(tokens[1:])) == 1


def test_the_log_keeps_who_asked_for_what(dana: Client, google: GoogleDouble) -> None:
    dana.list(maxResults=7)
    (logged,) = google.requests
    assert (logged.name, logged.method, logged.user, logged.status) == ("events.list", "GET", DANA, 200)
    assert logged.path == "/calendar/v3/calendars/primary/events"
    assert logged.query["maxResults"] == ["7"]
    google.forget_requests()
    assert google.count() == 0
