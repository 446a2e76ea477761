"""What the objects of a calendar are: names, texts, and what is no event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import NotFoundError
from tests.adapters.caldav.scripted import Scripted
from tests.adapters.calendar_store_contract import LUNCH
from tests.adapters.remote import Mirror
from tests.adapters.site import Said
from tests.adapters.text import calendar, vevent

TASK = ("BEGIN:VTODO", "UID:task@example.com", "DTSTAMP:20260101T000000Z", "END:VTODO")


def test_tasks_are_no_events(server: Scripted, mirror: Mirror) -> None:
    server.keep("/cal/task.ics", calendar(*TASK).decode())
    (page,) = mirror.sync()
    assert (len(page.changed), page.removed) == (5, ())
    server.keep("/cal/task.ics", calendar(*TASK, "X-A:1").decode())
    assert mirror.changed() == set()


def test_an_event_that_became_a_task_is_gone(server: Scripted, mirror: Mirror) -> None:
    mirror.sync()
    server.keep("/cal/0%40example.com.ics", calendar(*TASK).decode())
    mirror.sync()
    assert len(mirror.objects) == 4


def test_a_task_cannot_be_read_as_an_event(server: Scripted, mirror: Mirror) -> None:
    server.keep("/cal/task.ics", calendar(*TASK).decode())
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
