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
    assert draft.count("\n") == draft.count("\r\n") > 0, "RFC 6068 §5"
    assert "Could “Board” move to Wednesday 10:00 (Europe/Berlin)?" in draft
    assert "that is free for all three" in draft


def test_the_time_is_free_in_all_weeks_that_are_looked_at() -> None:
    made = theirs(ELI)
    made.people.append(Person(ELI, "Eli", manager=BEN, team="mobile", timezone=BERLIN))
    made.block(ELI, WEDNESDAY, time(9), 8 * 60, week=5)
    assert "Wednesday" not in advised(made).text.partition("ask")[2]


def test_a_report_who_is_in_it_could_go_alone() -> None:
    assert advised(theirs(ANA)).text.endswith("; or send Ana, who is in it anyway")


def test_a_report_of_a_team_that_is_in_it_could_go_if_they_are_free() -> None:
    made = theirs(ELI)
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
    assert "free for you; no other calendar is known" in advised(made).text


def test_a_series_of_somebody_else_out_of_its_block_is_advised_about_too() -> None:
    found = advised(theirs(ANA, CLEO, day=MONDAY))
    assert found.text.startswith("it belongs on ")
    assert only(theirs(ANA, CLEO, day=WEDNESDAY).plan(), "Board").advice is None


def test_what_the_manager_keeps_there_gets_no_advice() -> None:
    made = theirs(ANA)
    plan = made.plan(rules='[pins]\nuids = ["Board"]')
    assert only(plan, "Board").advice is None


def boards(number: int, day: int = TUESDAY) -> Office:
    """So many weekly meetings that Ben holds with Dana and Eli on one day."""
    made = theirs(ELI)
    made.events.clear()
    for nth in range(number):
        made.meeting(f"Board {nth}", [BEN, DANA, ELI], day, time(9 + nth), organizer=BEN)
    return made


def test_no_two_meetings_are_asked_to_go_to_the_same_time() -> None:
    texts = [only(boards(6).plan(), f"Board {nth}").advice for nth in range(6)]
    times = [text.text.partition("move it to ")[2].partition(",")[0] for text in texts if text]
    assert len(times) == len(set(times)) == 6
    assert all(times)


def test_nobody_else_goes_to_what_is_between_two() -> None:
    text = advised(theirs()).text
    assert text.endswith("free for both")


def test_what_somebody_above_called_is_neither_declined_nor_handed_on() -> None:
    made = theirs(ANA)
    made.people[0] = replace(made.people[0], manager=BEN)
    assert "; or" not in advised(made).text


def test_lunch_is_only_asked_to_move() -> None:
    made = theirs(ANA)
    made.events.clear()
    made.meeting("Lunch", [BEN, DANA, ANA, "mia@other.example"], TUESDAY, time(12), organizer=BEN)
    found = only(made.plan(), "Lunch")
    assert found.kind == "network"
    assert found.advice is not None
    assert "; or" not in found.advice.text


def test_the_manager_s_own_focus_time_is_not_offered() -> None:
    made = boards(1)
    free = only(made.plan(), "Board 0").advice
    assert free is not None
    assert "Wednesday 09:00" in free.text
    for week in range(8):
        made.block(DANA, WEDNESDAY, time(9), 60, week=week, title="Fokuszeit")
    asked = only(made.plan(), "Board 0").advice
    assert asked is not None
    assert "Wednesday 10:00" in asked.text


def test_what_belongs_on_another_day_is_offered_no_time_but_one_there() -> None:
    made = boards(1, day=FRIDAY)
    made.block(ELI, WEDNESDAY, time(8), 10 * 60)
    found = only(made.plan(), "Board 0").advice
    assert found is not None
    assert found.text.startswith("it belongs on Wednesday: ask Ben for a time on Wednesday; or")
    assert "Could “Board 0” move to Wednesday?" in unquote(found.mailto or "")


def test_the_organizer_is_not_sent_in_the_manager_s_place() -> None:
    made = theirs(BEN, CLEO)
    made.events.clear()
    made.meeting("Board", [ANA, DANA, "guest@other.example"], TUESDAY, time(10), organizer=ANA)
    assert "send Ana" not in advised(made).text


def test_a_junior_is_not_sent() -> None:
    made = theirs(ANA)
    made.people[1] = replace(made.people[1], level="junior")
    assert "send Ana" not in advised(made).text


def test_who_organizes_it_agrees_on_a_time_and_may_hand_it_over() -> None:
    made = theirs()
    made.events.clear()
    made.meeting("Board", [DANA, ANA, "guest@other.example"], TUESDAY, time(10), organizer=DANA)
    text = advised(made).text
    assert text.startswith("Tuesday is your meeting-free day: agree on ")
    assert text.endswith(" with those who come; or let Ana hold it")


def test_a_title_with_quotes_is_quoted_as_it_is() -> None:
    made = theirs(ELI)
    made.events.clear()
    title = 'Mei\'s "big" sync'
    made.meeting("Board", [BEN, DANA, ELI], TUESDAY, time(10), organizer=BEN, title=title)
    found = only(made.plan(), title).advice
    assert found is not None
    assert f"Could “{title}” move" in unquote(found.mailto or "")
