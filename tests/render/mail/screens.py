"""The weekly mail of the bundled sample in a browser: `python -m tests.render.mail.screens OUT`.

Writes a screenshot for each width and scheme, with images and without; those that docs/ keeps are among them.
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

from app.cli.asked import demo_request
from app.domain.shown import Shown
from app.render.mail.compose import History, weekly
from app.render.mail.html import weekly_html
from app.render.picture import trend_picture, week_picture
from app.render.picture.canvas import fewer_colours
from app.services.planning.plan_week import plan_week
from tests.chromium import started
from tests.render.mail.samples import FINDINGS, LINKS, TREND
from tests.render.proposals import NOW, proposed

Scheme = Literal["light", "dark"]
WIDTHS = (320, 600, 1200)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def html_of(shown: Shown, *, images: bool, is_first: bool = False) -> str:
    """A weekly mail with all that it can say; without images, as a program shows it that blocks them."""
    content = weekly(shown, LINKS, NOW, FINDINGS, TREND, History(is_first=is_first))
    pictures = (week_picture(shown.plan), trend_picture(TREND))
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
                (out / name).write_bytes(smaller(page.screenshot(full_page=True)))


def smaller(png: bytes) -> bytes:
    """A screenshot in few colours."""
    written = BytesIO()
    with Image.open(BytesIO(png)) as image:
        fewer_colours(image.convert("RGB")).save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
