"""Something new that has no place says which rules leave it none; the rest of the week is planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from app.domain.meetings.meeting import Classified, Reason
from app.domain.people.person import Cadence, WorkingHours
from app.domain.plans.plan import PlanMeeting
from app.domain.plans.wish import Wish
from app.services.planning.plan_week import plan_week
from tests.services.weeks import DANA, Office, office, only

ANA, BEN = "ana@example.com", "ben@example.com"
MONDAY, TUESDAY, WEDNESDAY = range(3)
KIND = Classified("team_sync", Reason("asked", "you asked for it"))
ONE_WEEK = "[packing]\nweeks = 1"
ONE_DAY = '[meeting_free_days]\ndays = ["tuesday", "wednesday", "thursday", "friday"]'


def wish(*people: str, minutes: int = 60) -> Wish:
    """A new meeting that Dana asks for."""
    return Wish("Kick-off", people, minutes, KIND, "once", Reason("asked", "you asked for it"))


def refused(made: Office, wanted: Wish, pattern: str = ONE_DAY, rules: str = ONE_WEEK) -> PlanMeeting:
    """What the plan says of a wish that finds no place."""
    request = replace(made.request(pattern=pattern, rules=rules), wishes=(wanted,))
    found = only(plan_week(request).plan, "Kick-off")
    assert found.action == "unplaced"
    return found


def why(meeting: PlanMeeting) -> Reason:
    """The reason beside that of the wish itself."""
    (_, reason) = meeting.reasons
    return reason


def test_people_who_are_never_free_together() -> None:
    made = office("ana", "ben")
    made.block(ANA, MONDAY, time(9), 4 * 60)
    made.block(BEN, MONDAY, time(13), 5 * 60)
    assert why(refused(made, wish(ANA, BEN))) == Reason(
        "no_common_time", "no time of the week suits Ana and Ben", (ANA, BEN)
    )


def test_hours_are_told_no_more_than_any_other_time() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], working_hours=(WorkingHours(("tuesday", "thursday", "friday")),))
    assert why(refused(made, wish(ANA))) == Reason("no_common_time", "no time of the week suits Ana", (ANA,))


def test_meetings_that_cannot_get_out_of_the_way() -> None:
    made = office("ana", "ben")
    made.meeting("Ben", [DANA, BEN], MONDAY, time(10), 90, weeks=[0])
    made.block(ANA, MONDAY, time(11, 30), 6 * 60)
    made.block(ANA, MONDAY, time(9), 60)
    found = why(refused(made, wish(ANA), rules=f'{ONE_WEEK}\n[pins]\nuids = ["Ben"]'))
    assert found.code == "block_full"
    assert found.text == "it fits nowhere: Ben has to be somewhere and Ana must have time"


def test_rules_that_contradict_each_other() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], one_on_one=Cadence.TWICE_WEEKLY)
    made.meeting("1:1", [DANA, ANA], MONDAY, time(10), weeks=[0])
    second = replace(wish(ANA), kind=Classified("one_on_one", KIND.reason, "report"))
    found = why(refused(made, second))
    assert found.code == "contradiction"
    assert found.text == "it fits nowhere: 1:1 and Kick-off must not be on the same day"


def test_the_rest_of_the_week_is_planned_all_the_same() -> None:
    made = office("ana", "ben")
    made.meeting("1:1", [DANA, BEN], TUESDAY, time(10), weeks=[0])
    made.block(ANA, MONDAY, time(9), 9 * 60)
    request = replace(made.request(pattern=ONE_DAY, rules=ONE_WEEK), wishes=(wish(ANA),))
    assert only(plan_week(request).plan, "1:1").action == "move"
