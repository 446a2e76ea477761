from __future__ import annotations

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app
from app.domain.meetings.guess import Guess, GuessedTeam, guess_team
from app.domain.people.person import Absence, Cadence, Group, Person, Team, Travel, WorkingHours
from app.render.team_file import guessed_team_file, team_file
from app.settings import load_team, parse
from tests.domain.given import BERLIN, DANA, RULES, TEAM, meeting, series

HOSTILE = '"; [[person]]\nemail = "x"\t\\u0000 \x7f \x00 \u2028 # 🤖'
SAMPLE = Path(app.__file__).parent / "sample" / "team.toml"
BARE = Team(internal_domains=("acme.example",))
FULL = Team(
    person=(
        Person(
            email="ana@acme.example",
            name=HOSTILE,
            manager="",
            team="platform",
            timezone=BERLIN,
            working_hours=(WorkingHours(("monday",), time(8, 0), time(12, 30)), WorkingHours()),
            level="junior",
            one_on_one=Cadence.TWICE_WEEKLY,
            country="DE-BE",
            aliases=("ana.k@acme.example",),
            away=(Absence(date(2026, 12, 24), date(2026, 12, 31)),),
            travel=(Travel(date(2026, 12, 1), date(2026, 12, 3), ZoneInfo("Asia/Tokyo")),),
            starts=date(2020, 1, 1),
            ends=date(2030, 1, 1),
        ),
    ),
    group=(Group("all@acme.example", ("ana@acme.example",)),),
    internal_domains=("acme.example",),
    okr_dashboard="https://acme.example/okr?a=1&b=2",
)


@pytest.mark.parametrize("team", [FULL, TEAM, Team(), load_team(SAMPLE)])
def test_a_team_reads_back_as_itself(team: Team) -> None:
    assert parse(team_file(team), "team.toml", Team) == team


NAMES = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(NAMES, NAMES), max_size=4), NAMES)
def test_no_name_breaks_the_file(people: list[tuple[str, str]], why: str) -> None:
    persons = tuple(Person(f"p{n}@acme.example", name, team=team) for n, (name, team) in enumerate(people))
    team = Team(persons, internal_domains=("acme.example",))
    guessed = GuessedTeam(team, tuple(Guess(p.email, why) for p in persons), lists=("all@acme.example",))
    assert parse(guessed_team_file(guessed), "team.toml", Team) == team


def test_a_guessed_team_is_marked_line_by_line_and_reads_back() -> None:
    meetings = [
        *series("Weekly", "dana ana ben all", [0], team=BARE),
        meeting("Dana / Ana", "dana ana", team=BARE),
        meeting("Dana / Ben", "dana ben", team=BARE),
        meeting("Pete", "dana pete", organizer="pete@acme.example", team=BARE),
    ]
    guessed = guess_team(meetings, DANA, RULES.words)
    text = guessed_team_file(guessed)
    assert parse(text, "team.toml", Team) == guessed.team
    lines = text.splitlines()
    assert all(lines[n - 1].startswith("# Guess: ") for n, line in enumerate(lines) if line.startswith("[[person]]"))
    assert "# Guess: you organize a 1:1 with them, and they are in a team meeting of yours." in lines
    assert '# email = "all@acme.example"' in lines
