"""A server that sends invitations (Xandikos): the organizer writes, and the guest's copy follows (RFC 6638)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest

from app.adapters.ics.calendar import IcsCalendar
from app.domain.calendar.event import Attendee, Event, Partstat
from app.domain.calendar.writing import MASTER, Insert, Remove, Retime, SetRule
from app.errors import ChangedError
from tests.adapters.caldav.remotes import DavRemote, DavUser
from tests.adapters.caldav.servers import Authority, Running
from tests.adapters.calendar_writer_contract import Desk, local
from tests.adapters.remote import MONDAY, Fault, Given, Mirror, at
from tests.adapters.site import Site
from tests.adapters.text import OWNER, VIENNA, starts, window

ANA = "ana@example.com"
INBOX = "/ana/calendars/calendar/"
NUMBERS = count()
LATER = Retime(MASTER, local(1, 14), local(1, 14, 30))


@pytest.fixture
def desk(people: Running, authority: Authority) -> Iterator[Desk]:
    """Dana's, at her first calendar: this server looks for the meeting that an answer is about in no other."""
    user = DavUser(people, "dana")
    with Site(lambda _: Fault.RESET, authority.for_servers()) as site:
        remote = DavRemote(people, site, user, "/dana/calendars/calendar/", is_new=False)
        yield Desk(remote, Mirror(remote), remote.writer())
    user.close()


@pytest.fixture
def ana(people: Running) -> Iterator[DavUser]:
    user = DavUser(people, "ana")
    yield user
    user.close()


def _meeting(rrule: str | None = None) -> Given:
    guests = (Attendee(OWNER, partstat=Partstat.ACCEPTED), Attendee(ANA))
    uid = f"invited-{next(NUMBERS)}@example.com"
    return Given(uid, "Sync", at(0, 9), rrule=rrule, organizer=OWNER, attendees=guests)


def _copy(ana: DavUser, uid: str) -> tuple[str, str]:
    """Ana's copy of a meeting: where it is, and its text."""
    listed = re.findall(r"href>([^<]*\.ics)<", ana.ask("PROPFIND", INBOX, Depth="1").text)
    found = [(href, text) for href in listed if f"UID:{uid}" in (text := ana.ask("GET", href).text)]
    assert len(found) == 1, found
    return found[0]


def _events(text: str) -> list[Event]:
    found = IcsCalendar.read("copy", text.encode()).events(window(MONDAY, 14), ANA, VIENNA)
    assert not found.warnings, found.warnings
    return list(found.events)


def _answers(event: Event) -> dict[str, Partstat]:
    return {one.email: one.partstat for one in event.attendees}


def _accept(ana: DavUser, uid: str) -> None:
    href, text = _copy(ana, uid)
    ana.put(href, text.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"))


def _put(desk: Desk, given: Given) -> None:
    desk.remote.put(given)
    desk.mirror.sync()


def test_the_guests_copy_moves_and_keeps_its_answer(desk: Desk, ana: DavUser) -> None:
    """RFC 6638 §3.2.8 has the server reset the answer of a guest; this one keeps it, on both copies."""
    given = _meeting()
    _put(desk, given)
    _accept(ana, given.uid)
    desk.write(LATER, desk.seen(given.uid))
    (own,) = desk.events(given.uid)
    (theirs,) = _events(_copy(ana, given.uid)[1])
    assert starts([own, theirs]) == ["11-25T13:00"] * 2
    assert _answers(own)[ANA] is Partstat.ACCEPTED
    assert _answers(theirs)[ANA] is Partstat.ACCEPTED
    assert theirs.sequence == own.sequence == 1


def test_an_answer_between_reading_and_writing_stops_nothing_and_is_kept(desk: Desk, ana: DavUser) -> None:
    """Only the etag changes, not the schedule tag; this server would drop the answer for that tag alone."""
    given = _meeting()
    _put(desk, given)
    seen = desk.seen(given.uid)
    _accept(ana, given.uid)
    (now,) = desk.seen(given.uid)
    assert (now.schedule_tag, now.etag != seen[0].etag) == (seen[0].schedule_tag, True)
    desk.write(LATER, seen)
    (own,) = desk.events(given.uid)
    assert starts([own]) == ["11-25T13:00"]
    assert _answers(own)[ANA] is Partstat.ACCEPTED


def test_another_time_between_reading_and_writing_is_left_alone(desk: Desk, ana: DavUser) -> None:
    given = _meeting()
    _put(desk, given)
    seen = desk.seen(given.uid)
    desk.write(Retime(MASTER, local(3, 9), local(3, 9, 30)), seen)
    with pytest.raises(ChangedError):
        desk.write(LATER, seen)
    assert starts(_events(_copy(ana, given.uid)[1])) == ["11-27T08:00"]


def test_a_series_that_is_split_is_split_for_its_guests(desk: Desk, ana: DavUser) -> None:
    given = _meeting("FREQ=DAILY;COUNT=5")
    _put(desk, given)
    new = Insert(desk.writer.new_uid(f"{next(NUMBERS):032x}"), local(2, 14), local(2, 14, 30), "FREQ=DAILY;COUNT=3")
    desk.write(new, desk.seen(given.uid))
    desk.write(SetRule("FREQ=DAILY;COUNT=2"), desk.seen(given.uid))
    assert starts(_events(_copy(ana, new.uid)[1])) == ["11-26T13:00", "11-27T13:00", "11-28T13:00"]
    assert starts(_events(_copy(ana, given.uid)[1])) == ["11-24T08:00", "11-25T08:00"]
    desk.write(Remove(new.uid), desk.seen(new.uid))
    assert "STATUS:CANCELLED" in _copy(ana, new.uid)[1]
