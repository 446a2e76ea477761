"""What managers said of findings, and which of them a mail brought (`app.ports.FindingStore`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.adapters.store.database import reading, writing
from app.adapters.store.mails.schema import finding_dismissed, finding_told
from app.adapters.store.proposals import rows as proposal_rows
from app.adapters.store.schema import series_uid
from app.domain.proposals.proposal import TrailLine
from app.errors import NotFoundError


class StoredFindings:
    """The findings in the database; managers are known by their address in lower case."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def dismiss(self, manager: str, key: str, by: str, now: datetime) -> None:
        """Note "not this one"; said again it stays as it was."""
        whose = manager.lower()
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(finding_dismissed).values(manager=whose, key=key, by=by, at=now))
                proposal_rows.note(connection, [_said("dismiss_finding", whose, key, by, now)])
        except IntegrityError:
            return

    def restore(self, manager: str, key: str, by: str, now: datetime) -> None:
        """Take that back. Raises `NotFoundError` if it was not said."""
        whose = manager.lower()
        this = (finding_dismissed.c.manager == whose, finding_dismissed.c.key == key)
        with writing(self._engine) as connection:
            if not connection.execute(delete(finding_dismissed).where(*this)).rowcount:
                raise NotFoundError(f"{key}: nobody said \u201cnot this one\u201d of such a finding of {whose}")
            proposal_rows.note(connection, [_said("restore_finding", whose, key, by, now)])

    def dismissed(self, manager: str) -> Sequence[str]:
        """The keys that a manager does not want to see."""
        mine = finding_dismissed.c.manager == manager.lower()
        with reading(self._engine) as connection:
            found = select(finding_dismissed.c.key).where(mine).order_by(finding_dismissed.c.key)
            return list(connection.scalars(found))

    def told(self, manager: str, week: str, keys: Sequence[str], now: datetime) -> None:
        """Note which findings the mail about a week brings, in place of what was noted for it before."""
        whose = manager.lower()
        rows = [{"manager": whose, "week": week, "key": key, "at": now} for key in dict.fromkeys(keys)]
        with writing(self._engine) as connection:
            mine = (finding_told.c.manager == whose, finding_told.c.week == week)
            connection.execute(delete(finding_told).where(*mine))
            if rows:
                connection.execute(insert(finding_told), rows)

    def told_since(self, manager: str, since: datetime, but: str) -> Sequence[str]:
        """The keys that mails about other weeks than `but` brought since a moment."""
        mine = (finding_told.c.manager == manager.lower(), finding_told.c.week != but, finding_told.c.at >= since)
        with reading(self._engine) as connection:
            found = select(finding_told.c.key).where(*mine).distinct().order_by(finding_told.c.key)
            return list(connection.scalars(found))

    def first_uids(self, manager: str) -> Mapping[str, str]:
        """For each UID of a series that was split, the first that the series had."""
        mine = series_uid.c.manager == manager.lower()
        with reading(self._engine) as connection:
            return {row.uid: row.series for row in connection.execute(select(series_uid).where(mine))}


def _said(what: str, manager: str, key: str, by: str, now: datetime) -> TrailLine:
    return TrailLine(now, by, what, detail={"manager": manager, "finding": key})
