"""What an approval covers is the same in the store and in the calendar, as long as nobody changed anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.adapters.ics_edit.editor import IcsEditor
from app.errors import RefusedError
from tests.adapters.calendar_store_contract import GUESTS, LUNCH, STANDUP
from tests.adapters.google.desk import ID, VIENNA, Desk, at, body, hour_at
from tests.adapters.google.remote import DANA, GoogleRemote, answering
from tests.adapters.remote import Mirror
from tests.adapters.remote import at as on
from tests.google_double.double import GoogleDouble

EDITOR = IcsEditor(VIENNA)


def test_what_a_sync_stores_is_what_is_read_before_a_write(double: GoogleDouble) -> None:
    remote = GoogleRemote(double)
    exceptions = {"moved": ((on(2, 9), on(2, 16)),), "dropped": (on(3, 9),)}
    for given in (replace(LUNCH, attendees=GUESTS), replace(STANDUP, attendees=GUESTS, **exceptions)):  # type: ignore[arg-type]
        remote.put(given)
    mirror = Mirror(remote)
    mirror.sync()
    for uid, count in ((LUNCH.uid, 1), (STANDUP.uid, 3)):
        stored = EDITOR.versions([one.text for one in mirror.of(uid)])
        read = [EDITOR.versions([one.text for one in remote.writer().current(DANA, uid, None)]) for _ in range(2)]
        assert read == [stored] * 2
        assert len(stored) == count


def test_what_a_list_does_not_have_yet_is_asked_for_by_its_name(double: GoogleDouble) -> None:
    """A list may follow a write late; what was just made must not seem to be missing."""
    double.add_event(DANA, body(at(23, 10)))
    desk = Desk(double)
    (seen,) = desk.seen()
    double.fault(answering(200, b'{"items": []}'), on="events.list", times=None)
    assert desk.seen() == [seen]
    double.delete_event(DANA, ID)
    assert desk.seen() == []


def test_of_a_calendar_that_shows_no_events_nothing_is_read_or_written(double: GoogleDouble) -> None:
    desk = Desk(double, f"freebusy:{DANA}")
    assert desk.seen() == ()
    with pytest.raises(RefusedError, match="only busy times"):
        desk.write(hour_at(at(24, 14)))
    assert double.requests == []
