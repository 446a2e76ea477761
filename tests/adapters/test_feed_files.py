"""Moves in a calendar that can only be read: they are made in a file, of which nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import unified_diff

import pytest

from app.adapters.feed_files import Earlier, FileWriter, file_name
from app.adapters.ics.file import EMPTY, IcsFile
from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.connected import Access, Backend, CalendarObject, StoredCalendar
from app.domain.calendar.writing import MASTER, Edit, Insert, Notify, Remove, Retime, SetRule, Versions
from app.errors import ChangedError, NotFoundError, ParseError, UnavailableError
from tests.adapters.text import VIENNA, at, calendar

CALENDAR = StoredCalendar(
    id="cal-1",
    connection_id="con-1",
    backend=Backend.FEED,
    href="feed",
    name="Team",
    owner="dana@example.com",
    zone=VIENNA,
    access=Access.DETAILS,
    writable=False,
    schedules=False,
)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LUNCH = at("20261124T120000", "SUMMARY:Lunch", "DESCRIPTION:as it is", "X-OWN;A=b:c", uid="lunch@example.com")
WEEKLY = at("20261123T090000", "RRULE:FREQ=WEEKLY", "SUMMARY:Weekly", uid="weekly@example.com")
FEED = calendar("X-WR-CALNAME:Team", *LUNCH, *WEEKLY)
LATER = Retime(MASTER, datetime(2026, 11, 25, 14, tzinfo=VIENNA), datetime(2026, 11, 25, 14, 30, tzinfo=VIENNA))
AT_NOON, HALF = datetime(2026, 11, 24, 12, tzinfo=VIENNA), timedelta(minutes=30)
UID = "01234567-89ab-cdef-0123-456789abcdef"
NEW = Insert(
    UID, datetime(2026, 11, 30, 10, tzinfo=VIENNA), datetime(2026, 11, 30, 10, 30, tzinfo=VIENNA), "FREQ=WEEKLY"
)


def undoing(shelf: Shelf, before: dict[str, Versions]) -> FileWriter:
    """What takes back the moves of the file that is kept."""
    assert shelf.kept is not None
    earlier, shelf.kept = Earlier(shelf.kept, before), None
    editor = IcsEditor(VIENNA)
    return FileWriter(
        CALENDAR, editor, kept=lambda: shelf.kept, keep=shelf.keep, fresh=shelf.fresh, earlier=earlier, now=lambda: NOW
    )


def versions(data: bytes, uid: str) -> Versions:
    text = IcsFile("feed", data.decode()).object(uid)
    return IcsEditor(VIENNA).versions([text] if text else [])


class Shelf:
    """A feed, and the file that is kept of it."""

    def __init__(self, feed: bytes = FEED) -> None:
        self.feed = feed
        self.kept: bytes | None = None
        self.asked = 0

    def fresh(self) -> bytes:
        self.asked += 1
        return self.feed

    def keep(self, data: bytes) -> None:
        self.kept = data

    def writer(self) -> FileWriter:
        editor = IcsEditor(VIENNA)
        return FileWriter(CALENDAR, editor, kept=lambda: self.kept, keep=self.keep, fresh=self.fresh, now=lambda: NOW)

    def write(self, edit: Edit, uid: str) -> None:
        """One edit, by a writer of its own."""
        writer = self.writer()
        writer.write("feed", edit, writer.current("feed", uid, None), Notify.ALL)

    @property
    def changes(self) -> list[str]:
        """The lines of the file that differ from the feed, without their continuations."""
        assert self.kept is not None
        lines = unified_diff(self.feed.decode().split("\r\n"), self.kept.decode().split("\r\n"), n=0, lineterm="")
        return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_nothing_but_the_moved_event_changes(shelf: Shelf) -> None:
    shelf.write(LATER, "lunch@example.com")
    changed = {line[1:].partition(":")[0].partition(";")[0] for line in shelf.changes}
    assert changed <= {"DTSTART", "DTEND", "DURATION", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED"}
    assert "+DTSTART;TZID=Europe/Vienna:20261125T140000" in shelf.changes


def test_later_moves_are_made_in_the_file_of_the_earlier_ones(shelf: Shelf) -> None:
    shelf.write(LATER, "lunch@example.com")
    shelf.write(SetRule("FREQ=WEEKLY;COUNT=2"), "weekly@example.com")
    assert "+DTSTART;TZID=Europe/Vienna:20261125T140000" in shelf.changes
    assert "+RRULE:FREQ=WEEKLY;COUNT=2" in shelf.changes
    assert shelf.asked == 1


def test_what_is_written_is_what_is_there_from_then_on(shelf: Shelf) -> None:
    writer = shelf.writer()
    (before,) = writer.current("feed", "lunch@example.com", None)
    writer.write("feed", LATER, [before], Notify.ALL)
    (after,) = writer.current("feed", "lunch@example.com", before.href)
    assert "20261125T140000" in after.text
    with pytest.raises(ChangedError):
        writer.write("feed", LATER, [before], Notify.ALL)


def test_a_new_series_is_put_in_once_and_taken_out_again(shelf: Shelf) -> None:
    for _ in range(2):
        shelf.write(NEW, "weekly@example.com")
    assert shelf.kept is not None
    assert shelf.kept.count(f"UID:{UID}".encode()) == 1
    shelf.write(Remove(UID), UID)
    assert shelf.kept == FEED
    shelf.write(Remove(UID), UID)


def test_a_uid_is_made_of_the_key(shelf: Shelf) -> None:
    assert shelf.writer().new_uid("0123456789abcdef0123456789abcdef") == UID


def test_an_undo_begins_with_what_was_moved_though_nobody_took_it_over(shelf: Shelf) -> None:
    """Guests may have its invitations; what was new is removed, and all else is as the feed has it by then."""
    before = {uid: versions(FEED, uid) for uid in ("lunch@example.com", UID)}
    shelf.write(LATER, "lunch@example.com")
    shelf.write(NEW, "weekly@example.com")
    shelf.feed = FEED.replace(b"SUMMARY:Weekly", b"SUMMARY:Every week")
    writer = undoing(shelf, before)
    (lunch,) = writer.current("feed", "lunch@example.com", None)
    (new,) = writer.current("feed", UID, None)
    writer.write("feed", replace(LATER, start=AT_NOON, end=AT_NOON + HALF), [lunch], Notify.ALL)
    writer.write("feed", Remove(UID), [new], Notify.ALL)
    assert {line[1:].partition(":")[0] for line in shelf.changes} <= {"SEQUENCE", "DTSTAMP", "LAST-MODIFIED"}
    assert versions(shelf.kept or b"", "lunch@example.com")[MASTER].sequence == 2
    assert list(writer.current("feed", UID, None)) == []


def test_an_undo_begins_with_what_the_calendar_has_if_that_is_another_thing_by_now(shelf: Shelf) -> None:
    before = {"lunch@example.com": versions(FEED, "lunch@example.com")}
    shelf.write(LATER, "lunch@example.com")
    shelf.feed = FEED.replace(b"20261124T12", b"20261124T11")
    (lunch,) = undoing(shelf, before).current("feed", "lunch@example.com", None)
    assert "20261124T11" in lunch.text


def test_what_is_not_there_cannot_be_changed(shelf: Shelf) -> None:
    assert list(shelf.writer().current("feed", "never@example.com", None)) == []
    with pytest.raises(ChangedError, match="not there any more"):
        shelf.writer().write("feed", LATER, [], Notify.ALL)
    with pytest.raises(NotFoundError):
        shelf.writer().current("other", "lunch@example.com", None)
    assert shelf.kept is None


def test_a_feed_that_cannot_be_read_now_makes_no_file() -> None:
    def fresh() -> bytes:
        raise UnavailableError("the feed cannot be reached")

    shelf = Shelf()
    shelf.fresh = fresh  # type: ignore[method-assign]
    with pytest.raises(UnavailableError, match="cannot be reached"):
        shelf.write(LATER, "lunch@example.com")
    assert shelf.kept is None


def test_other_letters_than_utf_8_are_not_guessed() -> None:
    shelf = Shelf(FEED.replace(b"as it is", "für alle".encode("latin-1")))
    with pytest.raises(ParseError, match="not UTF-8"):
        shelf.write(LATER, "lunch@example.com")


class Server:
    """A calendar at a server of which a series comes in parts, as Google's do; nothing may be written."""

    def __init__(self, *texts: bytes) -> None:
        self.texts = texts

    def current(self, calendar: str, uid: str, href: str | None) -> list[CalendarObject]:
        return [CalendarObject(f"e{n}", uid, text.decode(), f"{n}") for n, text in enumerate(self.texts)]

    def new_uid(self, key: str) -> str:
        raise AssertionError("files have UIDs of their own")

    def write(self, calendar: str, edit: Edit, seen: object, notify: Notify) -> None:
        raise AssertionError("nothing is written")


def test_of_a_calendar_at_a_server_an_undo_begins_with_what_was_moved() -> None:
    shelf = Shelf(EMPTY.encode())
    server = Server(calendar(*WEEKLY))
    before = {"weekly@example.com": versions(FEED, "weekly@example.com")}
    moved = calendar(*WEEKLY).replace(b"20261123T09", b"20261123T10")
    writer = FileWriter(
        CALENDAR, IcsEditor(VIENNA), kept=lambda: None, keep=shelf.keep, server=server, earlier=Earlier(moved, before)
    )
    (weekly,) = writer.current("feed", "weekly@example.com", "e0")
    assert "20261123T10" in weekly.text


def test_of_a_calendar_at_a_server_the_file_has_what_was_moved() -> None:
    shelf = Shelf()
    override = at("20261201T110000", "RECURRENCE-ID;TZID=Europe/Vienna:20261130T090000", uid="weekly@example.com")
    server = Server(calendar(*WEEKLY), calendar(*override))
    writer = FileWriter(CALENDAR, IcsEditor(VIENNA), kept=lambda: None, keep=shelf.keep, server=server, now=lambda: NOW)
    seen = writer.current("feed", "weekly@example.com", "e0")
    writer.write("feed", SetRule("FREQ=WEEKLY;COUNT=3"), seen, Notify.ALL)
    assert shelf.kept is not None
    assert shelf.kept.count(b"BEGIN:VEVENT") == 2
    assert b"RRULE:FREQ=WEEKLY;COUNT=3" in shelf.kept
    assert b"RECURRENCE-ID" in shelf.kept


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Team", "team-cal1.ics"),
        ("../../etc/passwd\0", "etc-passwd-cal1.ics"),
        ('a"; rm -rf /\r\nX: y', "a-rm-rf-x-y-cal1.ics"),
        ("会議", "calendar-cal1.ics"),
        ("x" * 300, "x" * 40 + "-cal1.ics"),
    ],
)
def test_names_of_files_are_safe(name: str, file: str) -> None:
    assert file_name(replace(CALENDAR, name=name), is_undo=False) == file


def test_two_calendars_of_one_name_have_files_of_their_own_and_so_has_an_undo() -> None:
    other = replace(CALENDAR, id="cal-2")
    names = {file_name(one, is_undo=is_undo) for one in (CALENDAR, other) for is_undo in (False, True)}
    assert names == {"team-cal1.ics", "team-cal1-undone.ics", "team-cal2.ics", "team-cal2-undone.ics"}
