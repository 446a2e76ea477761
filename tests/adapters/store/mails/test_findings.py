"""Findings that managers dismissed, and those that mails brought."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from app.adapters.store.database import reading, writing
from app.adapters.store.mails.findings import StoredFindings
from app.adapters.store.schema import audit_entry, series_uid
from app.errors import NotFoundError

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DANA, PETE = "dana@example.com", "pete@example.com"


def test_what_one_manager_dismissed_another_still_sees(database: Engine) -> None:
    kept = StoredFindings(database)
    kept.dismiss("Dana@Example.com", "no_agenda:b", DANA, NOW)
    kept.dismiss(DANA, "no_agenda:a", DANA, NOW)
    assert kept.dismissed(DANA) == ["no_agenda:a", "no_agenda:b"]
    assert kept.dismissed(PETE) == []


def test_dismissing_twice_and_restoring_are_in_the_audit_trail_once_each(database: Engine) -> None:
    kept = StoredFindings(database)
    kept.dismiss(DANA, "no_agenda:a", DANA, NOW)
    kept.dismiss(DANA, "no_agenda:a", "local", NOW)
    kept.restore(DANA, "no_agenda:a", "local", NOW)
    assert kept.dismissed(DANA) == []
    with reading(database) as connection:
        lines = connection.execute(select(audit_entry).order_by(audit_entry.c.id)).all()
    assert [(line.what, line.by) for line in lines] == [("dismiss_finding", DANA), ("restore_finding", "local")]
    assert lines[0].detail == {"manager": DANA, "finding": "no_agenda:a"}


def test_what_was_not_dismissed_cannot_be_restored(database: Engine) -> None:
    kept = StoredFindings(database)
    kept.dismiss(PETE, "no_agenda:a", PETE, NOW)
    with pytest.raises(NotFoundError, match="no_agenda:a"):
        kept.restore(DANA, "no_agenda:a", DANA, NOW)


def test_what_mails_of_other_weeks_brought_lately_was_told(database: Engine) -> None:
    kept = StoredFindings(database)
    kept.told(DANA, "2026-W44", ["a"], NOW - timedelta(weeks=5))
    kept.told(DANA, "2026-W47", ["b", "b", "c"], NOW - timedelta(weeks=2))
    kept.told(DANA, "2026-W48", ["d", "b"], NOW)
    kept.told(PETE, "2026-W47", ["e"], NOW)
    assert kept.told_since(DANA, NOW - timedelta(weeks=4), but="2026-W48") == ["b", "c"]


def test_the_mail_of_a_week_that_is_made_again_tells_what_it_has_then(database: Engine) -> None:
    kept = StoredFindings(database)
    kept.told(DANA, "2026-W47", ["a", "b"], NOW)
    kept.told(DANA, "2026-W47", ["b"], NOW)
    kept.told(DANA, "2026-W46", [], NOW)
    assert kept.told_since(DANA, NOW, but="2026-W48") == ["b"]


def test_a_series_that_was_split_is_known_by_its_first_uid(database: Engine) -> None:
    rows = [{"manager": DANA, "uid": uid, "series": "one"} for uid in ("one", "two")]
    with writing(database) as connection:
        connection.execute(insert(series_uid), [*rows, {"manager": PETE, "uid": "two", "series": "other"}])
    assert StoredFindings(database).first_uids("DANA@example.com") == {"one": "one", "two": "one"}
