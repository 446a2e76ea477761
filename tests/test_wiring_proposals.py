"""Proposals out of the database and the settings: the bundled sample, kept in sync."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app import wiring
from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import MASTER
from app.domain.proposals.proposal import Choice, Correction, Decision
from app.render.plans.document import to_json
from app.services.proposals.desk import Desk, Options
from app.services.proposals.life import decide, propose, propose_together
from app.settings import Settings
from app.wiring.proposals import desk as desk_of

NOW = datetime.fromisoformat("2026-11-26T09:00:00+01:00")
WEEK = IsoWeek(2026, 49)
DANA, ANA, TOM = (f"{name}@example.com" for name in ("dana", "ana", "tom"))
QUICK = Options(wall_s=0.5)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The sample's calendars as they were read at its moment."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Stopped:
            return cls.fromisoformat(NOW.isoformat()).astimezone(tz)

    monkeypatch.setattr("app.wiring.connected.datetime", Stopped)
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    settings = Settings()
    engine = wiring.prepared(settings)
    for file in ("dana", "ana", "tom"):
        login, secret = wiring.feed_login(str(wiring.sample() / f"{file}.ics"), f"{file}@example.com")
        for calendar in wiring.connect_login(login, secret, (), None, engine, settings):
            wiring.sync_stored(calendar.id, engine, settings, holder="test")
    team = (wiring.sample() / "team.toml").read_text()
    wiring.configurations(engine).save("team", DANA, team, NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return replace(desk_of(engine, Settings()), now=lambda: NOW)


def test_the_approval_covers_what_is_stored_of_each_event(desk: Desk) -> None:
    shown = propose(desk, DANA, WEEK, by="local", options=QUICK)
    assert shown.proposal.moves
    for move in shown.proposal.moves:
        assert move.seen[MASTER].organizer == DANA
        assert dict(move.seen) == dict(desk.versions(move.calendar_id, move.uid))
    assert desk.versions("00000000", "gone") == {}


def test_what_becomes_a_rule_is_kept_beside_the_packaged_ones_and_holds_for_other_plans(
    desk: Desk, engine: Engine
) -> None:
    shown = propose(desk, DANA, WEEK, by="local", options=QUICK)
    first = shown.proposal.moves[0]
    other = next(m for m in shown.plan.meetings if m.uid != first.uid and m.with_ == "report")
    corrections = [Correction(other.id, kind="network", report=False)]
    decide(desk, shown.proposal.id, [Choice(1, Decision.PIN, pin="always")], corrections, by=DANA)
    rules, team = wiring.rules_of(DANA, engine, Settings()), wiring.team_of(DANA, engine, Settings())
    assert (rules.pins.uids, [c.uid for c in rules.correction]) == ((first.uid,), [other.uid])
    assert rules.kind == wiring.load_rules(None, Settings()).kind
    assert team is not None
    person = next(line.email for line in other.attendees if line.email != DANA)
    assert team.relation(DANA, person) == "peer"
    stored = wiring.configurations(engine).of("team", DANA)
    assert stored is not None
    assert stored.text.startswith("# Clearweek sample: invented people.")
    assert wiring.configurations(engine).of("rules", ANA) is None


def test_several_managers_are_planned_in_another_process_from_all_that_any_of_them_may_see(
    desk: Desk, engine: Engine
) -> None:
    head, mark, tail = (wiring.sample() / "team.toml").read_text().partition(f'email = "{TOM}"')
    tail = tail.replace(f'manager = "{DANA}"', f'manager = "{ANA}"', 1)
    wiring.configurations(engine).save("team", DANA, head + mark + tail, NOW)
    danas, anas = propose_together(desk, DANA, WEEK, "team", by="local", options=QUICK)
    assert [shown.proposal.manager for shown in (danas, anas)] == [DANA, ANA]
    assert b"Physio" in (wiring.sample() / "ana.ics").read_bytes()
    assert "Physio" not in to_json(danas.plan)
    people = {person.email: person.availability for person in danas.plan.people}
    assert people[ANA] == "known"
