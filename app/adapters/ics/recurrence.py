"""Series of events: what `recurring_ical_events` is given, what it may cost, and what is made of its answer.

The expansion itself is the library's (RFC 5545 §3.8.5). Here are the bounds that keep one rule from occupying the
machine, and the mending of UNTIL values that would lose the last occurrence.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrule
from recurring_ical_events import EventAdapter, Occurrence, Series

from app.adapters.ics.text import RawEvent

MAX_STEPS = 100_000
"""Occurrences of one series that must be gone through to know those within the window."""
MAX_OCCURRENCES = 2_000
"""Occurrences of one series within the window."""
MAX_RULE = 1_000
"""Characters of one RRULE."""
MAX_TIMES_A_DAY = 96
"""Occurrences on one day."""

_SLACK_DAYS = 10
_PERIOD_DAYS = {"YEARLY": 365.0, "MONTHLY": 28.0, "WEEKLY": 7.0, "DAILY": 1.0, "HOURLY": 1 / 24}
_ONLY_YEARLY = ("BYYEARDAY", "BYWEEKNO", "BYEASTER")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class RefusedRuleError(ValueError):
    """A rule that would cost too much to expand, or that never occurs."""


def rule_parts(rule: str) -> dict[str, str]:
    """The parts of an RRULE's value by name, in upper case. Raises `RefusedRuleError` if it is too long."""
    if len(rule) > MAX_RULE:
        raise RefusedRuleError(f"its RRULE has more than {MAX_RULE:,} characters")
    parts = (part.partition("=") for part in "".join(rule.upper().split()).split(";") if part)
    return {name: value for name, _, value in parts}


def mended_rule(rule: str, start: str, zone: ZoneInfo | None) -> str:
    """The rule with UNTIL in the form that DTSTART asks for (RFC 5545 §3.3.10).

    A date on a timed series lasts to the end of that day, a local time is one of the series' own zone;
    `zone` is None for a series of dates, `start` is the text of DTSTART.
    """
    parts = rule_parts(rule)
    until = parts.get("UNTIL")
    if until and zone is None:
        parts["UNTIL"] = until[:8]
    elif until and not until.endswith("Z"):
        local = datetime.combine(date.fromisoformat(until[:8]), time(23, 59, 59))
        if len(until) > 8:
            local = datetime.fromisoformat(until)
        own = UTC if start.endswith("Z") else zone
        parts["UNTIL"] = f"{local.replace(tzinfo=own).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def steps(rule: str, start: date, first: date, last: date) -> int:
    """How many occurrences of a rule must be gone through, at most, to know those between two days.

    Raises `RefusedRuleError` if they are more than the limits above, finer than hours, or can never be.
    """
    parts = rule_parts(rule)
    frequency = parts.get("FREQ", "")
    if "RSCALE" in parts:
        raise RefusedRuleError(f"its RRULE counts by RSCALE={parts['RSCALE']} (RFC 7529), which cannot be expanded")
    if frequency not in _PERIOD_DAYS:
        raise RefusedRuleError(f"its RRULE repeats {frequency or 'at no known frequency'}; hourly is the finest")
    interval = _interval(parts)
    a_period = _per_period(parts, frequency)
    _refuse_never(parts, frequency, interval, a_period, start)
    days = (last - start).days - skipped_days(parts, start, first)
    periods = max(0, days) / (_PERIOD_DAYS[frequency] * interval) + 1
    total = int(periods * a_period)
    if parts.get("COUNT", "").isdecimal() and len(parts["COUNT"]) < 9:
        total = min(total, int(parts["COUNT"]))
    if total > MAX_STEPS:
        raise RefusedRuleError(f"its RRULE occurs more than {MAX_STEPS:,} times until the days that are read")
    return total


def skipped_days(parts: dict[str, str], start: date, first: date) -> int:
    """By how many days a rule's start may be moved towards `first` without changing what occurs from there on.

    True for whole intervals of rules that repeat by weeks, days or hours and are not counted: weekday, time of day
    and the alignment of INTERVAL stay what they are (for hours: as many days as the interval has hours).
    """
    if "COUNT" in parts or parts.get("FREQ") not in ("WEEKLY", "DAILY", "HOURLY"):
        return 0
    period = _interval(parts) * (7 if parts["FREQ"] == "WEEKLY" else 1)
    return max(0, ((first - start).days - _SLACK_DAYS) // period * period)


def _interval(parts: dict[str, str]) -> int:
    text = parts.get("INTERVAL", "1")
    if not text.isdecimal() or not 0 < int(text[:12]) < 100_000:
        raise RefusedRuleError(f"its RRULE has INTERVAL={text[:20]}")
    return int(text)


def _many(parts: dict[str, str], name: str) -> int:
    return len(set(parts[name].split(","))) if parts.get(name) else 0


def _per_period(parts: dict[str, str], frequency: str) -> int:
    """The most occurrences that one period of the rule can have."""
    minutes = max(1, _many(parts, "BYMINUTE")) * max(1, _many(parts, "BYSECOND"))
    hours = max(1, _many(parts, "BYHOUR"))
    if minutes * (24 if frequency == "HOURLY" else hours) > MAX_TIMES_A_DAY:
        raise RefusedRuleError(f"its RRULE occurs more than {MAX_TIMES_A_DAY} times a day")
    if frequency == "HOURLY":
        return minutes
    weekdays, monthdays = _many(parts, "BYDAY"), _many(parts, "BYMONTHDAY")
    days = 1
    if frequency == "WEEKLY":
        days = min(7, max(1, weekdays))
    elif frequency in ("MONTHLY", "YEARLY"):
        days = min(31, max(1, weekdays * 5, monthdays))
    if frequency == "YEARLY":
        rare = 366 if any(name in parts for name in _ONLY_YEARLY) else 0
        all_year = 12 if weekdays or monthdays else 1
        days = max(rare, days * (_many(parts, "BYMONTH") or all_year))
    return days * hours * minutes


def _refuse_never(parts: dict[str, str], frequency: str, interval: int, a_period: int, start: date) -> None:
    """Refuse what never occurs: the expansion would look for it until the year 9999."""
    never = RefusedRuleError("its RRULE never occurs")
    if frequency not in ("YEARLY", "MONTHLY") and any(name in parts for name in _ONLY_YEARLY):
        raise RefusedRuleError(f"its RRULE has parts that RFC 5545 does not allow with FREQ={frequency}")
    if frequency == "WEEKLY" and "BYMONTHDAY" in parts:
        raise RefusedRuleError("its RRULE has BYMONTHDAY, which RFC 5545 does not allow with FREQ=WEEKLY")
    positions = [int(p) for p in parts.get("BYSETPOS", "").split(",") if p.lstrip("+-").isdecimal()]
    if positions and min(abs(p) for p in positions) > a_period:
        raise never
    if "BYMONTHDAY" in parts and not _has_day(parts):
        raise never
    period = _PERIOD_DAYS[frequency] * interval
    if frequency in ("DAILY", "HOURLY") and period % 7 == 0 and parts.get("BYDAY"):
        wanted = {text.strip()[-2:] for text in parts["BYDAY"].split(",")}
        if _WEEKDAYS[start.weekday()] not in wanted:
            raise never


def _has_day(parts: dict[str, str]) -> bool:
    days = [abs(int(d)) for d in parts["BYMONTHDAY"].split(",") if d.strip().lstrip("+-").isdecimal()]
    months = [int(m) for m in parts.get("BYMONTH", "").split(",") if m.strip().isdecimal()] or list(range(1, 13))
    longest = max((calendar.monthrange(2024, m)[1] for m in months if 1 <= m <= 12), default=0)
    return any(0 < day <= longest for day in days)


class Timing(EventAdapter):  # type: ignore[misc]
    """When one VEVENT is, as the library wants it, with the text that it came from."""

    def __init__(self, component: icalendar.Component, raw: RawEvent, rule: str | None) -> None:
        super().__init__(component)
        self.raw = raw
        self.rule = rule

    @property
    def uid(self) -> str:
        """The UID as the text has it."""
        return self.raw.uid

    @cached_property
    def recurrence_ids(self) -> tuple[datetime, ...]:
        """The name of the occurrence that it is an override of: only in UTC, and not also as a wall clock shows it."""
        names: tuple[datetime, ...] = super().recurrence_ids
        return names[:1]

    @property
    def sequence(self) -> int:
        """The version (RFC 5545 §3.8.7.4)."""
        return self.raw.version[0]

    @property
    def is_date(self) -> bool:
        """Whether the event is all-day."""
        return not isinstance(self.raw_start, datetime)

    @property
    def length(self) -> timedelta:
        """The nominal length: wall clock to wall clock."""
        length: timedelta = self.duration
        return length


class Found(Occurrence):  # type: ignore[misc]
    """One occurrence: whose it is, when it is, and when its rule has it (None for a one-off)."""

    def __init__(self, timing: Timing, start: date | None = None, end: date | None = None) -> None:
        super().__init__(timing, start, end)
        self.timing = timing
        self.original: date | None = None
        recurrence_id = timing._component.get("RECURRENCE-ID")  # noqa: SLF001
        if start is not None:
            self.original = start - timing.move_recurrences_by
        elif recurrence_id is not None:
            self.original = recurrence_id.dt


class _ForwardedRules(Series.RecurrenceRules):  # type: ignore[misc]
    """The library's rules, each begun shortly before the span that is asked for instead of years earlier."""

    def rrule_between(self, span_start: date, span_stop: date) -> Iterator[date]:
        """The starts that the rules have within the span."""
        whole: list[Any] = self.rrules
        self.rrules: list[Any] = [self._forwarded(rule, span_start) for rule in whole]
        try:
            return iter(list(super().rrule_between(span_start, span_stop)))
        finally:
            self.rrules = whole

    def _forwarded(self, rule: Any, first: date) -> Any:
        if not isinstance(rule, rrule):
            return rule  # the set of RDATEs
        start, text = self.start, getattr(rule, "string", "")
        days = skipped_days(rule_parts(text), start.date(), date(first.year, first.month, first.day))
        if not days:
            return rule
        later: Any = rule.replace(dtstart=start + timedelta(days=days))
        later.string, later.until = text, getattr(rule, "until", None)
        return later


def _in_utc_if_mistakable(names: Collection[datetime], start: date) -> date:
    if not isinstance(start, datetime) or start.tzinfo is None or start.replace(tzinfo=None) not in names:
        return start
    return start.astimezone(UTC)


class BoundedSeries(Series):  # type: ignore[misc]
    """All VEVENTs of one UID, expanded by the library into `Found` occurrences."""

    RecurrenceRules = _ForwardedRules

    def __init__(self, components: Sequence[Timing]) -> None:
        super().__init__(components)
        rules = self.recurrence
        if self.master and not self.master.is_date:
            rules.check_exdates_datetime = {one.astimezone(UTC).replace(tzinfo=None) for one in rules.exdates}

    def occurrence(self, adapter: Timing, start: date | None = None, end: date | None = None) -> Found:
        """Make an occurrence of ours."""
        zone = self.recurrence.tzinfo if self.master else None
        if zone and isinstance(start, datetime) and isinstance(end, datetime) and start.tzinfo is UTC:
            local = start.astimezone(zone)
            return Found(adapter, local, local + (end - start))
        return Found(adapter, start, end)

    def rrule_between(self, span_start: date, span_stop: date) -> Iterator[date]:
        """The starts that the rules have within a span.

        The library looks for overrides and EXDATEs by the start in UTC, and then as the wall clock shows it. What that
        would take for another one, whose name in UTC reads the same, is given in UTC here.
        """
        starts: Iterator[date] = super().rrule_between(span_start, span_stop)
        names = (
            self.recurrence_id_to_modification.keys() | self.recurrence.check_exdates_datetime if self.master else ()
        )
        return map(partial(_in_utc_if_mistakable, names), starts) if names else starts

    @property
    def master(self) -> Timing | None:
        """The component with the rule, if the source has it."""
        core: Timing | None = self.recurrence.core if self.recurrence.has_core else None
        return core

    def within(self, start: datetime, end: datetime) -> list[Found]:
        """The occurrences between two moments, a little more at both ends; `RefusedRuleError` if they are too many.

        The moments are put on the series' own wall clock: all comparisons then are of one zone, which is many
        times faster than comparing across zones.
        """
        zone: Any = self.recurrence.tzinfo if self.master else start.tzinfo
        first, last = (moment.astimezone(zone) if zone else moment.replace(tzinfo=None) for moment in (start, end))
        found: Iterator[Found] = self.between(first, last)
        few = list(islice(found, MAX_OCCURRENCES + 1))
        if len(few) > MAX_OCCURRENCES:
            raise RefusedRuleError(f"it occurs more than {MAX_OCCURRENCES:,} times in the days that are read")
        return few
