from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from app.domain.plans.plan import When
from app.render import words
from tests.render.hostile import titles, unseen

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (25, "25 min"), (60, "1 h"), (85, "1 h 25"), (605, "10 h 05")]
)
def test_duration(minutes: int, text: str) -> None:
    assert words.duration(minutes) == text


@pytest.mark.parametrize(("minutes", "text"), [(570, "9.5 h"), (480, "8 h"), (125, "2.1 h")])
def test_hours(minutes: int, text: str) -> None:
    assert words.hours(minutes) == text


def test_span_names_the_second_day() -> None:
    start = datetime(2026, 11, 30, 13, 0, tzinfo=BERLIN)
    assert words.span(When(start, start.replace(minute=25))) == f"Mon 30 Nov 13:00{words.DASH}13:25"
    assert words.span(When(start, start.replace(month=12, day=1))).endswith("Tue 1 Dec 13:00")


def test_week_of_is_named_by_its_monday() -> None:
    assert words.week_of(date(2026, 12, 4)) == "the week of 30 Nov"


def test_moment_says_its_offset() -> None:
    assert words.moment(datetime(2026, 11, 26, 8, 0, tzinfo=BERLIN)) == "Thu 26 Nov 2026 08:00 +01:00"
    assert words.moment(datetime(2026, 11, 26, 8, 0, tzinfo=UTC)) == "Thu 26 Nov 2026 08:00 UTC"


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (list("ABCDEFG"), "A, B, C, D, E and 2 more")]
)
def test_listed(names: list[str], text: str) -> None:
    assert words.listed(names) == text


def test_kinds_of_a_block_put_relations_together() -> None:
    assert words.kinds(("one_on_one:report", "one_on_one:skip")) == "1:1s (report, skip level)"
    assert words.kinds(("sprint_start", "book_club")) == "sprint starts, book club"
    assert words.kind("one_on_one", "peer") == "1:1 (peer)"


@pytest.mark.parametrize("limit", [10, 200])
def test_clean_cuts_what_is_too_long(limit: int) -> None:
    assert len(words.clean("word " * 1000, limit)) <= limit


def test_clean_keeps_what_people_write() -> None:
    kept = "Ana Kovač — 1:1 ☕ 語 שלום 👩\u200d👧"
    assert words.clean(kept) == kept


def test_an_empty_title_has_a_name() -> None:
    assert words.title(" \u200b\n") == words.UNTITLED


@given(titles)
def test_clean_leaves_nothing_that_steers_or_hides(text: str) -> None:
    cleaned = words.clean(text)
    assert not unseen(cleaned)
    assert "\n" not in cleaned
    assert words.clean(cleaned) == cleaned
