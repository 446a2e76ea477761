"""Answers that are not to be believed, and those that say no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.calendar.connected import Page
from app.errors import NotFoundError, UnavailableError
from tests.adapters.caldav.scripted import REPORTS, Scripted, multistatus, response
from tests.adapters.calendar_store_contract import LUNCH
from tests.adapters.remote import Mirror
from tests.adapters.site import Said


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
    server.lose_report()
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
