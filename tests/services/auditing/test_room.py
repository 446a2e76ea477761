"""Room for emergencies and for shy people: free half-hours, long runs, an open door."""

from datetime import time

import pytest

from app.domain.audit.finding import FindingRule
from app.domain.people.person import Person, WorkingHours
from app.services.auditing.room import days_of, run_minutes
from tests.services.auditing.offices import ANA, BEN, found, office, record, report, weeks_but
from tests.services.weeks import DANA, Office

NO_SLACK, LONG_RUN, OPEN_DOOR = FindingRule.NO_SLACK, FindingRule.LONG_RUN, FindingRule.OPEN_DOOR


def documented_monday(it: Office) -> Office:
    """Sprint start and a big team meeting in the morning, 1:1s all afternoon."""
    it.meeting("sprint start", [DANA, ANA, BEN], 0, time(9), 90, weeks=weeks_but())
    it.meeting("team", [DANA, ANA, BEN], 0, time(10, 30), 90, weeks=weeks_but())
    for hour in range(13, 17):
        for minute in (0, 30):
            it.meeting(f"1:1 {hour}{minute}", [DANA, ANA], 0, time(hour, minute), weeks=weeks_but())
    return it


def test_a_full_documented_monday_is_no_finding() -> None:
    assert found(documented_monday(office(report(ANA), report(BEN))), NO_SLACK, LONG_RUN) == []


def test_a_day_without_a_free_half_hour_is_told_with_how_often_it_is_so() -> None:
    it = documented_monday(office(report(ANA), report(BEN)))
    it.meeting("lunch sync", [DANA, ANA, BEN], 0, time(12), 60, weeks=range(-4, 8))
    it.meeting("late", [DANA, BEN], 0, time(17), 15, weeks=weeks_but())
    (finding,) = found(it, NO_SLACK)
    assert finding.key == "no_slack:monday"
    assert finding.text == "Mon 30 Nov has no room for an emergency: no free half-hour in your working hours"
    assert "the same in 4 of the 8 weeks before" in finding.evidence
    assert finding.about == ()


def test_two_free_quarters_of_an_hour_are_no_half_hour() -> None:
    it = office(report(ANA))
    it.meeting("a", [DANA, ANA], 2, time(9, 15), 6 * 60, weeks=None)
    it.meeting("b", [DANA, ANA], 2, time(15, 30), 120, weeks=None)
    assert [finding.key for finding in found(it, NO_SLACK)] == ["no_slack:wednesday"]


def test_a_day_that_is_full_of_own_time_has_no_meeting_to_move() -> None:
    it = office(report(ANA))
    it.meeting("a", [DANA, ANA], 1, time(9), weeks=None)
    it.block(DANA, 2, time(9), 510)
    assert found(it, NO_SLACK) == []


def test_the_slack_that_is_wanted_is_a_setting() -> None:
    it = documented_monday(office(report(ANA), report(BEN)))
    assert found(it, NO_SLACK, rules="[packing]\nslack_hours = 1.5\n") == []
    assert len(found(it, NO_SLACK, rules="[packing]\nslack_hours = 2.0\n")) == 1


@pytest.mark.parametrize(("pause", "is_told"), [(0, True), (9, True), (10, False)])
def test_a_run_is_told_unless_there_is_a_break(pause: int, is_told: bool) -> None:
    it = office(report(ANA))
    it.meeting("a", [DANA, ANA], 2, time(9), 120, weeks=None)
    it.meeting("b", [DANA, ANA], 2, time(11, pause), 150, weeks=None)
    told = found(it, LONG_RUN)
    assert bool(told) is is_told
    if told:
        assert told[0].key == "long_run:wednesday"
        assert "b" in told[0].advice


def test_a_meeting_within_another_does_not_end_its_run() -> None:
    it = office(report(ANA))
    it.meeting("a", [DANA, ANA], 2, time(9), 180, weeks=None)
    it.meeting("b", [DANA, ANA], 2, time(9, 30), 15, weeks=None)
    it.meeting("c", [DANA, ANA], 2, time(12), 90, weeks=None)
    day = next(day for day in days_of(record(it)) if day.meetings)
    assert [run_minutes(run) for run in day.runs] == [270]


def test_without_an_open_door_one_is_offered_in_the_1_1_block() -> None:
    it = office(report(ANA), report(BEN))
    it.meeting("team", [DANA, ANA, BEN], 0, time(9), weeks=weeks_but())
    (finding,) = found(it, OPEN_DOOR)
    (draft,) = finding.drafts
    assert draft.start is not None
    assert (draft.start.weekday() in (0, 4), draft.start.hour >= 13) == (True, True)
    assert draft.mailto is not None
    assert ANA in draft.mailto


@pytest.mark.parametrize("title", ["Open door", "Office hours (Dana)", "Sprechstunde", "Offene Tür", "AMA"])
def test_who_has_an_open_door_is_not_told(title: str) -> None:
    it = office(report(ANA))
    it.meeting("team", [DANA, ANA], 0, time(9), weeks=weeks_but())
    it.block(DANA, 4, time(15), 60, title=title)
    assert found(it, OPEN_DOOR) == []


def test_an_open_door_of_long_ago_is_none() -> None:
    it = office(report(ANA))
    it.meeting("team", [DANA, ANA], 0, time(9), weeks=weeks_but())
    it.block(DANA, 4, time(15), 60, week=-10, title="Office hours")
    assert len(found(it, OPEN_DOOR)) == 1


def test_who_leads_nobody_is_offered_no_open_door() -> None:
    it = office(Person(ANA, "Ana"))
    it.meeting("sync", [DANA, ANA], 0, time(9), weeks=weeks_but())
    assert found(it, OPEN_DOOR) == []


def test_days_off_have_no_room_to_lack() -> None:
    days = (WorkingHours(days=("tuesday",)),)
    it = Office([Person(DANA, "Dana", working_hours=days), report(ANA)])
    it.meeting("a", [DANA, ANA], 0, time(9), 510, weeks=None)
    assert [day.day.weekday() for day in days_of(record(it))] == [1]
    assert found(it, NO_SLACK) == []
