"""A proposal in the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

import pytest
from hypothesis import given, settings
from rich.cells import cell_len
from rich.console import Console

from app.domain.calendar.writing import Notify
from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import (
    Decided,
    Decision,
    Difference,
    Letter,
    LetterState,
    MoveState,
    ProposalState,
    Why,
    Writing,
)
from app.domain.proposals.shown import Shown
from app.render.proposals.terminal import print_outcome, print_proposal, print_proposals
from app.render.words import DASH
from tests.render.given_plans import with_title
from tests.render.given_proposals import ID, NOW, YES, decided, proposed, written
from tests.render.hostile import titles, unseen
from tests.render.sample import sample_plan

NO = Decided(Decision.REJECT, "dana@example.com", NOW, Why.WRONG_DAY)
PIN = Decided(Decision.PIN, "dana@example.com", NOW, pin="always")


def everything() -> Shown:
    """A proposal of which each move stands in another way."""
    differences = (Difference("elsewhere", "felix", "Dana <> Felix 1:1 goes to Fri 14:15"),)
    example = decided(proposed(), {1: YES, 2: YES, 3: NO, 4: PIN}, differences=differences)
    return replace(example, closed={5: Reason("freeze", "it is too soon")}, starts={6: date(2026, 12, 7)})


def proposal_text(example: Shown, width: int = 80) -> str:
    file = StringIO()
    print_proposal(example, Console(file=file, width=width, no_color=True))
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def outcome(example: Shown, width: int = 80) -> str:
    file = StringIO()
    print_outcome(example, "apply", Console(file=file, width=width, no_color=True))
    return file.getvalue()


def lines_of(text: str, number: int) -> list[str]:
    """The lines about one move."""
    lines = text.partition("\nMoves\n")[2].split("\n")
    begin = next(n for n, line in enumerate(lines) if line.startswith(f" {number} "))
    more = (n for n, line in enumerate(lines) if n > begin and not line.startswith("   "))
    return [line.strip() for line in lines[begin : next(more)]]


def test_what_has_to_be_known_before_it_is_applied_is_said_once() -> None:
    mail, tells = Reason("no_mail", "no mail is sent"), Reason("tells_all", "all guests are told")
    example = replace(proposed(), remarks={1: mail, 2: mail, 3: tells})
    text = proposal_text(example)
    assert "Moves 1 and 2: no mail is sent" in text
    assert "all guests are told" not in text
    quiet = replace(example, proposal=replace(example.proposal, notify=Notify.NONE))
    assert "Move 3: all guests are told" in proposal_text(quiet)


@pytest.mark.parametrize("width", [80, 120])
def test_golden(golden: Any, width: int) -> None:
    golden(f"proposal-{width}.txt", proposal_text(everything(), width=width))


@pytest.mark.parametrize("width", [60, 80, 97, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    text, _, _command_to_copy = proposal_text(everything(), width=width).rpartition("\nNext:")
    assert max(cell_len(line) for line in text.split("\n")) <= width


def test_a_move_has_its_mark_and_says_who_decided() -> None:
    text = proposal_text(everything(), width=100)
    marks = [lines_of(text, number)[0].split()[1] for number in range(1, 10)]
    assert marks == ["yes", "yes", "no", "pin", "shut", "tick", "tick", "tick", "tick"]
    assert "said  no, wrong day, by dana@example.com, Thu 26 Nov 09:00" in lines_of(text, 3)
    assert "said  pin, always, by dana@example.com, Thu 26 Nov 09:00" in lines_of(text, 4)
    assert "shut  it is too soon" in lines_of(text, 5)
    assert lines_of(text, 6)[0].endswith("series, from the week of 7 Dec")
    assert lines_of(text, 6)[1].strip() == f"Tue 16:00{DASH}16:45 → Wed 16:00{DASH}16:45"


def test_the_weeks_show_the_numbers_of_the_proposal() -> None:
    example = proposed()
    turned = tuple(replace(move, number=10 - move.number) for move in example.proposal.moves)
    text = proposal_text(replace(example, proposal=replace(example.proposal, moves=turned)))
    assert "●9 Mobile" in text
    assert "●1 Mobile" not in text


def test_what_became_of_each_move_is_a_line_with_the_reason() -> None:
    mail = Letter(("ana@example.com",), "", LetterState.SENT)
    late = Writing(MoveState.CHANGED_MEANWHILE, problem="it is at 12:00 now", remedy="propose anew")
    states = {1: Writing(MoveState.VERIFIED, letters=(mail,)), 2: late}
    text = outcome(written(everything(), states, state=ProposalState.PARTLY_APPLIED))
    assert "Written, and read back; mail to ana@example.com: sent" in text
    assert "Left alone: it was changed meanwhile; it is at 12:00 now; propose anew" in text
    assert "Priya" not in text
    assert "partly in the calendar" in text
    assert "1 of 2 moves written, 1 left alone" in text


def test_a_letter_that_is_a_file_is_told_once_and_is_to_be_sent() -> None:
    kept = Letter(("ana@example.com",), "", LetterState.KEPT)
    note = "send the file invitation-1-apply-1.ics to ana@example.com"
    made = {1: Writing(MoveState.VERIFIED, letters=(kept,), notes=(note,))}
    text = outcome(written(everything(), made, state=ProposalState.APPLIED), width=200)
    assert text.count("to ana@example.com") == 1
    assert "Next: send the invitations that are files" in text


def test_once_all_is_undone_nothing_can_be() -> None:
    state = {"state": ProposalState.UNDONE, "undo_until": NOW + timedelta(days=7)}
    text = outcome(written(everything(), {1: Writing(MoveState.VERIFIED)}, **state), width=200)
    assert "can be undone until" not in text


def test_until_when_it_can_be_undone_stands_at_the_top() -> None:
    state = {"state": ProposalState.APPLIED, "undo_until": NOW + timedelta(days=7)}
    text = outcome(written(everything(), {1: Writing(MoveState.VERIFIED)}, **state), width=200)
    assert "can be undone until Thu 3 Dec 09:00" in text.splitlines()[0]


def test_a_list_has_a_line_for_each() -> None:
    file = StringIO()
    print_proposals([proposed().proposal, everything().proposal], Console(file=file, width=100, no_color=True))
    lines = file.getvalue().splitlines()
    assert [line.split()[:6] for line in lines[1:3]] == [
        [ID, "dana@example.com", "2026-W49", "draft", "9", "0"],
        [ID, "dana@example.com", "2026-W49", "decided", "9", "2"],
    ]


def test_a_list_ends_with_the_first_that_can_be_decided() -> None:
    file = StringIO()
    over, open_ = (
        replace(proposed().proposal, id=id_, state=state)
        for id_, state in (("a", ProposalState.EXPIRED), ("b", ProposalState.DRAFT))
    )
    print_proposals([over, open_], Console(file=file, width=40, no_color=True))
    assert file.getvalue().splitlines()[-1] == "Next: see its moves, and decide on them: clearweek proposals b"
    print_proposals([over], Console(file=file, width=40, no_color=True))
    assert file.getvalue().splitlines()[-1] == "Next: see its moves: clearweek proposals a"


def test_without_utf_8_it_is_ascii() -> None:
    raw = BytesIO()
    file = TextIOWrapper(raw, "ascii")
    print_proposal(everything(), Console(file=file, width=80, force_terminal=False))
    file.flush()
    assert raw.getvalue().isascii()
    assert b"Moves" in raw.getvalue()


@settings(max_examples=15)
@given(titles)
def test_no_title_can_spoil_the_terminal(title: str) -> None:
    example = proposed(with_title(sample_plan(), title))
    text = proposal_text(example, width=80)
    assert not unseen(text)
    assert max(cell_len(line) for line in text.split("\n")) <= 80
