"""A move as edits of the calendar, and back again: decided here, made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.domain.calendar.writing import (
    CANCELLED,
    MASTER,
    Edit,
    Insert,
    Override,
    Rebase,
    RecurrenceKey,
    Remove,
    Restore,
    Retime,
    RoomChange,
    SetRule,
    Versions,
)
from app.domain.people.grid import at
from app.domain.plans.plan import PlanMeeting, SeriesException, When
from app.errors import InputError
from app.services.surgery.series_rule import Elsewhere, Moving, Occurring, Rule, Series, moment, usual_end

FEW = 3
"""A series with no more occurrences than this gets overrides instead of a new series."""
NO_NAMES: Mapping[str, str] = MappingProxyType({})


def edits_of(
    meetings: Sequence[PlanMeeting],
    versions: Versions,
    *,
    effective_from: date,
    zone: ZoneInfo,
    uid: str,
    room_names: Mapping[str, str] = NO_NAMES,
) -> tuple[Edit, ...]:
    """The edits that make one move, in their order; each is one request, and none loses an occurrence.

    `meetings` are what moves in the planned week, `versions` what the calendar has of it, `effective_from` the first
    day, in `zone`, from which a series moves. `uid` is that of a series that has to be inserted. `room_names` are the
    names of rooms by address. Raises `InputError`, one line, for what no rule can say.
    """
    rooms = _room_change(meetings[0], room_names)
    if meetings[0].scope == "occurrence":
        place = _place(meetings[0])
        return (Retime(meetings[0].recurrence_id or MASTER, place.start, place.end, rooms),)
    boundary = at(effective_from, time.min, zone)
    series = Series(versions, boundary, meetings[0].title)
    moves = {_original(m): _place(m).start for m in meetings}
    keeps_days = meetings[0].kind == "standup"
    return _SeriesMove(series, Moving(series, moves, keeps_days=keeps_days), meetings, rooms).edits(uid)


def beginning(meeting: PlanMeeting) -> date:
    """From when on a plan moves a meeting."""
    if meeting.series is not None:
        return meeting.series.effective_from
    return meeting.from_.start.date() if meeting.from_ else date.min


def _place(meeting: PlanMeeting) -> When:
    if meeting.to is None:
        raise InputError(f"{meeting.title!r} does not move in this plan; plan the week again")
    return meeting.to


def _original(meeting: PlanMeeting) -> datetime:
    found = datetime.fromisoformat(meeting.recurrence_id or "")
    if found.tzinfo is None:
        raise InputError(f"{meeting.title!r} is all-day, and those never move")
    return found


def _room_change(meeting: PlanMeeting, names: Mapping[str, str]) -> RoomChange | None:
    old, new = meeting.rooms.from_, meeting.rooms.to
    if set(old) == set(new):
        return None
    gone, added = tuple(r for r in old if r not in new), tuple(r for r in new if r not in old)
    return RoomChange(gone, added, tuple((room, names[room]) for room in (*gone, *added) if room in names))


class _SeriesMove:
    """One series that moves from a boundary on."""

    def __init__(
        self, series: Series, moving: Moving, meetings: Sequence[PlanMeeting], rooms: RoomChange | None
    ) -> None:
        self._series, self._moving, self._rooms = series, moving, rooms
        left_out = (e for m in meetings if m.series for e in m.series.exceptions)
        self._exceptions: dict[RecurrenceKey, SeriesException] = {e.recurrence_id: e for e in left_out}

    def edits(self, uid: str) -> tuple[Edit, ...]:
        """The whole series at once; a few overrides; or a new one, and then an end of the old one."""
        series = self._series
        if not series.after:
            raise series.error("none of its occurrences is left to move")
        if not series.before and series.master.start >= series.after[0].original:
            return (self._rebase(self._moving.elsewhere()),)
        following = [one for one in series.after if self._follows(one)]
        if not series.rule.is_endless and len(following) <= FEW and not self._leaves_out(following):
            return self._retimes(following)
        new = self._moving.elsewhere()
        end = series.rule.ending(series.after[0].original - timedelta(seconds=1))
        ended = (one.original for one in series.after if one.override and one.override.status != CANCELLED)
        return (self._insert(uid, new), SetRule(str(end), tuple(ended)))

    def _follows(self, one: Occurring) -> bool:
        """Whether an occurrence takes place, and where its series does."""
        return self._series.takes_place(one) and not self._series.is_by_hand(one)

    def _exception(self, one: Occurring) -> SeriesException | None:
        return self._exceptions.get(one.key) if self._follows(one) else None

    def _leaves_out(self, following: Sequence[Occurring]) -> bool:
        found = [self._exception(one) for one in following]
        return any(exception is not None and exception.to is None for exception in found)

    def _retimes(self, following: Sequence[Occurring]) -> tuple[Edit, ...]:
        edits = tuple(edit for one in following if (edit := self._retime(one)))
        if not edits:
            raise self._series.error("all that is left of it was moved by hand, or is there already")
        return edits

    def _retime(self, one: Occurring) -> Retime | None:
        """An override for an occurrence; None if it stays as it is."""
        exception = self._exception(one)
        if exception is not None and exception.to is not None:
            return Retime(one.key, exception.to.start, exception.to.end, self._rooms)
        place = self._moving.place(one)
        if place == one.wall and self._rooms is None:
            return None
        return Retime(one.key, moment(place, self._series.zone), self._series.end(place), self._rooms)

    def _rebase(self, new: Elsewhere) -> Rebase:
        zone, series = self._series.zone, self._series
        moved = [(one.original, moment(place, zone)) for one, place in new.places if one.is_excluded or one.override]
        exceptions = (self._exception_of(one, moment(place, zone)) for one, place in new.places)
        return Rebase(
            moment(new.start, zone),
            series.end(new.start),
            str(new.rule),
            moved=tuple(moved),
            overrides=tuple(override for override in exceptions if override),
            rooms=self._rooms,
        )

    def _exception_of(self, one: Occurring, original: datetime) -> Override | None:
        """What an occurrence of a series that moves is, if it has a time of its own, new or by hand."""
        by_hand = one.override and one.override.status != CANCELLED and self._series.is_by_hand(one)
        if one.override is None or one.is_excluded or not by_hand:
            return self._excepted(one, original)
        return Override(original, (one.override.start, one.override.end), one.key)

    def _insert(self, uid: str, new: Elsewhere) -> Insert:
        start, end = moment(new.start, self._series.zone), self._series.end(new.start)
        overrides = (self._override(one, place) for one, place in new.places)
        return Insert(uid, start, end, str(new.rule), tuple(o for o in overrides if o), self._rooms)

    def _override(self, one: Occurring, place: datetime) -> Override | None:
        """What an occurrence of a new series is, if it is not what its rule says."""
        original = moment(place, self._series.zone)
        if not self._series.takes_place(one):
            return Override(original, None)
        excepted = self._excepted(one, original)
        if excepted or one.override is None:
            return excepted
        if self._series.is_by_hand(one):
            return Override(original, (one.override.start, one.override.end), one.key)
        return Override(original, (original, self._series.end(place)), one.key)

    def _excepted(self, one: Occurring, original: datetime) -> Override | None:
        exception = self._exception(one)
        if exception is None:
            return None
        to = (exception.to.start, exception.to.end) if exception.to else None
        return Override(original, to, one.key if one.override else None)


def reversed_edits(edits: Sequence[Edit], before: Versions) -> tuple[Edit, ...]:
    """The edits that take others back, in the order in which they are made; `before` is what was there first.

    What ends is restored before what took its place is removed, so that nothing is ever lost in between.
    """
    return tuple(_reversed(edit, before) for edit in reversed(edits))


def _reversed(edit: Edit, before: Versions) -> Edit:
    if isinstance(edit, Retime):
        return _retimed_back(edit, before)
    if isinstance(edit, Rebase):
        return _rebased_back(edit, before)
    if isinstance(edit, SetRule):
        return _with_its_rule(edit, before)
    if isinstance(edit, Insert):
        return Remove(edit.uid)
    raise InputError("an undo cannot be undone; plan the week again")


def _rooms_back(rooms: RoomChange | None) -> RoomChange | None:
    return RoomChange(rooms.added, rooms.gone, rooms.names) if rooms else None


def _retimed_back(edit: Retime, before: Versions) -> Retime | Restore:
    rooms = _rooms_back(edit.rooms)
    if edit.recurrence in before:
        old = before[edit.recurrence]
        return Retime(edit.recurrence, old.start, old.end, rooms)
    start = datetime.fromisoformat(edit.recurrence)
    return Restore(edit.recurrence, start, usual_end(before[MASTER], start), rooms)


def _rule_of(before: Versions) -> str:
    """The rule of a master that is known to have one."""
    return str(Rule.parse(next(line[6:] for line in before[MASTER].recurrence if line.startswith("RRULE:"))))


def _rebased_back(edit: Rebase, before: Versions) -> Rebase:
    old_of = {new: old for old, new in edit.moved}
    return Rebase(
        before[MASTER].start,
        before[MASTER].end,
        _rule_of(before),
        moved=tuple((new, old) for old, new in edit.moved),
        overrides=tuple(_as_before(old_of[o.original], before) for o in edit.overrides if o.original in old_of),
        dropped=tuple(o.original for o in edit.overrides if o.to is None or o.original not in old_of),
        rooms=_rooms_back(edit.rooms),
    )


def _as_before(original: datetime, before: Versions) -> Override:
    """What an occurrence was; without an override, or with one that only has an answer, what its rule says."""
    old = before.get(original.isoformat())
    if old is None:
        master = before[MASTER]
        return Override(original, (original, usual_end(master, original)), original.isoformat(), master.status)
    to = None if old.status == CANCELLED else (old.start, old.end)
    return Override(original, to, original.isoformat(), old.status)


def _with_its_rule(edit: SetRule, before: Versions) -> SetRule:
    """The old rule, and whatever its last occurrences were."""
    end = Rule.parse(edit.rrule).until
    known = (datetime.fromisoformat(key) for key in before if key != MASTER)
    originals = sorted({*edit.ended, *(original for original in known if end and original > end)})
    return SetRule(_rule_of(before), overrides=tuple(_as_before(original, before) for original in originals))
