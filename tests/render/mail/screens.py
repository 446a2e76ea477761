"""The weekly mail of the bundled sample in a browser: `python -m tests.render.mail.screens OUT`.

Writes a screenshot for each width and scheme, with images and without, and `mail.png`, the one that docs/ shows.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from app.cli.reading import demo_request
from app.domain.proposals.shown import Shown
from app.render import words
from app.render.mail.compose import History, weekly
from app.render.mail.html import weekly_html
from app.render.mail.ticked import ticked
from app.render.picture import trend_picture, week_picture
from app.render.picture.canvas import fewer_colours
from app.render.picture.colours import colour
from app.render.proposals.proposals import Seen
from app.services.planning.plan_week import plan_week
from tests.chromium import started
from tests.render.given_proposals import NOW, proposed
from tests.render.mail.samples import FINDINGS, LINKS, TREND

Scheme = Literal["light", "dark"]
WIDTHS = (320, 600, 1200)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
APART, HIGH = 24, 1_060
"""Pixels between the parts of `mail.png`, and how high each is."""


def html_of(shown: Shown, *, images: bool, is_first: bool = False) -> str:
    """A weekly mail with all that it can say; without images, as a program shows it that blocks them."""
    content = weekly(shown, LINKS, NOW, FINDINGS, TREND, History(is_first=is_first), (), 10)
    pictures = (week_picture(ticked(shown).plan, Seen(shown).numbers), trend_picture(TREND))
    week, trend = (f"data:image/png;base64,{b64encode(data).decode()}" for data in pictures)
    return weekly_html(content, week, trend) if images else weekly_html(content, "cid:week", "cid:trend")


@contextmanager
def shown_at(browser: Browser, html: str, width: int, scheme: Scheme) -> Iterator[Page]:
    """A page with a mail in it."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.set_content(html)
    yield page
    context.close()


def main(out: Path) -> None:
    """Write the screenshots."""
    out.mkdir(parents=True, exist_ok=True)
    sample = proposed(plan_week(demo_request()).plan)
    with started() as browser:
        for width, scheme, images in product(WIDTHS, SCHEMES, (True, False)):
            name = f"mail-{width}-{scheme}{'' if images else '-without-images'}.png"
            with shown_at(browser, html_of(sample, images=images), width, scheme) as page:
                save(seen(page), out / name)
        save(side_by_side(browser, html_of(sample, images=True)), out / "mail.png")


def seen(page: Page) -> Image.Image:
    """The whole page as a picture."""
    return Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")


def side_by_side(browser: Browser, html: str) -> Image.Image:
    """How the mail begins and its picture of the week, and how it begins on a small screen in the dark."""
    with shown_at(browser, html, 600, "light") as page:
        wide = seen(page)
        picture = page.get_by_text("The week before and after").bounding_box()
        assert picture
        top = round(picture["y"]) - 20
    with shown_at(browser, html, 320, "dark") as page:
        small = seen(page)
    parts = [wide.crop((0, 0, 600, HIGH)), wide.crop((0, top, 600, top + HIGH)), small.crop((0, 0, 320, HIGH))]
    whole = Image.new("RGB", (sum(part.width + APART for part in parts) + APART, HIGH + 2 * APART), "#dfe3e9")
    left = APART
    for part in parts:
        whole.paste(part, (left, APART))
        left += part.width + APART
    return whole


def save(image: Image.Image, path: Path) -> None:
    """Write a picture in few colours, those of the kinds among them."""
    inks = {colour(name) for name in (*words.KINDS, "good", "bad")}
    fewer_colours(image, inks, 256).save(path, "PNG", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
