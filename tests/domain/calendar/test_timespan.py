from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar.timespan import IsoWeek, Timespan

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=3))
SPANS = st.builds(lambda start, length: Timespan(start, start + length, BERLIN), MOMENTS, LENGTHS)
WEEKS = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(IsoWeek.of)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, 30, hour, minute, second, tzinfo=UTC)


class TestTimespan:
    def test_naive_or_foreign_ends_are_refused(self) -> None:
        with pytest.raises(ValueError, match="must be in UTC"):
            Timespan(at(9).replace(tzinfo=None), at(10), BERLIN)
        with pytest.raises(ValueError, match="must be in UTC"):
            Timespan(at(9), at(10).astimezone(BERLIN), BERLIN)

    def test_an_end_before_the_start_is_refused(self) -> None:
        with pytest.raises(ValueError, match="must not end"):
            Timespan(at(10), at(9), BERLIN)

    def test_made_from_wall_clocks_it_is_held_in_utc_beside_its_zone(self) -> None:
        span = Timespan.between(datetime(2026, 11, 30, 10, tzinfo=BERLIN), datetime(2026, 11, 30, 11, tzinfo=BERLIN))
        assert (span.start, span.end, span.zone) == (at(9), at(10), BERLIN)
        assert (span.local_start.hour, span.local_end.hour) == (10, 11)

    def test_a_zone_must_be_known_by_name(self) -> None:
        offset = timezone(timedelta(hours=1))
        start = datetime(2026, 11, 30, 10, tzinfo=offset)
        with pytest.raises(ValueError, match="needs a ZoneInfo"):
            Timespan.between(start, start)
        assert Timespan.between(start, start, BERLIN).zone == BERLIN
        with pytest.raises(ValueError, match="naive"):
            Timespan.between(start.replace(tzinfo=None), start, BERLIN)

    def test_minutes_are_rounded_up(self) -> None:
        assert Timespan(at(9), at(9, 25), BERLIN).minutes == 25
        assert Timespan(at(9), at(9, 25, 1), BERLIN).minutes == 26

    def test_a_night_with_a_change_of_the_clocks_has_its_true_length(self) -> None:
        night = Timespan.between(datetime(2026, 10, 25, 0, tzinfo=BERLIN), datetime(2026, 10, 26, 0, tzinfo=BERLIN))
        assert night.minutes == 25 * 60

    def test_touching_ends_do_not_overlap(self) -> None:
        early, late = Timespan(at(9), at(10), BERLIN), Timespan(at(10), at(11), BERLIN)
        assert not early.overlaps(late)
        assert early.overlap_minutes(late) == 0
        assert early.overlap_minutes(Timespan(at(9, 45), at(11), BERLIN)) == 15

    def test_the_same_time_in_another_zone(self) -> None:
        span, there = Timespan(at(9), at(10), BERLIN), Timespan(at(9), at(10), BERLIN).in_zone(NEW_YORK)
        assert (there.start, there.end) == (span.start, span.end)
        assert there.local_start.hour == 4

    @given(SPANS, SPANS)
    def test_overlap_is_mutual_and_no_longer_than_either(self, one: Timespan, other: Timespan) -> None:
        assert one.overlaps(other) == other.overlaps(one)
        assert one.overlap_minutes(other) == other.overlap_minutes(one) <= min(one.minutes, other.minutes)

    @given(SPANS, st.timedeltas(timedelta(0), timedelta(hours=6)))
    def test_what_is_shared_is_shared_whole(self, span: Timespan, shift: timedelta) -> None:
        longer = Timespan(span.start - shift, span.end + shift, BERLIN)
        assert longer.overlap_minutes(span) == int((span.end - span.start).total_seconds()) // 60


class TestIsoWeek:
    @pytest.mark.parametrize("text", ["2026-49", "2026-W9", "26-W49", "2026-W49 ", "2026-W00", "2026-W60", "-W49", ""])
    def test_other_writings_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"is not an ISO week|does not exist"):
            IsoWeek.parse(text)

    def test_only_long_years_have_a_week_53(self) -> None:
        assert IsoWeek.parse("2026-W53").monday == date(2026, 12, 28)
        with pytest.raises(ValueError, match="the year 2025 has no week 53"):
            IsoWeek.parse("2025-W53")

    def test_a_week_over_the_end_of_the_year(self) -> None:
        assert IsoWeek.of(date(2027, 1, 3)) == IsoWeek(2026, 53)
        assert IsoWeek(2026, 53).plus(1) == IsoWeek(2027, 1)

    @given(WEEKS)
    def test_written_and_read_it_is_the_same(self, week: IsoWeek) -> None:
        assert IsoWeek.parse(str(week)) == week

    @given(WEEKS, st.integers(-500, 500), st.integers(-500, 500))
    def test_weeks_add_up_and_are_in_order(self, week: IsoWeek, some: int, more: int) -> None:
        assert week.plus(some).plus(more) == week.plus(some + more)
        assert (week.plus(some) < week) == (some < 0)

    @given(WEEKS)
    def test_its_days_are_its_own(self, week: IsoWeek) -> None:
        assert len(week.days) == 7
        assert {IsoWeek.of(day) for day in week.days} == {week}
        assert week.days[0] == week.monday
