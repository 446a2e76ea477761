"""Every state has its words and its tone, and what came of several moves is counted by its end."""

from __future__ import annotations

import pytest

from app.domain.proposals.proposal import Direction, LetterState, MoveState, ProposalState, Writing
from app.render.proposals.states import LETTERS, MOVE_TONES, STATES, TONES, WRITTEN, tally


def test_every_state_has_its_words_and_its_tone() -> None:
    assert set(STATES) == set(TONES) == set(ProposalState)
    assert set(WRITTEN["apply"]) == set(WRITTEN["undo"]) == set(MOVE_TONES) == set(MoveState)
    assert set(LETTERS) == set(LetterState)


@pytest.mark.parametrize(
    ("states", "direction", "told"),
    [
        ("verified changed_meanwhile changed_meanwhile", "apply", "1 of 3 moves written, 2 left alone"),
        ("verified written verified failed", "undo", "3 of 4 moves taken back, 1 not taken back"),
        ("failed unknown planned", "apply", "0 of 3 moves written, 1 not written, 1 not known"),
        ("verified", "apply", "1 of 1 move written"),
    ],
)
def test_each_end_is_counted_apart(states: str, direction: Direction, told: str) -> None:
    assert tally([Writing(MoveState(state)) for state in states.split()], direction) == told
