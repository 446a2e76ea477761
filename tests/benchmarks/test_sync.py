"""What the benchmark of the sync measures, on calendars of a few events."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.sync import measure, missed


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return measure(sizes=(60, 120), calendars=2, people=2, runs=1)


def test_every_event_of_the_double_is_stored(result: dict[str, Any]) -> None:
    assert [found["events"] for found in result["sizes"]] == [60, 120]


def test_nothing_new_is_one_request(result: dict[str, Any]) -> None:
    assert [found["unchanged_requests"] for found in result["sizes"]] == [1, 1]
    assert result["calendars_requests"] == result["calendars"] == 2


def test_a_week_is_read_of_everybody(result: dict[str, Any]) -> None:
    assert result["people"] == 2
    assert result["reading_events"] > 0


def test_each_target_is_compared_with_what_was_measured(result: dict[str, Any]) -> None:
    worst = {name: 1e9 for name, value in result["sizes"][0].items() if not name.endswith("_bare_s")}
    found = missed({"sizes": [{**result["sizes"][0], **worst}], "calendars_s": 1e9, "reading_s": 1e9})
    assert len(found) == 6
