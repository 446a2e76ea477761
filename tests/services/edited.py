"""Calendars as texts in memory, to which the edits of a move are made, and the meetings of a plan that make it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.ics_edit.editor import IcsEditor
from app.domain.calendar.event import Event
from app.domain.calendar.timespan import Timespan
from app.domain.calendar.writing import Edit, Insert, Remove, Versions
from app.domain.plans.plan import PlanMeeting, Rooms, SeriesException, SeriesMove, When
from app.services.surgery.approved import is_as_seen, is_done, uid_of
from app.services.surgery.edits import edits_of
from tests.adapters.text import OWNER, VIENNA
from tests.render.given_plans import meeting

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
UID = "a@example.com"
NEW_UID = "0123456789abcdef0123456789abcdef@clearweek.invalid"
Place = tuple[datetime, datetime, str]


class Texts:
    """The objects of a calendar by UID, as a CalDAV server would keep them."""

    def __init__(self, text: str, zone: ZoneInfo = VIENNA) -> None:
        self.by_uid = {UID: text}
        self.zone = zone
        self.editor = IcsEditor(zone)

    def versions(self, uid: str = UID) -> Versions:
        """The fingerprints of a UID."""
        return self.editor.versions([self.by_uid[uid]] if uid in self.by_uid else [])

    def all_versions(self) -> Mapping[str, Versions]:
        """The fingerprints of each UID."""
        return {uid: self.versions(uid) for uid in self.by_uid}

    def make(self, edit: Edit) -> None:
        """Make an edit, as a writer does: it was not done before, and is afterwards."""
        assert not is_done(edit, self.all_versions(), UID)
        if isinstance(edit, Remove):
            del self.by_uid[edit.uid]
        else:
            uid = edit.uid if isinstance(edit, Insert) else UID
            self.by_uid[uid] = self.editor.edited(self.by_uid[UID], edit, NOW)
        assert is_done(edit, self.all_versions(), UID)

    def make_all(self, edits: Iterable[Edit]) -> None:
        """Make some edits; what each of them covers must still be as it was before the first."""
        seen = self.all_versions()
        for edit in edits:
            uid = UID if isinstance(edit, Insert) else uid_of(edit, UID)
            assert is_as_seen(edit, seen[uid], self.versions(uid))
            self.make(edit)

    def events(self, first: date, last: date) -> list[Event]:
        """All that takes place between two days."""
        data = "".join(self.by_uid.values()).encode()
        start, end = (datetime.combine(day, time(), self.zone) for day in (first, last))
        found = IcsCalendar.read("dana.ics", data).events(Timespan.between(start, end), OWNER, self.zone)
        assert not found.warnings, found.warnings
        return list(found.events)

    def places(self, first: date, last: date) -> list[Place]:
        """When something takes place, and what."""
        return sorted(place_of(event) for event in self.events(first, last))


def place_of(event: Event) -> Place:
    """When an event takes place, and what it is."""
    return (event.span.start, event.span.end, event.title)


def moving(
    event: Event,
    to: datetime,
    zone: ZoneInfo = VIENNA,
    *,
    exceptions: Sequence[SeriesException] = (),
    scope: Literal["occurrence", "series"] = "series",
    kind: str = "team_sync",
    rooms: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> PlanMeeting:
    """An event as a plan moves it."""
    key = event.ref.recurrence_id
    length = event.span.end - event.span.start
    blank = meeting("m1", event.title, kind, None)
    return replace(
        blank,
        uid=event.ref.uid,
        recurrence_id=key.isoformat() if key else None,
        scope=scope,
        action="move",
        rooms=Rooms(*rooms),
        from_=When(event.span.start.astimezone(zone), event.span.end.astimezone(zone)),
        to=When(to.astimezone(zone), (to.astimezone(UTC) + length).astimezone(zone)),
        series=SeriesMove(monday(event, zone), "", "", 8, tuple(exceptions)) if scope == "series" else None,
    )


def monday(event: Event, zone: ZoneInfo) -> date:
    """The first day of the week of an event."""
    day = event.span.start.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def edits_from(
    texts: Texts, meetings: Sequence[PlanMeeting], effective_from: date, zone: ZoneInfo = VIENNA
) -> tuple[Edit, ...]:
    """The edits of a move of what is in a calendar."""
    return edits_of(meetings, texts.versions(), effective_from=effective_from, zone=zone, uid=NEW_UID)
