"""The weeks on which deciding is measured."""

from __future__ import annotations

from app.services.planning.situation.situation import read_week, situate
from benchmarks.deciding import week


def test_a_week_has_forty_meetings_and_is_the_same_each_time() -> None:
    requests = [week(1).request() for _ in range(2)]
    found = [situate(request, read_week(request)) for request in requests]
    assert len(found[0].meetings) == 40
    assert [m.key for m in found[0].meetings] == [m.key for m in found[1].meetings]
