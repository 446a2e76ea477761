"""Whatever place planning finds for a series, there are edits that bring it there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.adapters.ics.calendar import IcsCalendar
from app.domain.calendar.event import Event
from app.domain.calendar.timespan import IsoWeek
from app.services.packing.units.places import new_places
from app.services.planning.situation.reading import Source
from app.services.planning.situation.situation import Situation, read_week, situate
from tests.adapters.text import VIENNA
from tests.services.edited import Texts, edits_from, moving
from tests.services.surgery.test_edits_property import FIRST, LAST, Made, series
from tests.services.weeks import BERLIN, office

PLACES = 2_000
"""Places that are gone through."""


def situation(made: Made, week: IsoWeek) -> Situation:
    """The calendar of a manager who has this series, and nothing else, as it is planned."""
    found = office("ben", week=week, now=datetime.combine(week.monday, time(8), UTC) - timedelta(days=6))
    source = Source(IcsCalendar.read("dana@example.com.ics", made.text.encode()), owner="dana@example.com")
    request = replace(found.request(), sources=[source])
    return situate(request, read_week(request))


@settings(max_examples=30, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(series(), st.data())
def test_a_series_is_not_planned_to_where_no_edits_bring_it(made: Made, data: st.DataObject) -> None:
    texts = Texts(made.text, made.zone)
    weeks = sorted({IsoWeek.of(e.span.start.astimezone(VIENNA).date()) for e in texts.events(FIRST, LAST)})
    assume(weeks)
    week = data.draw(st.sampled_from(weeks))
    there = situation(made, week)
    units = [u for u in there.units if u.scope == "series" and u.movable and u.recurring]
    assume(units)
    [unit] = units
    places = list(islice(new_places(unit, there.setting), PLACES))
    assume(places)
    place = data.draw(st.sampled_from(places))
    events: list[Event] = [meeting.event for meeting in unit.meetings]
    moves = [moving(event, span.start, BERLIN) for event, span in zip(events, place, strict=False)]
    assert edits_from(texts, moves, week.monday, BERLIN)
