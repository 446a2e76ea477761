"""The objects of a calendar: the iCalendar text of each, at the generation that is seen or the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, exists, insert, select

from app.adapters.store.calendars.generations import BATCH, end, seen, visible
from app.adapters.store.database import reading
from app.adapters.store.schema import calendar, calendar_object, component, occurrence
from app.domain.calendar.connected import CalendarObject, Changes, Claim

FIELDS = ("href", "uid", "text", "etag", "schedule_tag")
_SEEN_OF_UID = (
    select(calendar_object)
    .select_from(calendar.join(calendar_object, visible(calendar_object)))
    .where(calendar.c.id == bindparam("of"), calendar_object.c.uid == bindparam("wanted"))
)


def put(connection: Connection, claim: Claim, changed: Sequence[CalendarObject], removed: Sequence[str]) -> Changes:
    """Write objects at the next generation; one that is the same as before stays as it is."""
    newest = {item.href: item for item in changed}
    known = _at(connection, claim, [*newest, *removed])
    new = [item for href, item in newest.items() if href not in known or _item(known[href]) != item]
    gone = [row for href, row in known.items() if href not in newest]
    replaced = [known[item.href] for item in new if item.href in known]
    _end(connection, claim, [row.id for row in (*gone, *replaced)])
    if new:
        rows = [{name: getattr(item, name) for name in FIELDS} for item in new]
        common = {"calendar_id": claim.calendar.id, "since": claim.next}
        connection.execute(insert(calendar_object), [row | common for row in rows])
    uids = {
        uid for item in new if (row := known.get(item.href)) is None or not _same(row, item) for uid in _uids(row, item)
    }
    return Changes(frozenset(uids | {row.uid for row in gone}), len(new), len(gone))


def _uids(row: Row[Any] | None, item: CalendarObject) -> set[str]:
    return {item.uid} if row is None else {item.uid, row.uid}


def _same(row: Row[Any], item: CalendarObject) -> bool:
    """Whether an object says the same as before, whatever its tags are."""
    return bool(row.uid == item.uid and row.text == item.text)


def _item(row: Row[Any]) -> CalendarObject:
    return CalendarObject(row.href, row.uid, row.text, row.etag, row.schedule_tag)


def _at(connection: Connection, claim: Claim, hrefs: Sequence[str]) -> dict[str, Row[Any]]:
    """The rows of some hrefs, as the sync has them by now."""
    mine = seen(calendar_object, claim.calendar.id, claim.next)
    rows = connection.execute(select(calendar_object).where(mine, calendar_object.c.href.in_(hrefs)))
    return {row.href: row for row in rows}


def _end(connection: Connection, claim: Claim, ids: Sequence[int]) -> None:
    if ids:
        end(connection, calendar_object, calendar_object.c.id.in_(ids), claim.next)


def forget_others(
    connection: Connection, claim: Claim, hrefs: Collection[str], after: str | None
) -> tuple[Changes, str | None]:
    """Of a batch of objects, in order of hrefs after a given one, forget those that are not listed.

    Gives back what went, and the last href that was looked at; None if there were no more.
    """
    mine = seen(calendar_object, claim.calendar.id, claim.next)
    some = select(calendar_object.c.id, calendar_object.c.href, calendar_object.c.uid).where(mine)
    some = some if after is None else some.where(calendar_object.c.href > after)
    rows = connection.execute(some.order_by(calendar_object.c.href).limit(BATCH)).all()
    gone = [row for row in rows if row.href not in hrefs]
    _end(connection, claim, [row.id for row in gone])
    changes = Changes(frozenset(row.uid for row in gone), 0, len(gone))
    return changes, rows[-1].href if rows else None


def etags(connection: Connection, claim: Claim) -> dict[str, str | None]:
    """The etag of each object that is seen."""
    mine = seen(calendar_object, claim.calendar.id, claim.calendar.generation)
    rows = connection.execute(select(calendar_object.c.href, calendar_object.c.etag).where(mine))
    return {row.href: row.etag for row in rows}


def uid_of(connection: Connection, claim: Claim, href: str) -> str | None:
    """The UID of an object that is seen."""
    mine = seen(calendar_object, claim.calendar.id, claim.calendar.generation)
    return connection.execute(select(calendar_object.c.uid).where(mine, calendar_object.c.href == href)).scalar()


def uids(connection: Connection, claim: Claim) -> list[str]:
    """Every UID that the next generation has."""
    mine = seen(calendar_object, claim.calendar.id, claim.next)
    return list(
        connection.scalars(select(calendar_object.c.uid).where(mine).distinct().order_by(calendar_object.c.uid))
    )


def texts(connection: Connection, claim: Claim, wanted: Sequence[str]) -> dict[str, list[str]]:
    """The texts of some UIDs at the next generation, in order of hrefs."""
    columns = (calendar_object.c.href, calendar_object.c.uid, calendar_object.c.text)
    mine = seen(calendar_object, claim.calendar.id, claim.next)
    rows = connection.execute(select(*columns).where(mine, calendar_object.c.uid.in_(wanted))).all()
    found: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.href):  # here, or SQLite goes through all objects in that order
        found[row.uid].append(row.text)
    return {uid: found[uid] for uid in wanted}


def objects_of(engine: Engine, calendar_id: str, uid: str) -> list[CalendarObject]:
    """The objects that are seen of a UID in a calendar, in order of hrefs. Raises `StoreError`."""
    with reading(engine) as connection:
        rows = connection.execute(_SEEN_OF_UID, {"of": calendar_id, "wanted": uid})
        return sorted(map(_item, rows), key=lambda item: item.href)


def quiet_after(connection: Connection, claim: Claim, second: int, after: int) -> Iterator[tuple[int, CalendarObject]]:
    """A batch of the objects that are seen and of whose UIDs no stored occurrence ends after a second."""
    generation = claim.calendar.generation
    later = exists().where(
        seen(component, claim.calendar.id, generation),
        component.c.uid == calendar_object.c.uid,
        occurrence.c.component_id == component.c.id,
        occurrence.c.end > second,
    )
    mine = seen(calendar_object, claim.calendar.id, generation)
    some = select(calendar_object).where(mine, calendar_object.c.id > after, ~later)
    for row in connection.execute(some.order_by(calendar_object.c.id).limit(BATCH)):
        yield row.id, _item(row)
