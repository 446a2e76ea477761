"""Configurations: versions that are never overwritten, a person's own before everyone's."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select

from app.adapters.store.configurations import StoredConfigurations
from app.adapters.store.database import reading
from app.adapters.store.schema import configuration
from app.domain.access import EVERYONE

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


def test_ones_own_comes_before_everyones(database: Engine) -> None:
    kept = StoredConfigurations(database)
    own = kept.save("team", "ana@example.com", "a = 1", NOW)
    everyones = kept.save("team", EVERYONE, "a = 2", NOW)
    kept.save("rules", "ben@example.com", "a = 3", NOW)
    assert kept.of("team", "ana@example.com") == own
    assert kept.of("team", "ben@example.com") == everyones
