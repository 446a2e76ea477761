"""What a plan says of why: nobody's hours, nobody's absence, and no title that the manager does not know."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

from app.domain.meetings.meeting import Classified, Reason
from app.domain.people.person import Absence, WorkingHours
from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.plans.wish import Wish
from app.services.planning.plan_week import plan_week
from tests.services.weeks import DANA, Office, office

ANA, BEN, EVE = "ana@example.com", "ben@example.com", "eve@example.com"
MONDAY, FRIDAY = 0, 4
SECRET = re.compile(r"secret|vacation|holiday|away|11:07|14:53|10:21|working hours", re.IGNORECASE)
PATTERN = """
    [meeting_free_days]
    days = ["tuesday", "thursday"]
    [[block]]
    name = "Mondays"
    day = "monday"
    start = "13:00"
    end = "14:00"
    kinds = ["one_on_one:report", "team_sync"]
"""


def private_week(seed: int) -> Office:
    """A week in which what nobody may know is odd enough to be found in any text."""
    rng = random.Random(seed)
    made = office("ana", "ben", "eve")
    hours = WorkingHours(("monday", "wednesday", "friday"), time(11, 7), time(14, 53))
    made.people[1] = replace(made.people[1], working_hours=(hours,))
    made.people[2] = replace(made.people[2], away=(Absence(date(2026, 12, 2), date(2026, 12, 2)),))
    made.block(ANA, MONDAY, time(rng.randint(12, 13), 21), 90, title="Secret: doctor")
    made.block(BEN, MONDAY, time(10, 21), rng.choice([200, 240]), title="Vacation in Secretville")
    made.block(BEN, FRIDAY, time(12, 21), 60, title="Secret: bank")
    made.meeting("Secret review", [EVE, ANA], MONDAY, time(13), 45, weeks=[0])
    for number, email in enumerate((ANA, BEN, EVE)):
        made.meeting(f"1:1 {number}", [DANA, email], rng.randrange(5), time(rng.randint(9, 16)), 30, weeks=[0])
    made.meeting("Team", [DANA, ANA, BEN, EVE], rng.randrange(5), time(rng.randint(9, 16)), 60, weeks=[0])
    return made


def said(plan: Plan) -> Iterator[tuple[PlanMeeting, str]]:
    """Every sentence of why, with its meeting."""
    for meeting in plan.meetings:
        yield from ((meeting, reason.text) for reason in meeting.reasons if reason.code != "away")
        if meeting.relaxation:
            yield meeting, meeting.relaxation.text


def test_no_reason_relaxation_or_diagnosis_tells_what_is_private() -> None:
    kind = Classified("team_sync", Reason("asked", "you asked for it"))
    wish = Wish("Kick-off", (ANA, BEN, EVE), 180, kind, "once", kind.reason)
    texts = []
    for seed in range(4):
        request = replace(private_week(seed).request(pattern=PATTERN, rules="[packing]\nweeks = 1"), wishes=(wish,))
        texts += [(meeting.title, text) for meeting, text in said(plan_week(request).plan)]
    assert [each for each in texts if SECRET.search(each[1])] == []
    assert sum("it would" in text for _, text in texts) > 2
    assert any("no time of the week suits" in text or "it fits nowhere" in text for _, text in texts)


def test_of_an_absence_only_that_it_is_one_is_said() -> None:
    made = office("ana")
    made.people[1] = replace(made.people[1], away=(Absence(date(2026, 11, 30), date(2026, 11, 30)),))
    made.meeting("1:1", [DANA, ANA], MONDAY, time(13), weeks=[0])
    texts = [reason.text for meeting in made.plan().meetings for reason in meeting.reasons]
    assert "Ana is away that day" in texts
