"""The mails as text and as HTML: the same words, in lines that every program shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from app.render.mail import short
from app.render.mail.compose import weekly
from app.render.mail.content import ShortMailContent, WeeklyMailContent
from app.render.mail.html import short_html, weekly_html
from app.render.mail.text import WIDTH, short_text, weekly_text
from tests.render.given_proposals import NOW, proposed
from tests.render.mail.samples import LINKS, failed, nothing_to_move, sample_mail

SHORT: dict[str, ShortMailContent] = {
    "failed": short.confirmation(failed(), LINKS),
    "reminder": short.reminder(proposed(), LINKS, NOW),
    "line": short.line(nothing_to_move(), LINKS, NOW),
    "code": short.code("004217", timedelta(minutes=10)),
}
WEEKLY: dict[str, WeeklyMailContent] = {"sample": sample_mail(), "nothing": weekly(nothing_to_move(), LINKS, NOW)}
UNSAID = {"subject", "preheader", "picture_alt", "tells", "unsubscribe", "url", "tone"}
"""What is said elsewhere, or is no word."""


@pytest.mark.parametrize("name", WEEKLY)
def test_golden(golden: Any, name: str) -> None:
    golden(f"{name}.txt", weekly_text(WEEKLY[name]))
    golden(f"{name}.html", weekly_html(WEEKLY[name], "cid:week", "cid:trend"))


@pytest.mark.parametrize("name", SHORT)
def test_golden_of_short_mails(golden: Any, name: str) -> None:
    golden(f"{name}.txt", short_text(SHORT[name]))
    golden(f"{name}.html", short_html(SHORT[name]))


def said(value: object) -> Iterator[str]:
    """Every word of a mail."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from said(each)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in UNSAID:
                yield from said(getattr(value, field.name))


def plain(text: str) -> str:
    return "".join(unescape(text).replace("\xa0", " ").split()).casefold()


ALL = {
    **{name: (content, weekly_text(content), weekly_html(content)) for name, content in WEEKLY.items()},
    **{name: (content, short_text(content), short_html(content)) for name, content in SHORT.items()},
}


@pytest.mark.parametrize("name", ALL)
def test_text_and_page_leave_nothing_out(name: str) -> None:
    content, text, page = ALL[name]
    for word in said(content):
        assert plain(word) in plain(text), word
        assert plain(word) in plain(page), word


@pytest.mark.parametrize("name", ALL)
def test_lines_are_short_but_for_links(name: str) -> None:
    _, text, _ = ALL[name]
    assert not [line for line in text.splitlines() if len(line) > WIDTH and "https://" not in line]
    assert text.endswith("\n")


def test_the_order_is_that_of_a_look() -> None:
    """Gist, moves, the week, what could not be done, the meetings themselves, the trend, what it was taken for."""
    headings = ["Moves", "The week before and after", "What could not be done", "The meetings themselves"]
    headings += ["The last 8 weeks", "Is this right?"]
    for whole in (weekly_text(sample_mail()), weekly_html(sample_mail(), "cid:week", "cid:trend")):
        places = [whole.index(heading) for heading in ("9 moves", *headings)]
        assert places == sorted(places)
