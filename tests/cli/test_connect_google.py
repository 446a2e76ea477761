"""`clearweek connect google` and `team google`, with a browser and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app.adapters.google.credentials import DIRECTORY, SCOPES, WRITING_SCOPES
from app.adapters.store.secrets import new_key
from app.errors import ConfigError, InputError, ReconnectError
from app.settings import load_team
from tests.adapters.google.given_events import monday
from tests.cli.calls import kept, run
from tests.google_double.double import GoogleDouble

DANA = "dana@example.com"
ANA = "ana@example.com"
PERSON = ("--person", "Dana@example.com")


@pytest.fixture
def double(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDouble]:
    """Google with Dana and Ana, where Dana sits at the browser."""
    with GoogleDouble() as double:
        double.add_user(DANA, zone="Europe/Vienna")
        double.add_user(ANA)
        double.consent_as(DANA)
        client = folder / "client.json"
        client.write_text(json.dumps(double.client_config))
        monkeypatch.setenv("CLEARWEEK_GOOGLE_API_URL", double.url)
        monkeypatch.setenv("CLEARWEEK_GOOGLE_CLIENT_FILE", str(client))
        monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        monkeypatch.setattr("webbrowser.open", lambda url: requests.get(url, timeout=5).ok)
        yield double


def test_calendars_of_google_are_connected_and_synced(double: GoogleDouble) -> None:
    double.put_event(DANA, monday())
    ended = run("connect", "google", *PERSON)
    (one,) = kept()
    assert f"{one['id']}: {DANA}, {DANA}'s, in Europe/Vienna" in ended.output
    assert "/o/oauth2/v2/auth?" in ended.stderr
    assert "4/" not in ended.output
    run("sync")
    (one,) = kept()
    assert (one["state"], one["events"]) == ("synced", 1)


def test_writing_is_asked_for_only_when_it_is_wanted(double: GoogleDouble) -> None:
    """Reading is enough to plan, so that nobody is asked for more by default."""
    run("connect", "google", *PERSON)
    run("connect", "google", *PERSON, "--write")
    asked = [set(request.query["scope"][0].split()) for request in double.requests if request.name == "auth"]
    assert asked == [set(SCOPES), set(WRITING_SCOPES)]
    assert len(kept()) == 1


def test_writing_that_was_not_allowed_is_told(double: GoogleDouble) -> None:
    double.consent_as(DANA, SCOPES)
    with pytest.raises(ReconnectError, match=r"calendar\.events.*tick all boxes"):
        run("connect", "google", *PERSON, "--write")
    assert kept() == []


def test_busy_times_of_people_can_be_named(double: GoogleDouble) -> None:
    start, end = {"dateTime": "2026-11-24T09:00:00Z"}, {"dateTime": "2026-11-24T10:00:00Z"}
    double.add_event(ANA, {"summary": "secret", "start": start, "end": end})
    run("connect", "google", *PERSON, "--calendar", DANA, "--calendar", ANA, "--timezone", "Asia/Tokyo")
    assert {(one["owner"], one["timezone"]) for one in kept()} == {(DANA, "Europe/Vienna"), (ANA, "Asia/Tokyo")}
    run("sync")
    assert {one["owner"]: (one["state"], one["events"]) for one in kept()} == {DANA: ("synced", 0), ANA: ("synced", 1)}
    with pytest.raises(InputError, match=r"has no calendar 'bo@example\.com'"):
        run("connect", "google", *PERSON, "--calendar", "bo@example.com")


def test_somebody_else_at_the_browser_is_noticed_unless_it_is_an_alias(double: GoogleDouble, folder: Path) -> None:
    double.consent_as(ANA)
    with pytest.raises(InputError, match=r"login of ana@example\.com, not of dana@example\.com"):
        run("connect", "google", *PERSON)
    assert kept() == []
    (folder / "team.toml").write_text(f'[[person]]\nemail = "{DANA}"\naliases = ["{ANA}"]\n')
    run("team", "load", "team.toml")
    run("connect", "google", *PERSON)
    assert [one["owner"] for one in kept()] == [DANA]


def test_a_refusal_leaves_nothing(double: GoogleDouble) -> None:
    double.consent_as(None)
    with pytest.raises(ReconnectError, match="begin again"):
        run("connect", "google", *PERSON)
    assert kept() == []


def test_a_key_has_to_be_there_before_anybody_signs_in(double: GoogleDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLEARWEEK_SECRET_KEYS")
    with pytest.raises(ConfigError, match="clearweek secrets new"):
        run("connect", "google", *PERSON)
    assert double.requests == []


def test_a_service_account_needs_no_browser(
    double: GoogleDouble, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = folder / "key.json"
    key.write_text(json.dumps(double.add_service_account(SCOPES)))
    monkeypatch.setenv("CLEARWEEK_GOOGLE_SERVICE_ACCOUNT_FILE", str(key))
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_SUBJECTS"):
        run("connect", "google", *PERSON, "--delegated")
    assert double.requests == []
    monkeypatch.setenv("CLEARWEEK_GOOGLE_SUBJECTS", DANA)
    run("connect", "google", *PERSON, "--delegated")
    assert [one["owner"] for one in kept()] == [DANA]
    assert double.count("auth") == 0


def test_a_team_file_is_made_of_the_directory(double: GoogleDouble, folder: Path) -> None:
    double.add_user("bo@example.com", name="Bo", manager=DANA, department="Platform")
    printed = run("team", "google", *PERSON).stdout
    run("team", "google", *PERSON, "--out", "team.toml")
    assert (folder / "team.toml").read_text() == printed
    bo = load_team(folder / "team.toml").find("bo@example.com")
    assert (bo.name, bo.manager, bo.team) == ("Bo", DANA, "Platform")
    asked = [request.query["scope"][0] for request in double.requests if request.name == "auth"]
    assert set(asked) == {DIRECTORY}


def test_a_directory_by_a_service_account(double: GoogleDouble, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = folder / "key.json"
    key.write_text(json.dumps(double.add_service_account([DIRECTORY])))
    monkeypatch.setenv("CLEARWEEK_GOOGLE_SERVICE_ACCOUNT_FILE", str(key))
    with pytest.raises(ConfigError, match="CLEARWEEK_GOOGLE_SUBJECTS"):
        run("team", "google", *PERSON, "--delegated")
    monkeypatch.setenv("CLEARWEEK_GOOGLE_SUBJECTS", DANA)
    assert ANA in run("team", "google", *PERSON, "--delegated").stdout
