"""Which moves cannot be accepted any more, and which series begin later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from app.domain.configuration.rules import Pins, Rules
from app.domain.people.person import Person, Team
from app.domain.proposals.proposal import Choice, Decision, MoveState, ProposalState, ProposedMove, Writing
from app.errors import StateError
from app.services.proposals.life import decide, show
from app.services.proposals.making.closing import Closing, Notice, closing
from app.services.proposals.making.showing import limits_of
from tests.services.conftest import Working
from tests.services.proposals.test_deciding import ANA, BEN
from tests.services.weeks import BERLIN, DANA, WEEK, NoHolidays, office

TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_move(number: int = 1, **values: Any) -> ProposedMove:
    move = ProposedMove(
        number=number,
        meetings=(f"m{number}",),
        title="Sync",
        organizer=DANA,
        calendar_id="c",
        uid=f"u{number}",
        recurrence_id=None,
        scope="occurrence",
        start=TUESDAY,
        end=TUESDAY + HOUR,
        to_start=TUESDAY + timedelta(days=1),
        to_end=TUESDAY + timedelta(days=1) + HOUR,
        preticked=True,
        required=(DANA,),
    )
    return replace(move, **values)


def closed(now: datetime, *moves: ProposedMove, days: int = 1) -> Closing:
    rules = Rules(pins=Pins(freeze_working_days=days))
    return closing(moves, Notice(Team((Person(DANA, timezone=BERLIN),)), rules, NoHolidays(), BERLIN), now)


def reasons(found: Closing) -> dict[int, str]:
    return {number: reason.code for number, reason in found.closed.items()}


def test_a_one_off_is_closed_as_soon_as_its_notice_is_too_short() -> None:
    before = datetime(2026, 11, 30, 8, 59, tzinfo=UTC)
    assert closed(before, a_move()) == Closing()
    assert reasons(closed(before + timedelta(minutes=2), a_move())) == {1: "frozen"}


def test_its_new_time_counts_as_its_old_one_does() -> None:
    earlier = a_move(to_start=TUESDAY - timedelta(days=1), to_end=TUESDAY - timedelta(days=1) + HOUR)
    assert reasons(closed(datetime(2026, 11, 30, 8, tzinfo=UTC), earlier)) == {1: "frozen"}


def test_a_series_begins_in_the_first_week_that_leaves_people_their_notice() -> None:
    weekly = a_move(scope="series")
    assert closed(TUESDAY, weekly) == Closing({}, {1: date(2026, 12, 7)})
    assert closed(TUESDAY, weekly, days=7) == Closing({}, {1: date(2026, 12, 14)})


def test_the_clock_of_the_manager_is_kept_across_the_change_of_the_clocks() -> None:
    sunday = datetime(2026, 10, 23, 7, tzinfo=UTC)  # Friday 9:00 in Berlin, the last one of the summer
    weekly = a_move(scope="series", start=sunday, to_start=sunday + HOUR)
    friday_after = datetime(2026, 10, 29, 8, tzinfo=UTC)  # Thursday 9:00: one working day before
    assert closed(friday_after, weekly).starts == {1: date(2026, 10, 26)}
    assert closed(friday_after + timedelta(minutes=1), weekly).starts == {1: date(2026, 11, 2)}


def test_what_has_to_wait_for_what_is_closed_is_closed_too() -> None:
    late = TUESDAY + timedelta(days=2)
    second = a_move(2, start=late, to_start=late + HOUR, depends_on=("1",))
    third = a_move(3, start=late, to_start=late + HOUR, depends_on=("2", "0123456789abcdef:1"))
    found = closed(TUESDAY, third, second, a_move())
    assert reasons(found) == {1: "frozen", 2: "needs", 3: "needs"}


def test_a_series_waits_with_the_series_that_it_needs_and_a_one_off_cannot() -> None:
    late = TUESDAY + timedelta(days=2)
    series = a_move(2, scope="series", start=late, to_start=late + HOUR, depends_on=("1",))
    once = a_move(3, start=late, to_start=late + HOUR, depends_on=("1",))
    found = closed(TUESDAY, a_move(scope="series"), series, once)
    assert found.starts == {1: date(2026, 12, 7), 2: date(2026, 12, 7)}
    assert reasons(found) == {3: "needs"}


def test_what_is_closed_cannot_be_accepted_and_says_why(working: Working) -> None:
    made = office("ana", "ben")
    made.meeting("Once", [DANA, ANA], 1, time(10), weeks=None)
    made.meeting("Other", [DANA, BEN], 1, time(10), weeks=None)
    work = working(made)
    first = work.propose()
    (move,) = first.proposal.moves
    work.now = datetime(2026, 11, 30, 14, tzinfo=UTC)
    shown = show(work.desk, first.proposal.id)
    assert reasons(Closing(shown.closed)) == {move.number: "frozen"}
    with pytest.raises(StateError, match="cannot be accepted: it starts within 1 working day"):
        decide(work.desk, first.proposal.id, [Choice(move.number, Decision.ACCEPT)], by=DANA)
    assert decide(work.desk, first.proposal.id, [], accept_all=True, by=DANA).proposal.accepted == ()


def test_what_was_written_is_told_as_it_was_written_whenever_that_is(working: Working) -> None:
    made = office("ana")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    work = working(made)
    first = work.propose().proposal
    later = WEEK.plus(2).monday
    moves = tuple(replace(move, apply=Writing(MoveState.VERIFIED, starts=later)) for move in first.moves)
    told = limits_of(work.desk, replace(first, state=ProposalState.APPLIED, moves=moves))
    assert (dict(told.closed), dict(told.starts)) == ({}, {1: later})


def test_what_is_written_now_begins_when_it_would_be_written(working: Working) -> None:
    made = office("ana")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    work = working(made)
    first = work.propose()
    work.now = datetime(2026, 12, 1, 14, tzinfo=UTC)
    shown = decide(work.desk, first.proposal.id, [Choice(1, Decision.ACCEPT)], by=DANA)
    applying = replace(shown.proposal, state=ProposalState.APPLYING)
    assert limits_of(work.desk, applying).starts == {1: WEEK.plus(1).monday}


def test_what_cannot_be_decided_on_any_more_names_the_newer_proposal_of_its_week(working: Working) -> None:
    made = office("ana")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    work = working(made)
    first = work.propose()
    second = work.propose()
    assert first.newer is None
    assert (show(work.desk, first.proposal.id).newer, second.newer) == (second.proposal.id, None)


def test_a_series_that_begins_later_can_be_accepted_and_outlives_a_new_plan(working: Working) -> None:
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    made.meeting("1:1 Ben", [DANA, BEN], 3, time(10))
    work = working(made)
    first = work.propose()
    work.now = datetime(2026, 12, 1, 14, tzinfo=UTC)
    shown = decide(work.desk, first.proposal.id, [Choice(1, Decision.ACCEPT)], by=DANA)
    assert shown.starts[1] == WEEK.plus(1).monday
    again = decide(work.desk, first.proposal.id, [Choice(2, Decision.REJECT)], by=DANA)
    assert (again.asks, [move.number for move in again.proposal.accepted]) == ({}, [1])
