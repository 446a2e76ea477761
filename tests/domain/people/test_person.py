from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people.person import Absence, Group, Person, Team, Travel, WorkingHours
from tests.domain.given import BERLIN, DANA, TEAM, email

DAY = date(2026, 12, 1)


class TestPerson:
    def test_travel_gives_the_zone_of_its_days(self) -> None:
        trip = Travel(DAY, DAY, ZoneInfo("Asia/Tokyo"))
        person = Person("a@x.example", timezone=BERLIN, travel=(trip,))
        assert [person.zone_on(d, BERLIN).key for d in (DAY, date(2026, 12, 2))] == ["Asia/Tokyo", "Europe/Berlin"]

    def test_without_a_zone_the_default_counts(self) -> None:
        assert Person("a@x.example").zone_on(DAY, BERLIN) == BERLIN

    def test_absences_include_their_ends(self) -> None:
        person = Person("a@x.example", away=(Absence(DAY, date(2026, 12, 3)),))
        assert [person.is_away(date(2026, 12, d)) for d in (1, 3, 4)] == [True, True, False]

    def test_before_the_first_and_after_the_last_day_nobody_is_there(self) -> None:
        person = Person("a@x.example", starts=DAY, ends=date(2026, 12, 3))
        away = [person.is_away(d) for d in (date(2026, 11, 30), DAY, date(2026, 12, 3), date(2026, 12, 4))]
        assert away == [True, False, False, True]

    def test_hours_may_be_split_and_differ_by_day(self) -> None:
        morning, evening = WorkingHours(("tuesday",), time(8), time(12)), WorkingHours(("tuesday",), time(14), time(18))
        person = Person("a@x.example", working_hours=(morning, evening))
        assert person.hours_on(DAY) == ((time(8), time(12)), (time(14), time(18)))
        assert person.hours_on(date(2026, 12, 2)) == ()

    def test_hours_and_absences_that_end_before_they_begin_are_refused(self) -> None:
        with pytest.raises(ValueError, match="working hours must end"):
            WorkingHours(start=time(10), end=time(10))
        with pytest.raises(ValueError, match="absence must not end"):
            Absence(DAY, date(2026, 11, 30))


class TestAddresses:
    def test_case_and_aliases_make_no_difference(self) -> None:
        assert TEAM.canonical("ANA.K@acme-labs.example") == email("ana")
        assert TEAM.find("Ana@Acme.Example").name == "Ana"
        assert TEAM.canonical("New@x.example") == "new@x.example"
        assert TEAM.find("New@x.example") == Person("new@x.example")

    def test_internal_is_a_domain_below_it_or_a_listed_address(self) -> None:
        inside = ("x@acme.example", "x@eu.acme.example", "ana.k@acme-labs.example", "PLATFORM@acme.example")
        assert all(map(TEAM.is_internal, inside))
        assert not any(map(TEAM.is_internal, ("x@notacme.example", "x@acme.example.net", "x@acme-labs.example", "x")))

    def test_members_of_a_group_by_their_main_addresses(self) -> None:
        team = replace(TEAM, group=(Group("G@acme.example", ("Ana.K@acme-labs.example",)),))
        assert team.members_of("g@ACME.example") == (email("ana"),)
        assert team.members_of(email("ana")) is None


class TestChain:
    @pytest.mark.parametrize(
        ("other", "relation"),
        [("ana", "report"), ("dev", "skip"), ("ruth", "manager"), ("zoe", "skip"), ("pete", "peer"), ("new", "peer")],
    )
    def test_relations(self, other: str, relation: str) -> None:
        assert TEAM.relation(DANA, email(other)) == relation

    def test_a_circle_ends(self) -> None:
        team = Team((Person("a@x.example", manager="b@x.example"), Person("b@x.example", manager="a@x.example")))
        assert team.chain_above("a@x.example") == ("b@x.example", "a@x.example")

    def test_reports_and_teams(self) -> None:
        assert [p.name for p in TEAM.reports_of(DANA)] == ["Ana", "Ben", "Cleo"]
        assert TEAM.teams_led_by(DANA) == {"platform", "mobile"}

    @pytest.mark.parametrize(
        ("name", "own"),
        [
            ("ana", True),
            ("dev", True),
            ("fay", True),
            ("ruth", False),
            ("pete", False),
            ("quin", False),
            ("new", False),
        ],
    )
    def test_own_people(self, name: str, own: bool) -> None:
        assert TEAM.is_own(DANA, email(name)) is own


class TestAssumedManagers:
    """Someone of whom the file does not say who they report to reports to whom all others of the team do."""

    def team(self, *people: tuple[str, str | None, str | None], group: tuple[str, ...] = ()) -> Team:
        persons = tuple(Person(email(n), manager=m and email(m), team=t) for n, m, t in people)
        return Team(persons, (Group("g@acme.example", tuple(map(email, group))),), ("acme.example",))

    def test_like_the_rest_of_the_team(self) -> None:
        team = self.team(("a", "boss", "t"), ("b", "boss", "t"), ("c", None, "t"))
        assert team.manager_of(email("c")) == email("boss")

    def test_the_boss_in_the_team_does_not_disturb(self) -> None:
        team = self.team(("boss", "top", "t"), ("a", "boss", "t"), ("c", None, "t"))
        assert team.manager_of(email("c")) == email("boss")

    def test_the_boss_does_not_report_to_themself(self) -> None:
        team = self.team(("boss", None, "t"), ("a", "boss", "t"))
        assert team.manager_of(email("boss")) is None

    def test_not_if_the_team_disagrees(self) -> None:
        team = self.team(("a", "boss", "t"), ("b", "other", "t"), ("c", None, "t"))
        assert team.manager_of(email("c")) is None

    def test_not_if_nothing_is_known(self) -> None:
        assert self.team(("a", None, "t"), ("c", None, "t")).manager_of(email("c")) is None
        assert self.team(("a", "boss", None), ("c", None, None)).manager_of(email("c")) is None

    def test_someone_only_in_a_group(self) -> None:
        team = self.team(("boss", "top", None), ("a", "boss", None), group=("boss", "a", "c"))
        assert team.manager_of(email("c")) == email("boss")

    def test_an_empty_manager_is_nobody(self) -> None:
        person = Person(email("c"), manager="", team="t")
        team = self.team(("a", "boss", "t"), ("b", "boss", "t"))
        team = replace(team, person=(*team.person, person))
        assert team.manager_of(email("c")) is None
        assert team.is_own(email("boss"), email("c"))


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", *"abcdef"]), st.sampled_from("xy")), max_size=8)
)
def test_any_team_has_chains_that_end_and_one_relation_for_each_pair(lines: list[tuple[str, str, str]]) -> None:
    people = {n: Person(email(n), manager=email(m) if m else None, team=t) for n, m, t in lines}
    team = Team(tuple(people.values()))
    for name in "abcdef":
        chain = team.chain_above(email(name))
        assert len(set(chain)) == len(chain)
        assert team.relation(DANA, email(name)) in ("report", "skip", "peer", "manager")
