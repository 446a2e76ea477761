"""The rows of a proposal: itself, its plans, its moves with what was decided of each, and how they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from app.adapters.store.proposals.forms import (
    decided_of,
    decision_of,
    details_of,
    differences_form,
    differences_of,
    journal_of,
    move_of,
    writing_of,
)
from app.adapters.store.schema import audit_entry, proposal, proposal_move, proposal_plan, proposal_write
from app.domain.calendar.writing import Notify
from app.domain.proposals.proposal import (
    Difference,
    Direction,
    Document,
    Proposal,
    ProposalState,
    ProposedMove,
    TrailLine,
    Writing,
)
from app.errors import NotFoundError

_PLAIN = ("manager", "week", "created_at", "created_by", "expires_at", "stale", "applied_at", "undo_until")
"""What a row has as the proposal has it."""

_UPDATE_WRITING = update(proposal_write).where(
    proposal_write.c.proposal_id == bindparam("of"),
    proposal_write.c.number == bindparam("nth"),
    proposal_write.c.direction == bindparam("way"),
)
_INSERT_WRITING = insert(proposal_write)


def made_by(connection: Connection, idempotency_key: str | None) -> str | None:
    """The id of the proposal that a key made."""
    if idempotency_key is None:
        return None
    return connection.scalar(select(proposal.c.id).where(proposal.c.idempotency_key == idempotency_key))


def insert_new(
    connection: Connection, new: Proposal, idempotency_key: str | None, superseded: str | None, now: datetime
) -> None:
    """Write a new proposal with its first plan and its moves."""
    values = {name: getattr(new, name) for name in _PLAIN} | {
        "id": new.id,
        "state": new.state,
        "version": 1,
        "revision": 1,
        "options": dict(new.options),
        "notify": new.notify,
        "ahead_s": round(new.ahead.total_seconds()),
        "supersedes": superseded,
        "group_id": new.group,
        "idempotency_key": idempotency_key,
    }
    connection.execute(insert(proposal).values(values))
    add_plan(connection, new.id, new.plan, new.differences, now)
    put_moves(connection, new.id, new.moves, now)


def add_plan(
    connection: Connection, proposal_id: str, plan: Document, differences: tuple[Difference, ...], now: datetime
) -> None:
    """Write the plan of the revision that the proposal has now."""
    values = {
        "proposal_id": proposal_id,
        "revision": glance(connection, proposal_id).revision,
        "document": dict(plan),
        "differences": differences_form(differences),
        "created_at": now,
    }
    connection.execute(insert(proposal_plan).values(values))


def put_moves(connection: Connection, proposal_id: str, moves: Sequence[ProposedMove], now: datetime) -> None:
    """Write all moves in place of those that were there."""
    connection.execute(delete(proposal_move).where(proposal_move.c.proposal_id == proposal_id))
    for move in moves:
        values = {
            "proposal_id": proposal_id,
            "number": move.number,
            "uid": move.uid,
            "to_start": move.to_start,
            "details": details_of(move),
            "moved_back_at": move.moved_back_at,
        }
        connection.execute(insert(proposal_move).values(values | decision_of(move)))
        for direction in get_args(Direction):
            if (writing := move.writing(direction)) is not None:
                put_writing(connection, proposal_id, move.number, direction, writing, now)


def put_writing(
    connection: Connection, proposal_id: str, number: int, direction: Direction, writing: Writing, now: datetime
) -> None:
    """Write how one move stands; what is only written again keeps its time."""
    values = {"state": writing.state, "journal": journal_of(writing), "updated_at": writing.updated_at or now}
    if not connection.execute(_UPDATE_WRITING, values | {"of": proposal_id, "nth": number, "way": direction}).rowcount:
        this = {"proposal_id": proposal_id, "number": number, "direction": direction}
        connection.execute(_INSERT_WRITING, values | this)


def note(connection: Connection, trail: Sequence[TrailLine]) -> None:
    """Write lines of the audit trail."""
    for line in trail:
        values = {"at": line.at, "by": line.by, "what": line.what, "proposal_id": line.proposal_id}
        connection.execute(insert(audit_entry).values(**values, move=line.move, detail=dict(line.detail)))


def glance(connection: Connection, proposal_id: str) -> Row[Any]:
    """The row of a proposal. Raises `NotFoundError`."""
    row = connection.execute(select(proposal).where(proposal.c.id == proposal_id)).first()
    if row is None:
        raise NotFoundError(f"{proposal_id}: there is no such proposal")
    return row


def whole(connection: Connection, proposal_id: str) -> Proposal:
    """All of a proposal. Raises `NotFoundError`."""
    row = glance(connection, proposal_id)
    newest = (proposal_plan.c.proposal_id == proposal_id, proposal_plan.c.revision == row.revision)
    plan = connection.execute(select(proposal_plan).where(*newest)).one()
    return Proposal(
        **{name: getattr(row, name) for name in _PLAIN},
        id=row.id,
        state=ProposalState(row.state),
        version=row.version,
        revision=row.revision,
        plan=plan.document,
        moves=tuple(moves(connection, proposal_id)),
        options=row.options,
        notify=Notify(row.notify),
        ahead=timedelta(seconds=row.ahead_s),
        supersedes=row.supersedes,
        group=row.group_id,
        differences=differences_of(plan.differences),
    )


def moves(connection: Connection, proposal_id: str) -> list[ProposedMove]:
    """The moves of a proposal with how they stand, by number."""
    standing: dict[int, dict[str, Writing]] = defaultdict(dict)
    for row in connection.execute(select(proposal_write).where(proposal_write.c.proposal_id == proposal_id)):
        standing[row.number][row.direction] = writing_of(row.journal)
    own = select(proposal_move).where(proposal_move.c.proposal_id == proposal_id)
    return [
        replace(
            move_of(row.details, decided_of(row), row.moved_back_at),
            apply=standing[row.number].get("apply"),
            undo=standing[row.number].get("undo"),
        )
        for row in connection.execute(own.order_by(proposal_move.c.number))
    ]
