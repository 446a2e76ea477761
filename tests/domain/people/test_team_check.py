"""What is wrong in a team, and what it leaves open."""

from zoneinfo import ZoneInfo

from app.domain.people.person import Group, Person, Team
from app.domain.people.team_check import faults, gaps

BERLIN = ZoneInfo("Europe/Berlin")
DANA = Person("dana@example.com", timezone=BERLIN)
ANA = Person("ana@example.com", manager="dana@example.com", timezone=BERLIN)


def test_a_team_in_order_has_neither() -> None:
    team = Team((DANA, ANA), (Group("all@example.com", ("ana@example.com",)),))
    assert (faults(team), gaps(team)) == ([], [])


def test_an_address_of_two_is_a_fault() -> None:
    other = Person("ben@example.com", aliases=("Ana@example.com",))
    assert faults(Team((ANA, other))) == ["ana@example.com is named 2 times: each address belongs to one person"]


def test_a_group_that_is_a_person_too_is_a_fault() -> None:
    assert faults(Team((DANA,), (Group("Dana@example.com"),))) == ["dana@example.com is a group, and is named again"]


def test_a_circle_of_managers_is_named_once() -> None:
    boss = Person("dana@example.com", manager="ana@example.com")
    assert faults(Team((boss, ANA))) == [
        "dana@example.com reports to ana@example.com, who reports to dana@example.com: a circle"
    ]


def test_what_is_no_address_is_a_fault() -> None:
    assert faults(Team((Person("ana"),))) == ["'ana' is no email address"]


def test_whoever_is_named_and_not_listed_is_a_gap() -> None:
    team = Team((ANA,), (Group("all@example.com", ("ben@example.com",)),))
    assert faults(team) == []
    assert gaps(team) == [
        "dana@example.com is somebody's manager, and not listed",
        "all@example.com has members who are not listed: ben@example.com",
    ]


def test_people_without_a_zone_are_a_gap() -> None:
    assert gaps(Team((Person("ana@example.com"),))) == [
        "1 without a time zone, unless their calendars say one: ana@example.com"
    ]
