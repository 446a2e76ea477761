"""Team figures: of five people and more, and never two of which the difference tells of one."""

from datetime import date, time

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.people.person import Absence, Person
from app.services.auditing.team_figures import FEWEST, STEP_HOURS, circle, team_figures
from tests.services.auditing.offices import record
from tests.services.weeks import DANA, Office

NAMES = [f"p{number}@example.com" for number in range(9)]


def office_of(people: int, hours: list[int], *, teams: int = 1, hidden: int = 0, away: int = 0) -> Office:
    """Dana's, with some people in some teams; some have no calendar here, others are away, who has which by number."""
    gone = (Absence(date(2026, 11, 30), date(2026, 12, 6)),)
    reports = [
        Person(name, name[:2], manager=DANA, team=f"team {number % teams}", away=gone if number < away else ())
        for number, name in enumerate(NAMES[:people])
    ]
    names = [person.email for person in reports]
    it = Office([Person(DANA, "Dana"), *reports], without_calendar=frozenset(names[len(names) - hidden :]))
    it.meeting("all", [DANA, *names], 0, time(9), 60)
    for number, name in enumerate(names):
        if hours[number]:
            it.block(name, 2, time(9), hours[number] * 60)
    return it


hours = st.lists(st.integers(0, 8), min_size=9, max_size=9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 9), hours, st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_nothing_is_told_of_fewer_than_five_and_all_of_it_is_of_the_same_people(
    people: int, taken: list[int], teams: int, hidden: int, away: int
) -> None:
    seen = record(office_of(people, taken, teams=teams, hidden=min(hidden, people), away=away))
    counted = circle(seen)
    figures = [*team_figures(seen)]
    assert bool(figures) is (len(counted) >= FEWEST)
    assert all(figure.people == len(counted) for figure in figures)
    assert len(counted) <= max(0, people - max(hidden, min(away, people - hidden)))


@settings(max_examples=8, deadline=None)
@given(hours, st.integers(FEWEST + 1, 9))
def test_two_audits_of_which_one_has_one_person_more_do_not_tell_of_that_one(taken: list[int], people: int) -> None:
    more, fewer = (next(team_figures(record(office_of(n, taken)))) for n in (people, people - 1))
    guessed = more.value * more.people - fewer.value * fewer.people
    blur = STEP_HOURS / 2 * (more.people + fewer.people)
    assert abs(guessed - (taken[people - 1] + 1)) <= blur + 1e-9
    assert blur >= 2.5


def test_a_mean_says_neither_who_nor_the_most_and_is_in_steps() -> None:
    figures = [*team_figures(record(office_of(6, [8, 0, 0, 0, 0, 0, 0, 0, 0])))]
    assert [figure.name for figure in figures] == ["busy_hours", "focus_hours"]
    assert figures[0].value == round((6 + 8) / 6 * 2) / 2
    assert all(figure.value % STEP_HOURS == 0 for figure in figures)
    assert not any(name[:2] in figure.text for name in NAMES for figure in figures)


def test_who_is_not_the_managers_own_is_not_counted() -> None:
    it = office_of(5, [0] * 9)
    it.people.append(Person("pete@example.com", "Pete", manager="zoe@example.com"))
    it.meeting("peers", [DANA, "pete@example.com"], 2, time(10))
    assert len(circle(record(it))) == 5
