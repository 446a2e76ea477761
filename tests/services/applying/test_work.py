"""What is accepted is written exactly once, what was changed meanwhile is left alone, and each end has its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.domain.calendar.connected import SyncState
from app.domain.calendar.writing import Edit, Notify, Retime, SetRule
from app.domain.plans.plan import Alternative
from app.domain.proposals.proposal import MoveState, ProposalState
from app.errors import AppError, ClaimedError, ReconnectError, RefusedError, UnansweredError, UnavailableError
from app.services.proposals.writings import PATIENCE
from app.services.syncing.sync import Synced
from tests.adapters.store.kept import ANA, a_calendar
from tests.adapters.store.syncing import HREF, vevent
from tests.services.rehearsal import BEN, ROOM, Rehearsal, Wanted, at, states, writing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
ONE = Wanted("one", at(1, 10), at(0, 14))
TWO = Wanted("two", at(3, 10), at(0, 15))
SERIES = Wanted("series", at(1, 11), at(0, 16), series=True)
"""A series that began weeks before, so that it has to be split."""
DONE, CHANGED, FAILED = MoveState.VERIFIED, MoveState.CHANGED_MEANWHILE, MoveState.FAILED


@pytest.fixture
def rehearsal(database: Engine) -> Rehearsal:
    made = Rehearsal(database)
    for one in (ONE, TWO):
        made.event(one.uid, one.start)
    made.series(SERIES.uid, at(-20, 11))
    return made


def answering(guest: str, said: str) -> tuple[str, ...]:
    """The guest list with an answer."""
    people = {ANA: "ACCEPTED", BEN: "ACCEPTED"} | {guest: said}
    return tuple(f"ATTENDEE;PARTSTAT={answer}:mailto:{who}" for who, answer in people.items())


def test_what_is_accepted_is_written_once_and_verified(rehearsal: Rehearsal) -> None:
    ended = rehearsal.applied(ONE, TWO)
    assert (ended.state, states(ended)) == (ProposalState.APPLIED, [DONE, DONE])
    assert [rehearsal.starts(one.uid) for one in (ONE, TWO)] == [[ONE.to], [TWO.to]]
    assert len(rehearsal.writer.done) == 2
    assert ended.undo_until is not None
    assert ended.undo_until - rehearsal.now == timedelta(days=7)
    assert [(entry.what, entry.move) for entry in rehearsal.store.trail(ended.id)] == [("apply", 1), ("apply", 2)]


def test_a_series_is_split_and_goes_on_under_a_name_that_is_remembered(rehearsal: Rehearsal) -> None:
    ended = rehearsal.applied(SERIES)
    assert states(ended) == [DONE]
    [(insert, _), (until, _)] = rehearsal.writer.done
    assert isinstance(until, SetRule)
    assert rehearsal.starts(getattr(insert, "uid", "")) == [SERIES.to]
    [remembered] = rehearsal.store.remembered(ended.manager, rehearsal.now - timedelta(days=1))
    assert set(remembered.uids) == {SERIES.uid, getattr(insert, "uid", "")}


def test_from_when_on_a_series_was_written_is_remembered_where_that_is_later_than_planned(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.later = {2: (later := at(7, 0).date())}
    ended = rehearsal.applied(ONE, SERIES)
    assert [move.apply and move.apply.starts for move in rehearsal.store.get(ended.id).moves] == [None, later]
    assert at(1, 11) in rehearsal.occurrences(SERIES.uid)
    assert at(8, 11) not in rehearsal.occurrences(SERIES.uid)


# what others do meanwhile


def test_what_somebody_changed_since_it_was_approved_is_left_alone_and_proposed_anew(rehearsal: Rehearsal) -> None:
    """The version that counts is the approved one, not the one that is there when it is written."""
    proposal_id = rehearsal.propose(ONE, TWO)
    rehearsal.event(ONE.uid, at(4, 9))
    rehearsal.apply(proposal_id)
    ended = rehearsal.work(proposal_id)
    assert (ended.state, states(ended)) == (ProposalState.PARTLY_APPLIED, [CHANGED, DONE])
    assert rehearsal.starts(ONE.uid) == [at(4, 9)]
    assert "changed by somebody else" in (writing(ended).problem or "")
    assert rehearsal.ended == [ended.id]
    assert rehearsal.store.get(proposal_id) == ended


def test_what_is_gone_is_left_alone(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(ONE)
    rehearsal.server[HREF].remove("one.ics")
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [CHANGED]
    assert rehearsal.starts(ONE.uid) == []


def test_an_answer_alone_does_not_stop_a_move(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(ONE)
    rehearsal.event(ONE.uid, ONE.start, guests=answering(BEN, "TENTATIVE"))
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [DONE]


@pytest.mark.parametrize(("is_answer", "state"), [(True, DONE), (False, CHANGED)])
def test_what_changes_between_the_look_and_the_write(rehearsal: Rehearsal, is_answer: bool, state: MoveState) -> None:
    """An answer only begins the write again, anything else ends it."""
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)
    change = rehearsal.server.fault
    begun = False

    def meanwhile(number: int) -> None:
        nonlocal begun
        change(number)
        if writing(rehearsal.store.get(proposal_id)).state is MoveState.WRITING and not begun:
            begun = bool(writing(rehearsal.store.get(proposal_id)).steps[0].state is MoveState.WRITING)
            if begun and is_answer:
                rehearsal.event(ONE.uid, ONE.start, guests=answering(BEN, "DECLINED"))
            elif begun:
                rehearsal.event(ONE.uid, at(4, 9))

    rehearsal.server.fault = meanwhile
    ended = rehearsal.work(proposal_id)
    assert begun
    assert states(ended) == [state]
    assert len(rehearsal.writer.done) == is_answer


def test_a_move_that_a_rule_forbids_by_now_is_not_written(rehearsal: Rehearsal) -> None:
    rehearsal.closed[1] = "ben@example.com is busy"
    ended = rehearsal.applied(ONE, TWO)
    assert states(ended) == [CHANGED, DONE]
    assert writing(ended).problem == "ben@example.com is busy"
    assert rehearsal.starts(ONE.uid) == [ONE.start]


def test_what_others_changed_is_in_the_way_of_a_move_though_it_was_to_leave(rehearsal: Rehearsal) -> None:
    """It was moved to where another one goes, and will not be moved away."""
    proposal_id = rehearsal.propose(ONE, TWO)
    rehearsal.in_the_way[1] = 2
    rehearsal.event(TWO.uid, at(4, 9))
    rehearsal.apply(proposal_id)
    ended = rehearsal.work(proposal_id)
    assert states(ended) == [CHANGED, CHANGED]
    assert writing(ended).problem == "move 2 stays"
    assert rehearsal.writer.done == []


def test_what_others_changed_at_another_occurrence_is_still_made(rehearsal: Rehearsal) -> None:
    once = Wanted(SERIES.uid, at(8, 11), at(9, 9), recurrence=True)
    proposal_id = rehearsal.propose(ONE, once)
    rehearsal.in_the_way[1] = 2
    another = f"{at(15, 11):%Y%m%dT%H%M%S}"
    override = vevent(SERIES.uid, f"{at(15, 13):%Y%m%dT%H%M%S}", f"RECURRENCE-ID;TZID=Europe/Berlin:{another}")
    text = rehearsal.server[HREF].objects["series.ics"].text.replace("END:VCALENDAR", f"{override}\r\nEND:VCALENDAR")
    rehearsal.server[HREF].put("series.ics", SERIES.uid, text)
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [DONE, DONE]


def test_what_turns_out_to_stay_is_in_the_way_of_what_comes_after_it(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(ONE, TWO)
    rehearsal.in_the_way[2] = 1
    rehearsal.apply(proposal_id)

    def refuse(_number: int) -> None:
        steps = writing(rehearsal.store.get(proposal_id)).steps
        if steps and steps[0].state is MoveState.WRITING:
            raise RefusedError("you are not the organizer")

    rehearsal.server.fault = refuse
    ended = rehearsal.work(proposal_id)
    assert states(ended) == [FAILED, CHANGED]
    assert writing(ended, 2).problem == "move 1 stays"
    assert rehearsal.writer.done == []


# the calendars, read anew


def synced(state: SyncState) -> Synced:
    return Synced("k1", 1, 0, 0, 0, state, None if state is SyncState.SYNCED else "that is how it is", None)


@pytest.mark.parametrize(
    ("state", "remedy"), [(SyncState.RECONNECT, "clearweek connect"), (SyncState.GONE, "then try it again")]
)
def test_what_cannot_be_read_any_more_is_not_written(rehearsal: Rehearsal, state: SyncState, remedy: str) -> None:
    rehearsal.sync = lambda _calendar: synced(state)
    ended = rehearsal.applied(ONE)
    assert (states(ended), writing(ended).problem) == ([FAILED], "that is how it is")
    assert remedy in (writing(ended).remedy or "")
    assert rehearsal.writer.done == []


def test_a_calendar_that_cannot_be_read_now_is_waited_for(rehearsal: Rehearsal) -> None:
    rehearsal.sync = lambda _calendar: synced(SyncState.RETRYING)
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)
    with pytest.raises(UnavailableError, match="that is how it is"):
        rehearsal.work(proposal_id)
    assert rehearsal.writer.done == []


def test_the_calendar_of_somebody_who_is_there_too_is_only_a_note(rehearsal: Rehearsal) -> None:
    rehearsal.others = (a_calendar("k2", owner=BEN),)
    rehearsal.sync = lambda calendar: synced(SyncState.SYNCED if calendar == "k1" else SyncState.RECONNECT)
    ended = rehearsal.applied(ONE)
    assert states(ended) == [DONE]
    assert "the calendar of ben@example.com could not be read just now" in writing(ended).notes


def test_a_sync_that_somebody_else_does_is_waited_for(rehearsal: Rehearsal) -> None:
    asked = []

    def busy(calendar: str) -> Synced:
        asked.append(calendar)
        if len(asked) < 3:
            raise ClaimedError("is being synced just now")
        return synced(SyncState.SYNCED)

    rehearsal.sync = busy
    assert states(rehearsal.applied(ONE)) == [DONE]
    assert asked == ["k1"] * 3


# order


def test_moves_are_made_in_the_order_in_which_they_need_each_other(rehearsal: Rehearsal) -> None:
    first = Wanted("one", ONE.start, TWO.start, depends_on=("2",))
    assert states(rehearsal.applied(first, TWO)) == [DONE, DONE]
    assert [getattr(edit, "start", None) for edit, _ in rehearsal.writer.done] == [TWO.to, first.to]


def test_a_move_whose_predecessor_was_not_made_is_not_made(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(Wanted("one", ONE.start, TWO.start, depends_on=("2",)), TWO)
    rehearsal.event(TWO.uid, at(4, 9))
    rehearsal.apply(proposal_id)
    ended = rehearsal.work(proposal_id)
    assert states(ended) == [FAILED, CHANGED]
    assert (writing(ended).problem or "").startswith("waits for move 2")
    assert rehearsal.writer.done == []


def test_a_move_waits_for_another_organizers_and_goes_on_by_itself(rehearsal: Rehearsal) -> None:
    """Whichever of both is worked at last, both end applied."""
    second = rehearsal.propose(TWO, group="team")
    first = rehearsal.propose(Wanted("one", ONE.start, TWO.start, depends_on=(f"{second}:1",)), group="team")
    rehearsal.apply(first)
    waiting = rehearsal.work(first)
    assert (waiting.state, states(waiting)) == (ProposalState.PARTLY_APPLIED, [MoveState.PLANNED])
    assert "waits until" in (writing(waiting).problem or "")
    rehearsal.apply(second)
    rehearsal.work(second)
    assert rehearsal.store.get(first).state is ProposalState.APPLYING
    assert rehearsal.enqueued[-1][0] == first
    assert rehearsal.work(first).state is ProposalState.APPLIED
    assert rehearsal.starts(ONE.uid) == [TWO.start]


def test_two_that_want_each_others_places_go_through_a_free_one(rehearsal: Rehearsal) -> None:
    """Nobody is double-booked on the way, and the stop is no news; the way back is the same."""
    one, two = (Wanted(w.uid, w.start, other.start, depends_on=(n,)) for w, other, n in swapped())
    rehearsal.alternatives = (Alternative(at(2, 9), at(2, 10), None, 0, ""),)
    ended = rehearsal.applied(one, two)
    assert (ended.state, states(ended)) == (ProposalState.APPLIED, [DONE, DONE])
    assert [getattr(edit, "start", None) for edit, _ in rehearsal.writer.done] == [at(2, 9), ONE.start, TWO.start]
    assert len(rehearsal.sent) == 2
    rehearsal.undo(ended.id)
    assert rehearsal.work(ended.id).state is ProposalState.UNDONE
    assert (rehearsal.starts(ONE.uid), rehearsal.starts(TWO.uid)) == ([ONE.start], [TWO.start])


def test_two_that_want_each_others_places_and_have_no_free_one_are_refused(rehearsal: Rehearsal) -> None:
    one, two = (Wanted(w.uid, w.start, other.start, depends_on=(n,)) for w, other, n in swapped())
    ended = rehearsal.applied(one, two)
    assert (ended.state, states(ended)) == (ProposalState.PARTLY_APPLIED, [FAILED, FAILED])
    assert "neither has a free place" in (writing(ended).problem or "")
    assert rehearsal.writer.done == []


def test_what_waits_elsewhere_goes_back_if_the_other_is_not_made(rehearsal: Rehearsal) -> None:
    one, two = (Wanted(w.uid, w.start, other.start, depends_on=(n,)) for w, other, n in swapped())
    rehearsal.alternatives = (Alternative(at(2, 9), at(2, 10), None, 0, ""),)
    proposal_id = rehearsal.propose(one, two)
    rehearsal.event(TWO.uid, at(4, 9))
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [FAILED, CHANGED]
    assert rehearsal.starts(ONE.uid) == [ONE.start]


def test_an_occurrence_moves_before_its_series_does(rehearsal: Rehearsal) -> None:
    """Else its name, the original time, has gone into the new series; undone are they the other way round."""
    once = Wanted(SERIES.uid, at(8, 11), at(9, 9), recurrence=True)
    ended = rehearsal.applied(SERIES, once)
    assert (ended.state, states(ended)) == (ProposalState.APPLIED, [DONE, DONE])
    first, *_ = rehearsal.writer.done
    assert isinstance(first[0], Retime)
    new = next(uid for uid in rehearsal.uids if uid not in (ONE.uid, TWO.uid, SERIES.uid))
    assert rehearsal.starts(new) == [SERIES.to, once.to]
    rehearsal.undo(ended.id, 1)
    assert rehearsal.work(ended.id).state is ProposalState.PARTLY_UNDONE
    assert rehearsal.starts(SERIES.uid) == [at(-20, 11), once.to]
    rehearsal.undo(ended.id, 2)
    assert rehearsal.work(ended.id).state is ProposalState.UNDONE
    assert at(9, 9) not in rehearsal.starts(SERIES.uid)


def swapped() -> list[tuple[Wanted, Wanted, str]]:
    return [(ONE, TWO, "2"), (TWO, ONE, "1")]


# what servers do


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_write_without_an_answer_is_looked_at_before_it_is_made_again(
    rehearsal: Rehearsal, took_effect: bool
) -> None:
    """A timeout after the effect is no second write."""
    sent = []

    def silent(edit: Edit) -> None:
        sent.append(edit)
        if len(sent) == 1:
            if not took_effect:
                rehearsal.writer.done.clear()
                rehearsal.event(ONE.uid, ONE.start)
            raise UnansweredError("no answer")

    rehearsal.writer.answer = silent
    assert states(rehearsal.applied(ONE)) == [DONE]
    assert (len(rehearsal.writer.done), len(sent)) == (1, 1 if took_effect else 2)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (RefusedError("you are not the organizer"), "then try it again"),
        (ReconnectError("the login is over"), "connect"),
    ],
)
def test_a_refusal_is_an_end_with_a_reason_and_can_be_applied_again(
    rehearsal: Rehearsal, error: AppError, remedy: str
) -> None:
    """Who may not write it is told so."""
    proposal_id = rehearsal.propose(ONE, TWO)
    rehearsal.apply(proposal_id)

    def refuse(_number: int) -> None:
        if writing(rehearsal.store.get(proposal_id)).state is MoveState.WRITING:
            raise error

    rehearsal.server.fault = refuse
    ended = rehearsal.work(proposal_id)
    assert (ended.state, states(ended)) == (ProposalState.PARTLY_APPLIED, [FAILED, DONE])
    assert writing(ended).problem == str(error)
    assert remedy in (writing(ended).remedy or "")
    rehearsal.server.fault = lambda _number: None
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [DONE, DONE]
    assert len(rehearsal.writer.done) == 2


def test_a_server_that_is_away_is_asked_again_later_and_given_up_after_a_while(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)

    def away(_number: int) -> None:
        raise UnavailableError("the server does not answer")

    rehearsal.server.fault = away
    for _ in range(2):
        with pytest.raises(UnavailableError, match="does not answer"):
            rehearsal.work(proposal_id)
    waiting = rehearsal.store.get(proposal_id)
    assert (waiting.state, states(waiting)) == (ProposalState.APPLYING, [MoveState.PLANNED])
    assert "tried again by itself" in (writing(waiting).remedy or "")
    rehearsal.pass_by(PATIENCE)
    ended = rehearsal.work(proposal_id)
    assert (ended.state, states(ended)) == (ProposalState.PARTLY_APPLIED, [FAILED])
    rehearsal.server.fault = lambda _number: None
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [DONE]


def test_what_was_sent_to_a_server_that_then_is_away_is_unknown_until_it_is_back(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)

    def go_away(_edit: Edit) -> None:
        def away(_number: int) -> None:
            raise UnavailableError("the server does not answer")

        rehearsal.server.fault = away
        raise UnansweredError("no answer")

    rehearsal.writer.answer = go_away
    with pytest.raises(UnavailableError):
        rehearsal.work(proposal_id)
    assert states(rehearsal.store.get(proposal_id)) == [MoveState.UNKNOWN]
    rehearsal.server.fault = lambda _number: None
    assert states(rehearsal.work(proposal_id)) == [DONE]
    assert len(rehearsal.writer.done) == 1


def test_a_series_of_which_nothing_is_left_to_move_ends_with_a_reason(rehearsal: Rehearsal) -> None:
    rehearsal.series(SERIES.uid, at(-20, 11), "FREQ=WEEKLY;COUNT=4")
    last = f"RECURRENCE-ID;TZID=Europe/Berlin:{at(1, 11):%Y%m%dT%H%M%S}"
    override = vevent(SERIES.uid, f"{at(1, 13):%Y%m%dT%H%M%S}", last)
    text = rehearsal.server[HREF].objects["series.ics"].text.replace("END:VCALENDAR", f"{override}\r\nEND:VCALENDAR")
    rehearsal.server[HREF].put("series.ics", SERIES.uid, text)
    ended = rehearsal.applied(SERIES)
    assert (ended.state, states(ended)) == (ProposalState.PARTLY_APPLIED, [FAILED])
    assert "all that is left of it was moved by hand" in (writing(ended).problem or "")


def test_half_a_split_is_taken_back(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(SERIES)
    rehearsal.apply(proposal_id)

    def refuse(_number: int) -> None:
        steps = writing(rehearsal.store.get(proposal_id)).steps
        if len(steps) == 2 and steps[1].state is MoveState.WRITING:
            raise RefusedError("too many changes today")

    rehearsal.server.fault = refuse
    ended = rehearsal.work(proposal_id)
    assert (states(ended), writing(ended).problem) == ([FAILED], "too many changes today")
    assert [one.uid for one in rehearsal.server[HREF].objects.values()] == ["one", "two", "series"]
    assert [step.back for step in writing(ended).steps] == [False, False, True]
    rehearsal.server.fault = lambda _number: None
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [DONE]


def test_a_room_that_declines_at_once_takes_the_move_back(rehearsal: Rehearsal) -> None:
    """Rooms answer by themselves."""
    wanted = Wanted("one", ONE.start, ONE.to, rooms=(ROOM,))

    def decline(_edit: Edit) -> None:
        if rehearsal.starts(ONE.uid) == [ONE.to]:
            rehearsal.event(ONE.uid, ONE.to, guests=(*answering(ROOM, "DECLINED"),))

    rehearsal.writer.answer = decline
    ended = rehearsal.applied(wanted)
    assert states(ended) == [FAILED]
    assert "room@example.com declined" in (writing(ended).problem or "")
    assert rehearsal.starts(ONE.uid) == [ONE.start]
    assert rehearsal.sent == []


def test_a_place_that_names_the_old_room_names_the_new_one_and_back(rehearsal: Rehearsal) -> None:
    """By the names of the team file: an address is no place to go to."""
    rehearsal.room_names = {ROOM: "Oak", "elm@example.com": "Elm"}
    rehearsal.event(ONE.uid, ONE.start, "LOCATION:Oak", f"ATTENDEE;CUTYPE=ROOM;CN=Oak:mailto:{ROOM}")
    ended = rehearsal.applied(replace(ONE, from_rooms=(ROOM,), rooms=("elm@example.com",)))
    assert (states(ended), places(rehearsal)) == ([DONE], ["Elm"])
    rehearsal.undo(ended.id)
    assert rehearsal.work(ended.id).state is ProposalState.UNDONE
    assert places(rehearsal) == ["Oak"]


def test_what_somebody_moved_to_the_same_time_without_its_new_room_is_not_made(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(replace(ONE, from_rooms=(), rooms=(ROOM,)))
    rehearsal.event(ONE.uid, ONE.to)
    rehearsal.apply(proposal_id)
    assert states(rehearsal.work(proposal_id)) == [CHANGED]


def places(rehearsal: Rehearsal) -> list[str]:
    return [version.location for version in rehearsal.versions(ONE.uid).values()]


# two at once


def test_two_who_press_apply_get_one_apply(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(ONE)
    rehearsal.apply(proposal_id)
    seen = []

    def other(_number: int) -> None:
        rehearsal.server.fault = lambda _number: None
        with pytest.raises(ClaimedError, match="somebody else"):
            rehearsal.work(proposal_id, "other")
        seen.append(states(rehearsal.store.get(proposal_id)))

    rehearsal.server.fault = other
    assert states(rehearsal.work(proposal_id)) == [DONE]
    assert seen
    assert len(rehearsal.writer.done) == 1


def test_a_worker_whose_claim_was_taken_over_writes_no_more(rehearsal: Rehearsal) -> None:
    proposal_id = rehearsal.propose(ONE, TWO)
    rehearsal.apply(proposal_id)

    def late(_edit: Edit) -> None:
        rehearsal.writer.answer = lambda _edit: None
        rehearsal.pass_by(timedelta(minutes=6))
        rehearsal.work(proposal_id, "other")

    rehearsal.writer.answer = late
    with pytest.raises(ClaimedError, match="taken over"):
        rehearsal.work(proposal_id)
    assert states(rehearsal.store.get(proposal_id)) == [DONE, DONE]
    assert len(rehearsal.writer.done) == 2


def test_guests_are_told_as_the_manager_chose(rehearsal: Rehearsal) -> None:
    """Who gets mail is a choice, and goes with the write."""
    proposal_id = rehearsal.propose(ONE, notify=Notify.NONE)
    rehearsal.apply(proposal_id)
    rehearsal.work(proposal_id)
    assert [told for _, told in rehearsal.writer.done] == [Notify.NONE]
    assert rehearsal.sent == []
