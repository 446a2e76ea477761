"""The proposals that are kept (`app.ports.ProposalStore`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Connection, Engine, Update, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.adapters.store.claims import CLAIM, FREE, fence_of, is_free, is_open_to, mine
from app.adapters.store.configurations import rewrite
from app.adapters.store.database import reading, writing
from app.adapters.store.proposals import rows
from app.adapters.store.proposals.memory import join, remembered, reserved, sharing
from app.adapters.store.schema import audit_entry, proposal, proposal_file
from app.domain.proposals.around import Remembered, Reserved
from app.domain.proposals.proposal import (
    DECIDABLE,
    ENDED,
    NEXT,
    OPEN,
    WORKING,
    Change,
    Direction,
    Proposal,
    ProposalState,
    TrailLine,
    Working,
    Writing,
)
from app.errors import ChangedError, ClaimedError

Enqueue = Callable[[str, int, Connection], None]
"""Has a proposal, at a version, worked at once the transaction of a connection is committed."""

_CLOCK = (proposal.c.id, proposal.c.ahead_s)
_SIGN_OF_LIFE = (  # once for every note of every move: building it takes longer than its execution
    update(proposal)
    .where(proposal.c.id == bindparam("of"), proposal.c.claimed_by == bindparam("fence"))
    .values(claimed_until=bindparam("until"), version=proposal.c.version + 1)
)


class StoredProposals:
    """The proposals in the database; what is to be worked at is put into a queue within the same transaction."""

    def __init__(self, engine: Engine, enqueue: Enqueue) -> None:
        self._engine = engine
        self._enqueue = enqueue

    def add(self, new: Proposal, idempotency_key: str | None, trail: Sequence[TrailLine], now: datetime) -> Proposal:
        """Keep a new proposal; the one that is open for the same manager and week becomes superseded."""
        try:
            with writing(self._engine) as connection:
                made = rows.made_by(connection, idempotency_key)
                if made is None:
                    superseded = _supersede(connection, new)
                    rows.insert_new(connection, new, idempotency_key, superseded, now)
                    rows.note(connection, trail)
                return rows.whole(connection, made or new.id)
        except IntegrityError:  # somebody else made one at the same time
            with reading(self._engine) as connection:
                made = rows.made_by(connection, idempotency_key)
                if made is not None:
                    return rows.whole(connection, made)
            text = f"another proposal for {new.manager} in {new.week} was made at the same time: look at that one"
            raise ChangedError(text) from None

    def add_together(self, new: Sequence[Proposal], trail: Sequence[TrailLine], now: datetime) -> Sequence[Proposal]:
        """Keep the new proposals of one team plan, all or none; what they take the place of becomes superseded."""
        try:
            with writing(self._engine) as connection:
                for one in sorted(new, key=lambda one: one.manager):  # two groups never wait for each other
                    rows.insert_new(connection, one, None, _supersede(connection, one), now)
                rows.note(connection, trail)
                return [rows.whole(connection, one.id) for one in new]
        except IntegrityError:
            names = ", ".join(one.manager for one in new)
            raise ChangedError(f"another proposal for one of {names} was made at the same time: look at it") from None

    def get(self, proposal_id: str) -> Proposal:
        """All of a proposal. Raises `NotFoundError`."""
        with reading(self._engine) as connection:
            return rows.whole(connection, proposal_id)

    def made_by(self, idempotency_key: str) -> Proposal | None:
        """The proposal that a key made."""
        with reading(self._engine) as connection:
            made = rows.made_by(connection, idempotency_key)
            return None if made is None else rows.whole(connection, made)

    def all(self, manager: str | None = None, week: str | None = None, limit: int = 100) -> Sequence[Proposal]:
        """The proposals of a manager, or everyone's, the newest first."""
        found = select(proposal.c.id).order_by(proposal.c.created_at.desc(), proposal.c.id).limit(limit)
        found = found if manager is None else found.where(proposal.c.manager == manager)
        return self._wholes(found if week is None else found.where(proposal.c.week == week))

    def of_group(self, group: str) -> Sequence[Proposal]:
        """All proposals of one team plan, by manager."""
        return self._wholes(select(proposal.c.id).where(proposal.c.group_id == group).order_by(proposal.c.manager))

    def change(self, proposal_id: str, version: int, change: Change, now: datetime) -> Proposal:
        """Change a proposal, if it still has this version; its version rises by one."""
        mine = update(proposal).where(proposal.c.id == proposal_id, proposal.c.version == version)
        if change.state is not None:
            mine = mine.where(proposal.c.state.in_([old for old, new in NEXT.items() if change.state in new]))
        try:
            with writing(self._engine) as connection:
                if not connection.execute(mine.values(_values(change))).rowcount:
                    raise _not_as_seen(connection, proposal_id, version, change)
                return self._changed(connection, proposal_id, change, now)
        except IntegrityError:
            raise ChangedError(f"{proposal_id}: there is a newer proposal for the same week") from None

    def claim(self, proposal_id: str, holder: str, now: datetime) -> Working:
        """Take a proposal that is being applied or undone for oneself."""
        fence = fence_of(holder)
        free = is_open_to(proposal, holder, now)
        take = update(proposal).where(proposal.c.id == proposal_id, proposal.c.state.in_(WORKING), free)
        with writing(self._engine) as connection:
            if not connection.execute(take.values(claimed_by=fence, claimed_until=now + CLAIM)).rowcount:
                state = rows.glance(connection, proposal_id).state
                if state in WORKING:
                    raise ClaimedError(f"{proposal_id}: somebody else is {state} it just now")
                raise ChangedError(f"{proposal_id}: is {state}; there is nothing to do for it")
        return Working(proposal_id, fence)

    def journal(self, working: Working, number: int, direction: Direction, step: Writing, now: datetime) -> None:
        """Note how a move stands."""
        with self._held(working, now) as connection:
            rows.put_writing(connection, working.proposal_id, number, direction, step, now)

    def finish(self, working: Working, change: Change, now: datetime) -> Proposal:
        """Change a proposal at the end of the work, and give it back."""
        with self._held(working, now) as connection:
            connection.execute(_mine(working).values({**_values(change), **FREE}))
            return self._changed(connection, working.proposal_id, change, now)

    def release(self, working: Working) -> None:
        """Give it back as it is, if the claim still holds."""
        with writing(self._engine) as connection:
            connection.execute(_mine(working).values(**FREE))

    def unfinished(self, now: datetime) -> Sequence[str]:
        """The ids of those that are to be applied or undone and that nobody is at."""
        return self._ids(proposal.c.state.in_(WORKING), is_free(proposal, now))

    def followed(self, now: datetime) -> Sequence[str]:
        """The ids of those that were applied within the time in which they can be undone, each by its own clock."""
        applied = (ProposalState.APPLIED, ProposalState.PARTLY_APPLIED, ProposalState.PARTLY_UNDONE)
        with reading(self._engine) as connection:
            found = connection.execute(select(*_CLOCK, proposal.c.undo_until).where(proposal.c.state.in_(applied)))
            return [row.id for row in found if row.undo_until is not None and row.undo_until > _own(row, now)]

    def ended(self, since: datetime) -> Sequence[str]:
        """The ids of those that were applied or undone, wholly or in part, since a moment, and are not worked at."""
        work = (audit_entry.c.proposal_id == proposal.c.id, audit_entry.c.what.in_(get_args(Direction)))
        return self._ids(
            proposal.c.state.in_(ENDED), select(audit_entry).where(*work, audit_entry.c.at > since).exists()
        )

    def expire(self, now: datetime) -> int:
        """Have all that can be decided and whose week is over, by its own clock, expire; how many."""
        open_ones = select(*_CLOCK, proposal.c.expires_at).where(proposal.c.state.in_(DECIDABLE))
        with writing(self._engine) as connection:
            over = [row.id for row in connection.execute(open_ones) if row.expires_at <= _own(row, now)]
            values = {"state": ProposalState.EXPIRED, "version": proposal.c.version + 1}
            if over:
                connection.execute(update(proposal).where(proposal.c.id.in_(over)).values(values))
            return len(over)

    def make_stale(self, proposal_ids: Sequence[str]) -> None:
        """Have open proposals planned anew before they are shown."""
        some = (proposal.c.id.in_(proposal_ids), proposal.c.state.in_(OPEN), ~proposal.c.stale)
        with writing(self._engine) as connection:
            connection.execute(update(proposal).where(*some).values(stale=True, version=proposal.c.version + 1))

    def sharing(self, people: Collection[str], besides: str) -> Sequence[str]:
        """The ids of those that can be decided, but one, of which a move needs one of these people."""
        with reading(self._engine) as connection:
            return sharing(connection, people, besides)

    def remembered(self, manager: str, since: datetime) -> Sequence[Remembered]:
        """What a manager rejected, and what was moved for them, since a moment."""
        with reading(self._engine) as connection:
            return remembered(connection, manager, since)

    def reserved(self, week: str, besides: str) -> Sequence[Reserved]:
        """The places that open proposals of all managers but one want in the weeks from this one on."""
        with reading(self._engine) as connection:
            return reserved(connection, week, besides)

    def join(self, manager: str, uid: str, new_uid: str) -> None:
        """Note that a series goes on under another UID."""
        with writing(self._engine) as connection:
            join(connection, manager, uid, new_uid)

    def keep_file(self, proposal_id: str, name: str, media_type: str, data: bytes, now: datetime) -> None:
        """Keep a file for the manager, in place of one of the same name."""
        this = (proposal_file.c.proposal_id == proposal_id, proposal_file.c.name == name)
        values = {"proposal_id": proposal_id, "name": name, "media_type": media_type, "data": data, "created_at": now}
        with writing(self._engine) as connection:
            rows.glance(connection, proposal_id)
            connection.execute(delete(proposal_file).where(*this))
            connection.execute(insert(proposal_file).values(values))

    def files(self, proposal_id: str) -> Sequence[tuple[str, str, bytes]]:
        """The files of a proposal: name, media type and content, by name."""
        wanted = (proposal_file.c.name, proposal_file.c.media_type, proposal_file.c.data)
        this = proposal_file.c.proposal_id == proposal_id
        with reading(self._engine) as connection:
            found = connection.execute(select(*wanted).where(this).order_by(proposal_file.c.name))
            return [(row.name, row.media_type, row.data) for row in found]

    def trail(self, proposal_id: str) -> Sequence[TrailLine]:
        """The audit trail of a proposal, the oldest first."""
        with reading(self._engine) as connection:
            found = connection.execute(
                select(audit_entry).where(audit_entry.c.proposal_id == proposal_id).order_by(audit_entry.c.id)
            )
            return [TrailLine(row.at, row.by, row.what, row.proposal_id, row.move, row.detail) for row in found]

    def _changed(self, connection: Connection, proposal_id: str, change: Change, now: datetime) -> Proposal:
        """The rest of a change that is allowed, and the proposal after it."""
        if change.plan is not None:
            rows.add_plan(connection, proposal_id, change.plan, change.differences or (), now)
        if change.moves is not None:
            rows.put_moves(connection, proposal_id, change.moves, now)
        for text in change.own:
            rewrite(connection, text, now)
        rows.note(connection, change.trail)
        changed = rows.whole(connection, proposal_id)
        if change.enqueue:
            self._enqueue(proposal_id, changed.version, connection)
        return changed

    def _wholes(self, ids: Any) -> list[Proposal]:
        with reading(self._engine) as connection:
            return [rows.whole(connection, found) for found in connection.scalars(ids).all()]

    def _ids(self, *conditions: Any) -> list[str]:
        with reading(self._engine) as connection:
            found = select(proposal.c.id).where(*conditions).order_by(proposal.c.created_at, proposal.c.id)
            return list(connection.scalars(found))

    @contextmanager
    def _held(self, working: Working, now: datetime) -> Iterator[Connection]:
        """A transaction that writes nothing if the claim does not hold any more."""
        sign = {"of": working.proposal_id, "fence": working.fence, "until": now + CLAIM}
        with writing(self._engine) as connection:
            if not connection.execute(_SIGN_OF_LIFE, sign).rowcount:
                raise ClaimedError(f"{working.proposal_id}: was taken over; nothing more was noted")
            yield connection


def _own(row: Any, now: datetime) -> datetime:
    """What a proposal takes for now."""
    return now + timedelta(seconds=row.ahead_s)


def _supersede(connection: Connection, new: Proposal) -> str | None:
    """End the open proposal of the same manager and week; its id, if there was one."""
    same = (proposal.c.manager == new.manager, proposal.c.week == new.week)
    found = select(proposal.c.id, proposal.c.state).where(*same, proposal.c.state.in_(OPEN)).with_for_update()
    row = connection.execute(found).first()
    if row is None:
        return None
    if row.state not in DECIDABLE:
        raise ChangedError(f"{row.id}: the proposal for {new.week} is being applied just now; wait until it is done")
    values = {"state": ProposalState.SUPERSEDED, "version": proposal.c.version + 1}
    connection.execute(update(proposal).where(proposal.c.id == row.id).values(values))
    return str(row.id)


def _values(change: Change) -> dict[str, object]:
    """The columns that a change gives a value."""
    names = ("state", "options", "notify", "stale", "expires_at", "applied_at", "undo_until")
    given = {name: getattr(change, name) for name in names if getattr(change, name) is not None}
    if "options" in given:
        given["options"] = dict(given["options"])
    if change.plan is not None:
        given["revision"] = proposal.c.revision + 1
    return given | {"version": proposal.c.version + 1}


def _not_as_seen(connection: Connection, proposal_id: str, version: int, change: Change) -> ChangedError:
    found = rows.glance(connection, proposal_id)
    if found.version != version:
        return ChangedError(f"{proposal_id}: was changed meanwhile (it is {found.state}, version {found.version})")
    return ChangedError(f"{proposal_id}: is {found.state}, and so cannot become {change.state}")


def _mine(working: Working) -> Update:
    return mine(proposal, working.proposal_id, working.fence)
