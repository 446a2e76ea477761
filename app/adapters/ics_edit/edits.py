"""Each edit of `app.domain.calendar.writing`, made on the components of one object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.adapters.ics_edit.component import Component
from app.adapters.ics_edit.lines import Block, Document
from app.adapters.ics_edit.parsed import SOURCE, parsed
from app.adapters.ics_edit.people import ask_anew, change_rooms, follow_to_room
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
)
from app.errors import ParseError


class EventText:
    """One object as text that is edited. Raises `ParseError`, and `InputError` for what is all-day."""

    def __init__(self, text: str, floating: ZoneInfo) -> None:
        self.document = Document.parse(text)
        found, _ = parsed([text], floating)
        blocks = {block.number: block for block in self.document.events()}
        if {one.raw.line for one in found.values()} != blocks.keys():
            raise ParseError(f"{SOURCE} describes one of its occurrences twice")
        self.components: dict[RecurrenceKey, Component] = {
            key: Component(blocks[one.raw.line], one, self.document.end) for key, one in found.items()
        }

    @property
    def master(self) -> Component:
        """The component without RECURRENCE-ID."""
        return self.component(MASTER)

    def component(self, key: RecurrenceKey) -> Component:
        """One of its components."""
        if key not in self.components:
            raise ParseError(f"{SOURCE} has no {f'override of {key}' if key else 'master'}")
        return self.components[key]

    def make(self, edit: Edit, now: datetime) -> None:
        """Make an edit."""
        if isinstance(edit, Retime):
            self._retime(edit)
        elif isinstance(edit, Rebase):
            self._rebase(edit)
        elif isinstance(edit, SetRule):
            self._set_rule(edit)
        elif isinstance(edit, Restore):
            self._restore(edit.recurrence)
        elif isinstance(edit, Insert):
            self._become(edit, now)
            return
        elif isinstance(edit, Remove):
            raise ParseError(f"{SOURCE} {edit.uid[:200]!r} is removed as a whole, and has no text then")
        for component in self.components.values():
            component.stamp(now)

    def _retime(self, edit: Retime) -> None:
        component = self.components.get(edit.recurrence) or self._overridden(_moment(edit.recurrence))
        component.set_times(edit.start, edit.end)
        change_rooms(component, edit.rooms)

    def _overridden(self, original: datetime) -> Component:
        """A new override of an occurrence, at its own time."""
        master = self.master
        override = master.override()
        override.set_times(original, master.end_of(original))
        override.name_after(original)
        self._keep(original.isoformat(), override)
        return override

    def _keep(self, key: RecurrenceKey, component: Component) -> None:
        blocks = self.document.blocks
        last = max(place for place, block in enumerate(blocks) if block.kind == "VEVENT")
        blocks.insert(last + 1, component.block)
        self.components[key] = component

    def _restore(self, key: RecurrenceKey) -> None:
        """Forget an override. Its master gets a higher SEQUENCE than both had, so that it counts as newer."""
        gone = self.components.pop(key, None)
        if gone is None:
            return
        self._forget(gone.block)
        sequence = max(gone.sequence, self.master.sequence) + 1
        self.master.set_sequence(sequence)

    def _forget(self, gone: Block) -> None:
        self.document.blocks[:] = [block for block in self.document.blocks if block is not gone]

    def _rebase(self, edit: Rebase) -> None:
        self._drop(edit.dropped)
        places = dict[datetime, datetime | None](edit.moved)
        self.master.move_exceptions(places)
        followers = [*self._renamed(edit.moved)]
        self.master.set_times(edit.start, edit.end)
        self.master.set_rule(edit.rrule)
        for component, original in followers:
            component.set_times(original, self.master.end_of(original))
            follow_to_room(component, edit.rooms)
        change_rooms(self.master, edit.rooms)
        for override in edit.overrides:
            self._put(override)

    def _drop(self, originals: tuple[datetime, ...]) -> None:
        excluded = self.master.move_exceptions(dict.fromkeys(originals))
        for original in originals:
            gone = self.components.pop(original.isoformat(), None) if original not in excluded else None
            if gone is not None:
                self._forget(gone.block)

    def _renamed(self, moved: tuple[tuple[datetime, datetime], ...]) -> Iterator[tuple[Component, datetime]]:
        """Give overrides their new original starts; those that are at their rule's time come back, to follow it."""
        found = [(new, self.components.pop(old.isoformat(), None), old) for old, new in moved]
        for new, component, old in found:
            if component is not None:
                self.components[new.isoformat()] = component
                component.name_after(new)
                if (component.was.start, component.was.end) == (old, self.master.end_of(old)):
                    yield component, new

    def _put(self, override: Override) -> None:
        """Have an occurrence elsewhere, or left out."""
        component = self.components.get(override.original.isoformat())
        if override.status is not None and component:
            component.set_status(override.status)
        if override.to is not None:
            (component or self._overridden(override.original)).set_times(*override.to)
        elif override.status != CANCELLED or component is None:
            self.master.exclude(override.original)

    def _set_rule(self, edit: SetRule) -> None:
        self.master.set_rule(edit.rrule)
        for original in edit.ended:
            self.component(original.isoformat()).set_status(CANCELLED)
        for override in edit.overrides:
            self._put(override)

    def _become(self, edit: Insert, now: datetime) -> None:
        """Become the new series: its master at the new place, and of its overrides those that come with it."""
        master = self.master
        old: Mapping[RecurrenceKey | None, Component] = dict(self.components.items())
        self.components = {MASTER: master}
        self.document.blocks[:] = [b for b in self.document.blocks if b.kind != "VEVENT" or b is master.block]
        master.drop(["EXDATE", "RDATE"])
        master.set_times(edit.start, edit.end)
        master.set_rule(edit.rrule)
        change_rooms(master, edit.rooms)
        for override in edit.overrides:
            self._bring(override, old, edit.rooms)
        for component in self.components.values():
            _begin_anew(component, edit.uid, now)

    def _bring(
        self, override: Override, old: Mapping[RecurrenceKey | None, Component], rooms: RoomChange | None
    ) -> None:
        """Have an override in the new series, with all that the old one said if it is like that."""
        if override.to is not None and override.was in old:
            component = old[override.was]
            component.name_after(override.original)
            component.set_times(*override.to)
            if override.to == (override.original, self.master.end_of(override.original)):
                follow_to_room(component, rooms)
            self._keep(override.original.isoformat(), component)
        else:
            self._put(override)


def _begin_anew(component: Component, uid: str, now: datetime) -> None:
    """Make a component one of a new event, of which nobody has heard yet."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for name in ("DTSTAMP", "CREATED"):
        component.set_line(f"{name}:{stamp}")
    if component.line("LAST-MODIFIED"):
        component.set_line(f"LAST-MODIFIED:{stamp}")
    component.set_line(f"UID:{uid}")
    component.set_sequence(0)
    ask_anew(component, in_message=False)


def _moment(key: RecurrenceKey) -> datetime:
    if "T" not in key:
        raise ParseError(f"{SOURCE} has no occurrence {key or 'without a RECURRENCE-ID'} with a time")
    return datetime.fromisoformat(key)
