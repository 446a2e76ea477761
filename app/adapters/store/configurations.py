"""What people configured for themselves or for everyone: versions of TOML texts, none of them ever overwritten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from app.adapters.store.database import reading, writing
from app.adapters.store.schema import configuration
from app.domain.configuration.access import EVERYONE
from app.domain.configuration.configured import Configuration, Kind, Rewritten
from app.errors import ChangedError, UnavailableError


class StoredConfigurations:
    """The configurations in the database. Every method raises `StoreError` if that cannot be used."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, kind: Kind, owner: str, text: str, now: datetime) -> Configuration:
        """Keep a text as the newest version of somebody's; the same text again is no new version.

        Raises `UnavailableError` if somebody else saves one at the same time.
        """
        try:
            with writing(self._engine) as database:
                last = _newest(database, kind, owner)
                if last is not None and last.text == text:
                    return last
                return _add(database, kind, owner, text, last, now)
        except IntegrityError:
            raise UnavailableError(f"a {kind} of {owner} is being saved by somebody else: try again") from None

    def of(self, kind: Kind, person: str) -> Configuration | None:
        """The newest version of a person's own, else that of everyone, else None."""
        with reading(self._engine) as database:
            return _newest(database, kind, person) or _newest(database, kind, EVERYONE)

    def owners(self, kind: Kind) -> list[str]:
        """Who has a version of their own, by address; everyone's is nobody's."""
        own = (configuration.c.kind == kind) & (configuration.c.owner != EVERYONE)
        with reading(self._engine) as database:
            found = select(configuration.c.owner).where(own).distinct().order_by(configuration.c.owner)
            return list(database.scalars(found))


def rewrite(database: Connection, new: Rewritten, now: datetime) -> None:
    """Keep a text within a transaction. Raises `ChangedError` if its owner has another one by now than before it."""
    last = _newest(database, new.kind, new.owner)
    if last is not None and last.text != new.before:
        raise _changed(new)
    try:
        _add(database, new.kind, new.owner, new.text, last, now)
    except IntegrityError:
        raise _changed(new) from None


def _changed(new: Rewritten) -> ChangedError:
    return ChangedError(f"the {new.kind} of {new.owner}: were changed by somebody else at the same time; try again")


def _add(
    database: Connection, kind: Kind, owner: str, text: str, last: Configuration | None, now: datetime
) -> Configuration:
    new = Configuration(kind, owner, last.version + 1 if last else 1, text, now)
    values = {"owner": owner, "version": new.version, "text": text, "created_at": now}
    database.execute(insert(configuration).values(kind=kind, **values))
    return new


def _newest(database: Connection, kind: Kind, owner: str) -> Configuration | None:
    of_owner = (configuration.c.kind == kind) & (configuration.c.owner == owner)
    newest = select(configuration).where(of_owner).order_by(configuration.c.version.desc()).limit(1)
    row = database.execute(newest).first()
    return None if row is None else Configuration(row.kind, row.owner, row.version, row.text, row.created_at)
