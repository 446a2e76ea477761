"""What proposals mean to each other, and what becomes of a move afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from app.domain.calendar.writing import MASTER
from app.domain.proposals.proposal import Change, MoveState, ProposalState, Writing
from app.services.proposals.following import applied, check, note_moved_back
from app.services.proposals.life import apply, propose, show
from tests.services.conftest import Working
from tests.services.desks import Work
from tests.services.proposals.test_deciding import ANA, BEN, accept, decided, in_a_row, two_to_move
from tests.services.weeks import BERLIN, DANA, WEEK, Office, office

CLEO = "cleo@example.com"


def two_managers() -> Office:
    """Dana with Ana and Ben, and Ana with Cleo."""
    made = office("ana", "ben")
    made.people.append(replace(made.people[1], email=CLEO, name="Cleo", manager=ANA, team="web"))
    made.events[CLEO] = []
    made.meeting("1:1 Ben", [DANA, BEN], 1, time(10))
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(11))
    made.meeting("1:1 Cleo", [ANA, CLEO], 3, time(10))
    return made


def made(work: Work, *numbers: int) -> str:
    """A proposal of which these moves are accepted and made; its id."""
    first = work.propose()
    decided(work, first, accept(*numbers))
    apply(work.desk, first.proposal.id, by=DANA)
    work.applied(first.proposal.id)
    return first.proposal.id


def test_the_first_applied_wins_and_the_others_are_planned_anew_before_they_are_opened(working: Working) -> None:
    work = working(two_managers())
    anas = propose(work.desk, ANA, WEEK, by="local")
    with_ana = next(move.number for move in work.propose().proposal.moves if ANA in move.people)
    danas = made(work, with_ana)
    applied(work.desk, work.store.get(danas))
    assert work.store.get(anas.proposal.id).stale
    assert show(work.desk, anas.proposal.id).proposal.revision == 2


def test_a_proposal_without_any_of_the_same_people_stays_as_it_is(working: Working) -> None:
    work = working(two_managers())
    anas = propose(work.desk, ANA, WEEK, by="local")
    with_ben = next(move.number for move in work.propose().proposal.moves if BEN in move.people)
    applied(work.desk, work.store.get(made(work, with_ben)))
    assert not work.store.get(anas.proposal.id).stale


def test_what_is_possible_is_known_without_planning(working: Working) -> None:
    work = working(in_a_row())
    first = work.propose()
    shown = decided(work, first, accept(1, 2))
    assert check(work.desk, shown.proposal).closed == {}
    (ana,) = (move for move in shown.proposal.moves if move.title == "1:1 Ana")
    taken = ana.to_start.astimezone(BERLIN)
    work.office.block(ANA, taken.weekday(), taken.time(), 30)
    plans = len(work.asked)
    assert list(check(work.desk, shown.proposal).closed) == [ana.number]
    assert len(work.asked) == plans


def test_what_the_freeze_window_reached_is_not_possible_and_a_series_begins_later(working: Working) -> None:
    office_ = two_to_move()
    office_.meeting("Once", [DANA, ANA], 4, time(10), weeks=None)
    office_.meeting("Clash", [DANA, BEN], 4, time(10), weeks=None)
    work = working(office_)
    first = work.propose()
    once = next(move.number for move in first.proposal.moves if move.scope == "occurrence")
    shown = decided(work, first, accept(1, once))
    work.now = datetime(2026, 12, 3, 15, tzinfo=UTC)
    found = check(work.desk, shown.proposal)
    assert [(number, reason.code) for number, reason in found.closed.items()] == [(once, "frozen")]
    assert found.starts == {1: WEEK.plus(1).monday}


def moved_by(days: int, work: Work, proposal_id: str) -> None:
    """Somebody moves the series of the first move, so many days from where it was."""
    uid = work.store.get(proposal_id).moves[0].uid
    work.office.events[DANA] = [
        replace(
            event,
            span=replace(
                event.span, start=event.span.start + timedelta(days=days), end=event.span.end + timedelta(days=days)
            ),
        )
        if event.ref.uid == uid
        else event
        for event in work.office.events[DANA]
    ]


def written(work: Work) -> str:
    """A proposal of which the first move is made, and seen in the calendar."""
    proposal_id = made(work, 1)
    moved_by(-1, work, proposal_id)
    proposal = work.store.get(proposal_id)
    move = proposal.moves[0]
    seen = {move.uid: work.desk.versions(move.calendar_id, move.uid)}
    done = replace(move, apply=Writing(MoveState.VERIFIED, seen=seen))
    work.store.change(proposal.id, proposal.version, Change(moves=(done, *proposal.moves[1:])), work.now)
    return proposal_id


def test_a_series_that_is_moved_back_by_hand_is_a_rejection(working: Working) -> None:
    work = working(two_to_move())
    proposal_id = written(work)
    note_moved_back(work.desk)
    assert work.store.get(proposal_id).moves[0].moved_back_at is None
    moved_by(1, work, proposal_id)
    note_moved_back(work.desk)
    assert work.store.get(proposal_id).moves[0].moved_back_at == work.now
    assert work.store.trail(proposal_id)[-1].what == "moved_back"
    (kept,) = (each for each in work.store.remembered(DANA, work.now - timedelta(weeks=8)) if each.moved_back_at)
    assert kept.uids == ("1:1 Ana",)
    again = work.propose()
    assert "1:1 Ana" not in {move.title for move in again.proposal.moves}


def test_what_somebody_moves_elsewhere_is_no_rejection(working: Working) -> None:
    work = working(two_to_move())
    proposal_id = written(work)
    moved_by(2, work, proposal_id)
    note_moved_back(work.desk)
    assert work.store.get(proposal_id).moves[0].moved_back_at is None


def test_what_we_moved_back_ourselves_is_no_rejection(working: Working) -> None:
    work = working(two_to_move())
    proposal_id = written(work)
    moved_by(1, work, proposal_id)
    proposal = work.store.get(proposal_id)
    undone = replace(proposal.moves[0], undo=Writing(MoveState.VERIFIED))
    work.store.change(proposal.id, proposal.version, Change(moves=(undone, *proposal.moves[1:])), work.now)
    note_moved_back(work.desk)
    assert work.store.get(proposal_id).moves[0].moved_back_at is None
    assert work.store.get(proposal_id).state is ProposalState.APPLIED
    assert undone.seen[MASTER].tzid == "Europe/Berlin"
