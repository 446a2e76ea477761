from __future__ import annotations

from app.domain.calendar.event import Attendee, Cutype
from app.domain.meetings.classify import classify
from app.domain.meetings.guess import TEAM_NAME, guess_team
from app.domain.meetings.meeting import Meeting
from app.domain.people.person import Person, Team
from tests.domain.given import DANA, RULES, email, guests, meeting, series

BARE = Team(internal_domains=("acme.example",))
TEAM_MEETING = series("Team weekly", "dana ana ben fay", [0], team=BARE)
PAIRS = [meeting("Dana / Ana", "dana ana", team=BARE), meeting("Dana / Ben", "dana ben", team=BARE)]


def guessed(*meetings: Meeting) -> Team:
    return guess_team(meetings, DANA, RULES.words).team


def reports(*meetings: Meeting) -> list[str]:
    return [p.email for p in guessed(*meetings).reports_of(DANA)]


def test_the_company_is_the_manager_s_domain() -> None:
    assert guessed(*TEAM_MEETING).internal_domains == ("acme.example",)


def test_reports_are_in_a_one_on_one_and_in_a_team_meeting() -> None:
    assert reports(*TEAM_MEETING, *PAIRS) == [email("ana"), email("ben")]


def test_a_one_on_one_alone_makes_no_report() -> None:
    assert reports(*PAIRS) == []


def test_a_team_meeting_alone_makes_no_report() -> None:
    assert reports(*TEAM_MEETING) == []


def test_only_what_the_manager_organizes_makes_reports() -> None:
    theirs = meeting("Fay / Dana", "fay dana", organizer=email("fay"), team=BARE)
    assert reports(*TEAM_MEETING, theirs) == []
    boss_meeting = series("Leads", "ruth dana ana", [1], organizer=email("ruth"), team=BARE)
    assert reports(*boss_meeting, *PAIRS) == []


def test_a_meeting_with_people_from_outside_or_just_once_is_no_team_meeting() -> None:
    assert reports(*series("Sync", "dana ana ben kim@client.example", [0], team=BARE), *PAIRS) == []
    assert reports(meeting("Workshop", "dana ana ben", team=BARE), *PAIRS) == []


def test_private_meetings_say_nothing() -> None:
    assert reports(*TEAM_MEETING, meeting("x", "dana ana", private=True, team=BARE)) == []
    assert not guessed(meeting("x", "dana gus", private=True, team=BARE)).knows(email("gus"))


def test_others_of_a_team_meeting_are_in_the_team_without_being_reports() -> None:
    team = guessed(*TEAM_MEETING, *PAIRS)
    assert team.find(email("fay")) == Person(email("fay"), manager="", team=TEAM_NAME)
    assert team.relation(DANA, email("fay")) == "peer"
    assert team.is_own(DANA, email("fay"))


def test_a_series_that_is_mostly_others_makes_no_team() -> None:
    mixed = series("Launch", "dana ana pete quin rob", [2], team=BARE)
    team = guessed(*mixed, *PAIRS)
    assert [p.email for p in team.reports_of(DANA)] == [email("ana")]
    assert team.find(email("pete")).team is None


def test_people_seen_are_listed_with_their_names_and_nothing_else() -> None:
    people = (Attendee(DANA), Attendee(email("gus"), "Gus Ek"), Attendee("kim@client.example", "Kim"))
    team = guessed(meeting(attendees=people, team=BARE))
    assert team.find(email("gus")) == Person(email("gus"), "Gus Ek")
    assert not team.knows("kim@client.example")


def test_a_crowd_is_not_listed() -> None:
    crowd = guests(["dana", *(f"p{n}" for n in range(25))])
    assert [p.email for p in guessed(meeting(attendees=crowd, team=BARE)).person] == [DANA]


def test_lists_are_no_people() -> None:
    people = (*guests("dana ana all platform-team"), Attendee(email("brand"), cutype=Cutype.GROUP))
    found = guess_team([meeting(attendees=people, team=BARE)], DANA, RULES.words)
    assert {p.email for p in found.team.person} == {DANA, email("ana")}
    assert found.lists == (email("all"), email("brand"), email("platform-team"))


def test_every_guess_says_why() -> None:
    found = guess_team([*TEAM_MEETING, *PAIRS], DANA, RULES.words)
    assert all(found.why(about) for about in ("", *(p.email for p in found.team.person)))


def test_with_the_guess_a_team_meeting_is_one() -> None:
    team = guessed(*TEAM_MEETING, *PAIRS)
    kinds = classify([*TEAM_MEETING, *PAIRS], DANA, team, RULES)
    assert kinds[TEAM_MEETING[0].key].kind == "team_sync"
    assert kinds[PAIRS[0].key].relation == "report"


def test_an_empty_calendar_gives_just_the_manager() -> None:
    assert [p.email for p in guessed().person] == [DANA]
