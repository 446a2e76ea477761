"""The words for people that every face of a plan uses, and the cleaning of words that came from elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.plans.plan import Plan, When

TITLE_LIMIT = 200
TEXT_LIMIT = 1_000
UNTITLED = "(no title)"
BUSY = "busy"
DASH = "\u2013"

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

KINDS = {
    "one_on_one": "1:1",
    "team_sync": "team sync",
    "standup": "stand-up",
    "sprint_start": "sprint start",
    "sprint_check": "sprint check",
    "cross_team": "cross-team",
    "interview": "interview",
    "network": "network",
    "external": "external",
    "other": "other",
}
KINDS_PLURAL = {
    "one_on_one": "1:1s",
    "team_sync": "team syncs",
    "standup": "stand-ups",
    "sprint_start": "sprint starts",
    "sprint_check": "sprint checks",
    "cross_team": "cross-team meetings",
    "interview": "interviews",
    "network": "network meetings",
    "external": "external meetings",
    "other": "other meetings",
}
RELATIONS = {"report": "report", "skip": "skip level", "peer": "peer", "manager": "your manager"}
ACTIONS = {
    "keep": "stays",
    "move": "moves",
    "skip": "not this week",
    "pinned": "pinned",
    "conflict": "clash",
    "suggest": "suggested",
    "unplaced": "has no place",
}
BUSY_WHY = {
    "private": "busy",
    "focus": "focus time",
    "out_of_office": "out of office",
    "no_people": "own time",
    "other": "busy",
}
SIGNS = {"leaves": "→", "arrives": "●", "pinned": "▪", "conflict": "!", "suggest": "+", "skip": "x"}
SIGN_WORDS = {
    "leaves": "moves away",
    "arrives": "moved here",
    "pinned": "pinned",
    "conflict": "clash",
    "suggest": "suggested",
    "skip": "not this week",
}
STATUS = {
    "optimal": "the best there is under your rules",
    "feasible": "a valid plan; a better one may exist",
    "infeasible": "no plan meets all rules",
    "unknown": "no plan was found in the time given",
    "invalid": "the input contradicts itself",
}

_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
_JOINERS = "\u200c\u200d"
_FILLERS = "\u115f\u1160\u3164\uffa0\ufffe\uffff"


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Make text from outside fit for showing: one line of visible characters in reading order, at most `limit`.

    Controls (with them ANSI escapes and line ends) become spaces; what turns the reading direction or hides goes, but
    for the joiners that emoji and some scripts need; no letter keeps more than three stacked marks.
    """
    kept: list[str] = []
    for char in unicodedata.normalize("NFC", text[: limit * 8]):
        category = unicodedata.category(char)
        if category in ("Cc", "Zl", "Zp", "Zs"):
            kept.append(" ")
        elif category in ("Cf", "Cs", "Co") or char in _FILLERS:
            if char in _JOINERS and kept and unicodedata.category(kept[-1]) in ("So", "Sk", "Mn", "Mc", "Lo"):
                kept.append(char)
        else:
            kept.append(char)
    line = _STACKED_MARKS.sub(r"\1", " ".join("".join(kept).split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def title(text: str) -> str:
    """A title fit for showing, never empty."""
    return clean(text, TITLE_LIMIT) or UNTITLED


def veiled(plan: Plan) -> Plan:
    """The plan with every private meeting called "busy", whoever made it."""
    if all(m.title == BUSY for m in plan.meetings if m.private):
        return plan
    return replace(plan, meetings=tuple(replace(m, title=BUSY) if m.private else m for m in plan.meetings))


def day(when: date) -> str:
    """`Mon 30 Nov`."""
    return f"{DAYS[when.weekday()]} {short_date(when)}"


def short_date(when: date) -> str:
    """`30 Nov`."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def week_of(when: date) -> str:
    """`the week of 30 Nov`, by its Monday."""
    return f"the week of {short_date(when - timedelta(days=when.weekday()))}"


def clock(when: datetime) -> str:
    """`09:05`."""
    return f"{when.hour:02d}:{when.minute:02d}"


def clock_of(minute: int) -> str:
    """`09:05`, of a minute of a day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def span(when: When) -> str:
    """`Mon 30 Nov 13:00` to `13:25`; the second day is named where there is one."""
    if when.start.date() == when.end.date():
        return f"{day(when.start)} {clock(when.start)}{DASH}{clock(when.end)}"
    return f"{day(when.start)} {clock(when.start)} {DASH} {day(when.end)} {clock(when.end)}"


def weekly(when: When) -> str:
    """`Mon 13:00` to `13:25`, of whatever week."""
    return f"{DAYS[when.start.weekday()]} {clock(when.start)}{DASH}{clock(when.end)}"


def local(when: When, zone: ZoneInfo) -> When:
    """The same times on another wall clock."""
    return When(when.start.astimezone(zone), when.end.astimezone(zone))


def moment(when: datetime) -> str:
    """`Fri 27 Nov 2026 08:00 +01:00`."""
    offset = when.isoformat()[-6:] if when.utcoffset() else "UTC"
    return f"{day(when)} {when.year} {clock(when)} {offset}"


def duration(minutes: int) -> str:
    """`25 min`, `1 h`, `1 h 25`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def hours(minutes: float) -> str:
    """`9.5 h`."""
    return f"{decimal(minutes / 60)} h"


def decimal(value: float) -> str:
    """`9.5`; `8` without a decimal that says nothing."""
    return f"{value:.1f}".removesuffix(".0")


def person_hours(value: float) -> str:
    """`1 person-hour`, `3.8 person-hours`."""
    number = decimal(value)
    return f"{number} person-hour{'' if number == '1' else 's'}"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 move`, `2 moves`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """`Ana, Jonas and Tom`; what goes beyond `most` is counted."""
    shown = list(names) if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def kind(name: str, relation: str | None = None) -> str:
    """`1:1 (report)`; a kind from the configuration is its own word."""
    word = KINDS.get(name, clean(name.replace("_", " ")))
    return f"{word} ({RELATIONS.get(relation, clean(relation))})" if relation else word


def kinds(names: Sequence[str]) -> str:
    """The kinds of a block: `1:1s (report, skip level)`, `sprint starts, team syncs`."""
    relations: dict[str, list[str]] = {}
    for name in names:
        base, _, relation = name.partition(":")
        relations.setdefault(base, []).extend([RELATIONS.get(relation, clean(relation))] if relation else [])
    words = []
    for base, narrowed in relations.items():
        word = KINDS_PLURAL.get(base, clean(base.replace("_", " ")))
        words.append(f"{word} ({', '.join(narrowed)})" if narrowed else word)
    return ", ".join(words)


def city(timezone: str) -> str:
    """`New York` for `America/New_York`."""
    return clean(timezone.rpartition("/")[2].replace("_", " "))


def capital(text: str) -> str:
    """The text with its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
