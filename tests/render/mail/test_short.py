"""The short mails: what became of a proposal, a reminder, a quiet week, a code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.mail import Links
from app.domain.proposals.proposal import MoveState, ProposalState, Writing
from app.domain.proposals.shown import Shown
from app.render.mail.short import code, confirmation, line, reminder
from app.render.words import DASH
from tests.render.given_proposals import NOW, YES, decided, proposed, written
from tests.render.mail.samples import LINKS, failed, nothing_to_move
from tests.render.proposals.test_terminal import NO

DONE = Writing(MoveState.VERIFIED)


def applied(**more: Any) -> Shown:
    whole: dict[str, Any] = {"state": ProposalState.APPLIED, "undo_until": NOW + timedelta(days=7), **more}
    return written(decided(proposed(), {1: YES, 2: YES}), {1: DONE, 2: DONE}, **whole)


def undone(second: Writing) -> Shown:
    example = applied(state=ProposalState.PARTLY_UNDONE)
    moves = [replace(m, undo={1: DONE, 2: second}.get(m.number)) for m in example.proposal.moves]
    return replace(example, proposal=replace(example.proposal, moves=tuple(moves)))


def test_what_was_written_is_confirmed_with_the_link_that_takes_it_back() -> None:
    content = confirmation(applied(), LINKS)
    assert content.gist == "2 moves are in your calendar"
    assert content.subject == "Week of 30 Nov: 2 moves are in your calendar, 7 left out"
    assert [row.what for row in content.rows] == [
        f"Mobile weekly: Thu 3 Dec 10:00{DASH}10:30 → Mon 30 Nov 09:30{DASH}10:00",
        f"Platform weekly: Tue 1 Dec 14:00{DASH}14:45 → Mon 30 Nov 11:15{DASH}12:00",
    ]
    assert content.button is not None
    assert (content.button.text, content.button.url) == ("Take it back", LINKS.undo)
    left_out, until = content.lines
    assert left_out.startswith("Left out: Priya & Dana 1:1, Product x Engineering sync, ")
    assert until == "It can be taken back until Thu 3 Dec 2026 09:00 +01:00."


def test_what_the_manager_refused_is_not_told_as_left_out() -> None:
    refused = decided(applied(), dict.fromkeys(range(3, 10), NO), state=ProposalState.APPLIED)
    content = confirmation(refused, LINKS)
    assert content.subject == "Week of 30 Nov: 2 moves are in your calendar"
    assert not any(line.startswith("Left out") for line in content.lines)


@pytest.mark.parametrize(
    ("shown", "links"), [(applied(undo_until=None), LINKS), (applied(), Links(LINKS.review, None, None))]
)
def test_what_cannot_be_taken_back_has_no_such_link(shown: Shown, links: Links) -> None:
    content = confirmation(shown, links)
    assert content.button is not None
    assert (content.button.text, content.button.url) == ("Look at it", LINKS.review)
    assert not any("taken back" in line for line in content.lines)


def test_what_failed_is_said_with_the_reason_and_what_to_do() -> None:
    content = confirmation(failed(), LINKS)
    assert content.subject == "Week of 30 Nov: 1 of 4 moves is in your calendar, 5 left out"
    assert [(row.became, row.tone) for row in content.rows] == [
        ("written, and read back", "good"),
        ("not written", "bad"),
        ("left alone: it was changed meanwhile", "bad"),
        ("nobody knows whether it was written", "bad"),
    ]
    assert content.rows[1].notes == (
        "the server refuses it: you may not write into this calendar",
        "connect it with a login that may write",
    )


def test_what_was_taken_back_goes_the_other_way() -> None:
    content = confirmation(undone(Writing(MoveState.CHANGED_MEANWHILE)), LINKS)
    assert content.subject == "Week of 30 Nov: 1 of 2 moves is taken back"
    assert content.rows[0].what == f"Mobile weekly: Mon 30 Nov 09:30{DASH}10:00 → Thu 3 Dec 10:00{DASH}10:30"
    assert confirmation(undone(DONE), LINKS).subject == "Week of 30 Nov: 2 moves are taken back"


def test_moves_of_calendars_that_are_only_read_are_files() -> None:
    calendars = {move.calendar_id for move in applied().proposal.moves}
    noted = replace(DONE, problem="this calendar cannot be written", notes=("send the file invitation-1.ics",))
    content = confirmation(written(applied(), {1: noted, 2: noted}), LINKS, calendars)
    assert content.subject == "Week of 30 Nov: 2 moves are made as files, 7 left out"
    assert content.button is not None
    assert (content.button.text, content.button.url) == ("Get the files", LINKS.review)
    assert content.lines[1].startswith("Calendars that are only read here are as they were: the page has the files")
    assert content.lines[2].startswith("It can be taken back until")
    assert [row.notes for row in content.rows] == [(), ()]


def test_moves_that_could_not_be_made_as_files_say_why() -> None:
    refused = Writing(MoveState.FAILED, problem="the calendar is gone", remedy="connect it again")
    shown = written(applied(), {1: refused, 2: refused})
    content = confirmation(shown, LINKS, {move.calendar_id for move in shown.proposal.moves})
    assert [row.notes for row in content.rows] == [("the calendar is gone", "connect it again")] * 2
    assert content.button is not None
    assert content.button.text != "Get the files"


def test_a_reminder_says_what_waits_and_what_the_button_does() -> None:
    content = reminder(proposed(), LINKS, NOW)
    assert content.gist == "9 moves wait for your decision"
    assert content.subject.startswith("Next week: 8 of 9 moves ready, ")
    assert content.button is not None
    assert content.button.text == "Apply 8 moves: 10 people get 16 mails"
    assert len(content.rows) == 9


def test_a_quiet_week_is_a_line() -> None:
    content = line(nothing_to_move(), LINKS, NOW)
    assert content.subject == "Next week: nothing to move, Tuesday and Thursday free, 9.5 h focus"
    assert content.rows == ()


def test_a_code_is_in_the_mail_and_not_in_its_subject() -> None:
    content = code("004217", timedelta(minutes=10))
    assert content.code == "004217"
    assert "004217" not in content.subject + content.preheader
    assert content.lines == ("Type it into the page that asks for it. It is valid for 10 min, and once.",)
