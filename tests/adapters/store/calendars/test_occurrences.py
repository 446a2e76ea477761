"""Events as they are kept in rows."""

from __future__ import annotations

from dataclasses import replace

from app.adapters.store.calendars.occurrences import decoded, encoded
from app.domain.calendar.event import Attendee, Cutype, Partstat
from tests.domain.given import event


def test_the_guest_list_is_kept_with_what_each_line_is() -> None:
    lines = (
        Attendee("dana@example.com", "Dana", partstat=Partstat.ACCEPTED),
        Attendee("blue@example.com", cutype=Cutype.ROOM),
        Attendee("fyi@example.com", required=False, informed=True),
    )
    original = replace(event("Sync"), attendees=lines)
    _, fields = decoded("u", encoded("u", original))
    assert fields["attendees"] == lines


def test_lines_that_were_kept_before_anybody_asked_who_is_only_informed_are_read() -> None:
    _, fields = decoded("u", '{"attendees":[["ana@example.com",null,true,"ACCEPTED","INDIVIDUAL"]]}')
    assert fields["attendees"] == (Attendee("ana@example.com", partstat=Partstat.ACCEPTED),)
