"""The weekly mail in a real browser: small screens, dark mode, blocked images."""

from __future__ import annotations

from functools import cache

import pytest
from playwright.sync_api import Browser

from app.render.mail.content import Button, Row, ShortMailContent
from app.render.mail.html import short_html
from tests.chromium import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.render.given_plans import with_title
from tests.render.given_proposals import proposed
from tests.render.mail.samples import LINKS
from tests.render.mail.screens import SCHEMES, Scheme, html_of, shown_at
from tests.render.sample import sample_plan

CONTRAST = 4.5
"""What WCAG 2.2 asks of text at least (1.4.3)."""
MOST = 22
"""More than any two colours have."""
FAINT = """least => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = rgb => {
    const [r, g, b] = rgb.map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return null;
  };
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    const said = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join(' ').trim();
    if (!said || !element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const ground = behind(element);
    const [one, other] = ground ? [light(parts(getComputedStyle(element).color).slice(0, 3)), light(ground)] : [0, 0];
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (ratio < least) found.push([said.slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  return found;
}"""

SHORT = ShortMailContent(
    subject="1 of 2 moves was made",
    preheader="Week 2026-W49",
    gist="1 of 2 moves was made",
    lines=("It can be taken back until Thu 3 Dec 2026 09:00 +01:00.",),
    footer="Opening the page changes nothing.",
    rows=(
        Row("Planning-of-everything" * 8, "made", "good"),
        Row("Mobile weekly", "left alone", "bad", ("somebody moved it meanwhile",)),
    ),
    code="123456",
    button=Button("Take it back", LINKS.undo or ""),
    unsubscribe=LINKS.unsubscribe,
)
"""All that a short mail can say, in one."""


@cache
def mail(title: str | None = None, *, images: bool = False) -> str:
    """The first mail about the sample week, with every title replaced if one is given."""
    plan = sample_plan() if title is None else with_title(sample_plan(), title)
    return html_of(proposed(plan), images=images, is_first=True)


@pytest.mark.parametrize(
    ("title", "images"), [(None, True), ("x" * 10_000, False), ("Planning-of-everything" * 8, False)]
)
def test_it_fits_a_small_screen(chromium: Browser, title: str | None, images: bool) -> None:
    with shown_at(chromium, mail(title, images=images), 320, "light") as page:
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_the_button_is_seen_at_once_and_large_enough_for_a_thumb(chromium: Browser) -> None:
    with shown_at(chromium, mail(), 320, "light") as page:
        button = page.get_by_role("link", name="Apply")
        assert button.is_visible()
        box = button.bounding_box()
        assert box
        assert (box["x"] >= 0, box["x"] + box["width"] <= 320) == (True, True)
        assert (box["height"] >= 44, box["y"] + box["height"] <= 800) == (True, True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_stands_out_from_its_ground(chromium: Browser, scheme: Scheme) -> None:
    with shown_at(chromium, mail(images=False), 600, scheme) as page:
        assert page.evaluate(FAINT, CONTRAST) == []
        assert page.evaluate(FAINT, MOST) != []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_short_mail_fits_a_small_screen_and_stands_out(chromium: Browser, scheme: Scheme) -> None:
    with shown_at(chromium, short_html(SHORT), 320, scheme) as page:
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
        assert page.evaluate(FAINT, CONTRAST) == []
        assert page.get_by_role("link", name="Take it back").is_visible()


def test_pictures_are_shown_whole_and_say_what_they_show(chromium: Browser) -> None:
    with shown_at(chromium, mail(images=True), 320, "dark") as page:
        for image in page.get_by_role("img").all():
            box = image.bounding_box()
            assert box
            assert image.evaluate("image => image.naturalWidth") == 1_200
            assert box["width"] <= 320
            assert "focus" in (image.get_attribute("alt") or "")
