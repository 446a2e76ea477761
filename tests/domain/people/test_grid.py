"""Wall clocks and moments, above all where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar.timespan import IsoWeek, Timespan
from app.domain.people.grid import Axis, Shift, at, day_span, starts_between, weeks_span, working_spans
from app.domain.people.person import Person, Travel, WorkingHours

BERLIN, NEW_YORK, LONDON = (ZoneInfo(z) for z in ("Europe/Berlin", "America/New_York", "Europe/London"))
ZONES = st.sampled_from([BERLIN, NEW_YORK, LONDON, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")])
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def test_a_skipped_wall_time_moves_on_by_the_gap() -> None:
    assert at(date(2027, 3, 28), time(2, 30), BERLIN) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_repeated_wall_time_is_taken_the_first_time() -> None:
    assert at(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_days_are_23_and_25_hours_long_when_the_clocks_change() -> None:
    assert day_span(date(2027, 3, 28), BERLIN).minutes == 23 * 60
    assert day_span(date(2026, 10, 25), BERLIN).minutes == 25 * 60


def test_weeks_run_over_the_end_of_the_year() -> None:
    span = weeks_span(IsoWeek(2026, 53), 2, BERLIN)
    assert span.local_start.date() == date(2026, 12, 28)
    assert span.local_end.date() == date(2027, 1, 11)


def test_quarter_hours_that_do_not_exist_are_left_out() -> None:
    starts = list(starts_between(date(2027, 3, 28), time(1, 30), time(3, 0), BERLIN))
    assert [s.astimezone(BERLIN).time() for s in starts] == [time(1, 30), time(1, 45), time(3, 0)]


def test_working_hours_follow_a_traveller() -> None:
    trip = Travel(date(2026, 12, 1), date(2026, 12, 1), NEW_YORK)
    ana = Person("ana@example.com", timezone=BERLIN, travel=(trip,), working_hours=(WorkingHours(),))
    monday, tuesday = working_spans(ana, [date(2026, 11, 30), date(2026, 12, 1)], LONDON)
    assert monday.start == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert tuesday.start == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


@given(day=DAYS, zone=ZONES)
def test_an_axis_takes_moments_there_and_back(day: date, zone: ZoneInfo) -> None:
    axis = Axis.of(IsoWeek(2026, 49))
    moment = at(day, time(10, 7), zone)
    assert axis.moment(axis.floor(moment)) == axis.moment(axis.ceil(moment)) == moment


def test_an_axis_widens_spans_to_whole_minutes() -> None:
    axis = Axis.of(IsoWeek(2026, 49))
    start = axis.origin + timedelta(seconds=90)
    assert axis.minutes(Timespan(start, start + timedelta(seconds=60), BERLIN)) == (1, 3)
    before = axis.origin - timedelta(seconds=30)
    assert axis.minutes(Timespan(before, axis.origin, BERLIN)) == (-1, 0)


@given(first=DAYS, zone=ZONES, to=st.integers(0, 6), clock=st.times(time(4), time(20)), weeks=st.integers(1, 20))
def test_a_shifted_series_keeps_weeks_lengths_and_the_wall_clock(
    first: date, zone: ZoneInfo, to: int, clock: time, weeks: int
) -> None:
    olds = []
    for number in range(weeks):
        start = at(first + timedelta(weeks=number), time(10), zone)
        olds.append(Timespan(start, start + timedelta(minutes=45), zone))
    target = at(IsoWeek.of(first).monday + timedelta(days=to), clock.replace(second=0, microsecond=0), zone)
    spans = Shift(olds, zone).to({first.weekday(): target})
    assert spans is not None
    for old, new in zip(olds, spans, strict=True):
        assert IsoWeek.of(new.local_start.date()) == IsoWeek.of(old.local_start.date())
        assert new.local_start.weekday() == to
        assert new.local_start.time() == target.astimezone(zone).time()
        assert new.end - new.start == old.end - old.start


def test_a_place_on_one_wall_clock_is_kept_on_the_series_own_clock() -> None:
    """Between the changes of New York and Berlin (14 and 28 March 2027) the two are five hours apart, else six."""
    olds = []
    for number in range(4):
        start = at(date(2027, 3, 9) + timedelta(weeks=number), time(10), NEW_YORK)
        olds.append(Timespan(start, start + timedelta(minutes=30), NEW_YORK))
    monday_in_berlin = at(date(2027, 3, 8), time(15), BERLIN)
    spans = Shift(olds, BERLIN).to({1: monday_in_berlin})
    assert spans is not None
    assert [s.in_zone(BERLIN).local_start.hour for s in spans] == [15, 14, 14, 15]
    assert {s.local_start.time() for s in spans} == {time(9)}


def test_a_place_on_another_day_of_the_series_own_clock_stays_in_the_managers_week() -> None:
    """Monday 09:00 in Tokyo is Sunday 16:00 in Los Angeles, where the series was written."""
    tokyo, angeles = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Los_Angeles")
    olds = []
    for number in range(8):
        start = at(date(2027, 2, 8) + timedelta(weeks=number), time(17), angeles)
        olds.append(Timespan(start, start + timedelta(minutes=30), angeles))
    assert {s.in_zone(tokyo).local_start.weekday() for s in olds} == {1}
    wanted = at(date(2027, 2, 8), time(9), tokyo)
    spans = Shift(olds, tokyo).to({1: wanted})
    assert spans is not None
    assert spans[0].start == wanted
    for old, new in zip(olds, spans, strict=True):
        here = new.in_zone(tokyo).local_start.date()
        assert IsoWeek.of(here) == IsoWeek.of(old.in_zone(tokyo).local_start.date())
        assert here.weekday() == 0
        assert new.local_start.time() == time(16)


def test_a_weekday_without_a_new_start_cannot_be_shifted() -> None:
    start = at(date(2026, 12, 1), time(10), BERLIN)
    assert Shift([Timespan(start, start + timedelta(hours=1), BERLIN)], BERLIN).to({0: start}) is None
