"""Partial responses: the `fields` parameter (the guide "Working with partial resources")."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.google_double.errors import ApiError

# A mask: wanted names, each with the mask of what is below; None is all.
Mask = Mapping[str, "Mask | None"]


@cache
def mask_of(text: str) -> Mask:
    """Read `items(id,start/dateTime),nextPageToken`; a faulty one is refused."""
    mask, rest = _read_list(text)
    if rest:
        raise ApiError("invalid", f"Invalid field selection {text}", location="fields")
    return mask


def _read_list(text: str) -> tuple[Mask, str]:
    mask: dict[str, Mask | None] = {}
    while True:
        name, below, text = _read_one(text)
        mask[name] = below
        if not text.startswith(","):
            return mask, text
        text = text[1:]


def _read_one(text: str) -> tuple[str, Mask | None, str]:
    end = next((index for index, letter in enumerate(text) if letter in ",()/"), len(text))
    name, rest = text[:end], text[end:]
    if not name:
        raise ApiError("invalid", "Invalid field selection", location="fields")
    if rest.startswith("/"):
        inner, below, rest = _read_one(rest[1:])
        return name, {inner: below}, rest
    if rest.startswith("("):
        mask, rest = _read_list(rest[1:])
        if not rest.startswith(")"):
            raise ApiError("invalid", "Invalid field selection", location="fields")
        return name, mask, rest[1:]
    return name, None, rest


def masked(value: Any, mask: Mask | None) -> Any:
    """What a mask leaves of a value."""
    if mask is None:
        return value
    if isinstance(value, list):
        return [masked(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        return {name: masked(inner, mask["*"]) for name, inner in value.items()}
    return {name: masked(inner, mask[name]) for name, inner in value.items() if name in mask}
