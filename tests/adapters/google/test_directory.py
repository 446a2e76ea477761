from __future__ import annotations

import json
from typing import Any

import pytest

from app.adapters.google.credentials import DIRECTORY
from app.adapters.google.directory import read_people
from app.domain.people.person import Person
from app.errors import ReconnectError, UnavailableError
from tests.adapters.google.remote import DANA, answering, secret
from tests.google_double import faults
from tests.google_double.double import GoogleDouble


def people(double: GoogleDouble, **more: Any) -> tuple[Person, ...]:
    said = json.dumps(double.credentials(DANA, [DIRECTORY])).encode()
    return read_people(said, DANA, double.url, sleep=lambda _: None, **more)


def test_people_come_with_what_the_directory_says(double: GoogleDouble) -> None:
    aliases = ("Ana.K@example.com",)
    double.add_user("Ana@example.com", name="Ana K", manager="Dana@example.com", department="Platform", aliases=aliases)
    double.add_user("left@example.com", suspended=True)
    assert people(double) == (
        Person("ana@example.com", "Ana K", DANA, "Platform", aliases=("ana.k@example.com",)),
        Person(DANA, "Dana"),
    )


def test_all_pages_are_read(double: GoogleDouble) -> None:
    for number in range(501):
        double.add_user(f"p{number:03}@example.com")
    assert len(people(double)) == 502
    assert double.count("users.list") == 2


def test_no_more_is_asked_for_than_everyone_may_see(double: GoogleDouble) -> None:
    people(double)
    query = double.requests[-1].query
    assert query["viewType"] == ["domain_public"]
    assert "phones" not in query["fields"][0]


def test_a_login_without_the_directory_has_to_be_renewed(double: GoogleDouble) -> None:
    with pytest.raises(ReconnectError, match="does not cover the people of the domain"):
        read_people(secret(double), DANA, double.url)


@pytest.mark.parametrize(
    "fault",
    [
        faults.unavailable(),
        faults.refused("deleted"),
        faults.token_loop(),
        answering(200, b'{"users": [{"name": {}}]}'),
        answering(200, b'{"users": [5]}'),
    ],
)
def test_a_list_that_is_not_whole_is_none(double: GoogleDouble, fault: faults.Fault) -> None:
    double.fault(fault, on="users.list", times=None)
    with pytest.raises(UnavailableError):
        people(double)
