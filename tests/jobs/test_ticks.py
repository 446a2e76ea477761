from __future__ import annotations

from app.jobs.worker import Ticks


def test_all_workers_call_a_tick_alike() -> None:
    assert Ticks(60, "slot-0").next(1200.5) == Ticks(60, "slot-1").next(1259.9) == "tick:20"


def test_a_tick_is_said_once() -> None:
    ticks = Ticks(60, "slot-0")
    assert [ticks.next(moment) for moment in (1200, 1230, 1260)] == ["tick:20", None, "tick:21"]


def test_ticks_go_on_when_the_clock_is_set_back() -> None:
    ticks = Ticks(60, "slot-0")
    names = [ticks.next(moment) for moment in (7200, 3600, 3660)]
    assert None not in names
    assert len(set(names)) == 3
    assert ticks.next(7260) == "tick:121"


def test_the_pause_ends_with_the_next_tick() -> None:
    assert Ticks(60, "slot-0").pause(1245) == 15
