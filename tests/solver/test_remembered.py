"""What is remembered of a thing is of that thing alone."""

from __future__ import annotations

from solver.remembered import MOST, Remembered


def test_each_thing_is_worked_out_once_though_another_one_be_equal() -> None:
    worked_out: list[tuple[int, ...]] = []

    def summed(thing: tuple[int, ...]) -> int:
        worked_out.append(thing)
        return sum(thing)

    remembered = Remembered(summed)
    one, equal = (1, 2, *range(3)), (1, 2, *range(3))
    assert [remembered.of(thing) for thing in (one, one, equal, one)] == [6] * 4
    assert [id(thing) for thing in worked_out] == [id(one), id(equal)]


def test_the_oldest_goes_first() -> None:
    remembered = Remembered[list[int], list[int]](list)
    things = [[n] for n in range(MOST + 1)]
    first, last = remembered.of(things[0]), [remembered.of(thing) for thing in things][-1]
    assert remembered.of(things[-1]) is last
    assert remembered.of(things[0]) is not first
