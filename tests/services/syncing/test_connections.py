"""Connecting: which calendars of a login are kept, whose they are, and on which wall clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar.connected import (
    Access,
    Backend,
    CalendarObject,
    Connection,
    Forgotten,
    Page,
    RemoteCalendar,
    StoredCalendar,
    SyncStatus,
)
from app.domain.people.person import Person, Team
from app.errors import InputError, UnavailableError
from app.ports import Known
from app.services.syncing.connections import Wanted, connect

BERLIN, LISBON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Lisbon")
LOGIN = Connection(
    "c1", Backend.CALDAV, "ana@example.com", "ana", "https://dav.example.com/", datetime(2026, 11, 23, tzinfo=UTC)
)
WORK = RemoteCalendar("/ana/work/", "Work", zone=BERLIN, writable=True)


class Server:
    """A back end that only lists."""

    def __init__(self, *found: RemoteCalendar | Exception) -> None:
        self.found = found

    def calendars(self) -> Sequence[RemoteCalendar]:
        listed: list[RemoteCalendar] = []
        for one in self.found:
            if isinstance(one, Exception):
                raise one
            listed.append(one)
        return listed

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        raise NotImplementedError

    def read(self, calendar: str, href: str) -> CalendarObject:
        raise NotImplementedError


class Kept:
    """A store that only notes."""

    def __init__(self) -> None:
        self.logins: list[tuple[Connection, bytes | None]] = []

    def keep(
        self, login: Connection, secret: bytes | None, calendars: Collection[StoredCalendar], now: datetime
    ) -> list[StoredCalendar]:
        self.logins.append((login, secret))
        return list(calendars)

    def find(self, connection_id: str) -> tuple[Connection, bytes | None]:
        raise NotImplementedError

    def calendars(self) -> Sequence[tuple[StoredCalendar, SyncStatus]]:
        raise NotImplementedError

    def forget(self, connection_id: str) -> Forgotten:
        raise NotImplementedError


def connected(*found: RemoteCalendar, wanted: Wanted | None = None) -> list[StoredCalendar]:
    return connect(LOGIN, b"hush", wanted or Wanted(), Server(*found), Kept())


def test_all_of_the_persons_own_are_taken() -> None:
    theirs = RemoteCalendar("/ben/", "Ben", owner="ben@example.com", zone=BERLIN, writable=True)
    mine = RemoteCalendar("/ana/home/", "Home", owner="Ana@Example.com", zone=LISBON)
    holidays = RemoteCalendar("/holidays/", "Holidays", zone=BERLIN)
    found = connected(WORK, theirs, mine, holidays)
    assert [(one.href, one.owner, one.zone) for one in found] == [
        ("/ana/work/", "ana@example.com", BERLIN),
        ("/ana/home/", "ana@example.com", LISBON),
    ]


def test_the_only_calendar_is_the_persons() -> None:
    feed = RemoteCalendar("feed", "Ana", zone=BERLIN)
    assert [one.owner for one in connected(feed)] == ["ana@example.com"]


def test_a_feed_is_whose_it_is_said_to_be() -> None:
    feed = RemoteCalendar("feed", "Ben", owner="ben@example.com", zone=BERLIN, primary=True)
    kept = connect(replace(LOGIN, backend=Backend.FEED), None, Wanted(), Server(feed), Kept())
    assert [one.owner for one in kept] == ["ana@example.com"]


def test_calendars_are_chosen_by_name_or_href_whoever_owns_them() -> None:
    theirs = RemoteCalendar("/ben/", "Ben", owner="ben@example.com", zone=BERLIN, access=Access.BUSY)
    found = connected(WORK, theirs, wanted=Wanted(("Ben", "/ana/work/", "Work")))
    assert [(one.owner, one.access) for one in found] == [
        ("ben@example.com", Access.BUSY),
        ("ana@example.com", Access.DETAILS),
    ]


def test_a_name_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"dav\.example\.com/ has no calendar 'Wrok'; it has 'Work'") as refused:
        connected(WORK, wanted=Wanted(("Wrok",)))
    assert refused.value.option == "calendar"


def test_a_name_that_two_have_is_refused_with_their_hrefs() -> None:
    other = RemoteCalendar("/ana/work2/", "Work", zone=BERLIN)
    with pytest.raises(InputError, match="has 2 calendars 'Work': name one of /ana/work/, /ana/work2/"):
        connected(WORK, other, wanted=Wanted(("Work",)))


def test_a_login_without_a_calendar_of_its_own_is_refused() -> None:
    with pytest.raises(InputError, match=r"known for ana@example\.com's own; it has none at all"):
        connected()


def test_the_zone_is_the_servers_then_the_teams_then_the_given_one() -> None:
    silent = RemoteCalendar("/ana/work/", "Work", writable=True)
    team = Team((Person("ana@example.com", timezone=LISBON),))
    given = ZoneInfo("Asia/Tokyo")
    assert [one.zone for one in connected(WORK, wanted=Wanted(team=team, zone=given))] == [BERLIN]
    assert [one.zone for one in connected(silent, wanted=Wanted(team=team, zone=given))] == [LISBON]
    assert [one.zone for one in connected(silent, wanted=Wanted(zone=given))] == [given]


def test_a_zone_that_nobody_knows_is_asked_for() -> None:
    with pytest.raises(InputError, match=r"time zone of ana@example\.com; say it here") as refused:
        connected(RemoteCalendar("/ana/work/", "Work", writable=True))
    assert refused.value.option == "timezone"


def test_an_alias_of_the_team_is_its_person() -> None:
    team = Team((Person("ana.k@example.com", aliases=("ana@example.com",)),))
    assert [one.owner for one in connected(WORK, wanted=Wanted(team=team))] == ["ana.k@example.com"]


def test_nothing_is_kept_if_the_server_does_not_answer() -> None:
    kept = Kept()
    with pytest.raises(UnavailableError):
        connect(LOGIN, b"hush", Wanted(), Server(UnavailableError("down")), kept)
    assert kept.logins == []
