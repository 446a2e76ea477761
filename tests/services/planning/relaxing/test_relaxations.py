"""What is offered to free a meeting frees it, once it is done to the calendars and the configuration."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time

from app.domain.people.person import WorkingHours
from app.domain.people.rooms import Room
from app.domain.plans.plan import PlanMeeting, Relaxation
from app.services.planning.plan_week import plan_week
from app.services.planning.situation.request import Request
from tests.services.relaxed import relaxed
from tests.services.weeks import DANA, NOW, Office, codes, office, only

ANA, BEN = "ana@example.com", "ben@example.com"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = range(4)
ONE_WEEK = "[packing]\nweeks = 1"
NARROW = """
    [meeting_free_days]
    days = ["tuesday"]
    [[block]]
    name = "Mondays"
    day = "monday"
    start = "13:00"
    end = "14:00"
    kinds = ["one_on_one:report"]
    [[block]]
    name = "Team"
    day = "wednesday"
    start = "11:00"
    end = "12:00"
    kinds = ["team_sync"]
"""


def crowded(seed: int) -> Office:
    """Few hours, much of them taken: weeks in which not everything can be where it should."""
    rng = random.Random(seed)
    made = with_hours(office(*["ana", "ben"][: rng.randint(1, 2)]), time(11), time(15))
    for person in made.people[1:]:
        clock = time(rng.randint(11, 14), rng.choice([0, 15]))
        made.meeting(
            f"1:1 {person.name}", [DANA, person.email], rng.randrange(5), clock, rng.choice([25, 30, 45]), weeks=[0]
        )
        made.block(person.email, MONDAY, time(rng.randint(12, 13)), rng.choice([45, 60, 75]))
    if len(made.people) > 2:
        length = rng.choice([45, 60, 75])
        made.meeting("Team", [DANA, ANA, BEN], rng.randrange(5), time(rng.randint(11, 13)), length, weeks=[0])
    if rng.random() < 0.5:
        made.block(DANA, rng.choice([MONDAY, WEDNESDAY]), time(rng.choice([11, 13])), 30)
    return made


def with_hours(made: Office, start: time, end: time) -> Office:
    """An office whose manager is there at these times only."""
    made.people[0] = replace(made.people[0], working_hours=(WorkingHours(start=start, end=end),))
    return made


def is_freed(meeting: PlanMeeting, request: Request) -> bool:
    """Whether planning again, with the relaxation done, has the meeting where it should be."""
    assert meeting.relaxation
    after = relaxed(request, meeting)
    if meeting.relaxation.code != "budget":
        after = replace(after, rules=replace(after.rules, budget=replace(after.rules.budget, mode="none")))
    found = only(plan_week(after).plan, meeting.title)
    return found.action == "move" if meeting.relaxation.code == "budget" else not is_misplaced(found, after)


def is_misplaced(meeting: PlanMeeting, request: Request) -> bool:
    """Whether a meeting is where the pattern does not want it."""
    when = meeting.to or meeting.from_
    return when is None or not meeting.in_block or request.pattern.is_meeting_free(when.start.weekday())


def test_every_relaxation_that_is_offered_frees_its_meeting() -> None:
    offered: Counter[str] = Counter()
    for seed in range(100):
        request = crowded(seed).request(pattern=NARROW, rules=ONE_WEEK + "\n[budget]\nmax_moves = 1")
        for meeting in plan_week(request).plan.meetings:
            if meeting.relaxation:
                assert is_freed(meeting, request), (seed, meeting.title, meeting.relaxation)
                offered[meeting.relaxation.code] += 1
    assert offered.total() > 60, offered


def block(*, day: str = "monday", start: str = "13:00", end: str = "14:00", kind: str = "one_on_one:report") -> str:
    """A pattern of one block and a free Tuesday."""
    block = f'name = "Block"\nday = "{day}"\nstart = "{start}"\nend = "{end}"\nkinds = ["{kind}"]'
    return f'[meeting_free_days]\ndays = ["tuesday"]\n[[block]]\n{block}'


def one_on_one(
    minutes: int = 15, day: int = THURSDAY, *, start: int = 11, end: int = 15, now: datetime = NOW
) -> Office:
    """Dana, who is there at some hours only, and a weekly 1:1 with Ana."""
    made = with_hours(office("ana", now=now), time(start), time(end))
    made.meeting("1:1", [DANA, ANA], day, time(start), minutes, weeks=[0])
    return made


def offered(made: Office, pattern: str, rules: str = ONE_WEEK, title: str = "1:1") -> Relaxation | None:
    """The relaxation of one meeting, after it was tried."""
    request = made.request(pattern=pattern, rules=rules)
    meeting = only(plan_week(request).plan, title)
    assert meeting.relaxation is None or is_freed(meeting, request)
    return meeting.relaxation


def test_a_few_minutes_less_come_first() -> None:
    rules = ONE_WEEK + "\ntolerance_minutes = 0"
    found = offered(one_on_one(30), block(end="13:25"), rules)
    assert found == Relaxation("length", "with 25 minutes instead of 30, it would be well placed on Monday 13:00")


def test_no_meeting_is_cut_to_almost_nothing() -> None:
    rules = ONE_WEEK + "\ntolerance_minutes = 0"
    found = offered(one_on_one(15, MONDAY, start=13), block(end="13:10"), rules)
    assert found == Relaxation("tolerance", "with tolerance_minutes = 5, it would be well placed on Monday 13:00")


def test_no_room_rather_than_another_time() -> None:
    made = with_hours(office("ana", "ben", "cleo"), time(13), time(14))
    made.room = (Room("small@example.com", "Small", 4),)
    made.meeting("1:1", [DANA, ANA], THURSDAY, time(13), 60, weeks=[0], rooms=["small@example.com"])
    made.meeting("Theirs", [BEN, "cleo@example.com"], MONDAY, time(13), 60, weeks=[0], rooms=["small@example.com"])
    found = offered(made, block())
    assert found == Relaxation("room", "without a room, it would be well placed on Monday 13:00")


def test_a_longer_block() -> None:
    made = one_on_one(20)
    made.block(ANA, MONDAY, time(13), 60)
    found = offered(made, block(), ONE_WEEK + "\ntolerance_minutes = 0")
    assert found == Relaxation("block", "if Block ended at 14:30, it would be well placed on Monday 14:00")


def test_a_block_that_takes_another_kind_too() -> None:
    made = one_on_one(20)
    made.block(ANA, MONDAY, time(9), 9 * 60)
    found = offered(made, NARROW)
    assert found is not None
    assert found.text.startswith("if Team also took 1:1s (report), it would be well placed on Wednesday 11:")


def test_a_move_that_has_to_gain_nothing() -> None:
    found = offered(one_on_one(), block())
    assert found is not None
    assert found.code == "charge"


def test_a_shorter_notice() -> None:
    made = one_on_one(30, day=WEDNESDAY, now=datetime(2026, 12, 1, 12, tzinfo=UTC))
    found = offered(made, block())
    assert found is not None
    assert found.code == "freeze"
    assert found.text.startswith("with freeze_working_days = 0, ")


def test_an_entry_of_the_managers_own() -> None:
    made = one_on_one(30, start=13, end=14)
    made.block(DANA, MONDAY, time(13), 60, title="Dentist")
    found = offered(made, block())
    assert found is not None
    assert found.text.startswith("without your own entry of 2026-11-30 13:00, it would be well placed on Monday 13:")


def test_somebody_who_need_not_come() -> None:
    made = with_hours(office("ana", "ben"), time(11), time(12))
    made.meeting("Team", [DANA, ANA, BEN], THURSDAY, time(11), 30, weeks=[0])
    made.block(ANA, WEDNESDAY, time(9), 9 * 60)
    found = offered(made, block(day="wednesday", start="11:00", end="12:00", kind="team_sync"), title="Team")
    assert found is not None
    assert found.text.startswith("if Ana were optional, it would be well placed on Wednesday 11:")


def test_a_pin_of_ones_own() -> None:
    rules = ONE_WEEK + '\n[pins]\nuids = ["1:1"]'
    found = offered(one_on_one(30), block(), rules)
    assert found is not None
    assert found.text.startswith("without its UID in pins.uids, it would be well placed on Monday 13:")


def test_a_pinned_kind_a_pinned_person_and_one_too_many() -> None:
    conditions = {
        'kinds = ["one_on_one"]': "without one_on_one in pins.kinds",
        f'with_people = ["{ANA}"]': f"without {ANA} in pins.with_people",
        "over_people = 1": "with pins.over_people = 2",
    }
    for pins, condition in conditions.items():
        found = offered(one_on_one(30), block(), f"{ONE_WEEK}\n[pins]\n{pins}")
        assert found is not None
        assert found.text.startswith(f"{condition}, it would be well placed on Monday 13:")


def test_a_pinned_meeting_in_the_way_of_another() -> None:
    made = with_hours(office("ana", "ben", "cleo"), time(13), time(15))
    made.meeting("1:1", [DANA, ANA], THURSDAY, time(13), 60, weeks=[0])
    made.meeting("Team", [DANA, BEN, "cleo@example.com"], MONDAY, time(13), 60, weeks=[0])
    made.block(ANA, MONDAY, time(14), 60)
    found = offered(made, block(), ONE_WEEK + '\n[pins]\nuids = ["Team"]')
    condition = "if Team might move, without its UID in pins.uids"
    assert found == Relaxation("unpin", f"{condition}, it would be well placed on Monday 13:00")


def test_longer_hours_of_the_managers_own() -> None:
    made = one_on_one(30, end=13)
    made.block(ANA, MONDAY, time(11), 120)
    found = offered(made, block())
    assert found == Relaxation("hours", "if your working hours ended at 13:30, it would be well placed on Monday 13:00")


def test_a_meeting_free_day_is_given_up_last() -> None:
    made = one_on_one(30, TUESDAY)
    made.people[1] = replace(made.people[1], working_hours=(WorkingHours(("tuesday", "friday"), time(9), time(17)),))
    found = offered(made, '[meeting_free_days]\ndays = ["tuesday", "friday"]')
    assert found == Relaxation("free_day", "if Tuesday were not meeting-free, it would be well placed on Tuesday 11:00")


def test_what_waits_needs_a_larger_budget_or_none() -> None:
    made = with_hours(office("ana", "ben", "cleo", "dev"), time(11), time(15))
    for number, name in enumerate(("ana", "ben", "cleo", "dev"), start=11):
        made.meeting(f"1:1 {name}", [DANA, f"{name}@example.com"], THURSDAY, time(number), 30, weeks=[0])
    request = made.request(pattern=block(start="11:00", end="15:00"), rules=ONE_WEEK + "\n[budget]\nmax_moves = 1")
    waiting = [m for m in plan_week(request).plan.meetings if m.relaxation]
    conditions = {m.relaxation.text.partition(",")[0] for m in waiting if m.relaxation}
    assert conditions == {"with max_moves = 2 in the budget", 'with no budget (mode = "none")'}
    assert all(is_freed(m, request) for m in waiting)


def test_nobody_elses_time_is_ever_asked_for() -> None:
    made = one_on_one(30, start=13, end=14)
    made.block(ANA, MONDAY, time(9), 9 * 60)
    meeting = only(made.plan(pattern=block(), rules=ONE_WEEK), "1:1")
    assert codes(meeting) == {"no_common_time"}
    assert meeting.relaxation is None


def test_a_meeting_is_not_freed_at_the_cost_of_another() -> None:
    made = with_hours(office("ana", "ben"), time(13), time(14))
    made.meeting("A", [DANA, ANA], MONDAY, time(13), 60, weeks=[0])
    made.meeting("B", [DANA, BEN], THURSDAY, time(13), 60, weeks=[0])
    meeting = only(made.plan(pattern=block(), rules=ONE_WEEK), "B")
    assert codes(meeting) == {"block_full"}
    assert meeting.relaxation is None
