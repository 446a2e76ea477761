"""The surface that pictures are drawn on: what becomes of colours in a small file."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from app.render.picture.canvas import Canvas, fewer_colours
from app.render.picture.colours import Colour, colour
from app.render.picture.geometry import Rect
from app.render.words import KINDS
from tests.render.picture.images import at, image_of

PAPER: Colour = (255, 255, 255)


def test_even_areas_keep_their_very_colours() -> None:
    inks = [*map(colour, KINDS), (251, 251, 252), (4, 4, 4), (0, 0, 0)]
    canvas = Canvas(20 * len(inks), 30, PAPER)
    for number, ink in enumerate(inks):
        canvas.fill(Rect(20 * number, 10, 20 * number + 20, 30), ink)
    image = image_of(canvas.png())
    assert [at(image, 20 * number + 10, 20) for number in range(len(inks))] == inks
    assert at(image, 5, 5) == PAPER


def test_what_is_written_in_a_colour_keeps_it_however_little_it_is() -> None:
    ink = colour("good")
    image = Image.new("RGB", (64, 64), PAPER)
    for x in range(64):
        image.paste((4 * x, 128, 255 - 4 * x), (x, 0, x + 1, 30))
        image.paste((4 * x, 255, 255 - 4 * x), (x, 30, x + 1, 60))
    image.putpixel((5, 62), ink)
    assert at(fewer_colours(image, {ink}).convert("RGB"), 5, 62) == ink
    assert at(fewer_colours(image).convert("RGB"), 5, 62) != ink


def test_nothing_is_drawn_of_an_empty_rectangle() -> None:
    canvas = Canvas(20, 20, PAPER)
    canvas.fill(Rect(5, 5, 5, 10), (0, 0, 0))
    canvas.fill(Rect(5, 10, 10, 8), (0, 0, 0))
    assert canvas.image().getcolors() == [(400, PAPER)]


def test_a_file_holds_the_picture_alone() -> None:
    with Image.open(BytesIO(Canvas(20, 20, PAPER).png())) as image:
        assert image.info == {}
