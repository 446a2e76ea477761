"""When the weekly mail is due: one moment a week, whatever the clocks, holidays and missed ticks are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.pattern import WEEKDAYS
from app.domain.configuration.schedule import OnHoliday, Presence, WeeklyMail
from app.domain.people.grid import at, weeks_span
from app.services.mailing.due import due, moment_of, next_mail

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = IsoWeek(2026, 49)
THURSDAY = date(2026, 11, 26)
TEN = at(THURSDAY, time(10), BERLIN)
MAIL = WeeklyMail(on=True)
HERE = Presence()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
weeks = st.dates(date(2020, 1, 6), date(2037, 12, 1)).map(IsoWeek.of)
schedules = st.builds(
    WeeklyMail,
    on=st.sampled_from([True]),
    day=st.sampled_from(WEEKDAYS),
    at=st.times().map(lambda clock: clock.replace(second=0, microsecond=0, fold=0)),
    on_holiday=st.sampled_from(get_args(OnHoliday)),
    catch_up_hours=st.integers(1, 200),
)
moments = st.integers(0, 17 * 366 * 24 * 60).map(lambda minutes: datetime(2020, 1, 6, tzinfo=UTC) + minutes * MINUTE)
absent = st.frozensets(st.integers(0, 6))


def away(*days: int) -> Presence:
    """Off on some days of the week before the one that the mail is about; 0 is Monday."""
    return Presence(frozenset(THURSDAY + (day - 3) * DAY for day in days))


def day_of(schedule: WeeklyMail, presence: Presence) -> int | None:
    moment = moment_of(schedule, WEEK, BERLIN, presence)
    return moment.astimezone(BERLIN).weekday() if moment else None


def test_on_thursday_at_ten_the_mail_about_the_next_week_is_due() -> None:
    assert due(MAIL, BERLIN, HERE, TEN - MINUTE) is None
    assert due(MAIL, BERLIN, HERE, TEN) == WEEK
    assert due(replace(MAIL, on=False), BERLIN, HERE, TEN) is None


def test_a_mail_that_was_missed_is_due_for_a_day() -> None:
    assert due(MAIL, BERLIN, HERE, TEN + DAY - MINUTE) == WEEK
    assert due(MAIL, BERLIN, HERE, TEN + DAY) is None
    assert due(replace(MAIL, catch_up_hours=1), BERLIN, HERE, TEN + HOUR) is None


def test_once_its_week_has_begun_a_mail_is_not_caught_up_with() -> None:
    late = replace(MAIL, day="sunday", at=time(20))
    monday = at(WEEK.monday, time(0), BERLIN)
    assert due(late, BERLIN, HERE, monday - MINUTE) == WEEK
    assert due(late, BERLIN, HERE, monday) is None


def test_what_was_due_before_the_manager_asked_for_it_is_not_sent() -> None:
    assert due(MAIL, BERLIN, HERE, TEN + HOUR, since=TEN + MINUTE) is None
    assert due(MAIL, BERLIN, HERE, TEN + HOUR, since=TEN) == WEEK


@pytest.mark.parametrize(
    ("on_holiday", "off", "expected"),
    [
        ("before", (3,), 2),
        ("before", (2, 3), 1),
        ("before", (0, 1, 2, 3), 4),
        ("after", (3,), 4),
        ("after", (3, 4), 2),
        ("skip", (3,), None),
        ("skip", (2, 4), 3),
        ("before", (0, 1, 2, 3, 4), None),
        ("after", (0, 1, 2, 3, 4), None),
    ],
)
def test_on_a_holiday_the_mail_goes_where_the_schedule_says(
    on_holiday: OnHoliday, off: tuple[int, ...], expected: int | None
) -> None:
    assert day_of(replace(MAIL, on_holiday=on_holiday), away(*off)) == expected


def test_a_day_off_work_is_kept_if_it_is_asked_for_and_nothing_is_moved_to_one() -> None:
    sunday = replace(MAIL, day="sunday")
    assert day_of(sunday, HERE) == 6
    assert day_of(sunday, away(6)) == 4
    assert day_of(replace(MAIL, day="friday", on_holiday="after"), away(4)) == 3


@pytest.mark.parametrize(
    ("zone", "week", "clock", "expected"),
    [
        ("Europe/Berlin", IsoWeek(2026, 14), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("Europe/Berlin", IsoWeek(2026, 44), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_that_is_not_there_or_twice_is_one_moment(
    zone: str, week: IsoWeek, clock: time, expected: datetime
) -> None:
    sunday = replace(MAIL, day="sunday", at=clock)
    assert moment_of(sunday, week, ZoneInfo(zone), HERE) == expected


def test_the_next_mail_is_the_first_that_is_not_left_out() -> None:
    skipping = replace(MAIL, on_holiday="skip")
    assert next_mail(skipping, BERLIN, HERE, TEN - MINUTE) == (TEN, WEEK)
    assert next_mail(skipping, BERLIN, HERE, TEN) == (at(THURSDAY + 7 * DAY, time(10), BERLIN), WEEK.plus(1))
    later = Presence({THURSDAY + 7 * DAY})
    assert next_mail(skipping, BERLIN, later, TEN) == (at(THURSDAY + 14 * DAY, time(10), BERLIN), WEEK.plus(2))
    assert next_mail(replace(MAIL, on=False), BERLIN, HERE, TEN) is None
    always = Presence(frozenset(THURSDAY + n * DAY for n in range(-7, 100)))
    assert next_mail(MAIL, BERLIN, always, TEN) is None


@given(schedules, zones, weeks, absent)
def test_there_is_one_moment_within_the_week_before(
    schedule: WeeklyMail, zone: ZoneInfo, week: IsoWeek, off: frozenset[int]
) -> None:
    before = week.plus(-1)
    presence = Presence(frozenset(before.days[n] for n in off))
    moment = moment_of(schedule, week, zone, presence)
    wanted = before.days[schedule.weekday]
    free = [day for day in before.days[:5] if day not in presence.off]
    if wanted in presence.off and (schedule.on_holiday == "skip" or not free):
        assert moment is None
        return
    assert moment is not None
    span = weeks_span(before, 1, zone)
    assert span.start <= moment < span.end
    assert moment.astimezone(zone).date() == _nearest(schedule, wanted, free, presence)


def _nearest(schedule: WeeklyMail, wanted: date, free: list[date], presence: Presence) -> date:
    """The specification once more: by distance, the wanted side first."""
    if wanted not in presence.off:
        return wanted
    side = -1 if schedule.on_holiday == "before" else 1
    return min(free, key=lambda day: ((day - wanted).days * side < 0, abs((day - wanted).days)))


@given(schedules, zones, weeks, absent, st.lists(st.integers(-3 * 24 * 60, 12 * 24 * 60), min_size=1, max_size=40))
def test_whatever_ticks_are_missed_no_week_has_two_and_each_that_was_ticked_in_time_has_one(
    schedule: WeeklyMail, zone: ZoneInfo, week: IsoWeek, off: frozenset[int], minutes: list[int]
) -> None:
    before = weeks_span(week.plus(-1), 1, zone)
    presence = Presence(frozenset(week.plus(-1).days[n] for n in off))
    ticks = [before.start + n * MINUTE for n in sorted(minutes)]
    sent: list[IsoWeek] = []
    for tick in ticks:
        wanted = due(schedule, zone, presence, tick)
        if wanted and wanted not in sent:  # the key of the mail
            sent.append(wanted)
            moment = moment_of(schedule, wanted, zone, presence)
            assert moment is not None
            assert moment <= tick < moment + schedule.catch_up_hours * HOUR
    moment = moment_of(schedule, week, zone, presence)
    until = moment and min(moment + schedule.catch_up_hours * HOUR, before.end)
    in_time = moment is not None and until is not None and any(moment <= tick < until for tick in ticks)
    assert (week in sent) == in_time


@given(schedules, zones, moments, absent)
def test_the_next_mail_is_due_at_its_moment_and_not_a_minute_before(
    schedule: WeeklyMail, zone: ZoneInfo, now: datetime, off: frozenset[int]
) -> None:
    days = IsoWeek.of(now.astimezone(zone).date()).days
    presence = Presence(frozenset(days[n] for n in off))
    found = next_mail(schedule, zone, presence, now)
    assert found is not None
    when, week = found
    assert when > now
    assert due(schedule, zone, presence, when) == week
    assert due(schedule, zone, presence, when - MINUTE) != week
