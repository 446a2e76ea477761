"""One switch of the manager's own rules lets a pinned meeting move, or none does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.configuration.rules import Pins
from app.domain.meetings.classify import classify
from app.domain.meetings.meeting import Meeting
from app.domain.meetings.movability import Case
from app.domain.meetings.unpinning import unpinning
from tests.domain.given import BERLIN, DANA, RULES, TEAM, email, meeting
from tests.domain.meetings.test_movability import THURSDAY_BEFORE


def condition(one: Meeting, pins: Pins) -> str | None:
    kind = classify([one], DANA, TEAM, RULES)[one.key]
    return unpinning(Case(one, kind, DANA, TEAM, pins, THURSDAY_BEFORE, BERLIN))


def test_what_may_move_needs_nothing() -> None:
    assert condition(meeting("Sync", "dana ana"), RULES.pins) is None


@pytest.mark.parametrize(
    ("pins", "text"),
    [
        (Pins(with_people=(email("ana"),)), f"without {email('ana')} in pins.with_people"),
        (Pins(kinds=("one_on_one",)), "without one_on_one in pins.kinds"),
        (Pins(over_people=1), "with pins.over_people = 2"),
    ],
)
def test_each_switch_is_named(pins: Pins, text: str) -> None:
    assert condition(meeting("Sync", "dana ana"), pins) == text


def test_a_pin_by_uid_is_its_own() -> None:
    one = meeting("Sync", "dana ana")
    assert condition(one, replace(RULES.pins, uids=(one.event.ref.uid,))) == "without its UID in pins.uids"


def test_two_pins_are_no_one_switch() -> None:
    assert condition(meeting("Sync", "dana ana"), Pins(kinds=("one_on_one",), over_people=1)) is None


def test_what_somebody_else_organizes_is_theirs() -> None:
    assert condition(meeting("Sync", "dana ana", organizer=email("ana")), RULES.pins) is None
