"""A surface to draw on: rectangles, hatching, text; what comes out is a small PNG, the picture and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal, cast

from PIL import Image, ImageDraw, ImageFont

from app.render.picture.colours import Colour
from app.render.picture.geometry import Rect

SCALE = 2
"""Shapes are drawn so much larger, then made smaller, so that their edges are smooth."""
DASH, PAUSE = 9, 7
COLOURS = 72

Weight = Literal["regular", "bold"]
Anchor = Literal["ls", "ms", "rs"]
FILES = {"regular": "DejaVuSansCondensed.ttf", "bold": "DejaVuSansCondensed-Bold.ttf"}


@cache
def _font(size: int, weight: Weight) -> ImageFont.FreeTypeFont:
    data = files("app.render.picture").joinpath("fonts", FILES[weight]).read_bytes()
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


def length(text: str, size: int, weight: Weight = "regular") -> float:
    """How wide a text is, in pixels."""
    return _font(size, weight).getlength(text)


class Canvas:
    """A picture in the making. Texts lie above all shapes, whatever is drawn first."""

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), paper)
        self._draw = ImageDraw.Draw(self._image)
        self._texts: list[tuple[float, float, str, int, Colour, Weight, Anchor]] = []

    def fill(self, rect: Rect, colour: Colour, radius: int = 0) -> None:
        """A filled rectangle, with round corners if `radius` is not 0; nothing if it is empty."""
        if rect.width > 0 and rect.height > 0:
            self._draw.rounded_rectangle(_corners(rect), radius * SCALE, colour)

    def frame(self, rect: Rect, colour: Colour, inside: Colour, width: int = 2, radius: int = 0) -> None:
        """A rectangle with a border of another colour."""
        self.fill(rect, colour, radius)
        inner = Rect(rect.left + width, rect.top + width, rect.right - width, rect.bottom - width)
        self.fill(inner, inside, max(0, radius - width))

    def dashes(self, rect: Rect, colour: Colour, width: int = 2) -> None:
        """A broken border."""
        for left in range(rect.left, rect.right, DASH + PAUSE):
            right = min(left + DASH, rect.right)
            self.fill(Rect(left, rect.top, right, rect.top + width), colour)
            self.fill(Rect(left, rect.bottom - width, right, rect.bottom), colour)
        for top in range(rect.top, rect.bottom, DASH + PAUSE):
            bottom = min(top + DASH, rect.bottom)
            self.fill(Rect(rect.left, top, rect.left + width, bottom), colour)
            self.fill(Rect(rect.right - width, top, rect.right, bottom), colour)

    def hatch(self, rect: Rect, colour: Colour, every: int = 14, width: int = 4) -> None:
        """Diagonal lines, rising to the right; the lines of all rectangles would meet."""
        part = self._image.crop(_corners(rect, exclusive=True))
        draw = ImageDraw.Draw(part)
        shift = -(rect.left + rect.top) * SCALE % (every * SCALE)
        for at in range(shift - every * SCALE, part.width + part.height + every * SCALE, every * SCALE):
            draw.line((at, 0, at - part.height, part.height), colour, width * SCALE)
        self._image.paste(part, (rect.left * SCALE, rect.top * SCALE))

    def line(self, points: list[tuple[float, float]], colour: Colour, width: int) -> None:
        """A line through points."""
        self._draw.line([(x * SCALE, y * SCALE) for x, y in points], colour, width * SCALE, joint="curve")

    def dot(self, x: float, y: float, radius: int, colour: Colour) -> None:
        """A filled circle."""
        self._draw.circle((x * SCALE, y * SCALE), radius * SCALE, colour)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        colour: Colour,
        weight: Weight = "regular",
        anchor: Anchor = "ls",
    ) -> None:
        """A line of text on its base line, from its left, its middle or its right."""
        self._texts.append((*at, text, size, colour, weight, anchor))

    def image(self) -> Image.Image:
        """The picture, in all its colours."""
        image = self._image.reduce(SCALE)
        draw = ImageDraw.Draw(image)
        for x, y, text, size, colour, weight, anchor in self._texts:
            draw.text((x, y), text, colour, _font(size, weight), anchor=anchor)
        return image

    def png(self) -> bytes:
        """The picture, in its most frequent colours."""
        out = BytesIO()
        written = {colour for *_, colour, _, _ in self._texts}
        fewer_colours(self.image(), written).save(out, "PNG", optimize=True)
        return out.getvalue()


def _corners(rect: Rect, *, exclusive: bool = False) -> tuple[int, int, int, int]:
    """The corners on the large surface; Pillow draws its last row and column, too, but does not cut them out."""
    less = 0 if exclusive else 1
    return rect.left * SCALE, rect.top * SCALE, rect.right * SCALE - less, rect.bottom * SCALE - less


def fewer_colours(image: Image.Image, written: Collection[Colour] = (), most: int = COLOURS) -> Image.Image:
    """The image in so many colours, at most 256: those that are `written` in, then those that fill most of it.

    No even area changes.
    """
    counted = cast("list[tuple[int, Colour]]", image.getcolors(image.width * image.height))
    unlike: dict[Colour, Colour] = {}
    for _, found in sorted(counted, key=lambda each: (each[1] not in written, -each[0], each[1])):
        unlike.setdefault(_cell(found), found)
    looked_up = Image.new("P", (1, 1))
    looked_up.putpalette([part << 2 for cell in list(unlike)[:most] for part in cell])
    reduced = image.quantize(palette=looked_up, dither=Image.Dither.NONE)
    reduced.putpalette([part for found in list(unlike.values())[:most] for part in found])
    return reduced


def _cell(found: Colour) -> Colour:
    """What Pillow takes a colour for when it looks it up in a palette: it knows 64 steps of each part."""
    red, green, blue = (part >> 2 for part in found)
    return red, green, blue
