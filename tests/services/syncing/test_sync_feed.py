"""A feed in the store: what is past stays, what is gone goes, and nothing else deletes anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.feed_store import HREF, FeedStore
from app.adapters.ics.object_reader import ObjectReader
from app.adapters.store.calendars.calendars import StoredCalendars
from app.adapters.store.calendars.standing import hasten
from app.domain.calendar.connected import Backend, SyncState, SyncStatus
from app.services.syncing.sync import Synced, sync_calendar
from tests.adapters.feed_site import FeedSite, serving
from tests.adapters.store.kept import NOW, a_calendar, keep
from tests.adapters.store.syncing import RULES, seen_events
from tests.adapters.text import at, calendar, vevent, vtimezone

MANY = 12
PAST, EDGE = at("20260901T100000", uid="past"), at("20261102T100000", uid="edge")
ENDED = at("20260901T120000", "RRULE:FREQ=WEEKLY;COUNT=3", uid="ended")
AHEAD = [at(f"202612{day:02}T100000", uid=f"ahead-{day}") for day in range(1, MANY + 1)]


class FeedSyncing:
    """A feed: at its site, and as `k1` in the store."""

    def __init__(self, engine: Engine, site: FeedSite) -> None:
        self.engine = engine
        self.site = site
        self.kept = keep(engine, replace(a_calendar(), backend=Backend.FEED, href=HREF))
        self.now = NOW
        self.shows(PAST, ENDED, EDGE, *AHEAD)

    @property
    def status(self) -> SyncStatus:
        return self.kept.calendar("k1")[1]

    def shows(self, *events: list[str]) -> None:
        lines = [line for event in events for line in event]
        self.site.page = calendar(*vtimezone("Europe/Vienna", "+0100", "+0200", since="1970"), *lines)

    def sync(self) -> Synced:
        return sync_calendar(
            "k1",
            StoredCalendars(self.engine),
            FeedStore(self.site.url, allow_private=True, now=lambda: self.now),
            reader=ObjectReader(RULES),
            holder="test",
            now=lambda: self.now,
        )

    def uids(self) -> list[str]:
        return sorted(event.ref.uid for event in seen_events(self.engine))


@pytest.fixture
def syncing(database: Engine) -> Iterator[FeedSyncing]:
    with serving() as site:
        found = FeedSyncing(database, site)
        assert found.sync().state is SyncState.SYNCED
        yield found


def test_what_a_feed_drops_because_it_is_past_stays(syncing: FeedSyncing) -> None:
    syncing.shows(EDGE, *AHEAD[1:])
    done = syncing.sync()
    assert (done.state, done.changed, done.removed) == (SyncState.SYNCED, 0, 1)
    uids = syncing.uids()
    assert "ahead-1" not in uids
    assert (uids.count("past"), uids.count("ended"), uids.count("edge")) == (1, 3, 1)


def test_what_is_past_stays_when_the_weeks_that_are_kept_move_on(syncing: FeedSyncing) -> None:
    syncing.now += timedelta(weeks=6)
    syncing.shows(*AHEAD[1:])
    assert syncing.sync().state is SyncState.SYNCED
    assert syncing.uids().count("ended") == 3


def test_nothing_is_written_for_what_has_not_changed(syncing: FeedSyncing) -> None:
    done = syncing.sync()
    assert (done.generation, done.changed, done.removed) == (1, 0, 0)
    assert len(syncing.site.requests) == 2


@pytest.mark.parametrize(
    ("status", "page", "state"),
    [
        (500, b"", SyncState.RETRYING),
        (503, b"", SyncState.RETRYING),
        (401, b"", SyncState.RECONNECT),
        (403, b"", SyncState.RECONNECT),
        (404, b"", SyncState.GONE),
        (200, b"", SyncState.RETRYING),
        (200, b"<html>Please sign in</html>", SyncState.RETRYING),
        (200, calendar(*AHEAD[0])[:-20], SyncState.RETRYING),
        (200, calendar(), SyncState.CONFIRM),
    ],
)
def test_no_answer_but_a_whole_calendar_changes_what_is_stored(
    syncing: FeedSyncing, status: int, page: bytes, state: SyncState
) -> None:
    before = syncing.uids()
    syncing.site.status, syncing.site.page = status, page
    assert syncing.sync().state is state
    assert syncing.uids() == before
    problem = syncing.status.problem
    assert problem
    assert syncing.site.key not in problem
    syncing.site.status = 200
    syncing.shows(PAST, ENDED, EDGE, *AHEAD)
    assert syncing.sync().state is SyncState.SYNCED
    assert syncing.uids() == before


def test_an_empty_feed_is_believed_once_somebody_says_so(syncing: FeedSyncing) -> None:
    syncing.site.page = calendar()
    assert syncing.sync().state is SyncState.CONFIRM
    hasten(syncing.engine, "k1", NOW, accept_empty=True)
    assert syncing.sync().state is SyncState.SYNCED
    assert syncing.uids() == []


def test_a_feed_that_moves_to_another_zone_takes_its_days_with_it(syncing: FeedSyncing) -> None:
    day, floating = vevent("DTSTART;VALUE=DATE:20261202", uid="day"), vevent("DTSTART:20261202T100000", uid="floating")
    for name, starts in (("Europe/Vienna", ["01 23:00", "02 09:00"]), ("Asia/Tokyo", ["01 15:00", "02 01:00"])):
        syncing.shows([f"X-WR-TIMEZONE:{name}"], *AHEAD, day, floating)
        assert syncing.sync().state is SyncState.SYNCED
        found = {event.ref.uid: event.span.start for event in seen_events(syncing.engine)}
        assert [f"{found[uid]:%d %H:%M}" for uid in ("day", "floating")] == starts
        assert f"{found['ahead-1']:%d %H:%M}" == "01 09:00"
        assert syncing.kept.calendar("k1")[0].zone.key == name


def test_the_zone_of_a_series_is_not_the_zone_of_a_feed(syncing: FeedSyncing) -> None:
    assert syncing.kept.calendar("k1")[0].zone.key == "Europe/Berlin"
