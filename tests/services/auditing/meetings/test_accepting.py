"""Saying yes to everything, and who could go instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.domain.audit.finding import FindingRule
from app.domain.calendar.event import Partstat
from app.domain.people.person import Person
from tests.services.auditing.meetings.changed import answer, say
from tests.services.auditing.offices import ANA, BEN, found, office, report
from tests.services.weeks import DANA, Office

PETE, QUIN = "pete@example.com", "quin@example.com"


def invited(number: int, declined: int = 0) -> Office:
    """Dana's, with so many invitations of Pete's, and so many that she said no to."""
    it = office(report(ANA))
    for each in range(number):
        it.meeting(f"m{each}", [PETE, DANA, QUIN], each % 5, time(8 + each // 5), weeks=range(-4, -1))
        if each < declined:
            answer(it, f"m{each}", DANA, Partstat.DECLINED)
    return it


def test_saying_yes_to_nearly_all_is_told() -> None:
    (one,) = found(invited(20, declined=2), FindingRule.YES_TO_EVERYTHING)
    assert one.key == f"yes_to_everything:{DANA}"
    assert one.text == "You said yes to 18 of 20 invitations of others"
    assert one.about == ()


def test_saying_no_now_and_then_is_not() -> None:
    assert found(invited(20, declined=3), FindingRule.YES_TO_EVERYTHING) == []


def test_a_few_invitations_tell_nothing() -> None:
    assert found(invited(11), FindingRule.YES_TO_EVERYTHING) == []


def test_own_meetings_are_no_invitations() -> None:
    it = office(report(ANA))
    for each in range(20):
        it.meeting(f"m{each}", [DANA, PETE, QUIN], each % 5, time(8 + each // 5), weeks=range(-4, -1))
    assert found(it, FindingRule.YES_TO_EVERYTHING) == []


def across(*who: str, optional: tuple[str, ...] = ()) -> Office:
    it = Office([Person(DANA, "Dana", team="platform"), report(ANA, team="platform"), report(BEN, team="mobile")])
    it.meeting("w", [PETE, *who], 2, time(10), 60, title="Guild", optional=optional)
    return it


def test_a_report_who_is_there_anyhow_could_go() -> None:
    (one,) = found(across(DANA, QUIN, ANA), FindingRule.DELEGATE)
    assert (one.key, one.text) == ("delegate:w", "Guild: 1 report could go for you")
    assert one.about == (ANA,)
    assert one.evidence == ("4.3 of your hours a month", "Ana goes anyhow")


def test_the_report_is_named_who_is_to_go() -> None:
    (one,) = found(across(DANA, QUIN, ANA), FindingRule.DELEGATE)
    assert one.advice == "Let Ana speak for the team, and read the notes."


def test_nobody_is_named_where_the_manager_has_to_be_there_alone() -> None:
    assert found(across(DANA, QUIN), FindingRule.DELEGATE) == []


def test_for_an_optional_manager_one_of_the_own_team_could_go() -> None:
    (one,) = found(across(QUIN, optional=(DANA,)), FindingRule.DELEGATE)
    assert one.about == (ANA,)


def test_own_meetings_are_not_given_away() -> None:
    it = office(report(ANA))
    it.meeting("w", [DANA, PETE, QUIN, ANA], 2, time(10))
    assert found(it, FindingRule.DELEGATE) == []


def test_a_junior_does_not_speak_for_a_team() -> None:
    assert found(across(DANA, QUIN, ANA), FindingRule.DELEGATE)
    it = across(DANA, QUIN, ANA)
    it.people = [replace(p, level="junior") if p.email == ANA else p for p in it.people]
    assert found(it, FindingRule.DELEGATE) == []


@pytest.mark.parametrize(
    "title", ["Leadership staff meeting", "Calibration of ratings", "Führungsrunde", "CODIR", "Salary review 2027"]
)
def test_what_is_for_those_who_lead_or_about_people_is_not_given_away(title: str) -> None:
    it = across(DANA, QUIN, ANA)
    say(it, "w", title=title)
    assert found(it, FindingRule.DELEGATE) == []


def test_what_somebody_above_called_is_not_given_away() -> None:
    it = across(DANA, QUIN, ANA)
    it.people[0] = replace(it.people[0], manager=PETE)
    assert found(it, FindingRule.DELEGATE) == []
