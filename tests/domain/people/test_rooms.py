"""Rooms and sites of a team file."""

from __future__ import annotations

import pytest

from app.domain.people.person import Team
from app.domain.people.rooms import Distance, Premises, Room, Site

SPREE = Room("spree@example.com", "Spree", 8, "Mitte")
PREMISES = Premises(
    (SPREE, Room("havel@example.com", "Havel", 4)),
    (Site("Mitte", ("Alexanderplatz",)), Site("Adlershof")),
    (Distance(("Mitte", "Adlershof"), 40),),
)


@pytest.mark.parametrize(
    ("location", "rooms", "site"),
    [
        ("Room Spree (8)", ("spree@example.com",), "Mitte"),
        ("spreewald", (), ""),
        ("Havel", ("havel@example.com",), ""),
        ("am Alexanderplatz 1", (), "Mitte"),
        ("adlershof, Kantine", (), "Adlershof"),
        ("https://meet.example.com/adlershof", (), "Adlershof"),
        ("", (), ""),
    ],
)
def test_a_location_names_rooms_and_sites_by_whole_words(location: str, rooms: tuple[str, ...], site: str) -> None:
    assert PREMISES.at(location) == rooms
    assert PREMISES.site(location, rooms) == site


def test_a_room_says_where_a_meeting_is_before_its_location_does() -> None:
    assert PREMISES.site("Adlershof", ("spree@example.com",)) == "Mitte"


def test_a_way_is_as_long_as_the_way_back() -> None:
    assert PREMISES.minutes("Mitte", "Adlershof") == PREMISES.minutes("Adlershof", "Mitte") == 40
    assert PREMISES.minutes("Mitte", "Mitte") == PREMISES.minutes("Mitte", "") == 0


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Team(room=(SPREE,)), "there is no [[site]] with the name 'Mitte'"),
        (lambda: Team(distance=(Distance(("a", "b"), 1),)), "there is no [[site]] with the name 'a'"),
        (lambda: Room("r@example.com", seats=0), "room r@example.com must have at least one seat, not 0"),
        (lambda: Distance(("a", "b"), -1), "from a to b must be 0 to 1440 minutes, not -1"),
    ],
)
def test_what_cannot_be_is_refused(make: object, text: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=text.replace("[", r"\[")):
        make()
