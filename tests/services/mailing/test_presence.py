"""On which days a manager is there: as their own calendar, the team file and the public holidays say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time

import pytest

from app.domain.configuration.schedule import Presence
from app.domain.people.person import WorkingHours
from app.errors import InputError
from app.services.mailing.presence import presence_on, zone_of
from app.services.planning.situation.reading import Source
from tests.services.weeks import BERLIN, DANA, NEW_YORK, WEEK, MemoryCalendar, Office, office

DAYS = WEEK.days
DAY_MINUTES = 24 * 60


class OnFriday:
    """The Friday of the week is a holiday everywhere."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        return {day: "Friday" for day in days if (day.month, day.day) == (12, 4)}


@pytest.fixture
def made() -> Office:
    return office("ana")


def presence(made: Office) -> Presence:
    return presence_on(made.request(), DAYS, BERLIN)


def test_without_absences_a_manager_works_on_their_working_days(made: Office) -> None:
    made.people[0] = replace(made.people[0], working_hours=(WorkingHours(("monday", "friday"), time(9), time(15)),))
    assert presence(made) == Presence(frozenset(), frozenset({0, 4}))


def test_a_day_is_off_if_half_of_it_is_taken_by_an_absence(made: Office) -> None:
    made.block(DANA, 1, time(0), DAY_MINUTES, title="Vacation")
    made.block(DANA, 2, time(13), 11 * 60, title="Vacation")
    made.block(DANA, 3, time(15), 9 * 60, title="Vacation")
    made.block(DANA, 4, time(0), DAY_MINUTES, title="Workshop")
    assert presence(made).off == {DAYS[1], DAYS[2]}


def test_the_absence_of_others_is_not_theirs(made: Office) -> None:
    made.block("ana@example.com", 1, time(0), DAY_MINUTES, title="Vacation")
    assert presence(made).off == frozenset()


def test_holidays_of_their_country_are_days_off(made: Office) -> None:
    made.holidays = OnFriday()
    assert presence(made).off == frozenset()
    made.people[0] = replace(made.people[0], country="DE")
    assert presence(made).off == {DAYS[4]}


def test_the_team_file_says_who_has_left(made: Office) -> None:
    made.people[0] = replace(made.people[0], ends=DAYS[2])
    assert presence(made).off == set(DAYS[3:])


def test_the_zone_is_that_of_the_schedule_else_of_the_team_file_else_of_the_calendar(made: Office) -> None:
    request = made.request()
    assert zone_of(request, NEW_YORK) == NEW_YORK
    assert zone_of(request, None) == BERLIN
    alone = replace(request, team=None, sources=[Source(MemoryCalendar("dana.ics", DANA, [], NEW_YORK))])
    assert zone_of(alone, None) == NEW_YORK


def test_a_zone_that_nobody_says_is_not_guessed(made: Office) -> None:
    nowhere = replace(made.request(), team=None, sources=[Source(MemoryCalendar("dana.ics", DANA, [], None))])
    with pytest.raises(InputError, match="the time zone of"):
        zone_of(nowhere, None)
