"""Which moves have to be made first, and in what order all of them can be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.plans.plan import When
from app.domain.proposals.proposal import ProposedMove
from app.services.proposals.making.dependencies import Shift, dependencies, order

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def hour(start: int) -> When:
    return When(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=start + 1))


def shift(name: str, old: int, new: int, *who: str) -> Shift:
    return Shift(name, (hour(old),), (hour(new),), frozenset(who), frozenset(who))


def move(number: int, *needs: int | str) -> ProposedMove:
    when = MONDAY
    return ProposedMove(
        number,
        (f"m{number}",),
        "Sync",
        "dana@example.com",
        "c1",
        f"u{number}",
        None,
        "occurrence",
        when,
        when,
        when,
        when,
        preticked=True,
        depends_on=tuple(str(each) for each in needs),
    )


def numbers(*moves: ProposedMove) -> list[list[int]]:
    return [[each.number for each in group] for group in order(moves)]


def test_a_move_needs_those_first_that_are_where_it_goes() -> None:
    found = dependencies([shift("1", 9, 10, "ana"), shift("2", 10, 11, "ana"), shift("3", 11, 12, "bo")])
    assert found == {"1": ("2",), "2": (), "3": ()}


def test_only_what_shares_a_person_or_a_room_is_in_the_way() -> None:
    alone = dependencies([shift("1", 9, 10, "ana"), shift("2", 10, 11, "bo")])
    assert alone["1"] == ()
    there = replace(shift("1", 9, 10, "ana"), takes=frozenset({"ana", "room@example.com"}))
    shared = dependencies([there, shift("2", 10, 11, "bo", "room@example.com")])
    assert shared["1"] == ("2",)


def test_a_room_that_is_left_behind_blocks_until_it_is_free() -> None:
    leaving = Shift("2", (hour(10),), (hour(12),), frozenset({"room@example.com"}), frozenset())
    taking = Shift("1", (hour(9),), (hour(10),), frozenset(), frozenset({"room@example.com"}))
    assert dependencies([taking, leaving]) == {"1": ("2",), "2": ()}
    assert dependencies([replace(taking, takes=frozenset()), leaving])["1"] == ()


def test_touching_places_do_not_wait_and_nothing_waits_for_itself() -> None:
    assert dependencies([shift("1", 9, 10, "ana"), shift("2", 11, 12, "ana")])["1"] == ()
    near = When(hour(9).start + timedelta(minutes=15), hour(10).start)
    close = Shift("1", (hour(9),), (near,), frozenset({"ana"}), frozenset({"ana"}))
    assert dependencies([close]) == {"1": ()}


def test_all_weekdays_of_a_series_count() -> None:
    twice = Shift("1", (hour(9), hour(33)), (hour(10), hour(34)), frozenset({"ana"}), frozenset({"ana"}))
    assert dependencies([twice, shift("2", 34, 40, "ana")])["1"] == ("2",)


def test_what_the_plan_knows_of_later_weeks_counts_too() -> None:
    later = replace(shift("1", 9, 10, "ana"), after=("2",))
    assert dependencies([later, shift("2", 30, 31, "bo")])["1"] == ("2",)


def test_each_move_comes_after_what_it_needs() -> None:
    assert numbers(move(1, 2), move(2, 3), move(3), move(4)) == [[3], [2], [1], [4]]


def test_a_cycle_is_one_group_and_what_waits_for_it_follows() -> None:
    assert [sorted(group) for group in numbers(move(1, 2), move(2, 3), move(3, 2), move(4, 1))] == [[2, 3], [1], [4]]


def test_a_series_comes_after_its_own_occurrence() -> None:
    series, once = replace(move(1), uid="u", scope="series"), replace(move(2), uid="u")
    assert numbers(series, once) == [[2], [1]]
    assert numbers(series, replace(once, uid="v")) == numbers(replace(once, number=1), replace(once, number=2))
    assert numbers(series, replace(once, calendar_id="c2")) == [[1], [2]]


def test_an_occurrence_does_not_wait_for_its_own_series() -> None:
    once, series = (
        replace(each, uids=frozenset("u")) for each in (shift("1", 9, 10, "ana"), shift("2", 10, 11, "ana"))
    )
    assert dependencies([once, series])["1"] == ()


def test_what_depends_on_another_proposal_is_not_held_up_here() -> None:
    assert numbers(move(1, "0123456789abcdef:2"), move(2)) == [[1], [2]]


@given(st.lists(st.lists(st.integers(1, 9), max_size=4), min_size=1, max_size=9))
def test_no_move_comes_before_what_it_needs_unless_they_need_each_other(needs: list[list[int]]) -> None:
    moves = [move(n, *others) for n, others in enumerate(needs, start=1)]
    groups = order(moves)
    place = {each.number: nth for nth, group in enumerate(groups) for each in group}
    assert sorted(place) == [each.number for each in moves]
    reach = {n: _reached(n, needs) for n in place}
    for own in moves:
        for other in reach[own.number]:
            together = own.number in reach[other]
            assert place[other] == place[own.number] if together else place[other] < place[own.number]


def _reached(number: int, needs: list[list[int]]) -> set[int]:
    found: set[int] = set()
    open_ = [number]
    while open_:
        for other in needs[open_.pop() - 1]:
            if other <= len(needs) and other not in found:
                found.add(other)
                open_.append(other)
    return found - {number}
