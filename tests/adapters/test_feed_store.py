from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from app.adapters import feed_store
from app.adapters.feed_store import HREF, FeedStore
from app.adapters.ics import objects as ics_objects
from app.errors import (
    AppError,
    InputError,
    NotFoundError,
    ParseError,
    ReconnectError,
    StaleTokenError,
    UnavailableError,
)
from tests.adapters.calendar_store_contract import Ability, CalendarStoreContract
from tests.adapters.feed_site import FeedSite, serving
from tests.adapters.remote import MONDAY, RETRY_AFTER_S, Fault, Given, Mirror, Remote
from tests.adapters.text import at, calendar, utc, vevent

NOW = utc(2026, 11, 23, 10)
NEAR = datetime.combine(MONDAY, datetime.min.time(), UTC)


class FeedRemote(Remote):
    """A feed behind a URL; every page is written anew, with another DTSTAMP."""

    href = HREF
    missing_calendar = "other"
    missing_object = "other@example.com"

    def __init__(self, site: FeedSite) -> None:
        self.site = site
        self._kept: dict[str, Given] = {}
        self._publish()

    def store(self, *, right_login: bool = True) -> FeedStore:
        url = self.site.url if right_login else self.site.url.replace(self.site.key, "guessed")
        return FeedStore(url, allow_private=True, now=lambda: NEAR, total_timeout_s=0.9)

    def put(self, given: Given) -> None:
        self._kept[given.uid] = given
        self._publish()

    def delete(self, uid: str) -> None:
        del self._kept[uid]
        self._publish()

    def requests(self) -> int:
        return len(self.site.requests)

    def remove_calendar(self) -> None:
        self.site.status = 404

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        assert not after, "a feed is one request"
        page, headers = self.site.page, {"Retry-After": str(RETRY_AFTER_S)}
        if fault is Fault.SILENCE:
            self.site.talks.clear()
        self.site.rude = fault is Fault.RESET
        self.site.status = {Fault.ERROR: 500, Fault.BUSY: 503, Fault.TOO_MANY: 429}.get(fault, 200)
        self.site.headers = headers if self.site.status in (503, 429) else {}
        self.site.page = page[: len(page) // 2] if fault is Fault.CUT_OFF else page
        yield
        self.site.talks.set()
        self.site.rude, self.site.status, self.site.headers, self.site.page = False, 200, {}, page

    def _publish(self) -> None:
        self.site.page = published(self._kept, stamp=len(self.site.requests))


def published(kept: dict[str, Given], stamp: int = 0) -> bytes:
    """All that is kept, in one VCALENDAR."""
    inner = [line for given in kept.values() for line in given.text().splitlines()[3:-1]]
    text = calendar("X-WR-CALNAME:dana@example.com", "X-WR-TIMEZONE:Europe/Vienna", *inner).decode()
    return text.replace("20261101T000000Z", f"202611{stamp % 30 + 1:02}T000000Z").encode()


class FileRemote(FeedRemote):
    """A file in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = {}
        self._publish()

    def store(self, *, right_login: bool = True) -> FeedStore:
        return FeedStore(str(self.path), allow_private=False, now=lambda: NEAR)

    def requests(self) -> int:
        return 0

    def remove_calendar(self) -> None:
        self.path.unlink()

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        page = self.path.read_bytes()
        self.path.write_bytes(page[: len(page) // 2])
        yield
        self.path.write_bytes(page)

    def _publish(self) -> None:
        self.path.write_bytes(published(self._kept))


@pytest.fixture
def site() -> Iterator[FeedSite]:
    with serving() as site:
        yield site


class TestFeedStore(CalendarStoreContract):
    cannot: ClassVar = {Ability.TOKENS: "the state of a feed is its own text"}

    @pytest.fixture
    def remote(self, site: FeedSite) -> Remote:
        return FeedRemote(site)


class TestFeedStoreOfAFile(CalendarStoreContract):
    cannot: ClassVar = {Ability.TOKENS: "the state of a feed is its own text", Ability.LOGIN: "a file asks for none"}

    @pytest.fixture
    def remote(self, tmp_path: Path) -> Remote:
        return FileRemote(tmp_path / "dana.ics")

    @pytest.mark.parametrize("fault", [Fault.CUT_OFF])
    def test_a_server_out_of_order_is_unavailable_and_nothing_is_lost(self, mirror: Mirror, fault: Fault) -> None:
        super().test_a_server_out_of_order_is_unavailable_and_nothing_is_lost(mirror, fault)


class Reader:
    """A mirror of one site, at a fixed time."""

    def __init__(self, site: FeedSite) -> None:
        self.site = site
        self.mirror = Mirror(FeedRemote(site), FeedStore(site.url, allow_private=True, now=lambda: NOW))

    def shows(self, *events: list[str]) -> set[str]:
        """Publish some events, sync, and tell which UIDs are stored then."""
        self.site.page = calendar(*(line for event in events for line in event))
        self.mirror.sync()
        return set(self.mirror.objects)


@pytest.fixture
def reader(site: FeedSite) -> Reader:
    return Reader(site)


def one_off(day: str, uid: str) -> list[str]:
    return at(f"{day}T100000", uid=uid)


def weekly(day: str, uid: str, *lines: str) -> list[str]:
    return at(f"{day}T100000", "RRULE:FREQ=WEEKLY", *lines, uid=uid)


# what a calendar says of itself


def test_a_calendar_says_whose_it_is_and_in_which_zone(site: FeedSite) -> None:
    site.page = published({})
    (found,) = FeedStore(site.url, allow_private=True).calendars()
    assert (found.name, found.owner, found.zone) == ("dana@example.com", "dana@example.com", ZoneInfo("Europe/Vienna"))
    assert not found.writable


def test_a_calendar_without_a_name_is_called_by_its_file(site: FeedSite) -> None:
    site.page = calendar()
    (found,) = FeedStore(site.url, allow_private=True).calendars()
    assert (found.name, found.owner, found.zone) == ("dana", None, None)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html><body>Please sign in</body></html>", b"", b"%PDF-1.7"])
def test_what_is_no_calendar_cannot_be_connected(site: FeedSite, page: bytes) -> None:
    site.page = page
    with pytest.raises(InputError):
        FeedStore(site.url, allow_private=True).calendars()


def test_standard_input_cannot_be_connected() -> None:
    with pytest.raises(InputError, match="path or a URL"):
        FeedStore("-", allow_private=True).calendars()


# how little is asked for


def test_a_server_that_knows_etags_sends_only_what_changed(reader: Reader) -> None:
    reader.site.etag = '"1"'
    reader.shows(one_off("20261201", "a"))
    reader.site.page = b"not sent"
    assert [page.changed for page in reader.mirror.sync()] == [()]
    reader.site.etag = '"2"'
    assert reader.shows(one_off("20261201", "a"), one_off("20261202", "b")) == {"a", "b"}
    assert [r.get("If-None-Match") for r in reader.site.requests] == [None, '"1"', '"1"']


def test_a_server_that_knows_dates_sends_only_what_changed(reader: Reader) -> None:
    reader.site.modified = "Mon, 23 Nov 2026 09:00:00 GMT"
    reader.shows(one_off("20261201", "a"))
    reader.site.page = b"not sent"
    assert [page.changed for page in reader.mirror.sync()] == [()]


@pytest.mark.parametrize("modified", ["Mon, 23 Nov 2026 10:00:05 GMT", "yesterday"])
def test_a_date_that_a_later_change_may_share_is_not_relied_on(reader: Reader, modified: str) -> None:
    reader.site.modified = modified
    reader.shows(one_off("20261201", "a"))
    assert reader.shows(one_off("20261201", "a"), one_off("20261202", "b")) == {"a", "b"}


def test_the_same_text_is_not_taken_apart_again(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.shows(one_off("20261201", "a"))
    monkeypatch.setattr(feed_store, "scan", None)
    assert reader.shows(one_off("20261201", "a")) == {"a"}


def test_a_new_form_of_objects_is_read_from_the_same_text(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.site.etag = '"1"'
    reader.shows(one_off("20261201", "a"))
    reader.mirror.objects.clear()
    monkeypatch.setattr(feed_store, "FORM", ics_objects.FORM + 1)
    assert reader.shows(one_off("20261201", "a")) == {"a"}


def test_an_answer_that_nothing_changed_needs_a_question(reader: Reader) -> None:
    reader.site.status = 304
    with pytest.raises(InputError, match="HTTP 304"):
        reader.shows()


def test_a_token_that_no_feed_wrote_is_stale(reader: Reader) -> None:
    reader.mirror.token = "sync-7"
    with pytest.raises(StaleTokenError):
        reader.shows()


def test_large_feeds_come_in_pages(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_store, "PAGE_SIZE", 2)
    reader.site.page = calendar(*(line for uid in "abcde" for line in one_off("20261201", uid)))
    pages = reader.mirror.sync()
    assert [len(page.changed) for page in pages] == [2, 2, 1, 0]
    assert {page.total for page in pages} == {5}


# what is gone, and what is only past


def test_what_vanished_from_the_time_that_a_feed_shows_is_removed(reader: Reader) -> None:
    before = [one_off("20261101", "first"), one_off("20261110", "past"), one_off("20261130", "ahead")]
    assert reader.shows(*before) == {"first", "past", "ahead"}
    assert reader.shows(before[0]) == {"first"}


def test_what_a_feed_drops_because_it_is_past_is_kept(reader: Reader) -> None:
    reader.shows(one_off("20261001", "old"), one_off("20261020", "edge"), one_off("20261130", "ahead"))
    assert reader.shows(one_off("20261020", "edge"), one_off("20261130", "ahead")) == {"old", "edge", "ahead"}


def test_a_feed_of_what_lies_ahead_removes_only_what_lies_ahead(reader: Reader) -> None:
    reader.shows(one_off("20261120", "past"), one_off("20261125", "cancelled"), one_off("20261201", "ahead"))
    assert reader.shows(one_off("20261201", "ahead")) == {"past", "ahead"}


def test_the_first_day_of_a_series_does_not_say_how_far_back_a_feed_goes(reader: Reader) -> None:
    series, override = (
        weekly("20240102", "series"),
        at("20240110T100000", "RECURRENCE-ID:20240109T090000Z", uid="series"),
    )
    reader.shows(series, override, one_off("20261020", "past"), one_off("20261130", "ahead"))
    assert reader.shows(series, override, one_off("20261130", "ahead")) == {"series", "past", "ahead"}
    assert reader.shows(series, override) == {"series", "past"}


def test_a_series_that_vanished_is_removed_unless_it_had_ended(reader: Reader) -> None:
    ended = at("20261001T100000", "RRULE:FREQ=WEEKLY;COUNT=2", uid="ended")
    reader.shows(ended, weekly("20261001", "running"), one_off("20261020", "edge"))
    assert reader.shows(one_off("20261020", "edge")) == {"ended", "edge"}


def test_an_empty_feed_removes_all_so_that_a_sync_can_ask(reader: Reader) -> None:
    reader.shows(one_off("20261001", "past"), one_off("20261201", "ahead"))
    assert reader.shows() == set()


# what a feed never says


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (b"<!DOCTYPE html><html><body>Please sign in</body></html>", ParseError),
        (b"", ParseError),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", UnavailableError),
        (calendar(*one_off("20261201", "a")).removesuffix(b"END:VCALENDAR\r\n"), UnavailableError),
        (calendar("CALSCALE:HEBREW"), ParseError),
    ],
    ids=["a login page", "nothing", "no end", "no end after an event", "another calendar system"],
)
def test_nothing_is_concluded_from_what_is_no_whole_calendar(
    reader: Reader, page: bytes, error: type[AppError]
) -> None:
    reader.shows(one_off("20261201", "a"))
    token = reader.mirror.token
    reader.site.page = page
    with pytest.raises(error):
        reader.mirror.sync()
    assert (reader.mirror.token, set(reader.mirror.objects)) == (token, {"a"})


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [("30", 30), ("Mon, 23 Nov 2026 10:00:35 GMT", 30), ("Mon, 23 Nov 2026 09:00:00 GMT", 0), ("soon", None)],
)
def test_a_server_may_say_how_long_or_until_when_to_wait(site: FeedSite, wait: str, seconds: int | None) -> None:
    site.status, site.headers = 503, {"Retry-After": wait}
    with pytest.raises(UnavailableError) as told:
        FeedStore(site.url, allow_private=True).calendars()
    assert told.value.retry_after_s == seconds


def test_an_answer_shorter_than_its_length_is_no_answer(reader: Reader) -> None:
    reader.shows(one_off("20261201", "a"))
    reader.site.headers = {"Content-Length": "100000"}
    with pytest.raises(UnavailableError, match="broke off"):
        reader.shows()


@pytest.mark.parametrize(("status", "error"), [(401, ReconnectError), (403, ReconnectError), (404, NotFoundError)])
@pytest.mark.parametrize("ask", [FeedStore.calendars, lambda store: list(store.changes(HREF, None, None))])
def test_an_address_that_is_not_accepted_any_more_is_told_without_its_secrets(
    site: FeedSite, status: int, error: type[AppError], ask: Callable[[FeedStore], object]
) -> None:
    site.status = status
    with pytest.raises(error) as told:
        ask(FeedStore(site.url, allow_private=True))
    assert site.key not in str(told.value)
    assert "dana.ics" in str(told.value)


def test_a_private_address_is_named_with_the_setting_that_allows_it(site: FeedSite) -> None:
    with pytest.raises(InputError, match="CLEARWEEK_ALLOW_PRIVATE_FEEDS") as told:
        list(FeedStore(site.url, allow_private=False).changes(HREF, None, Mirror(FeedRemote(site))))
    assert site.key not in str(told.value)
    assert site.requests == []


def test_a_feed_that_grew_too_large_is_not_read(site: FeedSite) -> None:
    mirror = Mirror(FeedRemote(site), FeedStore(site.url, allow_private=True, limit=1000))
    site.page = calendar(*vevent("SUMMARY:" + "x" * 5000))
    with pytest.raises(ParseError, match="larger than"):
        mirror.sync()


def test_a_clock_that_is_set_back_keeps_what_was_past(site: FeedSite) -> None:
    times = iter([NOW, datetime(2025, 1, 1, tzinfo=NOW.tzinfo)])
    mirror = Mirror(FeedRemote(site), FeedStore(site.url, allow_private=True, now=lambda: next(times)))
    site.page = calendar(*one_off("20240101", "old"), *one_off("20261201", "ahead"))
    mirror.sync()
    for _ in range(2):
        site.page = calendar(*one_off("20261201", "ahead"))
        mirror.sync()
        assert set(mirror.objects) == {"old", "ahead"}
