"""A series as its rule says it, on its own wall clock (RFC 5545 §3.3.10), and the same rule at other times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from app.domain.calendar.monthly import nth_weekday
from app.domain.calendar.rrule import parse_rrule
from app.domain.calendar.writing import CANCELLED, MASTER, THIS_AND_FUTURE, Fingerprint, RecurrenceKey, Versions
from app.domain.people.grid import at
from app.errors import InputError

MAX_OCCURRENCES = 20_000
"""Occurrences of one rule that are gone through."""
COMPARED = timedelta(weeks=2 * 52)
"""So far ahead a rule without end is compared with where its occurrences shall be."""

LOOKED_BACK = timedelta(weeks=26)
"""So far before a boundary occurrences are known, of a rule that need not be gone through from its start."""

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ENDS = ("COUNT", "UNTIL")
_CLOCK = ("BYHOUR", "BYMINUTE", "BYSECOND")
_DEFAULTS = {("INTERVAL", "1"), ("WKST", "MO")}
_UTC = "%Y%m%dT%H%M%SZ"


class Rule:
    """The value of an RRULE, by its parts."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        self.parts = dict(parts)

    @classmethod
    def parse(cls, value: str) -> Rule:
        """Take a rule apart."""
        return cls(dict(part.partition("=")[::2] for part in value.upper().split(";") if part))

    def __str__(self) -> str:
        """The value, FREQ first, as RFC 5545 asks for."""
        names = sorted(self.parts, key=lambda name: (name != "FREQ", name in _ENDS, name))
        return ";".join(f"{name}={self.parts[name]}" for name in names)

    @property
    def canonical(self) -> frozenset[tuple[str, frozenset[str]]]:
        """What is equal for rules that say the same in another order, or with defaults."""
        return frozenset((name, frozenset(value.split(","))) for name, value in self.parts.items() - _DEFAULTS)

    @property
    def is_endless(self) -> bool:
        """Whether it has neither COUNT nor UNTIL."""
        return not any(name in self.parts for name in _ENDS)

    @property
    def until(self) -> datetime | None:
        """Its UNTIL, in UTC as series with a time have it."""
        value = self.parts.get("UNTIL")
        return datetime.strptime(value, _UTC).replace(tzinfo=UTC) if value else None

    def without(self, *names: str) -> Rule:
        """The rule without some of its parts."""
        return Rule({name: value for name, value in self.parts.items() if name not in names})

    def forwarded(self, first: datetime, wanted: datetime) -> datetime:
        """A later start, not after the wanted wall time, from which the rule says the same: by whole periods.

        What is counted, or does not repeat by weeks or days, is begun where it begins.
        """
        days = {"WEEKLY": 7, "DAILY": 1}.get(self.parts.get("FREQ", ""), 0) * int(self.parts.get("INTERVAL", "1"))
        if "COUNT" in self.parts or not days or wanted <= first:
            return first
        return first + timedelta(days=(wanted - first).days // days * days)

    def ending(self, last: datetime) -> Rule:
        """The rule with an UNTIL."""
        return Rule(self.without(*_ENDS).parts | {"UNTIL": last.astimezone(UTC).strftime(_UTC)})

    def starts(self, first: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """The wall times at which it occurs, from the wall time of its DTSTART on."""
        last = self.until
        rule = rrulestr(str(self.without("UNTIL")), dtstart=first)
        every = islice(iter(rule), MAX_OCCURRENCES)
        return every if last is None else takewhile(lambda start: moment(start, zone) <= last, every)


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, of a wall time."""
    return at(wall.date(), wall.time(), zone)


def wall(when: datetime, zone: ZoneInfo) -> datetime:
    """The wall time of a moment."""
    return when.astimezone(zone).replace(tzinfo=None)


def usual_end(master: Fingerprint, start: datetime) -> datetime:
    """When an occurrence that starts at a moment ends, if it is as long as its master by the wall clock.

    That is how `app.adapters.ics` reads a series, though by RFC 5545 §3.8.5.3 a DTEND says an exact length.
    """
    zone = ZoneInfo(master.tzid or "UTC")
    return moment(wall(start, zone) + (wall(master.end, zone) - wall(master.start, zone)), zone)


@dataclass(frozen=True)
class Occurring:
    """An occurrence by its rule: the wall time of its original start, the name that its override has, and that."""

    wall: datetime
    original: datetime
    override: Fingerprint | None
    is_excluded: bool

    @property
    def key(self) -> RecurrenceKey:
        """Its RECURRENCE-ID."""
        return self.original.isoformat()


class Series:
    """All versions of a UID as a series, and where a boundary in time parts it.

    Raises `InputError`, one line, for what one rule does not say.
    """

    def __init__(self, versions: Versions, boundary: datetime, name: str) -> None:
        self._name, self._versions = name, versions
        if MASTER not in versions:
            raise self.error("its series is not in this calendar")
        self.master = versions[MASTER]
        if not self.master.tzid:
            raise self.error("it is all-day")
        self.zone = ZoneInfo(self.master.tzid)
        self.rule = Rule.parse(self._one_rule())
        self.start = wall(self.master.start, self.zone)
        self._excluded = frozenset(self._listed("EXDATE"))
        self._overrides = {_key_moment(key): one for key, one in versions.items() if key}
        self.before, self.after = self._parted(boundary)
        self._refuse_additions(boundary)
        while self.before and self.after and self._is_over(self.after[0], boundary):
            self.before.append(self.after.pop(0))

    def error(self, why: str) -> InputError:
        """Why it cannot move, in one line."""
        return InputError(f"{self._name!r} cannot move as a series: {why}; move its occurrences one by one instead")

    def end(self, start: datetime) -> datetime:
        """The end, in UTC, of an occurrence that starts at a wall time."""
        return usual_end(self.master, moment(start, self.zone))

    def is_by_hand(self, one: Occurring) -> bool:
        """Whether somebody gave an occurrence a time of its own: another start, or another length."""
        own = one.override
        return own is not None and (own.start, own.end) != (one.original, self.end(one.wall))

    def takes_place(self, one: Occurring) -> bool:
        """Whether an occurrence is neither left out nor cancelled."""
        return not one.is_excluded and (one.override is None or one.override.status != CANCELLED)

    def _is_over(self, one: Occurring, boundary: datetime) -> bool:
        """Whether nothing of an occurrence is left to move: it does not take place, or was moved to before by hand."""
        own = one.override
        return not self.takes_place(one) or (own is not None and self.is_by_hand(one) and own.start < boundary)

    def _one_rule(self) -> str:
        if any(THIS_AND_FUTURE in one.recurrence for one in self._versions.values()):
            raise self.error("one of its overrides changes all that follow (RANGE=THISANDFUTURE)")
        rules = [line[6:] for line in self.master.recurrence if line.startswith("RRULE:")]
        if len(rules) != 1:
            raise self.error("it has several rules (RRULE)" if rules else "it has no rule (RRULE)")
        return rules[0]

    def _listed(self, name: str) -> list[str]:
        lines = [line.partition(":")[2] for line in self.master.recurrence if line.startswith(f"{name}:")]
        return [value for line in lines for value in line.split(",")]

    def _parted(self, boundary: datetime) -> tuple[list[Occurring], list[Occurring]]:
        """The occurrences before a boundary, the last of many, and from there on, those that are looked at.

        Of a rule without end that is some way ahead, and as far as anything is known of one of them.
        """
        try:
            known = (*self._overrides, *(_key_moment(value) + timedelta(days=1) for value in self._excluded))
            last = max((max(boundary, self.master.start) + COMPARED, *known))
            first = self.rule.forwarded(self.start, wall(boundary, self.zone) - LOOKED_BACK)
            every = map(self._occurring, self.rule.starts(first, self.zone))
            found = [*(takewhile(lambda one: one.original <= last, every) if self.rule.is_endless else every)]
        except (ValueError, OverflowError):
            raise self.error(f"its rule {self.rule} cannot be read") from None
        if len(found) >= MAX_OCCURRENCES:
            raise self.error(f"its rule occurs more than {MAX_OCCURRENCES:,} times")
        return [o for o in found if o.original < boundary], [o for o in found if o.original >= boundary]

    def _occurring(self, start: datetime) -> Occurring:
        original = moment(start, self.zone)
        said = (original.strftime(_UTC), f"{start:%Y%m%d}") if self._excluded else ()
        return Occurring(start, original, self._overrides.get(original), not self._excluded.isdisjoint(said))

    def _refuse_additions(self, boundary: datetime) -> None:
        """Refuse what takes place from the boundary on and is not of the rule: RDATEs, or a DTSTART beside it."""
        known = {one.original.strftime(_UTC) for one in self.after} | self._excluded
        added = [value[:16] for value in (*self._listed("RDATE"), self.master.start.strftime(_UTC))]
        first = boundary.strftime(_UTC)
        if any(value >= first[: len(value)] and value not in known for value in added):
            raise self.error("it has occurrences that its rule does not say (RDATE)")


def _key_moment(key: RecurrenceKey) -> datetime:
    found = datetime.fromisoformat(key)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Elsewhere:
    """A series from a boundary on at its new place: its first start, its rule, and each occurrence with its new one."""

    start: datetime
    rule: Rule
    places: tuple[tuple[Occurring, datetime], ...]


class Moving:
    """How the occurrences of a series follow some of them: by original starts and new ones.

    Every other week gets the same weekdays and wall times; what takes place once a month stays the nth of its weekday.
    """

    def __init__(self, series: Series, moves: Mapping[datetime, datetime], *, keeps_days: bool) -> None:
        self._series, self._keeps_days = series, keeps_days
        walls = [(wall(old, series.zone), wall(new, series.zone)) for old, new in moves.items()]
        self._days = {old.weekday(): new.date() - old.date() for old, new in walls}
        self._clocks = {old.weekday(): new.time() for old, new in walls}
        self._nth = parse_rrule(str(series.rule)).ordinal if any(self._days.values()) else None
        self._weekday = walls[0][1].weekday()
        known = {one.original: one for one in (*series.before, *series.after)}
        for old, new in moves.items():
            if old not in known:
                raise series.error("an occurrence that moves is not one of its rule's")
            if moment(self.place(known[old]), series.zone) != new:
                raise series.error(f"its rule {series.rule} cannot say that time")

    def place(self, one: Occurring) -> datetime:
        """The wall time at which an occurrence is instead."""
        weekday = one.wall.weekday()
        if self._nth is not None:
            day = nth_weekday(one.wall.year, one.wall.month, self._weekday, self._nth)
            return datetime.combine(day, next(iter(self._clocks.values())))
        if weekday not in self._days:
            weekday = self._like_the_others()
        return datetime.combine(one.wall.date() + self._days[weekday], self._clocks[weekday])

    def elsewhere(self) -> Elsewhere:
        """The series from its boundary on. Raises `InputError` if no rule says just those times."""
        series = self._series
        places = tuple((one, self.place(one)) for one in series.after)
        wanted = sorted(place for _, place in places)
        for rule in self._rules(wanted):
            if _says(rule, wanted, series):
                return Elsewhere(wanted[0], rule, places)
        raise series.error(f"its rule {series.rule} cannot say those times")

    def _like_the_others(self) -> int:
        """A weekday that goes where one that is not in the planned week goes: nowhere, of a stand-up."""
        if not self._keeps_days or any(self._days.values()) or len(set(self._clocks.values())) != 1:
            raise self._series.error("it takes place on days that the planned week does not have")
        return next(iter(self._days))

    def _rules(self, wanted: Sequence[datetime]) -> Iterator[Rule]:
        """The old rule with the new days and its rest; weeks begin on its own day, or on Monday, as ISO weeks do."""
        series = self._series
        parts = series.rule.without(*_CLOCK, *_ENDS).parts
        if "BYDAY" in parts:
            parts["BYDAY"] = ",".join(self._byday(token) for token in parts["BYDAY"].split(","))
        rule = Rule(parts)
        if "COUNT" in series.rule.parts:
            rule = Rule(parts | {"COUNT": str(len(wanted))})
        elif not series.rule.is_endless:
            rule = rule.ending(moment(wanted[-1], series.zone))
        yield rule
        yield Rule(rule.without("WKST").parts)

    def _byday(self, token: str) -> str:
        weekday = _WEEKDAYS.index(token[-2:])
        if self._nth is not None:
            return token[:-2] + _WEEKDAYS[self._weekday]
        days = self._days.get(weekday, timedelta(0))
        return token[:-2] + _WEEKDAYS[(weekday + days.days) % 7]


def _says(rule: Rule, wanted: Sequence[datetime], series: Series) -> bool:
    """Whether a rule says just these times; of one without end, these first."""
    most = len(wanted) + (0 if series.rule.is_endless else 1)
    return list(islice(rule.starts(wanted[0], series.zone), most)) == list(wanted)
