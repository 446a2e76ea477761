import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from app.domain.plans.plan import Advice, Plan
from app.render.plans.html import to_html
from app.render.words import title as shown_title
from tests.render.given_plans import with_title
from tests.render.hostile import HOSTILE, titles, unseen
from tests.render.sample import sample_plan, small_plan

VOID = {"meta", "br"}
PHRASING = {"p", "h1", "h2", "h3", "span", "bdi", "strong", "b", "i", "dt", "a", "title"}
BLOCKS = {"p", "div", "section", "ul", "ol", "li", "table", "dl", "h1", "h2", "h3", "header", "main", "footer"}


class Page(HTMLParser):
    """A page as a list of its tags, checked for balance, with the text that is not style."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not (self.open and self.open[-1] in PHRASING and tag in BLOCKS), (self.open, tag)
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def shape(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    """What of a page no title may change: tags and the names of attributes."""
    return [(tag, tuple(attrs)) for tag, attrs in Page(to_html(plan)).tags]


def test_golden(golden: Any) -> None:
    golden("proposal.html", to_html(sample_plan(), "clearweek plan your.ics --manager you@example.com"))


def test_the_page_is_well_formed_and_needs_nothing_else() -> None:
    page = Page(to_html(sample_plan(), "next"))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    names = {name for _, attrs in page.tags for name in attrs}
    assert not {name for name in names if name.startswith("on") or name == "src"}
    assert "url(" not in to_html(sample_plan())
    assert {attrs["href"] for _, attrs in page.tags if "href" in attrs} <= {
        "mailto:ruth@example.com?subject=Leadership%20meeting",
        "mailto:ruth@example.com",
        "mailto:felix@example.com",
        "mailto:lee@example.com",
    }


def test_headings_come_in_order_and_ids_are_unique() -> None:
    page = Page(to_html(sample_plan()))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(set(ids)) == len(ids)
    assert {attrs["aria-labelledby"] for _, attrs in page.tags if "aria-labelledby" in attrs} == set(ids)


@pytest.mark.parametrize(
    "text",
    [
        "all times Europe/Berlin (UTC+01:00)",
        "9 moves, 8 of 8 in the budget",
        "Tue 1 Dec 14:00\u201314:45 → Mon 30 Nov 11:15\u201312:00",
        "series, from the week of 30 Nov",
        "mails Ana Kovač, Jonas Weber, Priya Raman and Tom Lindqvist, resets 4 answers",
        "09:30 for Noah Carter (New York)",
        "not ticked beforehand: nobody knows when lee@example.com is busy",
        "it is meant for Friday 14:45 in a later step",
        "If Monday 1:1s ended at 17:30, it would fit at 17:00",
        "1:1s (report, skip level) need 9.5 h; Monday 1:1s and Friday 1:1s have 8 h: 1.5 h too much",
        "two people, one of them your report Ana Kovač",
        "no: Ruth Adler is above you",
        "Skipped an event in line 812: it ends before it starts dana.ics",
    ],
)
def test_the_page_says(text: str) -> None:
    assert text in Page(to_html(sample_plan())).text


def test_a_private_title_stays_private() -> None:
    plan = sample_plan()
    told = replace(plan, meetings=tuple(replace(m, title="Kita") if m.private else m for m in plan.meetings))
    assert "Kita" not in to_html(told)


def test_only_mail_can_be_linked() -> None:
    plan = sample_plan()
    bad = Advice("Click", "javascript:alert(1)")
    page = to_html(replace(plan, meetings=tuple(replace(m, advice=bad) for m in plan.meetings)))
    assert "javascript" not in page


def test_a_plan_without_anything_is_shown() -> None:
    plan = sample_plan()
    pattern = replace(plan.pattern, blocks=())
    page = Page(to_html(replace(plan, meetings=(), busy=(), warnings=(), days=(), people=(), pattern=pattern)))
    assert "Nothing to move" in page.text


def test_a_clear_day_says_so() -> None:
    page = Page(to_html(replace(sample_plan(), meetings=(), busy=())))
    assert page.text.count("Nothing: the day is clear") == 4


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_changes_no_tag_and_is_read_as_it_is(title: str) -> None:
    plan = sample_plan()
    assert shape(with_title(plan, title)) == shape(with_title(plan, "Plain"))
    page = Page(to_html(with_title(plan, title)))
    assert shown_title(title) in page.text


@settings(max_examples=30)
@given(titles)
def test_no_title_injects(title: str) -> None:
    plan = small_plan()
    page = to_html(with_title(plan, title), next_step=title or None)
    assert not unseen(page)
    assert shape(with_title(plan, title)) == shape(with_title(plan, "Plain"))
    assert len(page) < 1_000_000
