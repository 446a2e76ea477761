"""Plans that are worked at after their request was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.store.database import reading, writing
from app.adapters.store.schema import planning
from app.domain.plans.planning import Answer, Begun, Document, Planning, PlanningState
from app.errors import NotFoundError

Enqueue = Callable[[str, Connection], None]
"""Has a planning worked at once the transaction of a connection is committed."""

_GLANCE = tuple(
    planning.c[name]
    for name in ("id", "state", "version", "digest", "created_at", "finished_at", "progress", "problem")
)
_OPEN = planning.c.state.in_([state for state in PlanningState if not state.ended])


class StoredPlannings:
    """The plannings in the database; each new one is put into a queue within its own transaction."""

    def __init__(self, engine: Engine, enqueue: Enqueue) -> None:
        self._engine = engine
        self._enqueue = enqueue

    def add(self, planning_id: str, request: bytes, idempotency_key: str | None, now: datetime) -> Planning:
        """Store a request and have it worked at, both or neither; if the key is known, give back what it made."""
        values = {
            "id": planning_id,
            "state": PlanningState.QUEUED,
            "version": 1,
            "attempts": 0,
            "request": request,
            "digest": sha256(request).hexdigest(),
            "idempotency_key": idempotency_key,
            "created_at": now,
        }
        with writing(self._engine) as connection:
            try:
                with connection.begin_nested():
                    connection.execute(insert(planning).values(**values))
            except IntegrityError:
                is_this = planning.c.idempotency_key == idempotency_key
                return _planning(connection.execute(select(*_GLANCE).where(is_this)).one())
            self._enqueue(planning_id, connection)
            return _planning(connection.execute(select(*_GLANCE).where(planning.c.id == planning_id)).one())

    def get(self, planning_id: str) -> Planning:
        """All of a planning. Raises `NotFoundError`."""
        return self._one(planning_id, *_GLANCE, planning.c.result)

    def glance(self, planning_id: str) -> Planning:
        """A planning without its result. Raises `NotFoundError`."""
        return self._one(planning_id, *_GLANCE)

    def begin(self, planning_id: str) -> Begun | None:
        """Note that somebody works at it; None if it has ended or is gone."""
        begun = _open(planning_id).values(state=PlanningState.RUNNING, attempts=planning.c.attempts + 1, progress=None)
        with writing(self._engine) as connection:
            columns = (planning.c.request, planning.c.created_at, planning.c.attempts)
            row = connection.execute(begun.returning(*columns)).first()
        return None if row is None else Begun(row.request, row.created_at, row.attempts)

    def report(self, planning_id: str, progress: Document) -> None:
        """Note how far it is."""
        with writing(self._engine) as connection:
            connection.execute(_open(planning_id).values(progress=dict(progress)))

    def wanted(self, planning_id: str) -> bool:
        """Whether it is still there."""
        with reading(self._engine) as connection:
            is_this = planning.c.id == planning_id
            return connection.execute(select(planning.c.id).where(is_this)).first() is not None

    def end(self, planning_id: str, answer: Answer, now: datetime) -> None:
        """Note the answer, and forget what was asked; an answer that is there stays."""
        state = PlanningState.DONE if answer.problem is None else PlanningState.FAILED
        values = {"result": answer.result, "problem": answer.problem, "request": b"", "finished_at": now}
        with writing(self._engine) as connection:
            connection.execute(_open(planning_id).values(state=state, **values))

    def unfinished(self) -> Sequence[str]:
        """The ids of those that have not ended, the oldest first."""
        with reading(self._engine) as connection:
            found = select(planning.c.id).where(_OPEN).order_by(planning.c.created_at, planning.c.id)
            return connection.execute(found).scalars().all()

    def forget(self, planning_id: str) -> None:
        """Delete a planning; whoever works at it stops. Raises `NotFoundError`."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(planning).where(planning.c.id == planning_id)).rowcount
        if not gone:
            raise _unknown(planning_id)

    def forget_older(self, moment: datetime) -> None:
        """Delete those that ended before a moment."""
        with writing(self._engine) as connection:
            connection.execute(delete(planning).where(planning.c.finished_at < moment))

    def _one(self, planning_id: str, *columns: Any) -> Planning:
        with reading(self._engine) as connection:
            row = connection.execute(select(*columns).where(planning.c.id == planning_id)).first()
        if row is None:
            raise _unknown(planning_id)
        return _planning(row)


def _open(planning_id: str) -> Update:
    """A change of a planning that has not ended."""
    return update(planning).where(planning.c.id == planning_id, _OPEN).values(version=planning.c.version + 1)


def _planning(row: Row[Any]) -> Planning:
    values = row._asdict()
    return Planning(**{**values, "state": PlanningState(values["state"])})


def _unknown(planning_id: str) -> NotFoundError:
    return NotFoundError(f"{planning_id}: there is no such plan (any more)")
