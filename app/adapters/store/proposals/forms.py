"""Moves and how they stand in the calendar, as they are kept: JSON, and back; every moment comes back in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from app.domain.calendar.writing import Edit, Insert, Rebase, Remove, Restore, Retime, SetRule
from app.domain.proposals.around import Remembered
from app.domain.proposals.proposal import Decided, Difference, MoveState, ProposedMove, Step, Writing

Json = dict[str, Any]
T = TypeVar("T")

_APART = ("decided", "apply", "undo", "moved_back_at")
"""What of a move has columns or rows of its own."""
_MOVE = TypeAdapter(ProposedMove)
_DECIDED = TypeAdapter(Decided)
_WRITING = TypeAdapter(Writing)
_DIFFERENCES = TypeAdapter(tuple[Difference, ...])
_EDITS: Mapping[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (Retime, Rebase, Insert, SetRule, Restore, Remove)
}


def details_of(move: ProposedMove) -> Json:
    """A move without what is kept apart from it."""
    details: Json = _MOVE.dump_python(move, mode="json", exclude=set(_APART))
    return details


def move_of(details: Json, decided: Json | None, moved_back_at: datetime | None) -> ProposedMove:
    """The move of these details; how it stands in the calendar is added apart."""
    known = None if decided is None else _DECIDED.validate_python(decided)
    return _in_utc(_MOVE.validate_python({**details, "decided": known, "moved_back_at": moved_back_at}))


def decision_of(move: ProposedMove) -> Json:
    """The columns of a decision."""
    names = {"decision": "decision", "why": "why", "pin": "pin", "decided_by": "by", "decided_at": "at"}
    return {column: getattr(move.decided, name, None) for column, name in names.items()}


def decided_of(row: Any) -> Json | None:
    """The decision in the columns of a row; None if there is none."""
    if row.decision is None:
        return None
    return {"decision": row.decision, "why": row.why, "pin": row.pin, "by": row.decided_by, "at": row.decided_at}


def journal_of(writing: Writing) -> Json:
    """How a move stands, as it is kept: each edit with its name."""
    journal: Json = _WRITING.dump_python(writing, mode="json", exclude={"steps"})
    return journal | {"steps": [_step_form(step) for step in writing.steps]}


def writing_of(journal: Json) -> Writing:
    """How a move stands."""
    steps = tuple(Step(_edit_of(form["edit"]), MoveState(form["state"]), form["back"]) for form in journal["steps"])
    return _in_utc(replace(_WRITING.validate_python({**journal, "steps": ()}), steps=steps))


def differences_form(differences: tuple[Difference, ...]) -> list[Json]:
    """What a plan changed against the one before."""
    form: list[Json] = _DIFFERENCES.dump_python(differences, mode="json")
    return form


def differences_of(form: list[Json]) -> tuple[Difference, ...]:
    """The same back."""
    return _DIFFERENCES.validate_python(form)


def remembered_of(move: ProposedMove, uids: tuple[str, ...], applied_at: datetime | None) -> Remembered:
    """What is remembered of a move."""
    names = {field.name for field in fields(Remembered)} - {"uids", "applied_at"}
    return Remembered(uids=uids, applied_at=applied_at, **{name: getattr(move, name) for name in names})


def _step_form(step: Step) -> Json:
    name = type(step.edit).__name__
    return {
        "edit": {name: _EDITS[name].dump_python(step.edit, mode="json")},
        "state": step.state.value,
        "back": step.back,
    }


def _edit_of(form: Json) -> Edit:
    [(name, values)] = form.items()
    edit: Edit = _EDITS[name].validate_python(values)
    return edit


def _in_utc(value: T) -> T:
    """The same with all moments in UTC, whatever their offset was written as."""
    changed: Any = value
    if isinstance(value, datetime):
        changed = value.astimezone(UTC)
    elif is_dataclass(value) and not isinstance(value, type):
        changed = replace(value, **{field.name: _in_utc(getattr(value, field.name)) for field in fields(value)})
    elif isinstance(value, tuple):
        changed = tuple(_in_utc(each) for each in value)
    elif isinstance(value, dict):
        changed = {key: _in_utc(each) for key, each in value.items()}
    return changed  # type: ignore[no-any-return]
