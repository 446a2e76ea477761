"""What is remembered of past proposals, and which places the open ones of others want."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select

from app.adapters.store.proposals.forms import decided_of, move_of, remembered_of
from app.adapters.store.schema import proposal, proposal_move, proposal_write, series_uid
from app.domain.proposals.around import Remembered, Reserved
from app.domain.proposals.proposal import DECIDABLE, OPEN, Decision, Direction, MoveState

_DONE = [state for state in MoveState if state.is_done]
_APPLY, _UNDO = proposal_write.alias(), proposal_write.alias()


def remembered(connection: Connection, manager: str, since: datetime) -> list[Remembered]:
    """What a manager rejected or pinned, and what was moved for them and not undone, since a moment; the newest last.

    `uids` are all that the series ever had.
    """
    undone = select(_UNDO.c.number).where(_is_done(_UNDO, "undo"))
    said = proposal_move.c.decision.in_([Decision.REJECT, Decision.PIN]) & (proposal_move.c.decided_at >= since)
    made = (_APPLY.c.updated_at >= since) & ~undone.exists()
    found = (
        select(proposal_move, _APPLY.c.updated_at.label("applied_at"))
        .join(proposal, proposal.c.id == proposal_move.c.proposal_id)
        .outerjoin(_APPLY, _is_done(_APPLY, "apply"))
        .where(proposal.c.manager == manager, or_(said, made))
        .order_by(proposal.c.created_at, proposal.c.id, proposal_move.c.number)
    )
    family = _families(connection, manager)
    moves = (
        (move_of(row.details, decided_of(row), row.moved_back_at), row.applied_at) for row in connection.execute(found)
    )
    return [remembered_of(move, family.get(move.uid, (move.uid,)), applied_at) for move, applied_at in moves]


def reserved(connection: Connection, week: str, besides: str) -> list[Reserved]:
    """The places that open proposals of all managers but one want in the weeks from this one on.

    What was rejected or pinned in them does not want its place any more.
    """
    wants = or_(proposal_move.c.decision.is_(None), proposal_move.c.decision == Decision.ACCEPT)
    found = (
        select(proposal_move)
        .join(proposal, proposal.c.id == proposal_move.c.proposal_id)
        .where(proposal.c.state.in_(OPEN), proposal.c.week >= week, proposal.c.manager != besides, wants)
        .order_by(proposal_move.c.proposal_id, proposal_move.c.number)
    )
    moves = [(row.proposal_id, move_of(row.details, None, None)) for row in connection.execute(found)]
    return [Reserved(found_in, m.to_start, m.to_end, m.people) for found_in, m in moves if m.meetings]


def sharing(connection: Connection, people: Collection[str], besides: str) -> list[str]:
    """The ids of those that can be decided, but one, of which a move needs one of these people."""
    found = (
        select(proposal_move.c.proposal_id, proposal_move.c.details)
        .join(proposal, proposal.c.id == proposal_move.c.proposal_id)
        .where(proposal.c.state.in_(DECIDABLE), proposal.c.id != besides)
        .order_by(proposal_move.c.proposal_id)
    )
    wanted = set(people)
    ids = (row.proposal_id for row in connection.execute(found) if wanted.intersection(row.details["people"]))
    return list(dict.fromkeys(ids))


def join(connection: Connection, manager: str, uid: str, new_uid: str) -> None:
    """Note that a series goes on under another UID; again is the same."""
    mine = (series_uid.c.manager == manager, series_uid.c.uid.in_([uid, new_uid]))
    known = {row.uid: row.series for row in connection.execute(select(series_uid).where(*mine))}
    series = known.get(uid, uid)
    rows = [{"manager": manager, "uid": each, "series": series} for each in {uid, new_uid} - known.keys()]
    if rows:
        connection.execute(insert(series_uid), rows)


def _is_done(write: Any, direction: Direction) -> ColumnElement[bool]:
    """Whether the calendar has a move, or has it no more."""
    same = (write.c.proposal_id == proposal_move.c.proposal_id) & (write.c.number == proposal_move.c.number)
    is_done: ColumnElement[bool] = same & (write.c.direction == direction) & write.c.state.in_(_DONE)
    return is_done


def _families(connection: Connection, manager: str) -> Mapping[str, tuple[str, ...]]:
    """All UIDs of a series, by each of them."""
    by_series: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(series_uid).where(series_uid.c.manager == manager).order_by(series_uid.c.uid)):
        by_series[row.series].append(row.uid)
    return {uid: tuple(uids) for uids in by_series.values() for uid in uids}
