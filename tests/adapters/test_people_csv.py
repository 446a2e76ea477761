"""A team from a table of people."""

from zoneinfo import ZoneInfo

import pytest

from app.adapters.people_csv import COLUMNS, read_people
from app.domain.people.person import Cadence, Person, Team
from app.errors import InputError

FULL = (
    "Email,name,manager,team,timezone,level,one_on_one,country,aliases\r\n"
    'Ana@example.com,"Kovač, Ana",dana@example.com,platform,Europe/Berlin,'
    "junior,twice_weekly,DE-BE,ana.k@example.com\r\n"
    "\r\n"
    "ben@example.com,,,,,,,,\r\n"
)


def test_every_column_is_read_and_what_is_empty_is_not_known() -> None:
    ana = Person(
        "ana@example.com",
        name="Kovač, Ana",
        manager="dana@example.com",
        team="platform",
        timezone=ZoneInfo("Europe/Berlin"),
        level="junior",
        one_on_one=Cadence.TWICE_WEEKLY,
        country="DE-BE",
        aliases=("ana.k@example.com",),
    )
    assert read_people("people.csv", FULL) == Team((ana, Person("ben@example.com")))


def test_columns_are_fields_of_a_person() -> None:
    assert set(COLUMNS) <= set(Person.__dataclass_fields__)


def test_semicolons_and_a_mark_of_byte_order_are_understood() -> None:
    assert read_people("p.csv", "\ufeffname;email\nAna;ana@example.com\n") == Team((Person("ana@example.com", "Ana"),))


def test_every_bad_line_is_named() -> None:
    table = (
        "email,level,timezone\nana,,\nben@example.com,king,\nben@example.com,,\n,,Mars/Base\nben@example.com,,,1,2\n"
    )
    with pytest.raises(InputError) as refused:
        read_people("p.csv", table + "cem@example.com,,\nCem@example.com,,\n")
    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [f"p.csv, line {n}" for n in (2, 3, 5, 6, 8)]
    assert "no email address" in lines[0]
    assert "level" in lines[1]
    assert "more values" in lines[3]
    assert "there twice" in lines[4]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("email,levl", "unknown column 'levl'; did you mean level"),
        ("name,team", "has no column email"),
        ("", "has no column email"),
    ],
)
def test_a_header_that_is_wrong_is_refused(header: str, said: str) -> None:
    with pytest.raises(InputError, match=f"p.csv, line 1: {said}"):
        read_people("p.csv", header + "\n")


def test_what_is_no_csv_is_named() -> None:
    with pytest.raises(InputError, match="line 2: is no CSV"):
        read_people("p.csv", 'email\n"ana@example.com" x\n')
