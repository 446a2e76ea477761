from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people.freeze import freeze_ends
from app.domain.people.person import Absence, Person, WorkingHours
from tests.domain.given import BERLIN

ANA = Person("ana@acme.example", timezone=BERLIN)
NINE_TO_FIVE = time(9, 0), time(17, 30)


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "days", "ends"),
    [
        (berlin(25, 10), 1, berlin(26, 10)),
        (berlin(25, 7), 1, berlin(26, 9)),
        (berlin(25, 20), 1, berlin(27, 9)),
        (berlin(27, 15), 1, berlin(30, 15)),
        (berlin(28, 15), 1, berlin(1, 9, month=12)),
        (berlin(27, 15), 2, berlin(1, 15, month=12)),
        (berlin(25, 10), 0, berlin(25, 10)),
    ],
    ids=["same time", "before work", "after work", "over a weekend", "on a weekend", "two days", "none"],
)
def test_one_working_day_later(now: datetime, days: int, ends: datetime) -> None:
    assert freeze_ends([ANA], now, BERLIN, days) == ends


def test_days_off_are_no_working_days() -> None:
    away = Person("a@x.example", away=(Absence(date(2026, 11, 26), date(2026, 11, 27)),))
    assert freeze_ends([away], berlin(25, 10), BERLIN, 1) == berlin(30, 10)
    assert freeze_ends([ANA], berlin(25, 10), BERLIN, 1, lambda _, day: day == date(2026, 11, 26)) == berlin(27, 10)


def test_a_part_timer_has_fewer_days() -> None:
    hours = WorkingHours(("monday", "wednesday"))
    short_friday = WorkingHours(("friday",), time(9, 0), time(12, 0))
    tom = Person("tom@x.example", working_hours=(hours, short_friday))
    assert freeze_ends([tom], berlin(25, 15), BERLIN, 1) == berlin(27, 12)


def test_each_person_s_own_clock_and_the_last_of_all() -> None:
    bea = Person("bea@x.example", timezone=ZoneInfo("America/Sao_Paulo"))
    assert freeze_ends([ANA, bea], berlin(25, 9), BERLIN, 1) == datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_over_a_change_of_the_clocks_the_wall_time_stays() -> None:
    assert freeze_ends([ANA], berlin(23, 15, month=10), BERLIN, 1) == berlin(26, 15, month=10)


def test_nobody_waits_for_someone_who_does_not_work() -> None:
    never = Person("n@x.example", working_hours=())
    leave = Person("l@x.example", away=(Absence(date(2026, 1, 1), date(2027, 1, 1)),))
    assert freeze_ends([never, leave], berlin(25, 10), BERLIN, 1) == berlin(25, 10)
    assert freeze_ends([], berlin(25, 10), BERLIN, 1) == berlin(25, 10)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 5),
    st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland"]),
)
def test_never_before_now_and_never_shorter_for_more_days(now: datetime, days: int, zone: str) -> None:
    person = Person("p@x.example", timezone=ZoneInfo(zone))
    ends = freeze_ends([person], now, BERLIN, days)
    assert now <= ends <= freeze_ends([person], now, BERLIN, days + 1)
    assert freeze_ends([person, ANA], now, BERLIN, days) >= ends
