"""What the value of an RRULE says (RFC 5545 §3.3.10), as far as a plan or an audit asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LAST = -1
_DAY = re.compile(r"([+-]?\d+)?(?:MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class RRule:
    """How often a series takes place, by its rule, or the first of several.

    `freq` is empty where there is no rule, `byday` where it names no weekdays. `ordinal` says of a series once a month
    which weekday of it the rule means: 1 for the first, -1 for the last; None if it says anything else. `is_alone` says
    that there is no other rule beside it.
    """

    freq: str = ""
    interval: int = 1
    byday: tuple[str, ...] = ()
    ordinal: int | None = None
    is_alone: bool = True


@lru_cache(maxsize=4_096)
def parse_rrule(text: str | None) -> RRule:
    """Read the value of a rule, a line each if there are several, as it stands in an event that was read."""
    first, *others = (text or "").upper().split("\n")
    parts = dict(part.partition("=")[::2] for part in first.split(";"))
    interval, byday = parts.get("INTERVAL", ""), parts.get("BYDAY", "")
    return RRule(
        freq=parts.get("FREQ", ""),
        interval=max(1, int(interval)) if interval.isdecimal() else 1,
        byday=tuple(byday.split(",")) if byday else (),
        ordinal=_ordinal(parts),
        is_alone=not others,
    )


def _ordinal(parts: dict[str, str]) -> int | None:
    day, position = _DAY.fullmatch(parts.get("BYDAY", "")), _NUMBER.fullmatch(parts.get("BYSETPOS", ""))
    if parts.get("FREQ") != "MONTHLY" or day is None or "BYMONTHDAY" in parts:
        return None
    numbers = [int(n) for n in (day[1], position and position[0]) if n]
    return numbers[0] if len(numbers) == 1 and (numbers[0] == LAST or 1 <= numbers[0] <= 4) else None
