"""How often the rules about series are wrong, where it is known what they should find."""

from __future__ import annotations

import pytest

from app.domain.audit.finding import FindingRule
from app.services.auditing.meetings.accepting import delegates, yes_to_everything
from app.services.auditing.meetings.crowd import too_many_people
from app.services.auditing.meetings.stale import stale_series
from tests.services.auditing.generated_series import END, HALF, SERIES, half_year
from tests.services.auditing.offices import record

AT_MOST = 0.05


@pytest.mark.parametrize("seed", [1, 2])
def test_at_most_one_finding_in_twenty_about_series_is_false(seed: int) -> None:
    seen = record(half_year(seed))
    told = {(f.uid, END if f.ends_series else HALF) for f in stale_series(seen)}
    told |= {(f.uid, f.rule.value) for rule in (too_many_people, delegates) for f in rule(seen)}
    wanted = {(name, what) for name, one in SERIES.items() for what in one.truth}
    print(f"{len(SERIES)} series, {len(told)} found, false {told - wanted}, missed {wanted - told}")  # noqa: T201
    assert len(told - wanted) <= AT_MOST * len(told), told - wanted
    assert len(wanted - told) <= AT_MOST * len(wanted), wanted - told


@pytest.mark.parametrize(
    ("accepted", "declined", "wanted"),
    [(12, 0, True), (18, 2, True), (27, 3, True), (11, 0, False), (17, 3, False), (10, 2, False), (20, 10, False)],
)
def test_saying_yes_is_told_from_the_share_on(accepted: int, declined: int, wanted: bool) -> None:
    found = list(yes_to_everything(record(half_year(1, (accepted, declined)))))
    assert [one.rule for one in found] == [FindingRule.YES_TO_EVERYTHING] * wanted
