"""`clearweek sync`."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.store.secrets import new_key
from app.errors import InputError, NotFoundError
from tests.adapters.feed_site import FeedSite, serving
from tests.cli.calls import SAMPLE, begin_sync, kept, run, start

pytestmark = pytest.mark.usefixtures("folder")
DANA = (SAMPLE / "dana.ics").read_bytes()
CHANGED = DANA.replace(b"SUMMARY:Ruth / Dana\r\n", b"SUMMARY:Ruth and Dana\r\n", 1)
PERSON = ("--person", "dana@example.com")
PATIENCE_S = 30


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[FeedSite]:
    """A feed of Dana's calendar, and what it takes to connect it."""
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())
    monkeypatch.setenv("CLEARWEEK_ALLOW_PRIVATE_FEEDS", "true")
    with serving() as found:
        found.page = DANA
        yield found


def one_calendar(source: str | Path) -> str:
    """Connect a calendar; its id."""
    run("connect", "ics", str(source), *PERSON)
    return str(kept()[0]["id"])


def test_a_file_is_synced_and_then_only_what_changed(folder: Path) -> None:
    file = folder / "dana.ics"
    file.write_bytes(DANA)
    name = one_calendar(file)
    assert run("sync").output == f"{name} dana@example.com: 38 events, 38 changed, 0 removed\n"
    assert run("sync").output == f"{name} dana@example.com: 38 events, 0 changed, 0 removed\n"
    file.write_bytes(CHANGED)
    assert run("sync").output == f"{name} dana@example.com: 38 events, 1 changed, 0 removed\n"
    (one,) = kept()
    assert (one["state"], one["events"], one["problem"]) == ("synced", 38, None)


def test_json_is_one_document(folder: Path) -> None:
    name = one_calendar(SAMPLE / "dana.ics")
    ended = run("sync", "--json")
    (one,) = json.loads(ended.stdout)["calendars"]
    assert (one["id"], one["state"], one["changed"], one["removed"]) == (name, "synced", 38, 0)


def test_one_that_fails_is_said_in_one_line_and_the_others_go_on(folder: Path) -> None:
    file = folder / "dana.ics"
    file.write_bytes(DANA)
    run("connect", "ics", str(SAMPLE / "ana.ics"), "--person", "ana@example.com")
    run("connect", "ics", str(file), *PERSON)
    run("sync")
    file.unlink()
    ended = run("sync")
    assert ended.exit_code == 1
    assert ended.stdout.count("\n") == 1
    assert "ana@example.com" in ended.stdout
    assert ended.stderr.startswith("clearweek: dana@example.com (")
    assert "there is no file" in ended.stderr
    assert ended.stderr.count("\n") == 1
    states = {one["owner"]: (one["state"], one["events"]) for one in kept()}
    assert states == {"ana@example.com": ("synced", 13), "dana@example.com": ("gone", 38)}


def test_only_the_named_are_synced() -> None:
    run("connect", "ics", str(SAMPLE / "ana.ics"), "--person", "ana@example.com")
    run("connect", "ics", str(SAMPLE / "dana.ics"), *PERSON)
    ana, dana = kept()
    run("sync", dana["id"])
    assert [one["state"] for one in kept()] == ["new", "synced"]
    with pytest.raises(NotFoundError, match="no such calendar"):
        run("sync", ana["id"], "nobody")
    assert [one["state"] for one in kept()] == ["new", "synced"]


def test_a_calendar_that_became_empty_waits_to_be_believed(folder: Path) -> None:
    file = folder / "dana.ics"
    file.write_bytes(DANA)
    name = one_calendar(file)
    run("sync")
    file.write_bytes(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")
    ended = run("sync")
    assert (ended.exit_code, kept()[0]["state"], kept()[0]["events"]) == (1, "confirm", 38)
    assert "--accept-empty" in ended.stderr
    ended = run("sync", "--accept-empty", name)
    assert (ended.exit_code, kept()[0]["state"], kept()[0]["events"]) == (0, "synced", 0)


def test_a_calendar_that_somebody_is_at_is_left_to_them_unless_it_was_named() -> None:
    run("connect", "ics", str(SAMPLE / "ana.ics"), "--person", "ana@example.com")
    run("connect", "ics", str(SAMPLE / "dana.ics"), *PERSON)
    ana, dana = (str(one["id"]) for one in kept())
    begin_sync(dana)
    assert [one["syncing"] for one in kept()] == [False, True]
    ended = run("sync")
    assert (ended.exit_code, ended.stdout.count("\n"), ended.stderr.count("\n")) == (0, 1, 1)
    assert (ana in ended.stdout, f"{dana}: is being synced just now" in ended.stderr) == (True, True)
    for named in ((dana,), (ana, dana), ("--accept-empty", dana)):
        assert run("sync", *named).exit_code == 1


def test_with_nothing_connected_the_command_that_connects_is_named() -> None:
    with pytest.raises(NotFoundError, match="clearweek connect"):
        run("sync")


def test_a_watch_has_no_document() -> None:
    with pytest.raises(InputError, match="leave --json out"):
        run("sync", "--watch", "--json")


def test_a_key_that_is_gone_is_a_problem_of_the_calendar(site: FeedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    one_calendar(site.url)
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())
    ended = run("sync")
    assert ended.exit_code == 1
    (one,) = kept()
    assert one["state"] == "retrying"
    assert "no key of CLEARWEEK_SECRET_KEYS opens" in one["problem"]
    assert one["remedy"] == "mend that; it is tried again by itself"


def test_a_private_address_is_not_sent_to_a_browser(site: FeedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    one_calendar(site.url)
    monkeypatch.delenv("CLEARWEEK_ALLOW_PRIVATE_FEEDS")
    run("sync")
    (one,) = kept()
    assert "set CLEARWEEK_ALLOW_PRIVATE_FEEDS=true" in one["problem"]
    assert one["remedy"] == "mend that; it is tried again by itself"


def test_a_secret_address_is_not_shown_nor_kept_in_clear(site: FeedSite, folder: Path) -> None:
    ended = run("connect", "ics", site.url, *PERSON)
    shown = [ended.output, run("sync").output, run("calendars").output, run("calendars", "--json").output]
    files = [file.read_bytes() for file in folder.iterdir()]
    assert not any(site.key in text for text in shown)
    assert not any(site.key.encode() in data for data in files)
    assert len(site.requests) == 2


def _ended(process: subprocess.Popen[str], how: signal.Signals, site: FeedSite, requests: int) -> tuple[int, str]:
    """End a process as soon as the site has got so many requests; its code, and what it said."""
    while len(site.requests) < requests:
        assert process.poll() is None, process.communicate()
        site.came.wait(PATIENCE_S)
        site.came.clear()
    process.send_signal(how)
    _, said = process.communicate(timeout=PATIENCE_S)
    return process.returncode, said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_sync_that_is_stopped_leaves_the_old_state_and_another_may_begin_at_once(
    site: FeedSite, how: signal.Signals
) -> None:
    one_calendar(site.url)
    run("sync")
    before = kept()
    site.page = CHANGED
    site.talks.clear()
    code, said = _ended(start("sync"), how, site, len(site.requests) + 1)
    assert (code, said) == (130, "clearweek: stopped; what was not read whole is read again the next time\n")
    same = ("state", "events", "last_success_at", "problem")
    assert [[one[name] for name in same] for one in kept()] == [[one[name] for name in same] for one in before]
    site.talks.set()
    assert "1 changed" in run("sync").output


def test_connecting_that_is_stopped_leaves_nothing(site: FeedSite) -> None:
    site.talks.clear()
    ended = _ended(start("connect", "ics", site.url, *PERSON), signal.SIGINT, site, 1)
    assert ended == (130, "clearweek: stopped; nothing was connected\n")
    assert kept() == []


def test_a_watch_goes_on_until_ctrl_c(site: FeedSite) -> None:
    one_calendar(site.url)
    process = start("sync", "--watch")
    assert process.stdout
    assert "38 changed" in process.stdout.readline()
    run("connect", "ics", str(SAMPLE / "ana.ics"), "--person", "ana@example.com")
    assert "ana@example.com" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said.count("\n")) == (0, 1)


def test_progress_is_shown_on_a_terminal_only(site: FeedSite) -> None:
    one_calendar(site.url)
    site.talks.clear()
    ours, theirs = pty.openpty()
    process = start("sync", stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    while b"reading" not in shown:
        shown += os.read(ours, 1024)
    site.talks.set()
    printed, _ = process.communicate(timeout=PATIENCE_S)
    os.close(ours)
    assert (process.returncode, printed.count("\n"), "reading" in printed) == (0, 1, False)
