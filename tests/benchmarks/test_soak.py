"""A short run of the soak: what it looks for is seen, and none of it is found."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.soak.__main__ import soak
from benchmarks.soak.seen import BrokenError, Occurrence, check_free, check_times

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)


def at(start: datetime, *coming: str) -> Occurrence:
    return Occurrence(start, start + HALF, "a", None, coming)


def test_some_weeks_go_well_at_both_servers() -> None:
    with soak() as soaking:
        for seed in (1, 2):
            soaking.week(seed)
        assert soaking.counts["weeks"] == 2
        assert soaking.counts["google: apply verified"] > 0
        assert soaking.counts["caldav: apply verified"] > 0
        assert soaking.counts["undo verified"] > 0


def test_what_is_lost_doubled_or_moved_is_seen() -> None:
    for found in ([], [at(AT), at(AT)], [at(AT + HALF)]):
        with pytest.raises(BrokenError, match="Review"):
            check_times("Review", found, [(AT, AT + HALF)])
    check_times("Review", [at(AT)], [(AT, AT + HALF)])


def test_who_is_double_booked_is_seen() -> None:
    new = [at(AT, "ana@example.com", "dana@example.com")]
    with pytest.raises(BrokenError, match=r"is where Sync is, for \{'ana@example\.com'\}"):
        check_free("Review", new, {"Sync": [at(AT + HALF / 2, "ana@example.com")]})
    check_free("Review", new, {"Sync": [at(AT, "ben@example.com"), at(AT + HALF, "ana@example.com")]})
