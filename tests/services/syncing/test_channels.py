from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar.connected import Access, Backend, PushChannel, PushMessage, StoredCalendar, Watched
from app.errors import ConfigError, NotFoundError, ReconnectError, StoreError, UnavailableError
from app.services.syncing.channels import AT_ONCE, REFUSED_FOR, close_channels, heard, renew_channels

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOME = "https://clearweek.example.com/hooks/google"
WEEK = timedelta(days=7)


def calendar(name: str) -> StoredCalendar:
    return StoredCalendar(
        id=name,
        connection_id="c1",
        backend=Backend.GOOGLE,
        href=f"{name}@example.com",
        name=name,
        owner="ana@example.com",
        zone=ZoneInfo("Europe/Berlin"),
        access=Access.DETAILS,
        writable=True,
        schedules=True,
    )


class Rows:
    """A `ChannelStore` in memory."""

    def __init__(self, *names: str) -> None:
        self.calendars = [calendar(name) for name in names]
        self.channels: dict[str, PushChannel] = {}
        self.due: list[str] = []

    def watched(self) -> Sequence[Watched]:
        return [Watched(one, tuple(self.of(one.id))) for one in self.calendars]

    def of(self, calendar_id: str) -> list[PushChannel]:
        return [channel for channel in self.channels.values() if channel.calendar_id == calendar_id]

    def find(self, channel_id: str) -> PushChannel | None:
        return self.channels.get(channel_id)

    def add(self, channel: PushChannel) -> None:
        self.channels[channel.id] = channel

    def remove(self, channel_id: str) -> None:
        del self.channels[channel_id]

    def make_due(self, calendar_id: str, now: datetime) -> None:
        self.due.append(calendar_id)


class Google:
    """A `PushServer` in memory, on whose clock time passes; `fault` is raised instead of an answer."""

    def __init__(self, life: timedelta = WEEK) -> None:
        self.life = life
        self.now = NOW
        self.open: dict[str, tuple[str, str]] = {}
        self.log: list[str] = []
        self.fault: Exception | None = None

    def watch(self, calendar: str, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
        self.log.append("watch")
        if self.fault:
            raise self.fault
        assert address == HOME
        self.open[channel_id] = (calendar, token)
        return f"res-{calendar}", self.now + self.life

    def stop(self, channel_id: str, resource_id: str) -> None:
        self.log.append("stop")
        if self.fault:
            raise self.fault
        assert resource_id == f"res-{self.open.pop(channel_id)[0]}"

    def renew(self, rows: Rows) -> int:
        return renew_channels(rows, lambda _: self, HOME, self.now)

    def message(self, state: str = "exists") -> PushMessage:
        ((channel_id, (_, token)),) = self.open.items()
        return PushMessage(channel_id, token, state)


@pytest.fixture
def rows() -> Rows:
    return Rows("k1")


@pytest.fixture
def google(rows: Rows) -> Google:
    """A server that has just opened a channel for `k1`."""
    google = Google()
    google.renew(rows)
    return google


def test_a_change_makes_its_calendar_due(rows: Rows, google: Google) -> None:
    assert heard(google.message(), rows, NOW) == "k1"
    assert rows.due == ["k1"]


def test_the_first_message_of_a_channel_says_nothing_new(rows: Rows, google: Google) -> None:
    heard(google.message("sync"), rows, NOW)
    assert heard(google.message("anything"), rows, NOW) is None
    assert rows.due == []


@pytest.mark.parametrize("token", ["", "wrong", "ünï", "0" * 64])
def test_a_message_without_its_token_is_none(rows: Rows, google: Google, token: str) -> None:
    heard(replace(google.message(), token=token), rows, NOW)
    assert rows.due == []


def test_the_token_is_not_kept(rows: Rows, google: Google) -> None:
    (channel,) = rows.channels.values()
    assert google.message().token not in str(channel)
    heard(replace(google.message(), token=channel.digest), rows, NOW)
    assert rows.due == []


@pytest.mark.parametrize("name", ["", "unknown", "x" * 10_000])
def test_a_message_of_an_unknown_channel_is_none(rows: Rows, google: Google, name: str) -> None:
    heard(replace(google.message(), channel_id=name), rows, NOW)
    assert rows.due == []


def test_late_and_double_messages_do_no_more_than_others(rows: Rows, google: Google) -> None:
    late = google.message()
    for _ in range(3):
        heard(late, rows, NOW + 2 * WEEK)
    assert rows.due == ["k1"] * 3


def test_each_channel_has_a_token_of_its_own() -> None:
    rows, google = Rows("k1", "k2"), Google()
    google.renew(rows)
    (one, first), (_, second) = google.open.items()
    assert first[1] != second[1]
    assert min(len(first[1]), len(second[1])) >= 40
    heard(PushMessage(one, second[1], "exists"), rows, NOW)
    assert rows.due == []


def test_a_clock_that_is_wrong_opens_no_channel_at_each_tick(rows: Rows) -> None:
    google = Google(life=-WEEK)
    for minute in range(60):
        google.now = NOW + timedelta(minutes=minute)
        google.renew(rows)
    assert google.log.count("watch") == 2


@pytest.mark.parametrize("life", [timedelta(hours=1), WEEK])
def test_a_channel_is_renewed_before_it_ends_however_long_it_lives(rows: Rows, life: timedelta) -> None:
    google = Google(life)
    google.renew(rows)
    (old,) = rows.channels
    google.now = NOW + life * 0.7
    assert google.renew(rows) == 0
    google.now = NOW + life * 0.8
    assert google.renew(rows) == 1
    assert list(google.open) == list(rows.channels) != [old]
    assert google.log == ["watch", "watch", "stop"]
    assert google.renew(rows) == 0


def test_a_renewal_that_is_refused_leaves_the_old_channel(rows: Rows, google: Google) -> None:
    google.now = NOW + WEEK * 0.9
    google.fault = UnavailableError("later")
    google.renew(rows)
    assert len(google.open) == 1
    heard(google.message(), rows, google.now)
    assert rows.due == ["k1"]


@pytest.mark.parametrize("fault", [UnavailableError("a"), NotFoundError("b"), ReconnectError("c"), ConfigError("d")])
def test_a_refusal_is_not_asked_about_again_at_once(rows: Rows, fault: Exception) -> None:
    google = Google()
    google.fault = fault
    for minute in range(29):
        google.now = NOW + timedelta(minutes=minute)
        google.renew(rows)
    assert google.log == ["watch"]
    google.fault, google.now = None, NOW + REFUSED_FOR
    google.renew(rows)
    assert list(rows.channels) == list(google.open)


def test_refusals_are_forgotten(rows: Rows) -> None:
    google = Google()
    google.fault = UnavailableError("never")
    for number in range(10):
        google.now = NOW + number * REFUSED_FOR
        google.renew(rows)
    assert len(rows.channels) == 1


def test_a_refused_channel_hears_nothing(rows: Rows) -> None:
    google = Google()
    google.fault = UnavailableError("never")
    google.renew(rows)
    heard(PushMessage(next(iter(rows.channels)), "", "exists"), rows, NOW)
    assert rows.due == []


def test_a_login_that_cannot_be_opened_concerns_its_calendar_alone() -> None:
    rows, google = Rows("k1", "k2"), Google()

    def server_of(one: StoredCalendar) -> Google:
        if one.id == "k1":
            raise ConfigError("no key opens it")
        return google

    assert renew_channels(rows, server_of, HOME, NOW) == 2
    assert [one for one, _ in google.open.values()] == ["k2@example.com"]


def test_an_old_channel_that_cannot_be_ended_is_kept_until_it_ends(rows: Rows, google: Google) -> None:
    old = google.message()

    class Stubborn(Google):
        def stop(self, channel_id: str, resource_id: str) -> None:
            raise UnavailableError("not now")

    other = Stubborn()
    other.now = NOW + WEEK * 0.9
    other.renew(rows)
    assert len(rows.channels) == 2
    heard(old, rows, other.now)
    assert rows.due == ["k1"]
    google.now = NOW + WEEK * 1.9
    google.open |= other.open
    google.renew(rows)
    assert len(rows.channels) == 1


def test_few_channels_are_opened_at_once() -> None:
    rows, google = Rows(*(f"k{number}" for number in range(AT_ONCE + 5))), Google()
    assert [google.renew(rows) for _ in range(3)] == [AT_ONCE, 5, 0]


def test_the_channel_that_ends_first_comes_first() -> None:
    rows, google = Rows(*(f"k{number}" for number in range(AT_ONCE + 1))), Google()
    for number, one in enumerate(rows.calendars):
        ends = NOW + timedelta(minutes=60 - number)
        rows.add(PushChannel(f"old{number}", one.id, f"res-{one.href}", "x", ends, NOW - WEEK))
        google.open[f"old{number}"] = (one.href, "x")
    google.renew(rows)
    assert [name for name in rows.channels if name.startswith("old")] == ["old0"]


def test_a_full_disk_is_told(rows: Rows) -> None:
    def server_of(_: StoredCalendar) -> Google:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError):
        renew_channels(rows, server_of, HOME, NOW)


def test_closing_ends_all_channels(rows: Rows, google: Google) -> None:
    google.now = NOW + WEEK
    close_channels(rows.watched(), lambda _: google, rows)
    assert (rows.channels, google.open) == ({}, {})
    close_channels(rows.watched(), lambda _: pytest.fail("there is nothing to close"), rows)


def test_closing_what_cannot_be_reached_leaves_it(rows: Rows, google: Google) -> None:
    def server_of(_: StoredCalendar) -> Google:
        raise ConfigError("no key opens it")

    close_channels(rows.watched(), server_of, rows)
    google.fault = UnavailableError("later")
    close_channels(rows.watched(), lambda _: google, rows)
    assert len(rows.channels) == len(google.open) == 1
