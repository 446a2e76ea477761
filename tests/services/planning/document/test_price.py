"""What a move costs: whose answers are reset, for whom it is a bad hour; and what is not ticked beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain.calendar.event import Attendee, Partstat
from app.domain.people.person import WorkingHours
from app.domain.plans.plan import PlanMeeting, Price
from tests.services.weeks import DANA, MONDAY_ONLY, NEW_YORK, Office, office, only

ANA, BEN, CLEO, DEV = (f"{name}@example.com" for name in ("ana", "ben", "cleo", "dev"))
TUESDAY, WEDNESDAY = 1, 2
LATE = MONDAY_ONLY.replace("13:00", "17:00").replace("13:30", "17:30")


def price(meeting: PlanMeeting) -> Price:
    assert meeting.price is not None
    return meeting.price


def test_a_bad_hour_of_another_time_zone_is_priced_and_not_ticked_beforehand() -> None:
    made = office("ana", zones={"ana": NEW_YORK})
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(15))
    moved = only(made.plan(pattern=LATE), "1:1")
    assert price(moved).bad_hours == (DANA,)
    assert not moved.preticked
    assert moved.why_not_preticked == "a bad hour for you (17:00)"


def test_the_same_hour_among_people_of_one_zone_is_no_bad_one() -> None:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(15))
    moved = only(made.plan(pattern=LATE), "1:1")
    assert price(moved).bad_hours == ()
    assert moved.preticked


def test_an_hour_outside_the_working_hours_of_who_need_not_come_is_priced() -> None:
    made = office("ana", "ben")
    made.people[2] = replace(made.people[2], working_hours=(WorkingHours(start=time(9), end=time(12)),))
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10), optional=[BEN])
    moved = only(made.plan(pattern=MONDAY_ONLY.replace('"one_on_one"', '"one_on_one", "team_sync"')), "1:1")
    assert price(moved).bad_hours == (BEN,)
    assert moved.why_not_preticked == "a bad hour for Ben (13:00)"


@pytest.mark.parametrize("optional", [0, 5])
@pytest.mark.parametrize(("people", "why"), [(8, None), (9, "it asks 9 people")])
def test_a_move_of_more_than_eight_people_is_not_ticked_beforehand(people: int, why: str | None, optional: int) -> None:
    names = ["ana", "ben", "cleo", "dev", "eli", "fay", "gus", "hal"][: people - 1]
    made = office(*names)
    guests = [f"{name}@example.com" for name in names]
    required = guests[: len(guests) - optional]
    made.meeting("Sync", [DANA, *required], TUESDAY, time(10), optional=guests[len(required) :])
    moved = only(made.plan(pattern=MONDAY_ONLY.replace('"one_on_one"', '"one_on_one", "team_sync"')), "Sync")
    assert moved.action == "move"
    assert (moved.preticked, moved.why_not_preticked) == (why is None, why)


def test_who_answered_to_a_later_occurrence_only_is_invited_anew_too() -> None:
    """From the planned week on the series may be a new one, to which everyone is invited."""
    made = office("ana", "ben")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    for owner in (DANA, ANA):
        event = made.events[owner][-7]
        answered = Attendee(BEN, partstat=Partstat.ACCEPTED)
        made.events[owner][-7] = replace(event, attendees=(*event.attendees, answered))
    assert price(only(made.plan(), "1:1")).rsvps_reset == (ANA, BEN)


def unanswered(made: Office, title: str) -> None:
    for owner, events in made.events.items():
        made.events[owner] = [
            replace(e, attendees=tuple(replace(a, partstat=Partstat.NEEDS_ACTION) for a in e.attendees))
            if e.title == title
            else e
            for e in events
        ]


@pytest.mark.parametrize("fewer", ["A", "B"])
def test_among_equals_that_move_is_made_that_resets_the_fewest_answers(fewer: str) -> None:
    made = office("ana", "ben", "cleo", "dev")
    made.meeting("A", [DANA, ANA, BEN], WEDNESDAY, time(10))
    made.meeting("B", [DANA, CLEO, DEV], WEDNESDAY, time(10))
    unanswered(made, fewer)
    plan = made.plan(pattern=MONDAY_ONLY)
    assert [m.title for m in plan.moves] == [fewer]
