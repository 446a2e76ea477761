"""What costs a sync: as much as changed, however much there is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.adapters.store.syncing import Syncing


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_statement_of_a_sync_goes_through_a_whole_calendar(database: Engine) -> None:
    syncing = Syncing(database)
    syncing.put("a", "b")
    syncing.sync()
    syncing.put("a", start="20261126T100000")
    said: dict[str, Any] = {}

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            said[statement] = parameters[0] if many else parameters

    event.listen(database, "before_cursor_execute", note)
    syncing.sync()
    event.remove(database, "before_cursor_execute", note)
    raw = database.raw_connection()
    cursor = raw.cursor()
    plans = {one: str(cursor.execute(f"EXPLAIN QUERY PLAN {one}", said[one]).fetchall()) for one in said}
    raw.close()
    assert len(plans) > 15
    assert [
        one for one, plan in plans.items() if "since<" in plan or "SCAN " in plan or "(calendar_id=?)" in plan
    ] == []
