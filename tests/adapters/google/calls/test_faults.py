"""Whatever Google answers, a store says the right thing about it, and never takes a part for the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.adapters.google.calls import api
from app.adapters.google.events.event_changes import FORM
from app.domain.calendar.connected import Page
from app.errors import AppError, NotFoundError, ReconnectError, StaleTokenError, UnavailableError
from tests.adapters.google.given_events import monday
from tests.adapters.google.remote import DANA, PATIENCE_S, TIMEOUT_S, answering, store_at
from tests.google_double import faults
from tests.google_double.double import GoogleDouble
from tests.google_double.faults import Fault

Ask = Callable[[Any], object]


class Nothing:
    """Nothing is stored."""

    def etags(self) -> dict[str, str | None]:
        return {}

    def uid_of(self, href: str) -> str | None:
        return None

    def past(self, moment: object) -> tuple[str, ...]:
        return ()


CALLS: dict[str, Ask] = {
    "calendarList.list": lambda store: store.calendars(),
    "events.list": lambda store: list(store.changes(DANA, None, Nothing())),
    "events.get": lambda store: store.read(DANA, "event1"),
    "freebusy.query": lambda store: list(store.changes(f"freebusy:{DANA}", None, Nothing())),
}
TRANSIENT: dict[str, Fault] = {
    "no answer": faults.timeout(),
    "reset": faults.reset(),
    "cut off": faults.cut_off(),
    "cut JSON": faults.cut_json(),
    "an array": answering(200, b"[1]"),
    "nothing": answering(200, b""),
    "500": faults.refused("backendError"),
    "503 of a front end": faults.unavailable(retry_after=3),
    "429": faults.too_many(retry_after=3),
    "429 without a wait": faults.refused("rateLimitExceeded", status=429),
    "403 rateLimitExceeded": faults.refused("rateLimitExceeded"),
    "403 userRateLimitExceeded": faults.refused("userRateLimitExceeded"),
    "403 quotaExceeded": faults.refused("quotaExceeded"),
}
LASTING: dict[str, tuple[Fault, type[AppError]]] = {
    "400": (faults.refused("invalid"), UnavailableError),
    "404": (faults.refused("notFound"), NotFoundError),
    "403 forbidden": (faults.refused("forbidden"), NotFoundError),
    "403 insufficientPermissions": (faults.refused("insufficientPermissions"), ReconnectError),
    "409": (faults.refused("conflict"), UnavailableError),
    "412": (faults.refused("conditionNotMet"), UnavailableError),
    "a page of HTML": (answering(404, b"<html>\r\n</html>"), NotFoundError),
    "an unknown status": (answering(418, b'{"error": "teapot"}'), UnavailableError),
}


@pytest.fixture
def event(double: GoogleDouble) -> None:
    """An event that can be asked for."""
    double.put_event(DANA, monday(id="event1"))


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", TRANSIENT)
def test_what_passes_is_tried_again(double: GoogleDouble, event: None, call: str, fault: str) -> None:
    whole = CALLS[call](store_at(double))
    double.forget_requests()
    double.fault(TRANSIENT[fault], on=call, times=2)
    timeout_s = TIMEOUT_S if fault == "no answer" else PATIENCE_S
    assert CALLS[call](store_at(double, timeout_s=timeout_s)) == whole
    double.heal()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [name for name in TRANSIENT if name != "no answer"])
def test_what_does_not_pass_is_given_up(double: GoogleDouble, event: None, call: str, fault: str) -> None:
    waits: list[float] = []
    double.fault(TRANSIENT[fault], on=call, times=None)
    with pytest.raises(UnavailableError) as told:
        CALLS[call](store_at(double, sleep=waits.append))
    assert len(waits) == api.MAX_ATTEMPTS - 1
    assert max(waits) <= api.MAX_WAIT_S + 1
    assert "\n" not in str(told.value)
    assert told.value.retry_after_s == (3 if fault in ("503 of a front end", "429") else None)


def test_a_server_that_says_nothing_is_given_up(double: GoogleDouble) -> None:
    double.fault(faults.timeout(), on="calendarList.list", times=None)
    with pytest.raises(UnavailableError, match="in time"):
        store_at(double, timeout_s=0.05).calendars()
    double.heal()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", LASTING)
def test_what_will_not_pass_is_told_at_once(double: GoogleDouble, event: None, call: str, fault: str) -> None:
    answer, error = LASTING[fault]
    double.fault(answer, on=call, times=None)
    double.forget_requests()
    with pytest.raises(error) as told:
        CALLS[call](store_at(double))
    assert double.count(call) == 1
    assert "\n" not in str(told.value)


def test_what_is_not_there_is_said_in_a_sentence(double: GoogleDouble) -> None:
    double.fault(faults.refused("notFound"), on="events.list", times=None)
    with pytest.raises(NotFoundError, match=f"^Google cannot find the events of {DANA}, or {DANA} may not see that"):
        CALLS["events.list"](store_at(double))


def test_waits_grow_and_differ(double: GoogleDouble) -> None:
    double.fault(faults.refused("backendError"), on="*", times=None)
    runs = []
    for _ in range(3):
        waits: list[float] = []
        with pytest.raises(UnavailableError):
            store_at(double, sleep=waits.append).calendars()
        runs.append(waits)
    for waits in runs:
        assert all(2**n <= wait <= 2**n + 1 for n, wait in enumerate(waits)), waits
    assert len({tuple(waits) for waits in runs}) == 3


def test_a_wait_that_is_asked_for_is_kept(double: GoogleDouble) -> None:
    waits: list[float] = []
    double.fault(faults.too_many(retry_after=7), on="calendarList.list", times=2)
    store_at(double, sleep=waits.append).calendars()
    assert waits == [7, 7]


def test_a_long_wait_is_handed_on(double: GoogleDouble) -> None:
    double.fault(faults.unavailable(retry_after=600), on="calendarList.list", times=None)
    with pytest.raises(UnavailableError) as told:
        store_at(double, sleep=lambda _: pytest.fail("it waits")).calendars()
    assert told.value.retry_after_s == 600
    assert double.count("calendarList.list") == 1


@pytest.mark.parametrize("wait", ["Mon, 16 Nov 2026 08:00:00 GMT", "9" * 5000, "-1", "1.5", ""])
def test_a_wait_that_is_no_number_of_seconds_is_none(double: GoogleDouble, wait: str) -> None:
    double.fault(answering(503, b"{}", {"Retry-After": wait}), on="calendarList.list", times=None)
    with pytest.raises(UnavailableError) as told:
        store_at(double).calendars()
    assert told.value.retry_after_s is None


# Logins.


def test_an_access_token_that_ended_is_renewed_once(double: GoogleDouble) -> None:
    store = store_at(double)
    store.calendars()
    double.expire_access_tokens()
    double.forget_requests()
    assert store.calendars()
    assert [request.name for request in double.requests] == ["calendarList.list", "token", "calendarList.list"]


def test_a_token_that_is_refused_for_good_asks_to_connect_again(double: GoogleDouble) -> None:
    double.fault(faults.refused("authError"), on="calendarList.list", times=None)
    double.forget_requests()
    with pytest.raises(ReconnectError, match=r"dana@example\.com"):
        store_at(double).calendars()
    assert double.count("token") == 1
    assert double.count("calendarList.list") == 2


def test_a_login_that_was_withdrawn_asks_to_connect_again(double: GoogleDouble) -> None:
    store = store_at(double)
    double.revoke(DANA)
    with pytest.raises(ReconnectError, match="connect it again"):
        store.calendars()


def test_a_token_endpoint_that_breaks_off_is_no_withdrawn_login(double: GoogleDouble) -> None:
    store = store_at(double)
    double.expire_access_tokens()
    double.fault(faults.reset(), on="token", times=None)
    with pytest.raises(UnavailableError):
        store.calendars()


def test_a_token_endpoint_out_of_order_is_no_withdrawn_login(
    double: GoogleDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    store = store_at(double)
    double.expire_access_tokens()
    double.fault(faults.refused("backendError", status=503), on="token", times=None)
    with pytest.raises(UnavailableError):
        store.calendars()


# Tokens and pages.


def token_of(double: GoogleDouble) -> str:
    token = list(store_at(double).changes(DANA, None, Nothing()))[-1].token
    assert token
    return token


@pytest.mark.parametrize("reason", ["fullSyncRequired", "updatedMinTooLongAgo", "deleted"])
def test_a_token_that_is_forgotten_is_stale(double: GoogleDouble, event: None, reason: str) -> None:
    token = token_of(double)
    double.fault(faults.refused(reason, status=410), on="events.list")
    with pytest.raises(StaleTokenError):
        list(store_at(double).changes(DANA, token, Nothing()))


def test_a_token_of_a_time_when_less_was_read_of_events_is_stale(double: GoogleDouble, event: None) -> None:
    with pytest.raises(StaleTokenError):
        list(store_at(double).changes(DANA, token_of(double).removeprefix(FORM), Nothing()))
    assert double.count("events.list") == 1


def test_410_without_a_token_is_no_stale_token(double: GoogleDouble) -> None:
    """Else whoever starts over would start over for ever."""
    double.fault(faults.refused("fullSyncRequired"), on="events.list")
    with pytest.raises(UnavailableError):
        list(store_at(double).changes(DANA, None, Nothing()))


def test_410_of_an_event_is_a_deleted_event(double: GoogleDouble, event: None) -> None:
    double.fault(faults.refused("deleted"), on="events.get")
    with pytest.raises(NotFoundError):
        store_at(double).read(DANA, "event1")


@pytest.mark.parametrize("call", ["calendarList.list", "freebusy.query"])
def test_410_of_anything_else_is_a_fault(double: GoogleDouble, call: str) -> None:
    double.fault(faults.refused("deleted"), on=call)
    with pytest.raises(UnavailableError):
        CALLS[call](store_at(double))


@pytest.mark.parametrize(
    "fault",
    [
        *(fault for name, fault in TRANSIENT.items() if name != "no answer"),
        faults.refused("notFound"),
        faults.refused("fullSyncRequired"),
    ],
)
def test_a_listing_that_breaks_off_after_its_first_page_has_no_token(
    double: GoogleDouble, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.google.events.event_changes.PAGE_SIZE", 1)
    double.put_event(DANA, monday(id="event1"))
    double.put_event(DANA, monday(id="event2"))
    double.fault(fault, on="events.list", nth=2, times=None)
    seen: list[Page] = []
    with pytest.raises(AppError):
        seen.extend(store_at(double).changes(DANA, None, Nothing()))
    double.heal()
    assert [page.token for page in seen] == [None]


@pytest.mark.parametrize(
    "answer",
    [
        b"{}",
        b'{"items": []}',
        b'{"items": [], "nextSyncToken": ""}',
        b'{"items": [], "nextSyncToken": 5}',
        b'{"items": {"id": "a"}, "nextSyncToken": "t"}',
        b'{"items": ["a"], "nextSyncToken": "t"}',
        b'{"items": [{"summary": "no id"}], "nextSyncToken": "t"}',
        b'{"items": [{"id": "a", "summary": "no UID"}], "nextSyncToken": "t"}',
    ],
)
def test_an_answer_that_is_not_whole_is_no_listing(double: GoogleDouble, answer: bytes) -> None:
    double.fault(answering(200, answer), on="events.list", times=None)
    with pytest.raises(UnavailableError):
        CALLS["events.list"](store_at(double))


@pytest.mark.parametrize(
    "answer",
    [
        b"{}",
        b'{"calendars": {}}',
        b'{"calendars": {"dana@example.com": 5}}',
        b'{"calendars": {"dana@example.com": {"busy": [{"start": "2026-11-16T09:00:00Z"}]}}}',
        b'{"calendars": {"dana@example.com": {"busy": [], "errors": [{"reason": "internalError"}]}}}',
    ],
)
def test_an_answer_that_is_not_whole_is_no_free_time(double: GoogleDouble, answer: bytes) -> None:
    double.fault(answering(200, answer), on="freebusy.query", times=None)
    with pytest.raises(UnavailableError):
        CALLS["freebusy.query"](store_at(double))


def test_the_quota_of_a_day_is_not_asked_for_again(double: GoogleDouble) -> None:
    refusal = b'{"error": {"code": 403, "errors": [{"reason": "dailyLimitExceeded"}], "message": "Daily"}}'
    double.fault(answering(403, refusal), on="calendarList.list", times=None)
    with pytest.raises(UnavailableError, match="quota of today"):
        store_at(double).calendars()
    assert double.count("calendarList.list") == 1


def test_an_api_that_is_not_enabled_is_told(double: GoogleDouble) -> None:
    text = b"Calendar API has not been used\\nin project 1"
    refusal = b'{"error": {"code": 403, "errors": [{"reason": "accessNotConfigured"}], "message": "' + text + b'"}}'
    double.fault(answering(403, refusal), on="calendarList.list")
    with pytest.raises(UnavailableError, match="Calendar API has not been used in project 1"):
        store_at(double).calendars()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with GoogleDouble() as double:
        double.add_user(DANA)
        store = store_at(double)
    with pytest.raises(UnavailableError, match="cannot be reached"):
        store.calendars()
