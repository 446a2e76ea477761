"""A CalDAV server from the command line: connected, synced, changed, and out of reach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.adapters.store.secrets import new_key
from app.cli.commands import app
from app.errors import ReconnectError
from tests.adapters.caldav.remotes import DavUser
from tests.adapters.caldav.servers import PASSWORDS, Running
from tests.adapters.calendar_store_contract import LUNCH, STANDUP

PATH = "/dana/connected/"


@pytest.fixture
def dana(radicale_tls: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DavUser]:
    """Dana at the server, and an empty database whose settings know the server's certificate."""
    assert radicale_tls.authority
    monkeypatch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path / 'clearweek.sqlite'}")
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())
    monkeypatch.setenv("CLEARWEEK_CALDAV_AUTHORITIES", str(radicale_tls.authority.certificate))
    user = DavUser(radicale_tls, "dana")
    user.make_calendar(PATH, "Connected")
    yield user
    user.close()


def _run(*words: str) -> str:
    ended = CliRunner().invoke(app, words, catch_exceptions=False)
    return ended.output


def _connect(user: DavUser, password: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PASSWORD", password)
    words = ("--person", "dana@example.com", "--user", "dana", "--password-env", "PASSWORD", "--calendar", "Connected")
    return _run("connect", "caldav", user.url, *words, "--timezone", "Europe/Vienna")


def _synced() -> dict[str, Any]:
    _run("sync")
    (one,) = json.loads(_run("calendars", "--json"))["calendars"]
    return {key: one[key] for key in ("name", "owner", "timezone", "writable", "state", "events")}


def test_a_calendar_is_kept_as_the_server_has_it(dana: DavUser, monkeypatch: pytest.MonkeyPatch) -> None:
    dana.put(f"{PATH}lunch.ics", LUNCH.text())
    assert "Connected" in _connect(dana, PASSWORDS["dana"], monkeypatch)
    first = {"name": "Connected", "owner": "dana@example.com", "timezone": "Europe/Vienna", "writable": True}
    assert _synced() == first | {"state": "synced", "events": 1}
    dana.put(f"{PATH}standup.ics", STANDUP.text())
    dana.put(f"{PATH}lunch.ics", replace(LUNCH, title="Changed").text())
    assert _synced()["events"] == 2
    dana.ask("DELETE", f"{PATH}lunch.ics")
    assert _synced()["events"] == 1
    dana.ask("DELETE", PATH)
    assert (_synced()["state"], _synced()["events"]) == ("gone", 1)


def test_a_wrong_password_connects_nothing(dana: DavUser, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReconnectError, match="does not accept the login of dana"):
        _connect(dana, "wrong", monkeypatch)
    assert json.loads(_run("calendars", "--json"))["calendars"] == []
    dana.ask("DELETE", PATH)
