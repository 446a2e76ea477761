"""Reading meeting scheduling workbooks, and making instances of their family."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from benchmarks.meeting_instances import DAY_GRAINS, InstanceError, Meeting, Room, day_spans, generate, read

Sheets = dict[str, list[tuple[Any, ...]]]
HEAD = ("Topic", "Duration", "Required attendance list", "Preferred attendance list")


def _workbook(path: Path, *meetings: tuple[Any, ...]) -> Path:
    sheets: Sheets = {
        "Days": [
            ("Day", "Start", "End", "Lunch hour start time"),
            ("Sat 2022-01-01", "08:00", "18:00", "12:00"),
            ("Sun 2022-01-02", "08:00", "12:00", "12:00"),
        ],
        "Rooms": [("Name", "Capacity"), ("R 1", 30.0), ("R 2", 2.0)],
        "Persons": [("Full name",), ("Amy Cole",), ("Beth Fox",), ("Chad Green",)],
        "Meetings": [HEAD, *meetings],
    }
    book = Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read_with_its_people_by_number(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "two.xlsx", ("Plan", 45.0, "Amy Cole, Chad Green", "Beth Fox"), ("Talk", 15, "Beth Fox", None)
    )
    instance = read(path)
    assert instance.name == "two"
    assert instance.rooms == (Room("R 1", 30), Room("R 2", 2))
    assert instance.persons == ("Amy Cole", "Beth Fox", "Chad Green")
    assert instance.meetings == (Meeting("Plan", 3, (0, 2), (1,)), Meeting("Talk", 1, (1,), ()))


def test_the_lunch_hour_has_no_grains(tmp_path: Path) -> None:
    instance = read(_workbook(tmp_path / "days.xlsx", ("Plan", 15, "Amy Cole", "")))
    assert instance.days == (36, 16)
    assert list(day_spans(instance.days)) == [range(36), range(36, 52)]


@pytest.mark.parametrize(
    ("meeting", "why"),
    [
        (("Plan", 15, "Zoe Nobody", ""), "Zoe Nobody"),
        (("Plan", 15, "Amy Cole", "Amy Cole"), "somebody is both required and preferred for 'Plan'"),
        (("Plan", 20, "Amy Cole", ""), "'Plan' does not last a number of grains"),
        (("Plan", None, "Amy Cole", ""), "NoneType"),
    ],
)
def test_what_is_no_instance_is_refused_by_name(tmp_path: Path, meeting: tuple[Any, ...], why: str) -> None:
    path = _workbook(tmp_path / "bad.xlsx", meeting)
    with pytest.raises(InstanceError, match=f"bad.xlsx: .*{re.escape(why)}"):
        read(path)


def test_a_workbook_without_the_sheets_is_refused(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "empty.xlsx")
    with pytest.raises(InstanceError, match="Days"):
        read(tmp_path / "empty.xlsx")


def test_a_made_instance_has_the_sizes_of_its_family() -> None:
    instance = generate(800, 5, 1)
    assert sum(instance.days) == 2560
    assert max(instance.days) == DAY_GRAINS
    assert [room.capacity for room in instance.rooms] == [30, 20, 16, 14, 12]
    assert len(instance.persons) == pytest.approx(40, abs=4)
    assert all(len(meeting.required) >= 2 and meeting.seats <= 30 for meeting in instance.meetings)
    assert instance == generate(800, 5, 1) != generate(800, 5, 2)
