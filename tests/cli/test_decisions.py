"""What the options of `clearweek decide` say."""

from __future__ import annotations

import pytest

from app.cli.decisions import choices_of, corrections_of, numbers_of
from app.domain.proposals.proposal import Choice, Correction, Decision, Why
from app.errors import InputError
from tests.render.given_proposals import proposed

ACCEPT, REJECT, PIN = Decision.ACCEPT, Decision.REJECT, Decision.PIN


def test_numbers_come_with_commas_and_again() -> None:
    chosen, accept_all = choices_of(["1,3", " 5 "], ["2:wrong_day"], ["4:always,6"])
    assert not accept_all
    assert chosen == [
        Choice(1, ACCEPT),
        Choice(3, ACCEPT),
        Choice(5, ACCEPT),
        Choice(2, REJECT, Why.WRONG_DAY),
        Choice(4, PIN, pin="always"),
        Choice(6, PIN),
    ]


def test_all_goes_with_what_is_named_besides() -> None:
    assert choices_of(["all"], ["2"], []) == ([Choice(2, REJECT)], True)


@pytest.mark.parametrize(
    ("accept", "reject", "pin", "said"),
    [
        (["one"], [], [], "--accept 'one' is no number of a move"),
        (["-1"], [], [], "no number of a move"),
        ([], ["all"], [], "--reject 'all' is no number"),
        ([], ["2:too_early"], [], "'too_early' is no reason; give one of wrong_day, wrong_time, not_now, never"),
        ([], [], ["3:forever"], "pinned for the week or always, not 'forever'"),
    ],
)
def test_what_cannot_be_meant_is_refused(accept: list[str], reject: list[str], pin: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        choices_of(accept, reject, pin)


def test_what_is_said_of_one_meeting_is_one_correction() -> None:
    example = proposed()
    said = ["2:kind=cross_team", "2:optional=Tom@example.com", "2:optional=ana@example.com", "Tom + Dana:report=no"]
    assert corrections_of(said, example.proposal, example.plan) == [
        Correction("weekly", "cross_team", optional=("tom@example.com", "ana@example.com")),
        Correction("tom", report=False),
    ]


def test_a_title_may_hold_a_colon() -> None:
    example = proposed()
    (found,) = corrections_of(["Ana: questions & feedback:kind=other"], example.proposal, example.plan)
    assert found.kind == "other"


@pytest.mark.parametrize(
    "said", ["2", "2:kind", "2:kind=", "kind=cross_team", "2:report=perhaps", "2:color=red", "2:optional=ana"]
)
def test_a_correction_that_says_nothing_known_is_refused(said: str) -> None:
    example = proposed()
    with pytest.raises(InputError, match="report=yes"):
        corrections_of([said], example.proposal, example.plan)


def test_a_meeting_that_is_not_there_is_refused() -> None:
    example = proposed()
    with pytest.raises(InputError, match="no meeting of this week"):
        corrections_of(["Zebra:kind=other"], example.proposal, example.plan)


def test_other_numbers_name_their_option() -> None:
    assert numbers_of(["1,2"], "moves") == [1, 2]
    with pytest.raises(InputError, match="--moves 'x'"):
        numbers_of(["x"], "moves")
