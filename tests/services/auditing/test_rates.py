"""How often the rules about the week and people are wrong, where it is known what they should find."""

from __future__ import annotations

import pytest

from app.domain.configuration.pattern import WEEKDAYS
from app.services.auditing.one_on_ones import one_on_one_coverage
from app.services.auditing.room import long_runs, no_slack
from tests.services.auditing.generated import CASES, crowded_week, one_on_one_offices
from tests.services.auditing.offices import record

AT_MOST = 0.05


@pytest.mark.parametrize("seed", [1, 2])
def test_at_most_one_finding_in_twenty_about_1_1s_is_false(seed: int) -> None:
    told: dict[str, bool] = {}
    wanted: dict[str, bool] = {}
    for it, truth in one_on_one_offices(seed):
        named = {email for finding in one_on_one_coverage(record(it)) for email in finding.about}
        told |= {name: email in named for email, (name, _) in truth.items()}
        wanted |= dict(truth.values())
    assert told.keys() == {case[0] for case in CASES}
    false = [name for name, said in told.items() if said and not wanted[name]]
    missed = [name for name, said in told.items() if not said and wanted[name]]
    assert len(false) <= AT_MOST * sum(told.values()), false
    assert len(missed) <= AT_MOST * sum(wanted.values()), missed


def test_at_most_one_finding_in_twenty_about_room_is_false() -> None:
    told: set[tuple[int, str]] = set()
    wanted: set[tuple[int, str]] = set()
    for seed in range(12):
        it, truth = crowded_week(seed)
        seen = record(it)
        told |= {(seed, finding.key) for rule in (no_slack, long_runs) for finding in rule(seen)}
        wanted |= {(seed, f"{rule}:{WEEKDAYS[day]}") for rule, days in truth.items() for day in days}
    assert len(wanted) >= 40
    assert len(told - wanted) <= AT_MOST * len(told), told - wanted
    assert len(wanted - told) <= AT_MOST * len(wanted), wanted - told
