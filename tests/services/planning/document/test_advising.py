"""What the manager is advised to do about others' meetings that break the pattern: a draft, and nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from urllib.parse import unquote

from app.domain.people.person import Person
from app.domain.plans.plan import Advice
from tests.services.valid import problems
from tests.services.weeks import BERLIN, DANA, Office, office, only

ANA, BEN, CLEO, ELI = (f"{name}@example.com" for name in ("ana", "ben", "cleo", "eli"))
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


def theirs(*guests: str, day: int = TUESDAY) -> Office:
    """A weekly meeting that Ben, of another team, holds with Dana and some others."""
    made = office("ana", "cleo")
    made.people.append(Person(BEN, "Ben", manager="boss@example.com", team="mobile", timezone=BERLIN))
    made.meeting("Board", [BEN, DANA, *guests], day, time(10), organizer=BEN)
    return made


def advised(made: Office) -> Advice:
    plan = made.plan()
    assert problems(plan, made.request()) == []
    found = only(plan, "Board")
    assert found.action == "pinned"
    assert found.advice is not None
    return found.advice


def test_a_meeting_of_somebody_else_on_a_meeting_free_day_gets_a_time_that_is_free_for_all() -> None:
    made = theirs(ELI)
    made.people.append(Person(ELI, "Eli", manager=BEN, team="mobile", timezone=BERLIN))
    made.block(ELI, WEDNESDAY, time(9), 60)
    found = advised(made)
    assert found.text == (
        "Tuesday is your meeting-free day: ask Ben to move it to Wednesday 10:00, free for all three; "
        "or decline it; or send a delegate"
    )
    assert found.mailto is not None
    assert found.mailto.startswith("mailto:ben@example.com?subject=Board&body=")
    draft = unquote(found.mailto)
    assert "Could 'Board' move to Wednesday 10:00 (Europe/Berlin)?" in draft
    assert "that is free for all three" in draft


def test_the_time_is_free_in_all_weeks_that_are_looked_at() -> None:
    made = theirs(ELI)
    made.people.append(Person(ELI, "Eli", manager=BEN, team="mobile", timezone=BERLIN))
    made.block(ELI, WEDNESDAY, time(9), 8 * 60, week=5)
    assert "Wednesday" not in advised(made).text.partition("ask")[2]


def test_a_report_who_is_in_it_could_go_alone() -> None:
    assert advised(theirs(ANA)).text.endswith("; or send Ana, who is in it anyway")


def test_a_report_of_a_team_that_is_in_it_could_go_if_they_are_free() -> None:
    made = theirs()
    made.people[1:3] = [replace(made.people[1], team="mobile"), made.people[2]]
    made.meeting("1:1 Ana", [DANA, ANA], WEDNESDAY, time(10))
    assert advised(made).text.endswith("; or send Ana")
    made.block(ANA, TUESDAY, time(9), 120)
    assert advised(made).text.endswith("; or send a delegate")


def test_whose_calendar_is_not_known_is_not_said_to_be_free() -> None:
    made = theirs("guest@example.com")
    made.without_calendar = frozenset({"guest@example.com"})
    assert "free for the two whose calendars are known" in advised(made).text
    made.without_calendar |= {BEN}
    assert "free for the one whose calendar is known" in advised(made).text


def test_a_series_of_somebody_else_out_of_its_block_is_advised_about_too() -> None:
    found = advised(theirs(ANA, CLEO, day=MONDAY))
    assert found.text.startswith("it belongs on ")
    assert only(theirs(ANA, CLEO, day=WEDNESDAY).plan(), "Board").advice is None


def test_what_the_manager_keeps_there_gets_no_advice() -> None:
    made = theirs(ANA)
    plan = made.plan(rules='[pins]\nuids = ["Board"]')
    assert only(plan, "Board").advice is None
