"""Pictures that were drawn, looked at."""

from __future__ import annotations

from io import BytesIO
from typing import cast

from PIL import Image

from app.render.picture.colours import Colour


def image_of(data: bytes) -> Image.Image:
    """The picture as it is seen."""
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGB")


def at(image: Image.Image, x: int, y: int) -> Colour:
    """The colour of a pixel."""
    return cast("Colour", image.getpixel((x, y)))
