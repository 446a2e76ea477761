"""What every `CalendarWriter` has to do, as tests that run against the real thing on its other side.

A back end joins as it does in `calendar_store_contract`, with a `remote` that also gives a writer, and that can do what
it is asked for without a word, or refuse it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.event import Event
from app.domain.calendar.writing import MASTER, Edit, Insert, Notify, Rebase, Remove, Restore, Retime, SetRule
from app.errors import ChangedError, ReconnectError, RefusedError, UnansweredError, UnavailableError
from app.ports import CalendarWriter
from tests.adapters.calendar_store_contract import GUESTS, LUNCH, REVIEW, STANDUP
from tests.adapters.remote import RETRY_AFTER_S, Fault, Mirror, Remote, at
from tests.adapters.text import VIENNA, starts

KEY = "0123456789abcdef0123456789abcdef"
DAYS = ["11-24", "11-25", "11-26", "11-27", "11-28"]
NINE = [f"{day}T08:00" for day in DAYS]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A time on the n-th day from the Monday of these tests, in Vienna."""
    return at(day, hour, minute).replace(tzinfo=VIENNA)


LATER = Retime(MASTER, local(1, 14), local(1, 14, 30))
"""Another time for the lunch."""


@dataclass
class Desk:
    """Somebody who writes, and a copy that shows what became of it."""

    remote: Remote
    mirror: Mirror
    writer: CalendarWriter

    def seen(self, uid: str) -> list[CalendarObject]:
        """The objects of a UID as they are now, from where the copy saw them."""
        known = self.mirror.of(uid)
        return list(self.writer.current(self.remote.href, uid, known[0].href if known else None))

    def write(self, edit: Edit, seen: list[CalendarObject], notify: Notify = Notify.ALL) -> None:
        self.writer.write(self.remote.href, edit, seen, notify)

    def events(self, uid: str) -> list[Event]:
        """What there is now of a UID."""
        self.mirror.sync()
        return self.mirror.events(uid)

    def starts(self, uid: str) -> list[str]:
        return starts(self.events(uid))

    def key(self, uid: str, number: int) -> str:
        """The name of the n-th occurrence of a series."""
        original = self.mirror.events(uid)[number].ref.recurrence_id
        assert original is not None
        return original.isoformat()


class CalendarWriterContract:
    """The tests; a subclass gives the fixture `remote`, with an empty calendar on it."""

    @pytest.fixture
    def remote(self) -> Remote:
        raise NotImplementedError

    @pytest.fixture
    def desk(self, remote: Remote) -> Desk:
        """At a calendar with a lunch with guests, a review and a stand-up."""
        for given in (replace(LUNCH, attendees=GUESTS, organizer=GUESTS[0].email), REVIEW, STANDUP):
            remote.put(given)
        mirror = Mirror(remote)
        mirror.sync()
        return Desk(remote, mirror, remote.writer())

    def series(self, desk: Desk, start: datetime) -> Insert:
        """A new series like the stand-up, at another time."""
        return Insert(desk.writer.new_uid(KEY), start, start + timedelta(minutes=15), "FREQ=DAILY;COUNT=3")

    # what is there

    def test_what_is_there_now_is_found_with_and_without_its_place(self, desk: Desk) -> None:
        for uid in (LUNCH.uid, STANDUP.uid):
            found = desk.seen(uid)
            looked_for = desk.writer.current(desk.remote.href, uid, None)
            assert [(one.uid, one.etag, one.text) for one in looked_for] == [(uid, one.etag, one.text) for one in found]
            assert all(one.etag for one in found)

    def test_a_series_comes_with_its_exceptions(self, desk: Desk) -> None:
        desk.remote.put(replace(STANDUP, moved=((at(2, 9), at(2, 16)),)))
        assert "".join(one.text for one in desk.seen(STANDUP.uid)).count("BEGIN:VEVENT") == 2

    def test_of_what_is_gone_or_never_was_there_is_nothing(self, desk: Desk) -> None:
        desk.remote.delete(LUNCH.uid)
        assert desk.seen(LUNCH.uid) == []
        assert list(desk.writer.current(desk.remote.href, "never@example.com", None)) == []

    # what is written

    def test_another_time_is_read_back(self, desk: Desk) -> None:
        desk.write(LATER, desk.seen(LUNCH.uid))
        assert desk.starts(LUNCH.uid) == ["11-25T13:00"]

    def test_nothing_but_the_time_is_another(self, desk: Desk) -> None:
        (before,) = desk.mirror.events(LUNCH.uid)
        others = {uid: desk.mirror.of(uid) for uid in (REVIEW.uid, STANDUP.uid)}
        desk.write(LATER, desk.seen(LUNCH.uid))
        (after,) = desk.events(LUNCH.uid)
        assert (after.title, after.organizer, after.location) == (before.title, before.organizer, before.location)
        told = [
            [(one.email, one.name, one.required, one.is_room) for one in event.attendees] for event in (before, after)
        ]
        assert told[0] == told[1]
        assert {uid: desk.mirror.of(uid) for uid in others} == others

    def test_an_occurrence_moves_alone_and_keeps_its_name(self, desk: Desk) -> None:
        """RECURRENCE-ID stays the original start."""
        name = desk.key(STANDUP.uid, 2)
        desk.write(Retime(name, local(2, 16), local(2, 16, 15)), desk.seen(STANDUP.uid))
        assert desk.starts(STANDUP.uid) == [*NINE[:2], "11-26T15:00", *NINE[3:]]
        assert desk.key(STANDUP.uid, 2) == name

    def test_an_occurrence_that_was_moved_is_as_its_rule_says_again(self, desk: Desk) -> None:
        name = desk.key(STANDUP.uid, 2)
        desk.write(Retime(name, local(2, 16), local(2, 16, 15)), desk.seen(STANDUP.uid))
        desk.write(Restore(name, local(2, 9), local(2, 9, 15)), desk.seen(STANDUP.uid))
        assert desk.starts(STANDUP.uid) == NINE

    def test_a_whole_series_moves(self, desk: Desk) -> None:
        edit = Rebase(local(0, 10), local(0, 10, 15), "FREQ=DAILY;COUNT=5")
        desk.write(edit, desk.seen(STANDUP.uid))
        assert desk.starts(STANDUP.uid) == [f"{day}T09:00" for day in DAYS]

    def test_a_series_ends_earlier(self, desk: Desk) -> None:
        desk.write(SetRule("FREQ=DAILY;COUNT=2"), desk.seen(STANDUP.uid))
        assert desk.starts(STANDUP.uid) == NINE[:2]

    def test_a_new_series_is_like_the_one_that_it_is_made_of(self, desk: Desk) -> None:
        edit = self.series(desk, local(2, 11))
        desk.write(edit, desk.seen(STANDUP.uid))
        assert desk.starts(edit.uid) == ["11-26T10:00", "11-27T10:00", "11-28T10:00"]
        assert {event.title for event in desk.mirror.events(edit.uid)} == {STANDUP.title}
        assert starts(desk.mirror.events(STANDUP.uid)) == NINE
        assert [one.uid for one in desk.writer.current(desk.remote.href, edit.uid, None)] == [edit.uid]

    def test_the_same_new_series_is_made_once(self, desk: Desk) -> None:
        edit = self.series(desk, local(2, 11))
        source = desk.seen(STANDUP.uid)
        for _ in range(2):
            desk.write(edit, source)
        assert len(desk.events(edit.uid)) == 3

    def test_a_new_series_is_removed_and_nothing_else(self, desk: Desk) -> None:
        edit = self.series(desk, local(2, 11))
        desk.write(edit, desk.seen(STANDUP.uid))
        made = desk.seen(edit.uid)
        for _ in range(2):
            desk.write(Remove(edit.uid), made)
        assert desk.seen(edit.uid) == []
        assert desk.starts(edit.uid) == []
        assert desk.starts(STANDUP.uid) == NINE

    # what others do meanwhile

    def test_what_was_changed_since_it_was_seen_is_left_alone(self, desk: Desk) -> None:
        """The condition is the version that was seen, not whatever is there by now."""
        seen = desk.seen(LUNCH.uid)
        desk.remote.put(replace(LUNCH, start=at(3, 12), sequence=1))
        with pytest.raises(ChangedError):
            desk.write(LATER, seen)
        assert desk.starts(LUNCH.uid) == ["11-27T11:00"]

    def test_what_is_gone_since_it_was_seen_does_not_come_back(self, desk: Desk) -> None:
        seen = desk.seen(LUNCH.uid)
        desk.remote.delete(LUNCH.uid)
        with pytest.raises(ChangedError):
            desk.write(LATER, seen)
        assert desk.starts(LUNCH.uid) == []

    def test_what_was_gone_when_it_was_looked_at_cannot_be_changed(self, desk: Desk) -> None:
        with pytest.raises(ChangedError):
            desk.write(LATER, [])

    def test_a_new_series_that_somebody_changed_is_not_removed(self, desk: Desk) -> None:
        edit = self.series(desk, local(2, 11))
        desk.write(edit, desk.seen(STANDUP.uid))
        made = desk.seen(edit.uid)
        desk.write(SetRule("FREQ=DAILY;COUNT=2"), made)
        with pytest.raises(ChangedError):
            desk.write(Remove(edit.uid), made)
        assert len(desk.events(edit.uid)) == 2

    # what can go wrong

    def test_what_may_not_be_written_is_refused(self, desk: Desk) -> None:
        seen = desk.seen(LUNCH.uid)
        with desk.remote.refusing(), pytest.raises(RefusedError) as told:
            desk.write(LATER, seen)
        assert "\n" not in str(told.value)
        assert desk.starts(LUNCH.uid) == ["11-24T11:00"]

    @pytest.mark.parametrize("fault", [one for one in Fault if one is not Fault.CUT_OFF])
    def test_a_server_out_of_order_has_written_nothing(self, desk: Desk, fault: Fault) -> None:
        seen = desk.seen(LUNCH.uid)
        with desk.remote.failing(fault), pytest.raises(UnavailableError) as told:
            desk.write(LATER, seen)
        waits = fault in (Fault.BUSY, Fault.TOO_MANY)
        assert told.value.retry_after_s == (RETRY_AFTER_S if waits else None)
        assert isinstance(told.value, UnansweredError) or fault not in (Fault.SILENCE, Fault.RESET)
        assert "\n" not in str(told.value)
        assert desk.seen(LUNCH.uid) == seen
        desk.write(LATER, seen)
        assert desk.starts(LUNCH.uid) == ["11-25T13:00"]

    def test_a_write_without_an_answer_is_not_known_and_then_found_done(self, desk: Desk) -> None:
        """Whoever does not know looks, and does not write again."""
        seen = desk.seen(LUNCH.uid)
        with desk.remote.unanswered(), pytest.raises(UnansweredError):
            desk.write(LATER, seen)
        assert desk.starts(LUNCH.uid) == ["11-25T13:00"]
        with pytest.raises(ChangedError):
            desk.write(LATER, seen)

    def test_a_new_series_without_an_answer_is_made_once(self, desk: Desk) -> None:
        edit = self.series(desk, local(2, 11))
        source = desk.seen(STANDUP.uid)
        with desk.remote.unanswered(), pytest.raises(UnansweredError):
            desk.write(edit, source)
        desk.write(edit, source)
        assert len(desk.events(edit.uid)) == 3

    def test_a_removal_without_an_answer_is_done_once(self, desk: Desk) -> None:
        edit = self.series(desk, local(2, 11))
        desk.write(edit, desk.seen(STANDUP.uid))
        made = desk.seen(edit.uid)
        with desk.remote.unanswered(), pytest.raises(UnansweredError):
            desk.write(Remove(edit.uid), made)
        desk.write(Remove(edit.uid), made)
        assert desk.starts(edit.uid) == []

    def test_a_login_that_is_wrong_has_to_be_renewed(self, desk: Desk) -> None:
        seen = desk.seen(LUNCH.uid)
        desk.writer = desk.remote.writer(right_login=False)
        with pytest.raises(ReconnectError):
            desk.seen(LUNCH.uid)
        with pytest.raises(ReconnectError):
            desk.write(LATER, seen)
        assert desk.starts(LUNCH.uid) == ["11-24T11:00"]
