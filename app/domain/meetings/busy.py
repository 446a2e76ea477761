"""How strongly a calendar entry keeps a person from a meeting: hard, soft, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from app.domain.calendar.event import Attendee, Event, EventType, Partstat
from app.domain.configuration.rules import Words


class Strength(StrEnum):
    """What an entry of someone's calendar means for a new place at that time.

    `HARD` forbids it, `SOFT` costs, `NONE` is nothing. `AWAY` means that the person is not there on these days: no
    clash for a series, but no place for a meeting in the planned week.
    """

    HARD = "hard"
    SOFT = "soft"
    NONE = "none"
    AWAY = "away"


@dataclass(frozen=True)
class BusyRules:
    """The words in titles by which away and focus entries are known."""

    words: Words

    @cached_property
    def _away(self) -> re.Pattern[str]:
        return _any_of(self.words.away)

    @cached_property
    def _focus(self) -> re.Pattern[str]:
        return _any_of(self.words.focus)

    def is_away(self, event: Event) -> bool:
        """Whether an entry says that its owner is away."""
        return event.event_type == EventType.OUT_OF_OFFICE or bool(self._away.search(event.title.casefold()))

    def is_focus(self, event: Event) -> bool:
        """Whether an entry is somebody's focus time: by its type, or nobody else is in it and a focus word says so."""
        if event.event_type == EventType.FOCUS:
            return True
        return len(event.attendees) <= 1 and bool(self._focus.search(event.title.casefold()))


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the words as a whole; without words it finds nothing."""
    return re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(w.casefold()) for w in words) + r")(?!\w)" if words else r"(?!)"
    )


AWAY_MINUTES = 8 * 60


def strength(event: Event, line: Attendee | None, rules: BusyRules) -> Strength:
    """How strongly an entry blocks a new place for somebody; `line` is theirs on its guest list, if there is one.

    Declined, cancelled, transparent and working-location entries never do, nor what they got for information only; an
    all-day entry only if its owner is away, and so does a timed one of a working day or more.
    """
    if event.cancelled or event.event_type == EventType.WORKING_LOCATION:
        return Strength.NONE
    if line is not None and (line.partstat == Partstat.DECLINED or line.informed):
        return Strength.NONE
    if event.transparent and event.event_type != EventType.OUT_OF_OFFICE:
        return Strength.NONE
    if (event.all_day or event.span.minutes >= AWAY_MINUTES) and rules.is_away(event):
        return Strength.AWAY
    if event.all_day:
        return Strength.NONE
    if rules.is_focus(event) or (line is not None and not line.required):
        return Strength.SOFT
    return Strength.HARD
