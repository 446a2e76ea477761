"""The life of a proposal: made, superseded, over, applied and undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from app.adapters.store.proposals.proposals import StoredProposals
from app.domain.calendar.writing import MASTER, Notify, Retime, SetRule
from app.domain.proposals.around import END_IT, ending
from app.domain.proposals.delivery import Delivery, Sender
from app.domain.proposals.proposal import (
    Change,
    Choice,
    Decision,
    Letter,
    LetterState,
    MoveState,
    Proposal,
    ProposalState,
    Step,
    Why,
    Writing,
)
from app.errors import ChangedError, InputError, StateError
from app.services.proposals.desk import Options
from app.services.proposals.life import apply, decide, propose, show, undo
from tests.services.conftest import Working
from tests.services.desks import Work
from tests.services.proposals.test_deciding import ANA, accept, decided, reject, two_to_move, yes
from tests.services.weeks import BERLIN, DANA, NOW, WEEK, office

DAY = timedelta(days=1)


def test_a_proposal_has_a_move_for_each_unit_with_what_was_seen_of_it(working: Working) -> None:
    work = working(two_to_move())
    shown = work.propose()
    proposal = shown.proposal
    assert (proposal.manager, proposal.week, proposal.state) == (DANA, str(WEEK), ProposalState.DRAFT)
    assert proposal.expires_at == datetime(2026, 12, 7, tzinfo=BERLIN)
    for move in proposal.moves:
        (meeting,) = (m for m in shown.plan.moves if m.id in move.meetings)
        assert meeting.from_ is not None
        assert (move.uid, move.calendar_id, move.start) == (meeting.uid, meeting.calendar_id, meeting.from_.start)
        assert move.seen[MASTER].start == min(e.span.start for e in work.office.events[DANA] if e.ref.uid == move.uid)
        assert DANA in move.people
    trail = work.store.trail(proposal.id)
    assert [(line.by, line.what) for line in trail] == [("local", "propose")]


def test_a_series_on_two_weekdays_is_one_move(working: Working) -> None:
    made = office("ana")
    for day in (1, 3):
        made.meeting("twice", [DANA, ANA], day, time(10), rrule="FREQ=WEEKLY;BYDAY=TU,TH")
    shown = working(made).propose()
    (move,) = shown.proposal.moves
    (first, second) = (m.to.start for m in shown.plan.moves if m.to)
    assert (move.to_start, move.also) == (first, (second,))


def test_what_others_organize_is_not_in_it(working: Working) -> None:
    made = two_to_move()
    made.meeting("Ana's", [ANA, DANA], 1, time(15))
    shown = working(made).propose()
    assert {move.title for move in shown.proposal.moves} == {"1:1 Ana", "1:1 Ben"}


def test_what_is_to_end_is_not_proposed_for_a_move_nor_when_another_is_rejected(working: Working) -> None:
    work = working(two_to_move())
    uids = {move.title: move.uid for move in work.propose().proposal.moves}
    desk = replace(work.desk, endings=lambda _request: (ending(uids["1:1 Ana"]),))
    made = propose(desk, DANA, WEEK, by="local").proposal
    assert [move.title for move in made.moves] == ["1:1 Ben"]
    after = decide(desk, made.id, reject(made.moves[0].number), by=DANA)
    (kept,) = (m for m in after.plan.meetings if m.uid == uids["1:1 Ana"])
    assert [move.title for move in after.proposal.moves] == ["1:1 Ben"]
    assert kept.pinned_reason is not None
    assert kept.pinned_reason.code == END_IT


def test_a_new_one_supersedes_the_open_one_and_says_what_differs(working: Working) -> None:
    made = two_to_move()
    work = working(made)
    old = work.propose()
    decided(work, old, accept(1))
    made.meeting("1:1 Cleo 2", [DANA, "cleo@example.com"], 3, time(15))
    made.events[DANA] = [event for event in made.events[DANA] if event.ref.uid != "1:1 Ben"]
    made.events["ben@example.com"] = []
    new = work.propose()
    assert new.proposal.supersedes == old.proposal.id
    assert [(line.kind, line.text.partition(" ")[2][:4]) for line in new.proposal.differences] == [
        ("added", "Cleo"),
        ("gone", "Ben "),
    ]
    assert new.plan.previous is not None
    assert (new.plan.previous.id, len(new.plan.previous.added)) == (old.plan.id, 1)
    with pytest.raises(StateError, match="a newer proposal took its place"):
        decided(work, old, accept(2))
    assert [line.what for line in work.store.trail(old.proposal.id)][-1] == "supersede"


def test_what_is_being_applied_is_not_superseded(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1))
    apply(work.desk, first.proposal.id, by=DANA)
    with pytest.raises(ChangedError, match="being applied"):
        work.propose()


def test_the_same_key_makes_one_proposal(working: Working) -> None:
    work = working(two_to_move())
    one, two = (propose(work.desk, DANA, WEEK, by="local", idempotency_key="once") for _ in range(2))
    assert one == two


def test_a_week_that_is_over_cannot_be_proposed(working: Working) -> None:
    work = working(two_to_move())
    work.now = NOW + 14 * DAY
    with pytest.raises(InputError, match="2026-W49 is over"):
        work.propose()


def test_it_can_be_decided_until_its_week_ends(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    work.now = datetime(2026, 12, 6, 22, 59, tzinfo=UTC)
    assert show(work.desk, first.proposal.id).proposal.state is ProposalState.DRAFT
    work.now = datetime(2026, 12, 6, 23, tzinfo=UTC)
    assert show(work.desk, first.proposal.id).proposal.state is ProposalState.EXPIRED
    with pytest.raises(StateError, match="its week is over"):
        decided(work, first, accept(1))


def test_a_rehearsal_goes_on_by_its_own_clock(working: Working) -> None:
    work = working(two_to_move())
    work.now = NOW - 30 * DAY
    first = propose(work.desk, DANA, WEEK, by="local", at=NOW)
    assert first.plan.generated_at == NOW
    work.now += DAY
    assert work.asked[-1].now == NOW
    shown = decided(work, first, accept(1))
    assert shown.proposal.moves[0].decided is not None
    assert shown.proposal.moves[0].decided.at == NOW + DAY


def test_what_was_taken_by_others_is_planned_anew_before_it_is_shown(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1))
    taken = first.proposal.moves[1].to_start.astimezone(BERLIN)
    work.office.block("ben@example.com", taken.weekday(), taken.time(), 30)
    work.store.make_stale([first.proposal.id])
    shown = show(work.desk, first.proposal.id)
    assert (shown.proposal.stale, shown.proposal.revision, yes(shown)) == (False, 2, {1})
    assert [line.kind for line in shown.proposal.differences] == ["elsewhere"]
    assert show(work.desk, first.proposal.id) == shown


def test_a_yes_to_what_is_impossible_or_was_changed_does_not_hold_any_more(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1, 2))
    taken = first.proposal.moves[0].to_start.astimezone(BERLIN)
    work.office.block(ANA, taken.weekday(), taken.time(), 30)
    work.office.events[DANA] = [
        replace(event, location="Room 1", sequence=1) if event.ref.uid == "1:1 Ben" else event
        for event in work.office.events[DANA]
    ]
    work.store.make_stale([first.proposal.id])
    shown = show(work.desk, first.proposal.id)
    assert yes(shown) == set()
    lost = [line.text for line in shown.proposal.differences if "does not hold any more" in line.text]
    assert len(lost) == 2


def test_two_people_who_apply_get_one_apply_and_the_same_answer(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    ready = decided(work, first, accept(1))
    version = ready.proposal.version
    one, two = (apply(work.desk, first.proposal.id, by=who, version=version) for who in (DANA, ANA))
    assert one == two
    assert work.queued == [(first.proposal.id, one.proposal.version)]
    work.applied(first.proposal.id)
    assert apply(work.desk, first.proposal.id, by=DANA).proposal.state is ProposalState.APPLIED
    assert [line.what for line in work.store.trail(first.proposal.id)].count("apply") == 1


def test_who_gets_mail_can_be_said_when_it_is_applied(working: Working) -> None:
    work = working(two_to_move())
    first = propose(work.desk, DANA, WEEK, by="local", options=Options(notify=Notify.EXTERNAL_ONLY))
    assert first.proposal.notify is Notify.EXTERNAL_ONLY
    decided(work, first, accept(1))
    assert apply(work.desk, first.proposal.id, by=DANA, notify=Notify.NONE).proposal.notify is Notify.NONE


def test_nothing_to_apply_is_said_in_one_line(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    with pytest.raises(StateError, match="nothing is accepted yet"):
        apply(work.desk, first.proposal.id, by=DANA)


@pytest.mark.parametrize(
    ("delivery", "notify"),
    [(Delivery(problem="the login may only read"), None), (Delivery(tells_all=True), Notify.NONE)],
)
def test_what_would_be_refused_when_it_is_written_is_refused_before_anything_begins(
    working: Working, delivery: Delivery, notify: Notify | None
) -> None:
    """A server that invites tells all guests, or the move is refused, also if that was said when it was made."""
    work = working(two_to_move())
    work.delivery = delivery
    first = propose(work.desk, DANA, WEEK, by="local", options=Options(notify=notify or Notify.ALL))
    assert set(first.remarks) == {1, 2}
    decided(work, first, accept(2))
    with pytest.raises(StateError, match=f"move 2: {first.remarks[2].text}"):
        apply(work.desk, first.proposal.id, by=DANA)
    assert (work.store.get(first.proposal.id).state, work.queued) == (ProposalState.DECIDED, [])
    work.delivery = Delivery()
    assert apply(work.desk, first.proposal.id, by=DANA).proposal.state is ProposalState.APPLYING


def test_what_is_said_of_a_move_that_is_no_more_to_be_written_is_nothing(working: Working) -> None:
    work = working(two_to_move())
    work.delivery = Delivery(Sender.FILES)
    first = work.propose()
    refused = decide(work.desk, first.proposal.id, [*accept(1), Choice(2, Decision.REJECT)], by=DANA)
    assert set(refused.remarks) == {1}
    assert apply(work.desk, first.proposal.id, by=DANA).remarks == {}


def test_what_was_partly_made_goes_on_when_it_is_applied_again(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1, 2))
    apply(work.desk, first.proposal.id, by=DANA)
    claimed = work.store.claim(first.proposal.id, "test", work.now)
    work.store.journal(claimed, 1, "apply", Writing(MoveState.VERIFIED), work.now)
    work.store.journal(claimed, 2, "apply", Writing(MoveState.UNKNOWN), work.now)
    work.store.finish(claimed, Change(ProposalState.PARTLY_APPLIED), work.now)
    again = apply(work.desk, first.proposal.id, by=DANA)
    assert again.proposal.state is ProposalState.APPLYING
    assert len(work.queued) == 2


def left_as(work: Work, state: ProposalState, writing: Writing) -> str:
    """The id of a proposal of which one move was applied, and is left like that."""
    proposal_id = work.propose().proposal.id
    decided(work, show(work.desk, proposal_id), accept(1))
    apply(work.desk, proposal_id, by=DANA)
    claimed = work.store.claim(proposal_id, "test", work.now)
    work.store.journal(claimed, 1, "apply", writing, work.now)
    work.store.finish(claimed, Change(state, undo_until=work.now + 7 * DAY), work.now)
    return proposal_id


@pytest.mark.parametrize(
    ("letter", "days", "state"),
    [
        (LetterState.FAILED, 0, ProposalState.APPLYING),
        (LetterState.FAILED, 7, ProposalState.APPLIED),
        (LetterState.KEPT, 0, ProposalState.APPLIED),
    ],
    ids=["it reached nobody", "a week ago", "a file"],
)
def test_a_letter_that_reached_nobody_can_be_sent_again_for_a_week(
    working: Working, letter: LetterState, days: int, state: ProposalState
) -> None:
    work = working(two_to_move())
    letters = (Letter((ANA,), "", letter),)
    proposal_id = left_as(work, ProposalState.APPLIED, Writing(MoveState.VERIFIED, letters=letters))
    work.now += days * DAY
    assert apply(work.desk, proposal_id, by=DANA).proposal.state is state


def test_half_a_move_can_be_undone(working: Working) -> None:
    work = working(two_to_move())
    half = (Step(Retime(MASTER, NOW, NOW + DAY), MoveState.WRITTEN), Step(SetRule("FREQ=WEEKLY")))
    proposal_id = left_as(work, ProposalState.PARTLY_APPLIED, Writing(MoveState.FAILED, half))
    assert undo(work.desk, proposal_id, by=DANA).proposal.state is ProposalState.UNDOING


def test_what_was_made_can_be_undone_move_by_move_for_a_week(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    with pytest.raises(StateError, match="was not applied"):
        undo(work.desk, first.proposal.id, by=DANA)
    decided(work, first, accept(1, 2))
    apply(work.desk, first.proposal.id, by=DANA)
    work.applied(first.proposal.id)
    with pytest.raises(InputError, match="move 3"):
        undo(work.desk, first.proposal.id, [3], by=DANA)
    shown = undo(work.desk, first.proposal.id, [2], by=DANA)
    assert (shown.proposal.state, work.queued[-1]) == (
        ProposalState.UNDOING,
        (first.proposal.id, shown.proposal.version),
    )
    assert [move.undo is not None for move in shown.proposal.moves] == [False, True]
    assert undo(work.desk, first.proposal.id, by=DANA) == shown
    work.undone(first.proposal.id, ProposalState.PARTLY_UNDONE)
    rest = undo(work.desk, first.proposal.id, by=DANA)
    assert [move.undo and move.undo.state for move in rest.proposal.moves] == [MoveState.PLANNED, MoveState.VERIFIED]
    work.undone(first.proposal.id, ProposalState.UNDONE)
    with pytest.raises(StateError, match="it was undone; propose the week anew"):
        undo(work.desk, first.proposal.id, by=DANA)


def test_after_a_week_it_cannot_be_undone_any_more(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1))
    apply(work.desk, first.proposal.id, by=DANA)
    work.applied(first.proposal.id)
    work.now += 7 * DAY
    with pytest.raises(StateError, match="7 days, which are over"):
        undo(work.desk, first.proposal.id, by=DANA)


def test_decisions_and_who_made_them_are_in_the_trail(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decide(work.desk, first.proposal.id, accept(1), by="key:robot")
    apply(work.desk, first.proposal.id, by=ANA)
    said = [(line.by, line.what, line.move) for line in work.store.trail(first.proposal.id)]
    assert said == [("local", "propose", None), ("key:robot", "accept", 1), (ANA, "apply", None)]


def test_what_was_rejected_is_not_proposed_in_the_next_weeks_unless_its_people_changed(working: Working) -> None:
    made = two_to_move()
    made.meeting("Trio", [DANA, ANA], 1, time(14), optional=["ben@example.com"])
    work = working(made)
    first = work.propose()
    trio = next(move.number for move in first.proposal.moves if move.title == "Trio")
    decide(work.desk, first.proposal.id, [Choice(trio, Decision.REJECT, Why.NOT_NOW)], by=DANA)
    work.now += 7 * DAY
    assert "Trio" not in {move.title for move in work.propose(WEEK.plus(1)).proposal.moves}
    made.events[DANA] = [
        replace(event, attendees=event.attendees[:-1]) if event.title == "Trio" else event
        for event in made.events[DANA]
    ]
    assert "Trio" in {move.title for move in work.propose(WEEK.plus(1)).proposal.moves}


def test_what_cannot_be_planned_anew_is_shown_as_it_was(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    work.store.make_stale([first.proposal.id])
    work.office.events[DANA].clear()
    shown = show(work.desk, first.proposal.id)
    assert (shown.proposal.stale, shown.proposal.revision) == (True, 1)


def test_who_decides_while_others_do_gets_no_conflict(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    other = iter([accept(2)])

    class Busy(StoredProposals):
        """Somebody else decides between the look and the change."""

        def change(self, proposal_id: str, version: int, change: Change, now: datetime) -> Proposal:
            for choices in other:
                decided(work, first, choices)
            return super().change(proposal_id, version, change, now)

    busy = replace(work.desk, proposals=Busy(work.engine, lambda *_: None))
    assert yes(decide(busy, first.proposal.id, accept(1), by=ANA)) == {1, 2}
