"""Google fails at each request of a sync: nothing is lost, nothing is doubled, and the state says what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine

from app.adapters.google.calls import api
from app.adapters.google.events import event_changes
from app.adapters.store.database import open_database
from app.adapters.store.upgrades import upgrade
from app.domain.calendar.connected import SyncState
from app.services.syncing.sync import Synced
from tests.adapters.store.kept import ANA
from tests.google_double import (
    Fault,
    GoogleDouble,
    cut_json,
    cut_off,
    empty_page,
    refused,
    reset,
    timeout,
    token_loop,
    too_many,
    unavailable,
)
from tests.google_double.errors import OauthError
from tests.google_double.faults import Serve
from tests.google_double.messages import Answer, Request
from tests.google_double.samples import meeting, weekly
from tests.services.google_syncing import DANA, BusySyncing, GoogleSyncing

TIMEOUT_S = 0.3
"""Where no answer comes: long enough for the healthy ones between."""
SYNCED, RETRYING, RECONNECT, GONE = SyncState.SYNCED, SyncState.RETRYING, SyncState.RECONNECT, SyncState.GONE

# What becomes of a sync whose list of events fails once, and again and again.
FAULTS: Mapping[str, tuple[Fault, SyncState, SyncState]] = {
    "timeout": (timeout(), SYNCED, RETRYING),
    "reset connection": (reset(), SYNCED, RETRYING),
    "500": (refused("backendError"), SYNCED, RETRYING),
    "503 with Retry-After": (unavailable(retry_after=3), SYNCED, RETRYING),
    "429": (too_many(retry_after=3), SYNCED, RETRYING),
    "403 rateLimitExceeded": (refused("rateLimitExceeded"), SYNCED, RETRYING),
    "403 quotaExceeded": (refused("quotaExceeded"), SYNCED, RETRYING),
    "401": (refused("authError"), SYNCED, RECONNECT),
    "404": (refused("notFound"), GONE, GONE),
    "412": (refused("conditionNotMet"), RETRYING, RETRYING),
    "cut off": (cut_off(), SYNCED, RETRYING),
    "truncated JSON": (cut_json(), SYNCED, RETRYING),
    "empty page with a next token": (empty_page(), SYNCED, RETRYING),
    "token loop": (token_loop(), SYNCED, RETRYING),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all cases, each of which leaves it empty."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('faults') / 'clearweek.sqlite'}")
    upgrade(engine)
    yield engine
    engine.dispose()


class Case:
    """The same calendar again and again: before its first sync, or before one that has changes to bring."""

    def __init__(self, engine: Engine, *, first: bool) -> None:
        self._engine = engine
        self._first = first
        self.timeout_s = 10.0

    def syncing(self, google: GoogleDouble) -> GoogleSyncing:
        google.add_user(DANA)
        _fill(google, DANA)
        return GoogleSyncing(self._engine, google, timeout_s=self.timeout_s)

    def change(self, google: GoogleDouble) -> None:
        _change(google, DANA)

    @contextmanager
    def begun(self, *, expired: bool = False) -> Iterator[GoogleSyncing]:
        """Before the sync; with `expired`, the access token has ended since."""
        with GoogleDouble() as google:
            syncing = self.syncing(google)
            if not self._first:
                assert syncing.sync().state == SYNCED
                self.change(google)
            assert syncing.server
            if expired:
                google.expire_access_tokens()
            google.forget_requests()
            try:
                yield syncing
            finally:
                syncing.kept.forget("c1")

    def healthy(self, *, expired: bool = False) -> tuple[list[str], int]:
        """The requests of a sync without faults, and how many objects it leaves."""
        with self.begun(expired=expired) as syncing:
            synced = syncing.sync()
            assert synced.state == SYNCED
            assert syncing.seen() == syncing.wanted()
            return [request.name for request in syncing.google.requests], synced.events


class BusyCase(Case):
    """The same with somebody of whom only the busy times are shown."""

    def syncing(self, google: GoogleDouble) -> GoogleSyncing:
        google.add_user(DANA)
        google.add_user(ANA)
        _fill(google, ANA)
        return BusySyncing(self._engine, google, timeout_s=self.timeout_s)

    def change(self, google: GoogleDouble) -> None:
        _change(google, ANA)


@pytest.fixture(params=["first", "incremental"])
def case(request: pytest.FixtureRequest, shared: Engine, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(event_changes, "PAGE_SIZE", 4)
    monkeypatch.setattr(api, "MAX_ATTEMPTS", 3)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)  # google-auth's own, before it asks for a token again
    return Case(shared, first=request.param == "first")


@pytest.fixture(params=["first", "incremental"])
def busy_case(request: pytest.FixtureRequest, shared: Engine, monkeypatch: pytest.MonkeyPatch) -> BusyCase:
    monkeypatch.setattr(api, "MAX_ATTEMPTS", 3)
    return BusyCase(shared, first=request.param == "first")


def _fill(google: GoogleDouble, who: str) -> None:
    google.load_events(who, [meeting(hour=hour, id=f"event{hour}", summary=f"At {hour}") for hour in range(8, 14)])
    google.add_event(who, weekly(id="series", hour=15))
    google.patch_event(who, "series_20261130T140000Z", {"summary": "Changed"})
    google.delete_event(who, "series_20261207T140000Z")
    google.add_event(who, weekly(id="other", hour=17))


def _change(google: GoogleDouble, who: str) -> None:
    google.patch_event(who, "event8", {"summary": "Renamed"})
    google.delete_event(who, "event9")
    google.patch_event(who, "other_20261130T160000Z", {"summary": "Moved", **_at(20)})
    google.patch_event(who, "series", {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})
    google.load_events(who, [meeting(hour=21, id="event21", summary="New")])
    google.delete_event(who, "other_20261214T160000Z")


def _at(hour: int) -> dict[str, object]:
    return {name: meeting(30, hour)[name] for name in ("start", "end")}


def ungranted(_request: Request, _serve: Serve) -> Answer:
    """The refresh token is over."""
    error = OauthError("invalid_grant", "Token has been expired or revoked.")
    return Answer(error.status, error.body())


def _says_what_happened(syncing: GoogleSyncing, synced: Synced) -> None:
    status = syncing.status
    assert (status.state, status.problem, status.remedy) == (synced.state, synced.problem, synced.remedy)
    assert bool(synced.problem) == bool(synced.remedy) == (synced.state != SYNCED)
    assert "\n" not in (synced.problem or "")
    assert (status.next_try_at is None) == (synced.state == RECONNECT)


def _try(syncing: GoogleSyncing, fault: Fault, place: int, times: int | None, events: int | None = None) -> SyncState:
    """Sync with a fault, then without; look at what is seen after each, and how many objects there are in the end."""
    before = syncing.seen()
    syncing.google.fault(fault, on="*", nth=place + 1, times=times)
    failed = syncing.sync()
    _says_what_happened(syncing, failed)
    assert syncing.seen() == (syncing.wanted() if failed.state == SYNCED else before)
    syncing.google.heal()
    healed = syncing.sync()
    assert healed.state == SYNCED
    assert events in (None, healed.events)
    assert syncing.seen() == syncing.wanted()
    _says_what_happened(syncing, healed)
    return failed.state


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_at_any_request_for_events(case: Case, name: str) -> None:
    fault, once, always = FAULTS[name]
    case.timeout_s = TIMEOUT_S if name == "timeout" else case.timeout_s
    requests, events = case.healthy()
    assert requests == ["events.list"] * len(requests)
    assert len(requests) >= 2
    for place in range(len(requests)):
        for times, expected in ((1, once), (None, always)):
            with case.begun() as syncing:
                assert _try(syncing, fault, place, times, events) == expected, (place, times)


@pytest.mark.parametrize("once", [True, False], ids=["once", "always"])
def test_a_forgotten_token_begins_again_in_the_same_sync_or_says_so(case: Case, once: bool) -> None:
    requests, _ = case.healthy()
    for place in range(len(requests)):
        with case.begun() as syncing:
            has_token = syncing.status.state == SYNCED
            expected = SYNCED if has_token and once else RETRYING
            assert _try(syncing, refused("fullSyncRequired"), place, 1 if once else None) == expected


@pytest.mark.parametrize("name", [name for name in FAULTS if "token" not in name] + ["410"])
def test_a_fault_at_any_request_for_busy_times(busy_case: BusyCase, name: str) -> None:
    fault, once, always = {**FAULTS, "410": (refused("fullSyncRequired"), RETRYING, RETRYING)}[name]
    busy_case.timeout_s = TIMEOUT_S if name == "timeout" else busy_case.timeout_s
    requests, events = busy_case.healthy()
    assert requests == ["freebusy.query"] * 4
    for place in (0, 3):
        for times, expected in ((1, once), (None, always)):
            with busy_case.begun() as syncing:
                assert _try(syncing, fault, place, times, events) == expected, (place, times)


TOKEN_FAULTS: Mapping[str, tuple[Fault, SyncState, SyncState]] = {
    "timeout": (timeout(), SYNCED, RETRYING),
    "reset connection": (reset(), SYNCED, RETRYING),
    "500": (refused("backendError"), SYNCED, RETRYING),
    "503 with Retry-After": (unavailable(retry_after=3), SYNCED, RETRYING),
    "429": (too_many(retry_after=3), SYNCED, RETRYING),
    "cut off": (cut_off(), SYNCED, RETRYING),
    "truncated JSON": (cut_json(), SYNCED, RETRYING),
    "invalid_grant": (ungranted, RECONNECT, RECONNECT),
}


@pytest.mark.parametrize("name", TOKEN_FAULTS)
def test_a_fault_where_access_is_renewed(case: Case, name: str) -> None:
    fault, once, always = TOKEN_FAULTS[name]
    case.timeout_s = TIMEOUT_S if name == "timeout" else case.timeout_s
    requests, events = case.healthy(expired=True)
    place = requests.index("token")
    for times, expected in ((1, once), (None, always)):
        with case.begun(expired=True) as syncing:
            assert _try(syncing, fault, place, times, events) == expected, times


def test_a_login_that_was_withdrawn_waits_for_somebody(case: Case) -> None:
    with case.begun() as syncing:
        before = syncing.seen()
        syncing.google.revoke(DANA)
        synced = syncing.sync()
        assert synced.state == RECONNECT
        assert syncing.seen() == before
        _says_what_happened(syncing, synced)
