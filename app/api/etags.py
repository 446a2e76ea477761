"""Entity tags: the version of what an answer shows (RFC 9110 §8.8.3)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header
from pydantic import AfterValidator

_TAG = r'^"\d{1,9}"$'


def _checked(if_match: str | None) -> str | None:
    if if_match is not None and not re.fullmatch(_TAG, if_match, re.ASCII):
        raise ValueError('is no ETag of this; send the one that came with what was seen, quotes and all, such as "3"')
    return if_match


IfMatch = Annotated[
    str | None,
    AfterValidator(_checked),
    Header(
        json_schema_extra={"pattern": _TAG},
        description="The `ETag` of what was seen: if it is not so any more, the answer is 412.",
    ),
]
IfNoneMatch = Annotated[str | None, Header(description="The `ETag` of what is known.")]


def etag(version: int) -> str:
    """The tag of a version."""
    return f'"{version}"'


def version_of(if_match: str | None) -> int | None:
    """The version that a tag names."""
    return int(if_match.strip('"')) if if_match else None


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether whoever asks knows it already, by the weak comparison, as proxies may weaken tags (RFC 9110 §13.1.2)."""
    known = (if_none_match or "").split(",")
    return tag in (each.strip().removeprefix("W/") for each in known)
