"""Configurations: versions that are never overwritten, a person's own before everyone's."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from app.adapters.store import configurations as module
from app.adapters.store.configurations import StoredConfigurations
from app.adapters.store.database import reading
from app.adapters.store.schema import configuration
from app.domain.configuration.access import EVERYONE
from app.errors import UnavailableError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def test_the_newest_version_counts_and_the_others_stay(database: Engine) -> None:
    kept = StoredConfigurations(database)
    assert kept.of("team", "ana@example.com") is None
    kept.save("team", EVERYONE, "a = 1", NOW)
    second = kept.save("team", EVERYONE, "a = 2", LATER)
    assert (second.version, second.source) == (2, "stored team of everyone, version 2")
    assert kept.of("team", "ana@example.com") == second
    with reading(database) as connection:
        assert connection.scalars(select(configuration.c.text).order_by(configuration.c.id)).all() == ["a = 1", "a = 2"]


def test_the_same_text_is_no_new_version(database: Engine) -> None:
    kept = StoredConfigurations(database)
    assert kept.save("team", EVERYONE, "a = 1", NOW) == kept.save("team", EVERYONE, "a = 1", LATER)


def test_those_are_known_who_have_a_version_of_their_own(database: Engine) -> None:
    kept = StoredConfigurations(database)
    for owner in ("ben@example.com", EVERYONE, "ana@example.com", "ben@example.com"):
        kept.save("schedule", owner, f"a = {len(kept.owners('schedule'))}", NOW)
    kept.save("rules", "cleo@example.com", "a = 1", NOW)
    assert kept.owners("schedule") == ["ana@example.com", "ben@example.com"]


def test_ones_own_comes_before_everyones(database: Engine) -> None:
    kept = StoredConfigurations(database)
    own = kept.save("team", "ana@example.com", "a = 1", NOW)
    everyones = kept.save("team", EVERYONE, "a = 2", NOW)
    kept.save("rules", "ben@example.com", "a = 3", NOW)
    assert kept.of("team", "ana@example.com") == own
    assert kept.of("team", "ben@example.com") == everyones


def test_who_saves_at_the_same_time_as_another_is_told(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = StoredConfigurations(database)
    kept.save("team", EVERYONE, "a = 1", NOW)
    with monkeypatch.context() as late:
        late.setattr(module, "_newest", lambda *_: None)
        with pytest.raises(UnavailableError, match="try again"):
            kept.save("team", EVERYONE, "a = 2", NOW)
    found = kept.of("team", EVERYONE)
    assert found is not None
    assert found.text == "a = 1"
