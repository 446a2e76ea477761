from threading import Event, active_count

import pytest

from solver.stopping import StoppedError, polling, stopping


def test_stop_is_called_once_the_caller_gives_up() -> None:
    stopped = Event()
    with stopping(stopped.set, lambda: True):
        assert stopped.wait(10)


def test_nothing_is_stopped_while_the_caller_waits() -> None:
    stopped, asked = Event(), Event()

    def cancelled() -> bool:
        asked.set()
        return False

    before = active_count()
    with stopping(stopped.set, cancelled):
        assert asked.wait(10)
    assert not stopped.is_set()
    assert active_count() == before


def test_without_a_question_there_is_no_thread() -> None:
    before = active_count()
    with stopping(lambda: None, None):
        assert active_count() == before


def test_a_long_step_is_given_up_once_it_is_stopped() -> None:
    with pytest.raises(StoppedError):
        polling(lambda: True)()


def test_a_long_step_goes_on_until_then_and_does_not_ask_at_every_turn() -> None:
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(True)
        return False

    poll = polling(stopped)
    for _ in range(1000):
        poll()
    assert 0 < len(asked) < 1000
