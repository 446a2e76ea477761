"""The objects of a synced calendar, read as any other iCalendar text (`app.ports.EventReader`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.ics.reduction import reduced_text
from app.adapters.ics.vevent import DetailsReader
from app.domain.calendar.connected import CalendarObject, Expansion, StoredCalendar
from app.domain.calendar.event import Event, ReadWarning
from app.domain.calendar.timespan import Timespan
from app.domain.meetings.busy import BusyRules
from app.errors import ParseError

VERSION = 3
"""Raised whenever the same text is read differently than before: then all that is stored is expanded anew."""
UNREADABLE = "unreadable"
"""Kept in the place of a text that could not be read, so that it is still reported."""
AHEAD = timedelta(weeks=10 * 52)
"""How far ahead an object is searched for anything that still takes place."""


class ObjectReader:
    """Reads objects; `rules` say by which words of a title somebody is away or focused, where titles are not kept."""

    def __init__(self, rules: BusyRules) -> None:
        self._rules = rules
        self._details = DetailsReader()

    @property
    def version(self) -> int:
        """The version of this code."""
        return VERSION

    def expand(
        self, texts: Mapping[str, Sequence[str]], window: Timespan, calendar: StoredCalendar
    ) -> Sequence[Expansion]:
        """The occurrences of each UID that overlap a window.

        All UIDs are read at once, which is fastest; those of which something is odd are read again, each alone, so that
        what is said of one never depends on another.
        """
        together = self._together(texts, window, calendar)
        return [one or self._alone(uid, texts[uid], window, calendar) for uid, one in together.items()]

    def recur(self, text: str, moment: datetime, calendar: StoredCalendar) -> bool:
        """Whether anything of an object takes place at or after a moment; True when in doubt."""
        start = moment.astimezone(UTC)
        found = self._alone("", [text], Timespan(start, start + AHEAD, calendar.zone), calendar)
        return bool(found.events or found.warnings)

    def reduced(self, item: CalendarObject, calendar: StoredCalendar) -> CalendarObject:
        """An object without anything but its times and how busy they are; of what is no iCalendar, that it is none."""
        try:
            text = reduced_text(item.text, calendar, self._rules)
        except ParseError:
            text = UNREADABLE
        return CalendarObject(item.href, item.uid, text, item.etag, item.schedule_tag)

    def _together(
        self, texts: Mapping[str, Sequence[str]], window: Timespan, calendar: StoredCalendar
    ) -> dict[str, Expansion | None]:
        """The expansion of each UID; None where it has to be read alone."""
        nothing: dict[str, Expansion | None] = {
            uid: None if any(of) else Expansion(uid, ()) for uid, of in texts.items()
        }
        whole = {uid: of for uid, of in texts.items() if any(of) and all(map(_is_whole, of))}
        if not whole:
            return nothing
        try:
            events, warnings = self._read(list(chain.from_iterable(whole.values())), window, calendar)
        except ParseError:
            return nothing
        odd = {warning.uid for warning in warnings}
        by_uid: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_uid[event.ref.uid].append(event)
        if None in odd or not by_uid.keys() <= whole.keys():
            return nothing
        return nothing | {uid: Expansion(uid, tuple(by_uid[uid])) for uid in whole if uid not in odd}

    def _alone(self, uid: str, texts: Sequence[str], window: Timespan, calendar: StoredCalendar) -> Expansion:
        try:
            events, warnings = self._read(texts, window, calendar)
        except ParseError as error:
            return Expansion(uid, (), (ReadWarning("unreadable_event", str(error), calendar.id, uid),))
        return Expansion(uid, tuple(events), tuple(warnings))

    def _read(
        self, texts: Sequence[str], window: Timespan, calendar: StoredCalendar
    ) -> tuple[Sequence[Event], Sequence[ReadWarning]]:
        data = "\r\n".join(texts).encode()
        source = IcsCalendar.read(calendar.id, data, apart=True, reader=self._details)
        found = source.events(window, calendar.owner, calendar.zone)
        return found.events, found.warnings


def _is_whole(text: str) -> bool:
    """Whether a text ends what it begins, so that another can follow it."""
    return text.count("BEGIN:") == text.count("END:") and text.rstrip().endswith("END:VCALENDAR")
