"""What has changed: long lists, lists in parts, servers with few abilities, and answers that are not to be believed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from app.adapters.caldav.changes import OBJECTS_AT_ONCE
from app.adapters.caldav_store import CaldavStore
from app.domain.connected import Page
from app.errors import NotFoundError, StaleTokenError, UnavailableError
from app.ports import CalendarStore
from tests.adapters.caldav.scripted import CALENDAR, REPORTS, Scripted, multistatus, response
from tests.adapters.remote import Fault, Given, Mirror, Remote, at
from tests.adapters.site import Said, Site
from tests.adapters.text import calendar, vevent

LUNCH = Given("lunch@example.com", "Lunch", at(0, 12))
TASK = "BEGIN:VTODO\r\nUID:task@example.com\r\nDTSTAMP:20260101T000000Z\r\nEND:VTODO"


class _Scripted(Remote):
    href = "/cal/"

    def __init__(self, site: Site) -> None:
        self._site = site

    def store(self, *, right_login: bool = True) -> CalendarStore:
        return CaldavStore(self._site.url, "dana", "secret", person="dana@example.com")

    def put(self, given: Given) -> None:
        raise NotImplementedError

    def delete(self, uid: str) -> None:
        raise NotImplementedError

    def requests(self) -> int:
        return len(self._site.asked)

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        with self._site.failing(fault, after):
            yield


@pytest.fixture
def server() -> Scripted:
    return Scripted(*(replace(LUNCH, uid=f"{n}@example.com") for n in range(5)))


@pytest.fixture
def mirror(server: Scripted) -> Iterator[Mirror]:
    with Site(server) as site:
        yield Mirror(_Scripted(site))


def _no_report(server: Scripted, ctag: str | None = "1") -> None:
    """A server without sync-collection."""
    tag = f"<CS:getctag>{ctag}</CS:getctag>" if ctag else ""
    server.instead["about"] = multistatus(response("/cal/", CALENDAR + tag))
    server.instead["sync"] = Said(403)


# long lists


def test_texts_are_asked_for_many_at_once(server: Scripted, mirror: Mirror) -> None:
    for n in range(2 * OBJECTS_AT_ONCE + 1):
        server.put(replace(LUNCH, uid=f"many-{n}@example.com"))
    pages = mirror.sync()
    assert [len(page.changed) for page in pages] == [100, 100, 6]
    assert {page.total for page in pages} == {206}
    assert server.kinds == ["about", "sync", "multiget", "multiget", "multiget"]


def test_a_list_in_parts_is_followed_to_its_end(server: Scripted, mirror: Mirror) -> None:
    server.at_once = 2
    assert len(mirror.changed()) == 5
    server.delete("/cal/0%40example.com.ics")
    for n in range(5, 9):
        server.put(replace(LUNCH, uid=f"{n}@example.com"))
    pages = mirror.sync()
    assert sum(len(page.changed) for page in pages) == 4
    assert len(mirror.objects) == 8
    assert mirror.token == "sync:token-10"


def test_what_is_removed_in_a_later_part_stays_removed(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.at_once = 1
    server.put(replace(LUNCH, uid="short-lived@example.com"))
    server.delete("/cal/short-lived%40example.com.ics")
    mirror.sync()
    assert len(mirror.objects) == 5


def test_what_goes_while_a_first_list_is_followed_is_removed(server: Scripted, mirror: Mirror) -> None:
    server.at_once = 3
    pages = mirror.store.changes("/cal/", None, mirror)
    first = next(pages)
    server.delete(first.changed[0].href)
    assert first.changed[0].href in [href for page in pages for href in page.removed]


def test_a_token_that_leads_nowhere_ends_the_sync(server: Scripted, mirror: Mirror) -> None:
    server.instead["sync"] = multistatus(response("/cal/", status=507), token="again")
    with pytest.raises(UnavailableError, match="no token that leads on"):
        mirror.sync()
    assert server.kinds.count("sync") == 2


def test_parts_without_end_end_the_sync(server: Scripted, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.caldav.changes.MAX_ANSWERS", 7)
    server.instead["sync"] = lambda _: multistatus(response("/cal/", status=507), token=f"t{len(server.kinds)}")
    with pytest.raises(UnavailableError, match="more than 7 parts"):
        mirror.sync()


def test_a_list_without_a_token_is_no_whole_list(server: Scripted, mirror: Mirror) -> None:
    server.instead["sync"] = multistatus(server.tag("/cal/0%40example.com.ics"))
    with pytest.raises(UnavailableError, match="no token that leads on"):
        mirror.sync()


def test_an_object_that_is_both_changed_and_gone_was_written_anew(server: Scripted, mirror: Mirror) -> None:
    """Cyrus lists what was deleted and then came back in both ways."""
    mirror.sync()
    server.put(replace(LUNCH, uid="0@example.com", title="Changed"))
    name = "/cal/0%40example.com.ics"
    server.instead["sync"] = multistatus(server.tag(name), response(name, status=404), token="token-9")
    (page,) = mirror.sync()
    assert ([one.href for one in page.changed], page.removed) == ([name], ())


def test_the_calendar_itself_is_none_of_its_objects(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.instead["sync"] = multistatus(response("/cal/", '<D:getetag>"c"</D:getetag>'), token="token-9")
    assert mirror.changed() == set()
    assert server.kinds[-1] == "sync"


# tokens that are not known any more


@pytest.mark.parametrize("status", [400, 403, 409, 410, 412, 507])
def test_each_way_to_refuse_a_token_is_understood(server: Scripted, mirror: Mirror, status: int) -> None:
    mirror.sync()
    server.instead["sync"] = Said(status)
    with pytest.raises(StaleTokenError):
        mirror.sync()


def test_a_list_of_everything_instead_of_changes_is_no_list_of_changes(server: Scripted, mirror: Mirror) -> None:
    """DAViCal answers a token that it does not know with all that there is; what was deleted is not in it."""
    mirror.sync()
    server.delete("/cal/0%40example.com.ics")
    server.put(replace(LUNCH, uid="1@example.com", title="Changed"))
    server.instead["sync"] = lambda asked: server.sync(replace(asked, body=b"<a/>"))
    with pytest.raises(StaleTokenError, match="all events instead"):
        mirror.sync()
    mirror.token = None
    mirror.sync()
    assert len(mirror.objects) == 4


def test_a_change_that_was_seen_already_is_no_sign_of_a_full_list(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.instead["sync"] = multistatus(server.tag("/cal/0%40example.com.ics"), token="token-9")
    assert mirror.changed() == {"0@example.com"}


def test_a_token_of_another_kind_is_not_known(mirror: Mirror) -> None:
    mirror.token = "nonsense"
    with pytest.raises(StaleTokenError):
        mirror.sync()


# servers with less


def test_without_sync_collection_a_tag_of_the_calendar_says_that_nothing_changed(
    server: Scripted, mirror: Mirror
) -> None:
    _no_report(server)
    assert len(mirror.changed()) == 5
    server.kinds.clear()
    assert mirror.changed() == set()
    assert server.kinds == ["about"]


@pytest.mark.parametrize("ctag", ["2", None])
def test_without_sync_collection_tags_are_compared(server: Scripted, mirror: Mirror, ctag: str | None) -> None:
    _no_report(server, None if ctag is None else "1")
    mirror.sync()
    server.put(replace(LUNCH, uid="1@example.com", title="Changed"))
    server.put(replace(LUNCH, uid="new@example.com"))
    server.delete("/cal/0%40example.com.ics")
    _no_report(server, ctag)
    assert mirror.changed() == {"1@example.com", "new@example.com"}
    assert set(mirror.objects) == {f"/cal/{name}%40example.com.ics" for name in ("1", "2", "3", "4", "new")}
    assert mirror.changed() == set()


@pytest.mark.parametrize("status", [400, 403, 405, 415, 501, 507])
def test_a_report_that_is_promised_but_refused_is_done_without(server: Scripted, mirror: Mirror, status: int) -> None:
    server.instead["sync"] = Said(status)
    assert len(mirror.changed()) == 5
    assert mirror.token == "ctag:ctag-1"


def test_an_object_without_a_tag_is_read_each_time(server: Scripted, mirror: Mirror) -> None:
    _no_report(server, None)
    server.instead["tags"] = lambda _: multistatus(
        response("/cal/", CALENDAR), response("/cal/0%40example.com.ics", "<D:getcontentlength>1</D:getcontentlength>")
    )
    for _ in range(2):
        assert mirror.changed() == {"0@example.com"}


# what is no event, and what is odd


def test_tasks_are_no_events(server: Scripted, mirror: Mirror) -> None:
    server.keep("/cal/task.ics", calendar(*TASK.split("\r\n")).decode())
    (page,) = mirror.sync()
    assert (len(page.changed), page.removed) == (5, ())
    server.keep("/cal/task.ics", calendar(*TASK.split("\r\n"), "X-A:1").decode())
    assert mirror.changed() == set()


def test_an_event_that_became_a_task_is_gone(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.keep("/cal/0%40example.com.ics", calendar(*TASK.split("\r\n")).decode())
    mirror.sync()
    assert len(mirror.objects) == 4


def test_a_task_cannot_be_read_as_an_event(server: Scripted, mirror: Mirror) -> None:
    server.keep("/cal/task.ics", calendar(*TASK.split("\r\n")).decode())
    with pytest.raises(NotFoundError):
        mirror.store.read("/cal/", "/cal/task.ics")


def test_the_text_stays_as_the_server_has_it(server: Scripted, mirror: Mirror) -> None:
    odd = calendar(
        "prodid:-//odd//EN",
        "X-WR-CALNAME;X-A=b:c",
        *vevent(
            "dtstart:20361124T090000", "SUMMARY;LANGUAGE=de:Über\\, \\", " maß\\n", 'X-Ünknown:\t&lt; "x"', "RRULE:"
        ),
    ).decode()
    server.keep("/cal/odd.ics", odd)
    mirror.sync()
    assert mirror.objects["/cal/odd.ics"].text == odd


@pytest.mark.parametrize("text", ["", " ", "no calendar", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_text_that_cannot_be_read_stops_nobody(server: Scripted, mirror: Mirror, text: str) -> None:
    server.keep("/cal/broken.ics", text)
    assert {f"{n}@example.com" for n in range(5)} <= mirror.changed()
    assert all(one.uid for one in mirror.objects.values())
    assert {"/cal/broken.ics": "broken"}.items() >= {
        h: o.uid for h, o in mirror.objects.items() if "@" not in o.uid
    }.items()


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1f", "\ufffe", "&#x0B;", "&#11;", "&#xFFFF;", "&#x1f;", "&#0;"])
def test_letters_that_xml_does_not_allow_are_left_out(server: Scripted, mirror: Mirror, letter: str) -> None:
    server.keep("/cal/odd.ics", replace(LUNCH, uid="odd", title="Lu@nch\t☕").text())
    server.instead["multiget"] = lambda asked: _replaced(server.multiget(asked), b"Lu@", f"Lu{letter}".encode())
    mirror.sync()
    assert [event.title for event in mirror.events("odd")] == ["Lunch\t☕"]


@pytest.mark.parametrize("name", ["/cal/a%2Fb.ics", "/cal/a%20b.ics", "/cal/ü.ics", "/cal/a+b;c=d.ics", "/cal/%25.ics"])
def test_names_are_asked_for_as_the_server_spells_them(server: Scripted, mirror: Mirror, name: str) -> None:
    server.keep(name, LUNCH.text())
    assert LUNCH.uid in mirror.changed()
    assert name in mirror.objects
    assert mirror.store.read("/cal/", name).href == name


def test_an_answer_may_spell_a_name_in_another_way(server: Scripted, mirror: Mirror) -> None:
    server.instead["multiget"] = lambda asked: _replaced(server.multiget(asked), b"%40", b"@")
    assert len(mirror.changed()) == 5
    assert "/cal/0%40example.com.ics" in mirror.objects


def test_an_answer_may_have_whole_urls(server: Scripted, mirror: Mirror) -> None:
    url = mirror.remote.store()._address.encode()  # type: ignore[attr-defined]
    server.instead["sync"] = lambda asked: _replaced(server.sync(asked), b"<D:href>/", b"<D:href>" + url)
    assert len(mirror.changed()) == 5
    assert "/cal/0%40example.com.ics" in mirror.objects


def _replaced(said: Said, old: bytes, new: bytes) -> Said:
    return replace(said, body=said.body.replace(old, new))


# answers that are not to be believed


def test_an_object_that_went_in_between_is_no_error(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.put(replace(LUNCH, uid="0@example.com", title="Changed"))
    server.instead["multiget"] = multistatus(response("/cal/0%40example.com.ics", status=404))
    mirror.sync()
    assert len(mirror.objects) == 4


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("about", multistatus()),
        ("about", Said(207)),
        ("about", Said(200, b"<html/>", {"Content-Type": "text/html"})),
        ("sync", multistatus(response("/cal/a.ics", status=500), token="t")),
        ("sync", multistatus(response("/cal/a.ics", "<D:getetag/>", status=503), token="t")),
        ("sync", Said(412)),
        ("sync", Said(207, b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:resp')),
        ("sync", Said(207, b'<?xml version="1.0"?><D:error xmlns:D="DAV:"/>')),
        ("sync", Said(207, b"x" * 10, length=100)),
        ("multiget", multistatus()),
        ("multiget", multistatus(response("/cal/0%40example.com.ics", status=500))),
        ("multiget", Said(200, b"<html>busy", {"Content-Type": "text/html"})),
        ("multiget", Said(302, headers={"Location": ""})),
    ],
)
def test_a_part_is_never_taken_for_the_whole(server: Scripted, mirror: Mirror, kind: str, said: Said) -> None:
    server.instead[kind] = said
    pages: list[Page] = []
    with pytest.raises(UnavailableError) as told:
        pages.extend(mirror.store.changes("/cal/", None, mirror))
    assert not any(page.token for page in pages)
    assert "\n" not in str(told.value)


def test_one_object_that_the_server_has_no_room_to_tell_of_is_a_fault(server: Scripted, mirror: Mirror) -> None:
    server.instead["sync"] = multistatus(response("/cal/a.ics", status=507), token="token-1")
    with pytest.raises(UnavailableError, match=r"cannot tell of /cal/a\.ics now"):
        mirror.sync()


def test_xml_of_something_else_is_no_answer(server: Scripted, mirror: Mirror) -> None:
    server.instead["about"] = Said(207, b'<?xml version="1.0"?><D:error xmlns:D="DAV:"/>')
    with pytest.raises(UnavailableError, match="did not answer as a CalDAV server does"):
        mirror.sync()


def test_an_empty_list_of_tags_is_no_empty_calendar(server: Scripted, mirror: Mirror) -> None:
    _no_report(server)
    server.instead["tags"] = multistatus()
    with pytest.raises(UnavailableError):
        mirror.sync()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_calendar_that_may_not_be_read_any_more_is_not_found(server: Scripted, mirror: Mirror, status: int) -> None:
    server.instead["about"] = Said(status)
    with pytest.raises(NotFoundError):
        mirror.sync()


def test_a_calendar_that_became_something_else_is_not_found(server: Scripted, mirror: Mirror) -> None:
    server.instead["about"] = multistatus(response("/cal/", REPORTS))
    with pytest.raises(NotFoundError, match="no calendar"):
        mirror.sync()


def test_a_busy_answer_to_one_request_says_when_to_come_back(server: Scripted, mirror: Mirror) -> None:
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    for wait, seconds in (("30", 30), ("-5", 0), (date, 0), ("soon", None), ("9" * 30, 7 * 86_400)):
        server.instead["multiget"] = Said(503, headers={"Retry-After": wait})
        with pytest.raises(UnavailableError) as told:
            mirror.sync()
        assert told.value.retry_after_s == seconds
