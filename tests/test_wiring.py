from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from pydantic import SecretStr
from sqlalchemy import Engine

from app import wiring
from app.adapters.google.credentials import SCOPES
from app.adapters.store.secrets import new_key
from app.domain.calendar.connected import Access, Backend, Connection
from app.domain.calendar.writing import MASTER, Notify, Retime
from app.errors import ConfigError
from app.services.syncing.connections import Wanted
from app.services.syncing.connections import connect as connected
from app.settings import Settings
from app.wiring.jobs import _work as work_of
from app.wiring.pushed import end_channels, hook_address
from app.wiring.writing import file_writer_of, mailer, writer_of
from tests.adapters.google.remote import DANA, secret
from tests.adapters.text import at, calendar
from tests.google_double.double import GoogleDouble
from tests.google_double.grants import CLIENT_ID


@pytest.fixture
def double() -> Iterator[GoogleDouble]:
    with GoogleDouble() as double:
        double.add_user(DANA)
        yield double


def test_a_login_at_google_is_spoken_to_at_google(double: GoogleDouble) -> None:
    double.add_user("ana@example.com")
    settings = Settings(google_api_url=double.url)
    login = Connection("c1", Backend.GOOGLE, DANA, DANA, "", datetime(2026, 11, 16, tzinfo=UTC))
    said = secret(double)
    backend = wiring.backend_of(login, said, settings)
    assert [one.href for one in backend.calendars()] == [DANA]
    assert wiring.backend_of(login, said, settings) is backend
    more = wiring.backend_of(login, said, settings, people=["ana@example.com"])
    assert [one.access for one in more.calendars()] == [Access.DETAILS, Access.BUSY]


def test_signing_in_at_google_needs_a_client() -> None:
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_CLIENT_FILE"):
        wiring.google_sign_in(DANA, Settings(), lambda _: None)


def test_signing_in_at_google(double: GoogleDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = tmp_path / "client.json"
    client.write_text(json.dumps(double.client_config))
    double.consent_as(DANA)
    settings = Settings(google_client_file=client, google_api_url=double.url)
    login, said = wiring.google_sign_in(DANA, settings, _visit)
    assert (login.person, login.account, login.url) == (DANA, DANA, "")
    assert json.loads(said)["client_id"] == CLIENT_ID
    assert wiring.backend_of(login, said, settings).calendars()


def _visit(url: str) -> None:
    assert requests.get(url, timeout=5).ok


def test_a_service_account_acts_for_listed_people(double: GoogleDouble, tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text(json.dumps(double.add_service_account(SCOPES)))
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_SERVICE_ACCOUNT_FILE"):
        wiring.google_delegation(DANA, Settings(google_subjects=DANA))
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_SUBJECTS"):
        wiring.google_delegation(DANA, Settings(google_service_account_file=key))
    settings = Settings(google_service_account_file=key, google_subjects=DANA, google_api_url=double.url)
    login, said = wiring.google_delegation(DANA, settings)
    assert wiring.backend_of(login, said, settings).calendars()
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_SUBJECTS"):
        wiring.backend_of(login, said, Settings(google_api_url=double.url))


# Push channels.


def connect(engine: Engine, settings: Settings, said: bytes) -> None:
    login = Connection("c1", Backend.GOOGLE, DANA, DANA, "", datetime(2026, 11, 16, tzinfo=UTC))
    found = wiring.backend_of(login, said, settings)
    connected(login, wiring.secrets(settings).seal(said), Wanted(), found, wiring.connections(engine))


def test_a_worker_keeps_a_channel_open_until_its_calendar_is_disconnected(double: GoogleDouble, tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'a.sqlite'}",
        secret_keys=SecretStr(new_key()),
        google_api_url=double.url,
        base_url="https://clearweek.example.com/",
    )
    engine = wiring.prepared(settings)
    connect(engine, settings, secret(double))
    work = work_of(engine, settings)
    for _ in range(2):
        work.upkeep["channels"]()
    assert [one.address for one in double.channels.all] == ["https://clearweek.example.com/hooks/google"]
    end_channels("other", engine, settings)
    assert [one.open for one in double.channels.all] == [True]
    end_channels("c1", engine, settings)
    assert [one.open for one in double.channels.all] == [False]
    engine.dispose()


@pytest.mark.parametrize("base", [None, "", "http://clearweek.example.com"])
def test_without_an_address_that_google_takes_there_are_no_channels(base: str | None) -> None:
    assert hook_address(Settings(base_url=base)) is None


def test_mail_is_handed_over_only_where_a_relay_is_set_up() -> None:
    assert mailer(Settings()) is None
    with pytest.raises(ConfigError, match="CLEARWEEK_MAIL_FROM has to be an address"):
        mailer(Settings(smtp_url=SecretStr("smtp://mail.example.com")))
    assert mailer(Settings(smtp_url=SecretStr("smtp://mail.example.com"), mail_from="clearweek@example.com"))


def test_a_calendar_is_written_where_it_is_kept(double: GoogleDouble, tmp_path: Path) -> None:
    """At its server, or, if it can only be read, into a file of it."""
    feed = tmp_path / "team.ics"
    feed.write_bytes(calendar(*at("20361124T120000", uid="lunch@example.com")))
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'a.sqlite'}",
        secret_keys=SecretStr(new_key()),
        google_api_url=double.url,
    )
    engine = wiring.prepared(settings)
    login, said = wiring.feed_login(str(feed), DANA)
    (of_feed,) = wiring.connect_login(login, said, [], ZoneInfo("Europe/Vienna"), engine, settings)
    files: dict[str, bytes] = {}
    writer = file_writer_of(
        of_feed, engine, settings, kept=files.get, keep=lambda name, _, data: files.update({name: data})
    )
    seen = writer.current(of_feed.href, "lunch@example.com", None)
    start = datetime(2036, 11, 25, 13, tzinfo=UTC)
    writer.write(of_feed.href, Retime(MASTER, start, start + timedelta(minutes=30)), seen, Notify.ALL)
    assert [b"20361125T140000" in data for data in files.values()] == [True]
    connect(engine, settings, secret(double))
    of_google = next(one for one, _ in wiring.connections(engine).calendars() if one.backend is Backend.GOOGLE)
    assert list(writer_of(of_google, engine, settings).current(of_google.href, "never@example.com", None)) == []
    engine.dispose()
