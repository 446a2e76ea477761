"""Rows that are seen from one sync to a later one: what is seen, what an aborted sync left, and what nobody sees."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select, update

from app.adapters.store.schema import calendar, calendar_object, component, read_warning

TABLES = (calendar_object, component, read_warning)
BATCH = 500
"""Rows that one transaction undoes or deletes; a component goes with all its occurrences, so of these fewer."""
COMPONENTS = 100


def seen(table: Table, calendar_id: str, generation: int) -> ColumnElement[bool]:
    """Whether a row of a calendar is seen at a generation."""
    return and_(table.c.calendar_id == calendar_id, _is_within(table, generation))


def visible(table: Table) -> ColumnElement[bool]:
    """Whether a row belongs to a calendar of the table `calendar`, at the generation that is seen of it."""
    return and_(table.c.calendar_id == calendar.c.id, _is_within(table, calendar.c.generation))


def _is_within(table: Table, generation: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a generation lies within those at which a row is seen.

    Of both ends sums are compared: nearly all rows are seen, so that an index of them must never be chosen.
    """
    since, until = table.c.since + 0, table.c.until + 0
    return and_(since <= generation, or_(until.is_(None), until > generation))


def end(connection: Connection, table: Table, which: ColumnElement[bool], generation: int) -> None:
    """Let rows be seen no more from a generation on."""
    connection.execute(update(table).where(which).values(until=generation))


def delete_some(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    """Delete as many rows as one transaction may; how many there were."""
    some = select(table.c.id).where(which).limit(COMPONENTS if table is component else BATCH)
    return connection.execute(delete(table).where(table.c.id.in_(some))).rowcount


def undo_some(connection: Connection, calendar_id: str, generation: int) -> bool:
    """Take back a part of what was written after a generation; whether there was anything."""
    for table in TABLES:
        own = table.c.calendar_id == calendar_id
        if delete_some(connection, table, own & (table.c.since > generation)):
            return True
        ended = select(table.c.id).where(own & (table.c.until > generation)).limit(BATCH)
        if connection.execute(update(table).where(table.c.id.in_(ended)).values(until=None)).rowcount:
            return True
    return False


def clean_some(connection: Connection, calendar_id: str, generation: int) -> bool:
    """Delete a part of what is seen at a generation no more; whether there was anything."""
    return any(
        delete_some(connection, table, (table.c.calendar_id == calendar_id) & (table.c.until <= generation)) > 0
        for table in TABLES
    )


def has_unseen(connection: Connection, calendar_id: str, generation: int) -> bool:
    """Whether there is anything that is seen at a generation no more."""
    return any(
        _is_any(connection, table, (table.c.calendar_id == calendar_id) & (table.c.until <= generation))
        for table in TABLES
    )


def is_written(connection: Connection, calendar_id: str, generation: int) -> bool:
    """Whether anything begins or ends at a generation or later."""
    return any(
        _is_any(connection, table, (table.c.calendar_id == calendar_id) & (column >= generation))
        for table in TABLES
        for column in (table.c.since, table.c.until)
    )


def growth(connection: Connection, table: Table, calendar_id: str, generation: int) -> int:
    """How many rows more are seen at a generation than at the one before."""
    own = table.c.calendar_id == calendar_id
    new = own & (table.c.since == generation) & table.c.until.is_distinct_from(generation)
    gone = own & (table.c.until == generation) & (table.c.since != generation)
    return _number(connection, table, new) - _number(connection, table, gone)


def _number(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(which)).scalar_one()


def _is_any(connection: Connection, table: Table, which: ColumnElement[bool]) -> bool:
    return connection.execute(select(table.c.id).where(which).limit(1)).first() is not None
