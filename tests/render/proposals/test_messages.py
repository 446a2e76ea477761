"""What to tell people: one short text each, on their own clock, without what they need not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain.proposals.proposal import MoveState, Writing
from app.domain.proposals.shown import Shown
from app.render.proposals.messages import Message, messages
from app.render.proposals.proposals import Seen
from app.render.words import DASH
from tests.render.given_proposals import YES, decided, proposed, written


def told(example: Shown, starts: dict[int, date] | None = None) -> dict[str, Message]:
    seen = Seen(replace(example, starts=starts or {}))
    return {each.email: each for each in messages(example.proposal, seen.plan, seen.ticked)}


def test_everyone_of_an_accepted_move_is_told_once_for_all_their_moves() -> None:
    found = told(decided(proposed(), {2: YES, 7: YES}))
    assert found["ana@example.com"].moves == (2, 7)
    first, second = found["ana@example.com"].text.splitlines()
    assert first.startswith(f"Platform weekly: Tue 14:00{DASH}14:45 → Mon 11:15{DASH}12:00, from the week of 30 Nov on")
    assert second.startswith("Ana: questions & feedback: Thu 11:00")
    assert second.endswith("from the week of 30 Nov on: I keep Thursdays free of meetings.")
    assert "dana@example.com" not in found
    assert "noah@example.com" not in found


def test_times_are_on_the_clock_of_the_reader() -> None:
    found = told(decided(proposed(), {9: YES}))["noah@example.com"]
    assert f"Thu 10:00{DASH}10:30 → Fri 09:30{DASH}10:00" in found.text


def test_before_a_decision_the_texts_are_those_of_what_is_ticked() -> None:
    found = told(proposed())
    assert found["felix@example.com"].moves == (1, 8)
    assert all(4 not in message.moves for message in found.values())


def test_what_could_not_be_written_is_told_to_nobody() -> None:
    example = written(decided(proposed(), {1: YES}), {1: Writing(MoveState.CHANGED_MEANWHILE)})
    assert told(example) == {}


def test_a_series_that_starts_later_says_so() -> None:
    found = told(decided(proposed(), {8: YES}), {8: date(2026, 12, 7)})
    assert "from the week of 7 Dec on" in found["felix@example.com"].text


def test_what_the_move_ends_a_clash_with_is_not_told() -> None:
    found = told(decided(proposed(), {5: YES}))["jonas@example.com"].text
    assert found.endswith("this once: it clashes with something else where it is.")
    assert "Tooling" not in found


def test_a_private_title_is_not_told() -> None:
    example = decided(proposed(), {1: YES})
    private = tuple(replace(m, private=m.id == "mobile") for m in example.plan.meetings)
    found = told(replace(example, plan=replace(example.plan, meetings=private)))
    assert found["mei@example.com"].text.startswith("Our meeting: ")
