"""`clearweek connect`, `calendars` and `disconnect`."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import wiring
from app.adapters.store.secrets import new_key
from app.errors import CancelledError, ConfigError, InputError, NotFoundError, UnavailableError
from tests.cli.calls import kept, run

pytestmark = pytest.mark.usefixtures("folder")

DANA = str(wiring.sample() / "dana.ics")
PERSON = ("--person", "Dana@example.com")


def test_a_file_is_connected_without_any_key() -> None:
    ended = run("connect", "ics", DANA, *PERSON)
    (one,) = kept()
    assert (
        ended.output == f"{one['id']}: dana@example.com, dana@example.com's, in Europe/Berlin\nNext: `clearweek sync`\n"
    )
    assert (one["state"], one["owner"], one["last_success_at"]) == ("new", "dana@example.com", None)


def test_a_file_is_found_again_from_another_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "own.ics").write_bytes(Path(DANA).read_bytes())
    run("connect", "ics", "own.ics", *PERSON)
    (one,) = kept()
    monkeypatch.chdir("/")
    login, secret = wiring.connections(wiring.prepared(wiring.Settings())).find(one["connection"])
    assert (login.url, secret) == (str(folder / "own.ics"), None)
    assert wiring.backend_of(login, None, wiring.Settings()).calendars()


def test_connecting_again_changes_nothing() -> None:
    assert run("connect", "ics", DANA, *PERSON).output == run("connect", "ics", DANA, *PERSON).output
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("none.ics", *PERSON), NotFoundError, "no file"),
        ((str(wiring.sample() / "team.toml"), *PERSON), InputError, "no iCalendar"),
        ((DANA, "--person", "Dana"), InputError, "no email address"),
        (("-", *PERSON), InputError, "read once"),
        (("file:///dana.ics", *PERSON), InputError, "file is not read"),
        (("https://example.invalid/a.ics", *PERSON), ConfigError, "clearweek secrets new"),
    ],
)
def test_what_cannot_be_connected_leaves_nothing(words: tuple[str, ...], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        run("connect", "ics", *words)
    assert kept() == []


def test_a_server_that_does_not_answer_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())
    monkeypatch.setenv("CLEARWEEK_ALLOW_PRIVATE_FEEDS", "true")
    with pytest.raises(UnavailableError, match="cannot be reached"):
        run("connect", "ics", "http://127.0.0.1:9/a.ics", *PERSON)
    assert kept() == []


def test_a_calendar_without_a_zone_is_asked_for_one(folder: Path) -> None:
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n"
    (folder / "bare.ics").write_text(text)
    with pytest.raises(InputError, match=r"time zone of dana@example\.com"):
        run("connect", "ics", "bare.ics", *PERSON)
    run("connect", "ics", "bare.ics", *PERSON, "--timezone", "Asia/Tokyo")
    assert [one["timezone"] for one in kept()] == ["Asia/Tokyo"]


def test_a_calendar_is_connected_again_in_another_zone(folder: Path) -> None:
    (folder / "bare.ics").write_text("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n")
    for zone in ("Asia/Tokyo", "Europe/Lisbon"):
        run("connect", "ics", "bare.ics", *PERSON, "--timezone", zone)
        run("sync")
        assert [one["timezone"] for one in kept()] == [zone]


def test_the_teams_zone_comes_before_the_given_one(folder: Path) -> None:
    (folder / "bare.ics").write_text("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n")
    (folder / "team.toml").write_text('[[person]]\nemail = "dana@example.com"\ntimezone = "Europe/Lisbon"\n')
    run("team", "load", "team.toml")
    run("connect", "ics", "bare.ics", *PERSON)
    assert [one["timezone"] for one in kept()] == ["Europe/Lisbon"]


def test_a_password_that_is_nowhere_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAV_PASSWORD", raising=False)
    with pytest.raises(InputError, match="DAV_PASSWORD holds no password"):
        run(
            "connect", "caldav", "https://example.invalid/", *PERSON, "--user", "dana", "--password-env", "DAV_PASSWORD"
        )
    assert kept() == []


def test_what_is_disconnected_is_gone() -> None:
    run("connect", "ics", DANA, *PERSON)
    (one,) = kept()
    assert run("disconnect", one["connection"]).output == f"{one['connection']}: forgot 1 calendar with 0 events\n"
    assert run("calendars").output == "nothing is connected; `clearweek connect --help` says how\n"
    with pytest.raises(NotFoundError, match="clearweek calendars"):
        run("disconnect", one["connection"])


def test_the_calendars_are_shown() -> None:
    run("connect", "ics", DANA, *PERSON)
    shown = run("calendars").output
    assert "dana@example.com · connection" in shown
    assert "never" in shown


def test_a_disconnect_that_is_stopped_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    run("connect", "ics", DANA, *PERSON)
    (one,) = kept()

    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.adapters.store.calendars.connections.StoredConnections._empty", stopped)
        with pytest.raises(CancelledError, match="run it again"):
            run("disconnect", one["connection"])
    (half,) = kept()
    assert (half["state"], half["remedy"]) == ("reconnect", f"run `clearweek disconnect {one['connection']}` again")
    run("disconnect", one["connection"])
    assert kept() == []
