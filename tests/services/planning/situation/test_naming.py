"""Which meeting somebody means."""

from __future__ import annotations

import pytest

from app.errors import InputError
from app.services.planning.situation.naming import uid_named

TITLES = {"u1": "Dana / Ana", "u2": "Dana / Ana, planning", "u3": "Sync", "u4": "Platform sync", "dana": "Retro"}


@pytest.mark.parametrize(
    ("name", "uid"),
    [("u3", "u3"), ("planning", "u2"), ("dana / ana", "u1"), ("SYNC", "u3"), ("dana", "dana"), ("U4", "u4")],
)
def test_a_uid_comes_before_a_title_and_a_whole_title_before_a_part(name: str, uid: str) -> None:
    assert uid_named(name, TITLES, "explain") == uid


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Dana / A", "'Dana / A' fits 2 meetings, 'Dana / Ana', 'Dana / Ana, planning'; give more of the title"),
        ("Platfrom sync", "no meeting of this week is called 'Platfrom sync'; did you mean 'Platform sync'?"),
        ("u", "'u' fits 4 meetings"),
        ("zzz", "give its UID, or a part of its title"),
        (" ", "no meeting of this week is called ' '"),
    ],
)
def test_what_is_none_or_several_is_one_clear_line(name: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        uid_named(name, TITLES, "explain")
    assert said in str(error.value)
    assert error.value.option == "explain"
