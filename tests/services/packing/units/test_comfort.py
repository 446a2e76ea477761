"""What a time costs people: each term decides between two places that are alike without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest

from app.domain.people.person import Absence, Carried, WorkingHours
from app.services.packing.problem import problem
from app.services.packing.units.spots import spots_of
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.situation import read_week, situate
from tests.services.weeks import DANA, NEW_YORK, Office, office, only

ANA, BEN, CLEO = "ana@example.com", "ben@example.com", "cleo@example.com"
MONDAY, TUESDAY, FRIDAY = 0, 1, 4
EXACT = "tolerance_minutes = 0\nfragment_cell = 0\nlunch_missed = 0\n"


def day_taken(made: Office, monday: str, friday: str, rules: str = "", ledger: tuple[Carried, ...] = ()) -> int:
    """The day that the series of Tuesday gets: it fits a time on Monday and one on Friday, and Monday is nearer."""
    kinds = 'kinds = ["one_on_one", "team_sync"]'
    blocks = (
        f'[[block]]\nname = "{day}"\nday = "{day}"\nstart = "{at}:00"\nend = "{at}:30"\n{kinds}'
        for day, at in (("monday", monday), ("friday", friday))
    )
    free = '[meeting_free_days]\ndays = ["tuesday", "wednesday", "thursday"]'
    request = made.request(pattern="\n".join((free, *blocks)), rules=f"[packing]\n{EXACT}{rules}")
    assert request.team is not None
    moved = only(plan_week(replace(request, team=replace(request.team, ledger=ledger))).plan, "Sync")
    assert moved.to is not None
    assert moved.in_block
    return moved.to.start.weekday()


def sync(*others: str, optional: tuple[str, ...] = ()) -> Office:
    """A weekly meeting of Dana with others on Tuesdays."""
    made = office(*(e.partition("@")[0] for e in (*others, *optional)))
    made.meeting("Sync", [DANA, *others], TUESDAY, time(10), optional=optional)
    return made


def prefers_friday(made: Office) -> None:
    made.people[1] = replace(made.people[1], preferred_hours=(WorkingHours(("friday",), time(13), time(17)),))


def keeps_monday_free(made: Office) -> None:
    made.people[1] = replace(made.people[1], meeting_free_days=("monday",))


def is_away_on_monday(made: Office) -> None:
    monday = date(2026, 11, 30)
    made.people[1] = replace(made.people[1], away=(Absence(monday, monday),))


def has_focus_time(made: Office) -> None:
    made.block(ANA, MONDAY, time(14), 30, title="Focus time")


@pytest.mark.parametrize(
    ("change", "weight"),
    [
        (prefers_friday, "preferred_minute"),
        (keeps_monday_free, "others_free_minute"),
        (is_away_on_monday, "absent_person"),
        (has_focus_time, "soft_busy"),
    ],
)
def test_a_time_that_somebody_likes_less_is_dearer(change: Callable[[Office], None], weight: str) -> None:
    made = sync(ANA)
    assert day_taken(made, "14", "14") == MONDAY
    change(made)
    assert day_taken(made, "14", "14") == FRIDAY
    assert day_taken(made, "14", "14", f"{weight} = 0") == MONDAY


def test_lunch_is_kept_free() -> None:
    assert day_taken(sync(ANA), "12", "14") == FRIDAY
    assert day_taken(sync(ANA), "12", "14", "lunch_minute = 0") == MONDAY


def test_who_need_not_come_had_better_be_able_to() -> None:
    made = sync(ANA, BEN, optional=(CLEO,))
    made.block(CLEO, MONDAY, time(14), 30)
    assert day_taken(made, "14", "14") == FRIDAY
    assert day_taken(made, "14", "14", "optional_lost = 0\noptional_overlap = 0") == MONDAY


def across_zones() -> Office:
    """At 17:00 it is late for Dana, at 14:00 early for Ana."""
    made = sync(ANA)
    hours = (WorkingHours(start=time(8), end=time(16, 30)),)
    made.people[1] = replace(made.people[1], timezone=NEW_YORK, working_hours=hours)
    return made


def test_a_bad_hour_of_somebody_in_another_zone_is_dear() -> None:
    assert day_taken(across_zones(), "14", "15") == FRIDAY
    assert day_taken(across_zones(), "14", "15", "bad_minute = 0") == MONDAY
    early = "[fairness]\nstart = '08:00'"
    assert day_taken(across_zones(), "14", "15", early) == MONDAY


def test_hours_are_not_bad_where_everyone_lives_by_one_clock() -> None:
    assert day_taken(sync(ANA), "17", "15") == MONDAY


@pytest.mark.parametrize(
    ("ledger", "day"),
    [
        ((), MONDAY),
        ((Carried(DANA, 59),), MONDAY),
        ((Carried(DANA, 60),), FRIDAY),
        ((Carried(DANA, 30), Carried(DANA.upper(), 30)), FRIDAY),
        ((Carried(DANA, 600), Carried(ANA, 600)), MONDAY),
        ((Carried(DANA, 600), Carried(ANA, 700)), MONDAY),
    ],
)
def test_bad_hours_go_to_who_carried_fewer_of_them(ledger: tuple[Carried, ...], day: int) -> None:
    assert day_taken(across_zones(), "17", "14", ledger=ledger) == day


def test_the_solver_is_told_when_lunch_is_and_what_a_day_may_hold() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], FRIDAY, time(13))
    made.people[0] = replace(made.people[0], working_hours=(WorkingHours(start=time(9), end=time(12, 15)),))
    rules = "[lunch]\nminutes = 25\n[packing]\nlunch_missed = 7\nrun_minutes = 90\nceiling_meetings = 5"
    request = made.request(rules=rules)
    situation = situate(request, read_week(request))
    data = problem(situation.units, spots_of(situation.units, situation.setting, {}), situation.setting, {})
    lunches = {resource.id: resource.lunches for resource in data.resources}
    assert [span.end - span.start for span in lunches[ANA]] == [60] * 5
    assert lunches[DANA] == ()
    weights = data.weights
    assert (weights.lunch_minutes, weights.lunch, weights.run_minutes, weights.ceiling_meetings) == (25, 7, 90, 5)
