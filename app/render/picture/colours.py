"""The colours of the pictures: the light ones of the page's style sheet, as numbers."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

Colour = tuple[int, int, int]


@cache
def _properties() -> dict[str, str]:
    """The custom properties of the style sheet's first `:root`, by name."""
    sheet = files("app.render").joinpath("plan.css").read_text(encoding="utf-8")
    root = sheet.partition(":root {")[2].partition("}")[0]
    return dict(re.findall(r"--([\w]+): ([^;]+);", root))


@cache
def colour(name: str) -> Colour:
    """A colour by the name that it has in the style sheet; a kind that has none there looks like `other`."""
    text = _properties().get(name, _properties()["other"]).removeprefix("#")
    red, green, blue = re.findall("..", text if len(text) == 6 else "".join(c * 2 for c in text))
    return int(red, 16), int(green, 16), int(blue, 16)


def of_kind(kind: str) -> Colour:
    """The colour of a kind of meeting, or of one narrowed by who it is with (`one_on_one:report`)."""
    return colour(kind.partition(":")[0])


def share(name: str) -> float:
    """How strong a tint is, from 0 to 1, by the name that it has in the style sheet (`tint`, `strong`, `wash`)."""
    return float(_properties()[name].removesuffix("%")) / 100


def mixed(ink: Colour, part: float, paper: Colour) -> Colour:
    """`part` of one colour in another, as `color-mix(in srgb, …)` has it."""
    red, green, blue = (round(part * i + (1 - part) * p) for i, p in zip(ink, paper, strict=True))
    return red, green, blue
