from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.adapters.google.calendar_store import FREE_BUSY
from app.domain.calendar.connected import Access, CalendarObject, Page, RemoteCalendar
from app.errors import NotFoundError, UnavailableError
from tests.adapters.google.given_events import Json, monday
from tests.adapters.google.remote import DANA, store_at
from tests.google_double import faults
from tests.google_double.double import GoogleDouble

ANA = "ana@example.com"
WEEKLY = ["RRULE:FREQ=WEEKLY;BYDAY=MO"]


class Copy:
    """What a store knows of a calendar, kept as its pages say; `Known` to the store."""

    def __init__(self, double: GoogleDouble, calendar: str = DANA, **more: Any) -> None:
        self.store = store_at(double, **more)
        self.calendar = calendar
        self.objects: dict[str, CalendarObject] = {}
        self.token: str | None = None
        self.ended: set[str] = set()

    def etags(self) -> Mapping[str, str | None]:
        return {href: one.etag for href, one in self.objects.items()}

    def uid_of(self, href: str) -> str | None:
        return self.objects[href].uid if href in self.objects else None

    def past(self, moment: datetime) -> Collection[str]:
        return self.ended

    def sync(self) -> list[Page]:
        pages = list(self.store.changes(self.calendar, self.token, self))
        self.token = pages[-1].token
        for page in pages:
            for href in page.removed:
                self.objects.pop(href, None)
            self.objects |= {one.href: one for one in page.changed}
        return pages

    def changed(self) -> list[str]:
        return [one.href for page in self.sync() for one in page.changed]


def series(double: GoogleDouble, **more: Any) -> Json:
    return double.add_event(DANA, _body(recurrence=WEEKLY, summary="Weekly", **more))


def _body(**more: Any) -> Json:
    return {name: value for name, value in monday(**more).items() if name in {"start", "end", *more}}


def instance(master: Json, day: int) -> str:
    return f"{master['id']}_202611{day:02}T090000Z"


# The list of calendars.


def test_calendars_say_whose_they_are_and_what_of_them_can_be_seen(double: GoogleDouble) -> None:
    double.add_user(ANA, zone="Asia/Tokyo")
    double.add_user("bo@example.com")
    double.add_room("c_188@resource.calendar.google.com", name="Blue")
    double.add_calendar("c_9@group.calendar.google.com", ANA, summary="Team")
    double.share(ANA, DANA, "reader")
    double.share("bo@example.com", DANA, "freeBusyReader")
    double.share("c_188@resource.calendar.google.com", DANA, "freeBusyReader")
    double.share("c_9@group.calendar.google.com", DANA, "writer")
    vienna, tokyo, berlin = ZoneInfo("Europe/Vienna"), ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
    room, team = "c_188@resource.calendar.google.com", "c_9@group.calendar.google.com"
    assert store_at(double).calendars() == [
        RemoteCalendar(DANA, DANA, DANA, vienna, writable=True, primary=True, schedules=True),
        RemoteCalendar(ANA, ANA, ANA, tokyo, schedules=True),
        RemoteCalendar(
            FREE_BUSY + "bo@example.com", "bo@example.com", "bo@example.com", berlin, Access.BUSY, schedules=True
        ),
        RemoteCalendar(FREE_BUSY + room, "Blue", room, berlin, Access.BUSY, schedules=True),
        RemoteCalendar(team, "Team", ANA, berlin, writable=True, schedules=True),
    ]


def test_the_own_calendar_comes_first_and_all_pages_are_read(double: GoogleDouble) -> None:
    for number in range(260):
        double.add_calendar(f"c_{number}@group.calendar.google.com", DANA)
    double.add_user("zoe@example.com")
    for number in range(5):
        double.share(f"c_{number}@group.calendar.google.com", "zoe@example.com", "reader")
    assert len(store_at(double).calendars()) == 261
    assert [request.query["showHidden"] for request in double.requests] == [["true"]] * 2
    found = store_at(double, "zoe@example.com").calendars()
    assert [one.primary for one in found] == [True] + [False] * 5


def test_people_who_are_named_are_looked_for_by_their_busy_times(double: GoogleDouble) -> None:
    for email, shown in ((ANA, True), ("bo@example.com", False), ("cy@example.com", True)):
        double.add_user(email, free_busy=shown)
    double.share("cy@example.com", DANA, "reader")
    people = [ANA, "bo@example.com", "cy@example.com", "nobody@example.com"]
    found = {one.href: one for one in store_at(double, people=people).calendars()}
    assert set(found) == {DANA, "cy@example.com", FREE_BUSY + ANA}
    assert (found[FREE_BUSY + ANA].owner, found[FREE_BUSY + ANA].zone) == (ANA, None)


def test_threads_share_a_login_and_no_connection(double: GoogleDouble) -> None:
    store = store_at(double)
    double.expire_access_tokens()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.calendars(), range(40)))
    assert all([one.href for one in calendars] == [DANA] for calendars in found)


# Changes.


@pytest.mark.parametrize("name", ["en.austrian#holiday@group.v.calendar.google.com", "a/b?c=d%41 é@example.com"])
def test_any_name_of_a_calendar_is_one_name(double: GoogleDouble, name: str) -> None:
    double.add_calendar(name, DANA)
    event = double.add_event(name, _body(summary="a"))
    copy = Copy(double, name)
    assert copy.changed() == [event["id"]]
    assert copy.changed() == []
    assert copy.store.read(name, event["id"]) == copy.objects[event["id"]]


def test_pages_are_joined_and_only_the_last_has_a_token(double: GoogleDouble) -> None:
    double.load_events(DANA, (_body(summary=str(n)) for n in range(5_200)))
    pages = list(store_at(double).changes(DANA, None, Copy(double)))
    assert [len(page.changed) for page in pages] == [2500, 2500, 200]
    assert [page.token is not None for page in pages] == [False, False, True]


def test_a_request_asks_for_no_more_than_is_used(double: GoogleDouble) -> None:
    double.add_event(DANA, _body(summary="a", colorId="7", location="b"))
    copy = Copy(double)
    copy.sync()
    copy.sync()
    first, second = (request.query for request in double.requests if request.name == "events.list")
    assert "colorId" not in first["fields"][0]
    assert second.keys() - first.keys() == {"syncToken"}
    assert {name: second[name] for name in first} == first
    assert not {"timeMin", "timeMax", "q", "orderBy", "updatedMin", "iCalUID", "showDeleted"} & first.keys()


def test_a_cancelled_occurrence_is_known_by_its_master_in_the_same_listing(double: GoogleDouble) -> None:
    master = series(double)
    double.delete_event(DANA, instance(master, 30))
    copy = Copy(double)
    assert set(copy.changed()) == {master["id"], instance(master, 30)}
    assert {one.uid for one in copy.objects.values()} == {master["iCalUID"]}
    assert double.count("events.get") == 0


def test_a_cancelled_occurrence_may_come_before_its_master(double: GoogleDouble) -> None:
    master = series(double)
    double.delete_event(DANA, instance(master, 30))
    with double.world.open() as world:
        events = world.calendars[DANA].events
        events[master["id"]] = events.pop(master["id"])
    copy = Copy(double)
    assert copy.changed() == [master["id"], instance(master, 30)]
    assert double.count("events.get") == 0


def test_a_cancelled_occurrence_later_is_known_by_what_is_stored(double: GoogleDouble) -> None:
    master = series(double)
    copy = Copy(double)
    copy.sync()
    double.delete_event(DANA, instance(master, 30))
    assert copy.changed() == [instance(master, 30)]
    assert copy.objects[instance(master, 30)].uid == master["iCalUID"]
    assert double.count("events.get") == 0


def test_a_cancelled_occurrence_of_an_unknown_master_is_asked_for_once(double: GoogleDouble) -> None:
    master = series(double)
    copy = Copy(double)
    copy.sync()
    copy.objects.clear()
    for day in (23, 30):
        double.delete_event(DANA, instance(master, day))
    assert len(copy.changed()) == 2
    assert {one.uid for one in copy.objects.values()} == {master["iCalUID"]}
    assert double.count("events.get") == 1


def test_a_cancelled_occurrence_whose_master_is_gone_is_nothing(double: GoogleDouble) -> None:
    original = {"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Vienna"}
    orphan = {"id": "gone_1", "status": "cancelled", "recurringEventId": "gone", "originalStartTime": original}
    double.put_event(DANA, orphan)
    assert Copy(double).changed() == []


@pytest.mark.parametrize("silent", [False, True])
def test_a_deleted_series_takes_its_exceptions_along_whether_google_says_so_or_not(
    double: GoogleDouble, silent: bool
) -> None:
    double.world.silent_exceptions = silent
    master, other = series(double), series(double)
    for one in (master, other):
        double.patch_event(DANA, instance(one, 30), {"summary": "Moved"})
    double.delete_event(DANA, instance(master, 23))
    copy = Copy(double)
    copy.sync()
    assert len(copy.objects) == 5
    double.delete_event(DANA, master["id"])
    copy.sync()
    assert set(copy.objects) == {other["id"], instance(other, 30)}


def test_what_continues_a_deleted_series_is_not_taken_for_its_exception(double: GoogleDouble) -> None:
    """ "This and following" makes a series whose id begins with that of the old one."""
    master = series(double)
    double.put_event(DANA, monday(id=f"{master['id']}_R20261130T090000", iCalUID="new@google.com", recurrence=WEEKLY))
    copy = Copy(double)
    copy.sync()
    double.delete_event(DANA, master["id"])
    copy.sync()
    assert set(copy.objects) == {f"{master['id']}_R20261130T090000"}


def test_an_exception_and_the_end_of_its_series_in_one_listing(double: GoogleDouble) -> None:
    double.world.silent_exceptions = True
    master = series(double)
    copy = Copy(double)
    copy.sync()
    double.delete_event(DANA, master["id"])
    original = {"dateTime": "2026-11-30T10:00:00+01:00", "timeZone": "Europe/Vienna"}
    late = {"id": instance(master, 30), "recurringEventId": master["id"], "originalStartTime": original}
    double.put_event(DANA, monday() | late | {"iCalUID": master["iCalUID"]})
    pages = copy.sync()
    assert copy.objects == {}
    for page in pages:
        assert not {one.href for one in page.changed} & set(page.removed)


def test_a_first_listing_has_nothing_of_what_was_deleted_before(double: GoogleDouble) -> None:
    single = double.add_event(DANA, _body(summary="a"))
    double.delete_event(DANA, single["id"])
    (page,) = Copy(double).sync()
    assert (page.changed, page.removed) == ((), ())


def test_an_empty_page_in_the_middle_ends_nothing(double: GoogleDouble) -> None:
    double.add_event(DANA, _body(summary="a"))
    double.fault(faults.empty_page())
    pages = Copy(double).sync()
    assert [len(page.changed) for page in pages] == [0, 1]
    assert [page.token is not None for page in pages] == [False, True]


def test_pages_that_go_round_in_a_circle_are_refused(double: GoogleDouble) -> None:
    double.add_event(DANA, _body(summary="a"))
    double.fault(faults.token_loop(), times=None)
    seen: list[Page] = []
    with pytest.raises(UnavailableError, match="go round in a circle"):
        seen.extend(store_at(double).changes(DANA, None, Copy(double)))
    assert not any(page.token for page in seen)
    assert double.count("events.list") < 5


def test_reading_one_event(double: GoogleDouble) -> None:
    master = series(double)
    double.delete_event(DANA, instance(master, 30))
    store = store_at(double)
    assert "SUMMARY:Weekly" in store.read(DANA, master["id"]).text
    cancelled = store.read(DANA, instance(master, 30))
    assert cancelled.uid == master["iCalUID"]
    assert "STATUS:CANCELLED" in cancelled.text
    double.delete_event(DANA, master["id"])
    with pytest.raises(NotFoundError):
        store.read(DANA, master["id"])


# Busy times.


def busy(double: GoogleDouble, *, days: int, hours: int = 1) -> None:
    start = datetime(2026, 11, 16, 9, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(days=days)
    body = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": (start + timedelta(hours=hours)).isoformat()}}
    double.add_event(ANA, body | {"summary": "secret", "attendees": [{"email": "secret@example.com"}]})


@pytest.fixture
def ana(double: GoogleDouble) -> Copy:
    """Dana's copy of Ana's busy times, who has two hours on Monday and an hour in half a year."""
    double.add_user(ANA)
    busy(double, days=0)
    busy(double, days=26 * 7 + 2)
    copy = Copy(double, FREE_BUSY + ANA)
    copy.sync()
    return copy


def starts(copy: Copy) -> list[str]:
    lines = (line for one in copy.objects.values() for line in one.text.split("\r\n"))
    return sorted(line for line in lines if line.startswith("DTSTART"))


def test_busy_times_of_half_a_year_say_when_and_nothing_else(ana: Copy) -> None:
    assert starts(ana) == ["DTSTART:20261116T080000Z", "DTSTART:20270519T070000Z"]
    for one in ana.objects.values():
        assert "CLASS:PRIVATE" in one.text
        assert "secret" not in one.text
        assert one.href in one.uid


@pytest.mark.parametrize("calendar", [DANA, FREE_BUSY + ANA])
def test_nothing_new_asks_for_nothing_that_is_stored(
    double: GoogleDouble, ana: Copy, calendar: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.add_event(DANA, _body(summary="a"))
    copy = Copy(double, calendar)
    copy.sync()
    for name in ("etags", "uid_of", "past"):
        monkeypatch.setattr(copy, name, lambda *_: pytest.fail("it looks into the store"))
    assert [page.changed for page in copy.sync()] == [()]


def test_equal_busy_times_are_no_change(double: GoogleDouble, ana: Copy) -> None:
    before = ana.token
    (page,) = ana.sync()
    assert (page.changed, page.removed, page.token) == ((), (), before)


def test_busy_times_come_and_go(double: GoogleDouble, ana: Copy) -> None:
    first = next(href for href, one in ana.objects.items() if "20261116T08" in one.text)
    double.patch_event(ANA, double.events(ANA)[0]["id"], {"transparency": "transparent"})
    busy(double, days=1)
    (page,) = ana.sync()
    assert (len(page.changed), page.removed) == (1, (first,))
    assert starts(ana) == ["DTSTART:20261117T080000Z", "DTSTART:20270519T070000Z"]


def test_busy_times_that_have_passed_stay(double: GoogleDouble, ana: Copy) -> None:
    double.advance(timedelta(weeks=1))
    ana.ended = {href for href, one in ana.objects.items() if "20261116T08" in one.text}
    assert [page.removed for page in ana.sync()] == [()]
    assert len(ana.objects) == 2


def test_a_busy_time_over_the_edge_of_a_request_is_one(double: GoogleDouble) -> None:
    double.add_user(ANA)
    busy(double, days=8 * 7 - 1, hours=48)
    copy = Copy(double, FREE_BUSY + ANA)
    copy.sync()
    assert starts(copy) == ["DTSTART:20270110T080000Z"]


def test_busy_times_that_nobody_shows_are_not_found(double: GoogleDouble, ana: Copy) -> None:
    with double.world.open() as world:
        del world.users[ANA]
    with pytest.raises(NotFoundError):
        ana.sync()


def test_one_request_of_several_that_fails_says_nothing(double: GoogleDouble, ana: Copy) -> None:
    before = dict(ana.objects)
    double.fault(faults.refused("backendError"), on="freebusy.query", nth=3, times=None)
    with pytest.raises(UnavailableError):
        ana.sync()
    assert ana.objects == before


def test_busy_times_have_nothing_to_read(double: GoogleDouble, ana: Copy) -> None:
    with pytest.raises(NotFoundError):
        ana.store.read(FREE_BUSY + ANA, next(iter(ana.objects)))
