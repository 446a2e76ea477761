"""In the days after: who declines is told, a room that declines takes the move back, a feed shows its move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from app.domain.calendar.writing import MASTER, Counter
from app.domain.plans.plan import Alternative
from app.domain.proposals.delivery import Sender
from app.domain.proposals.proposal import MoveState, ProposalState
from app.services.applying.aftermath import follow_up
from tests.adapters.store.kept import ANA
from tests.adapters.store.syncing import HREF, vcalendar, vevent
from tests.services.rehearsal import BEN, ROOM, Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ONE = Wanted("one", at(1, 10), at(0, 14), rooms=(ROOM,))


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database)
    made.event(ONE.uid, ONE.start, guests=answers())
    places = (Alternative(at(day, 9), at(day, 10), None, 0, "") for day in range(5))
    made.alternatives = tuple(places)
    return made


def answers(**said: str) -> tuple[str, ...]:
    people = {"ana": ANA, "ben": BEN, "room": ROOM}
    return tuple(f"ATTENDEE;PARTSTAT={said.get(n, 'ACCEPTED')}:mailto:{address}" for n, address in people.items())


def test_who_has_to_be_there_and_declines_is_told_once_with_three_places(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.event(ONE.uid, ONE.to, guests=answers(ben="DECLINED"))
    rehearsal.syncing.sync()
    first = follow_up(proposal_id, rehearsal.tools)
    [note] = writing(first).notes
    assert note.startswith("ben@example.com declined the new time: undo this move (number 1)")
    assert note.endswith("Mon 30 Nov 09:00, Tue 1 Dec 09:00 and Wed 2 Dec 09:00")
    assert follow_up(proposal_id, rehearsal.tools) == first
    assert rehearsal.starts(ONE.uid) == [ONE.to]


def test_a_room_that_declines_later_takes_its_move_back(rehearsal: Rehearsal) -> None:
    """Rooms answer by themselves, some of them long after the write."""
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.syncing.sync()
    assert follow_up(proposal_id, rehearsal.tools).state is ProposalState.APPLIED
    rehearsal.event(ONE.uid, ONE.to, "SEQUENCE:1", guests=answers(room="DECLINED"))
    rehearsal.syncing.sync()
    told = follow_up(proposal_id, rehearsal.tools)
    assert (told.state, rehearsal.enqueued[-1][0]) == (ProposalState.UNDOING, proposal_id)
    assert "the move is taken back" in writing(told).notes[0]
    ended = rehearsal.work(proposal_id)
    assert (ended.state, rehearsal.starts(ONE.uid)) == (ProposalState.UNDONE, [ONE.start])


def test_a_feed_that_shows_the_move_verifies_it(rehearsal: Rehearsal) -> None:
    rehearsal.sender = Sender.FILES
    proposal_id = rehearsal.applied(replace(ONE, rooms=())).id
    assert states(follow_up(proposal_id, rehearsal.tools)) == [MoveState.WRITTEN]
    rehearsal.syncing.sync()
    assert states(follow_up(proposal_id, rehearsal.tools)) == [MoveState.VERIFIED]


def a_series(rehearsal: Rehearsal, past: Sequence[str]) -> None:
    """A series of Tuesdays from before, one of which, long ago, has guests with answers of its own."""
    own = f"ORGANIZER:mailto:{ANA}"
    master = vevent("s", f"{at(-41, 10):%Y%m%dT%H%M%S}", "SUMMARY:s", own, *answers(), "RRULE:FREQ=WEEKLY")
    named = f"RECURRENCE-ID;TZID=Europe/Berlin:{at(-20, 10):%Y%m%dT%H%M%S}"
    once = vevent("s", f"{at(-20, 10):%Y%m%dT%H%M%S}", "SUMMARY:s", own, *past, named)
    rehearsal.server[HREF].put("s.ics", "s", vcalendar(master, once))


@pytest.mark.parametrize("recurrence", [True, False])
def test_what_was_said_of_another_occurrence_is_no_answer_to_the_move(rehearsal: Rehearsal, recurrence: bool) -> None:
    a_series(rehearsal, answers(room="DECLINED", ben="DECLINED"))
    ended = rehearsal.applied(
        Wanted("s", at(1, 10), at(2, 14), series=not recurrence, recurrence=recurrence, rooms=(ROOM,))
    )
    assert states(ended) == [MoveState.VERIFIED]
    rehearsal.syncing.sync()
    assert (told := follow_up(ended.id, rehearsal.tools)).state is ProposalState.APPLIED
    assert writing(told).notes == writing(ended).notes


def test_who_said_no_before_and_whose_answer_is_kept_says_nothing_of_the_new_time(rehearsal: Rehearsal) -> None:
    """A server that sends no invitations (Radicale) resets nothing."""
    rehearsal.event(ONE.uid, ONE.start, guests=answers(room="DECLINED", ben="DECLINED"))
    ended = rehearsal.applied(ONE)
    assert states(ended) == [MoveState.VERIFIED]
    rehearsal.syncing.sync()
    assert (told := follow_up(ended.id, rehearsal.tools)).state is ProposalState.APPLIED
    assert writing(told).notes == writing(ended).notes


def test_who_said_no_before_was_asked_anew_and_says_it_again_is_told(rehearsal: Rehearsal) -> None:
    rehearsal.event(ONE.uid, ONE.start, guests=answers(ben="DECLINED"))
    proposal_id = rehearsal.applied(ONE).id
    for said in ("NEEDS-ACTION", "DECLINED"):
        rehearsal.event(ONE.uid, ONE.to, guests=answers(ben=said))
        rehearsal.syncing.sync()
        told = follow_up(proposal_id, rehearsal.tools)
    assert [note.partition(":")[0] for note in writing(told).notes] == ["ben@example.com declined the new time"]


def test_one_occurrence_of_a_series_that_moved_is_declined(rehearsal: Rehearsal) -> None:
    a_series(rehearsal, answers())
    ended = rehearsal.applied(Wanted("s", at(1, 10), at(2, 14), series=True))
    new = next(uid for uid in rehearsal.uids if uid not in ("s", ONE.uid))
    [found] = [one for one in rehearsal.server[HREF].objects.values() if one.uid == new]
    lines = (f"ORGANIZER:mailto:{ANA}", *answers(ben="DECLINED"), "RECURRENCE-ID;TZID=Europe/Berlin:20261209T140000")
    once = "\r\n".join(vevent(new, "20261209T140000", *lines).splitlines())
    rehearsal.server[HREF].put(found.href, new, found.text.replace("END:VCALENDAR", f"{once}\r\nEND:VCALENDAR"))
    rehearsal.syncing.sync()
    assert "ben@example.com declined the new time" in writing(follow_up(ended.id, rehearsal.tools)).notes[-1]


def test_who_need_not_be_there_may_decline(rehearsal: Rehearsal) -> None:
    cat = "cat@example.com"
    proposal_id = rehearsal.applied(replace(ONE, optional=(cat,))).id
    rehearsal.event(ONE.uid, ONE.to, guests=(*answers(), f"ATTENDEE;PARTSTAT=DECLINED:mailto:{cat}"))
    rehearsal.syncing.sync()
    assert writing(follow_up(proposal_id, rehearsal.tools)).notes == ()


def test_a_decline_of_the_time_that_a_feed_still_shows_is_none_of_the_new_one(rehearsal: Rehearsal) -> None:
    rehearsal.sender, rehearsal.is_synced = Sender.FILES, False
    ended = rehearsal.applied(replace(ONE, rooms=()))
    rehearsal.event(ONE.uid, ONE.start, guests=answers(ben="DECLINED"))
    rehearsal.syncing.sync()
    assert writing(follow_up(ended.id, rehearsal.tools)).notes == writing(ended).notes


def proposes(guest: str, start: datetime, sequence: int = 1, uid: str = ONE.uid, key: str = MASTER) -> Counter:
    return Counter(guest, uid, key, start, start + timedelta(minutes=30), sequence)


def test_who_has_to_be_there_and_proposes_another_time_is_told_once_with_three_places(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.syncing.sync()
    rehearsal.counters = (proposes(BEN, at(3, 14)),)
    first = follow_up(proposal_id, rehearsal.tools)
    [note] = writing(first).notes
    assert note.startswith("ben@example.com proposes Thu 3 Dec 14:00 instead: undo this move (number 1)")
    assert note.endswith("Mon 30 Nov 09:00, Tue 1 Dec 09:00 and Wed 2 Dec 09:00")
    assert follow_up(proposal_id, rehearsal.tools) == first
    assert first.state is ProposalState.APPLIED


NO_NEWS = {
    "of the time before": proposes(BEN, at(3, 14), sequence=0),
    "of the time that it has": proposes(BEN, ONE.to),
    "by a guest who need not come": proposes("cat@example.com", at(3, 14)),
    "of another meeting": proposes(BEN, at(3, 14), uid="two"),
    "of another occurrence": proposes(BEN, at(3, 14), key=at(1, 10).astimezone(UTC).isoformat()),
}


@pytest.mark.parametrize("counter", NO_NEWS.values(), ids=NO_NEWS)
def test_another_time_that_is_no_answer_to_the_move_is_not_told(rehearsal: Rehearsal, counter: Counter) -> None:
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.syncing.sync()
    rehearsal.counters = (counter,)
    assert writing(follow_up(proposal_id, rehearsal.tools)).notes == ()


def test_another_time_for_what_somebody_moved_on_is_not_told(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.applied(ONE).id
    rehearsal.event(ONE.uid, at(4, 9), guests=answers())
    rehearsal.syncing.sync()
    rehearsal.counters = (proposes(BEN, at(3, 14)),)
    assert writing(follow_up(proposal_id, rehearsal.tools)).notes == ()
