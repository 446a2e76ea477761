"""A password that changes at a real CalDAV server: what is kept stays, and connecting again goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app import wiring
from app.adapters.store.database import reading
from app.adapters.store.mails.schema import metadata
from app.adapters.store.secrets import new_key
from app.errors import ReconnectError
from tests.adapters.caldav.remotes import DavUser
from tests.adapters.caldav.servers import HASHED, PASSWORDS, radicale
from tests.adapters.calendar_store_contract import LUNCH
from tests.cli.calls import kept, run

PATH = "/dana/work/"


@pytest.fixture
def dana(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DavUser]:
    """Dana at a server of her own, with one event."""
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())
    place = folder / "server"
    place.mkdir()
    with radicale(place) as server:
        user = DavUser(server, "dana")
        user.make_calendar(PATH, "Work")
        user.put(f"{PATH}lunch.ics", LUNCH.text())
        yield user
        user.close()


def connect(dana: DavUser, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAV_PASSWORD", password)
    login = ("--person", "dana@example.com", "--user", "dana", "--password-env", "DAV_PASSWORD")
    run("connect", "caldav", dana.url, *login, "--timezone", "Europe/Berlin")


def swap_passwords(folder: Path) -> None:
    """Give Dana the password of Ana, and Ana hers."""
    (dana, ana) = (line.partition(":")[2] for line in HASHED.splitlines())
    (folder / "server" / "users").write_text(f"dana:{ana}\nana:{dana}\n")


def test_a_new_password_goes_on_where_the_old_one_ended(
    dana: DavUser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(dana, PASSWORDS["dana"], monkeypatch)
    run("sync")
    swap_passwords(folder)
    ended = run("sync")
    (one,) = kept()
    assert (ended.exit_code, one["state"], one["events"], one["next_try_at"]) == (1, "reconnect", 1, None)
    assert "connect it again" in ended.stderr
    with pytest.raises(ReconnectError):
        connect(dana, "still wrong", monkeypatch)
    assert [still | {"lag_s": one["lag_s"]} for still in kept()] == [one]
    connect(dana, PASSWORDS["ana"], monkeypatch)
    (again,) = kept()
    assert (again["id"], again["state"], again["problem"]) == (one["id"], "retrying", None)
    assert "1 event, 0 changed" in run("sync").stdout
    assert kept()[0]["state"] == "synced"


def test_what_is_forgotten_leaves_no_row(dana: DavUser, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(dana, PASSWORDS["dana"], monkeypatch)
    run("sync")
    (one,) = kept()
    assert run("disconnect", one["connection"]).output.endswith("forgot 1 calendar with 1 event\n")
    with reading(wiring.store(wiring.Settings())) as database:
        left = {table.name for table in metadata.sorted_tables if database.execute(select(table)).first()}
    assert left == set()
