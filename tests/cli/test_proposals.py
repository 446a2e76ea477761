"""From a plan to what is in the calendar: `clearweek propose`, `proposals`, `decide`, `apply` and `undo`."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import wiring
from app.domain.meetings.meeting import Reason
from app.errors import CancelledError, InputError, NotFoundError, StateError, UnavailableError
from app.services.proposals import life as services
from tests.cli.calls import NOW, WEEK, run, start
from tests.cli.conftest import stop_clock

DANA = ("--manager", "dana@example.com")
TEAM = """\
[[person]]
email = "dana@example.com"
timezone = "Europe/Berlin"
[[person]]
email = "ana@example.com"
manager = "dana@example.com"
timezone = "Europe/Berlin"
one_on_one = "none"
[[person]]
email = "ben@example.com"
manager = "dana@example.com"
timezone = "Europe/Berlin"
one_on_one = "none"
"""
EVENT = """\
BEGIN:VEVENT
UID:{name}@example.com
DTSTAMP:20261102T080000Z
DTSTART;TZID=Europe/Berlin:202611{day}T{clock}
DTEND;TZID=Europe/Berlin:202611{day}T{end}
RRULE:FREQ=WEEKLY
SUMMARY:Dana / {name}
ORGANIZER:mailto:dana@example.com
ATTENDEE;PARTSTAT=ACCEPTED:mailto:dana@example.com
ATTENDEE;PARTSTAT=ACCEPTED:mailto:{name}@example.com
END:VEVENT
"""
ANA, BEN = (
    {"name": name, "day": day, "clock": "100000", "end": "103000"} for name, day in (("ana", "03"), ("ben", "05"))
)


def calendar(path: Path, *events: dict[str, str]) -> None:
    """An .ics file with weekly 1:1s of Dana's, both on days that are to be free of meetings."""
    text = "".join(EVENT.format(**event) for event in events)
    path.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n{text}END:VCALENDAR\n".replace("\n", "\r\n"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three calendars and a database, in which they are synced and a proposal waits; made once."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "team.toml").write_text(TEAM)
    for person, events in {"dana": (ANA, BEN), "ana": (ANA,), "ben": (BEN,)}.items():
        calendar(folder / f"{person}.ics", *events)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{folder / 'clearweek.sqlite'}")
        stop_clock(patch)
        for person in ("dana", "ana", "ben"):
            run("connect", "ics", str(folder / f"{person}.ics"), "--person", f"{person}@example.com")
        run("team", "load", str(folder / "team.toml"))
        run("sync")
        (folder / "known").write_text(run("propose", *DANA, *WEEK, "--json").stdout)
    return folder


@pytest.fixture(autouse=True)
def office(made: Path, folder: Path, clock: None) -> Path:
    """The folder of a test, with a database of its own."""
    for file in made.glob("clearweek.sqlite*"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture
def known(made: Path) -> str:
    """The id of a proposal that nobody decided on."""
    return str(json.loads((made / "known").read_text())["id"])


@pytest.fixture
def moved_by_hand(made: Path) -> Iterator[None]:
    """Somebody moves one of the 1:1s meanwhile."""
    calendar(made / "dana.ics", {**ANA, "clock": "140000", "end": "143000"}, BEN)
    yield
    calendar(made / "dana.ics", ANA, BEN)


def document(*words: str, code: int = 0) -> dict[str, Any]:
    """What a command prints with --json: one document, and nothing else."""
    ended = run(*words, "--json")
    assert ended.exit_code == code, ended.output
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def decisions(found: dict[str, Any]) -> list[str | None]:
    return [move["decision"] and move["decision"]["decision"] for move in found["moves"]]


def states(found: dict[str, Any], direction: str = "apply") -> list[str | None]:
    return [move[direction] and move[direction]["state"] for move in found["moves"]]


def test_a_proposal_is_shown_with_its_id_and_what_to_type_next() -> None:
    shown = run("propose", *DANA, *WEEK)
    assert shown.exit_code == 0
    newest, _ = document("proposals")["proposals"]
    assert f"Proposal {newest['id']} · Week 2026-W49" in shown.output
    assert "1 tick Dana / ana" in shown.output
    assert f"decide {newest['id']} --accept all" in shown.output
    assert (newest["state"], newest["created_by"], newest["moves"]) == ("draft", "local", 2)


def test_a_teams_weeks_are_listed_with_what_to_type_next(office: Path) -> None:
    ana = TEAM + '[[person]]\nemail = "cleo@example.com"\nmanager = "ana@example.com"\ntimezone = "Europe/Berlin"\n'
    (office / "team.toml").write_text(ana)
    run("team", "load", "team.toml")
    shown = run("propose", *DANA, *WEEK, "--scope", "team")
    assert shown.exit_code == 0
    danas, anas = shown.stdout.splitlines()[1:3]
    assert (danas.split()[1], anas.split()[1]) == ("dana@example.com", "ana@example.com")
    assert f"proposals {danas.split()[0]}" in shown.stdout.splitlines()[-1]
    assert "alone" not in shown.stderr


def test_who_has_no_managers_among_their_reports_is_told_so() -> None:
    shown = run("propose", *DANA, *WEEK, "--scope", "team")
    assert shown.exit_code == 0
    assert "nobody who reports to dana@example.com manages anybody" in shown.stderr


def test_each_step_from_the_proposal_to_its_undo(known: str, office: Path) -> None:
    decided = document("decide", known, "--accept", "all")
    assert (decided["state"], decisions(decided)) == ("decided", ["accept", "accept"])
    applied = document("apply", known, "--out", "files")
    assert (applied["state"], states(applied)) == ("applied", ["written", "written"])
    saved = {path.name: path.read_bytes() for path in (office / "files").iterdir()}
    assert set(saved) == set(applied["files"])
    (whole,) = (data for data in saved.values() if data.count(b"BEGIN:VEVENT") > 1)
    assert b"SUMMARY:Dana / ana" in whole
    undone = document("undo", known)
    assert (undone["state"], states(undone, "undo")) == ("undone", ["written", "written"])
    assert undone["files"]
    assert not saved.keys() & set(undone["files"]), "who opened these now would make the moves again"


def test_what_guests_were_sent_is_taken_back_though_the_calendar_never_had_it(known: str, office: Path) -> None:
    """Of two versions the higher SEQUENCE counts (RFC 5546 §2.1.4), and a series that they got is cancelled."""
    run("decide", known, "--accept", "1")
    document("apply", known, "--out", "made")
    document("undo", known, "--out", "undone")
    made, undone = ([*map(Path.read_text, sorted((office / folder).iterdir()))] for folder in ("made", "undone"))
    assert {text.partition("METHOD:")[2].split()[0] for text in undone if "METHOD" in text} == {"REQUEST", "CANCEL"}
    assert sequences(undone).keys() == sequences(made).keys()
    assert all(sequences(undone)[uid] > sequence for uid, sequence in sequences(made).items())
    (whole,) = (text for text in undone if "METHOD" not in text)
    assert "UNTIL" not in whole


def sequences(texts: list[str]) -> dict[str, int]:
    """The SEQUENCE of each UID in the invitations among some texts."""
    invitations = "".join(text for text in texts if "METHOD" in text)
    uids = re.findall(r"^UID:(.*?)\r?$", invitations, re.MULTILINE)
    return dict(zip(uids, map(int, re.findall(r"^SEQUENCE:(\d+)", invitations, re.MULTILINE)), strict=True))


def test_what_became_of_each_move_is_shown(known: str) -> None:
    run("decide", known, "--accept", "1")
    shown = run("apply", known)
    assert shown.exit_code == 0
    assert "Written" in shown.stdout
    assert "Dana / ana" in shown.stdout
    assert "Dana / ben" not in shown.stdout
    assert "--out DIR saves them" in shown.stderr


def test_applying_twice_is_applying_once(known: str) -> None:
    run("decide", known, "--accept", "all")
    first, again = (document("apply", known) for _ in range(2))
    assert first == again


@pytest.mark.usefixtures("moved_by_hand")
def test_what_somebody_changed_meanwhile_is_left_alone_and_exits_1(known: str) -> None:
    """Partial success is an outcome of its own, with a reason for what is left."""
    run("decide", known, "--accept", "all")
    ended = run("apply", known)
    assert ended.exit_code == 1
    assert "Left alone: it was changed meanwhile" in ended.stdout
    found = document("proposals", known)
    assert (found["state"], states(found)) == ("partly_applied", ["changed_meanwhile", "written"])


def test_one_move_of_two_can_be_undone(known: str) -> None:
    run("decide", known, "--accept", "all")
    run("apply", known)
    found = document("undo", known, "--moves", "2")
    assert states(found, "undo") == [None, "written"]


def test_a_no_plans_anew_and_shows_what_else_changed(known: str) -> None:
    shown = run("decide", known, "--reject", "1:wrong_day", "--accept", "2")
    assert shown.exit_code == 0
    assert "no, wrong day, by local" in shown.stdout
    assert document("proposals", known)["revision"] == 2


def test_a_correction_is_kept_as_a_rule(known: str) -> None:
    found = document("decide", known, "--correct", "1:kind=cross_team", "--correct", "Dana / ben:kind=cross_team")
    kinds = {meeting["title"]: meeting["kind"] for meeting in found["plan"]["meetings"]}
    assert kinds == {"Dana / ana": "cross_team", "Dana / ben": "cross_team"}


def test_what_is_pinned_for_good_is_not_proposed_again(known: str) -> None:
    run("decide", known, "--pin", "1:always")
    titles = [move["title"] for move in document("propose", *DANA, *WEEK)["moves"]]
    assert titles == ["Dana / ben"]


def test_accepted_moves_without_a_place_are_asked_for_and_nothing_is_decided(
    known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = services.decide

    def asking(*words: Any, **more: Any) -> Any:
        return replace(real(*words, **more), asks={1: Reason("busy", "Ana is busy there now")})

    monkeypatch.setattr(services, "decide", asking)
    with pytest.raises(StateError, match=r"\(Ana is busy there now\); give it up with --drop 1, or"):
        run("decide", known, "--accept", "1")


def test_a_proposal_has_a_clock_of_its_own(known: str) -> None:
    assert document("proposals", known)["ahead_s"] != 0
    run("decide", known, "--accept", "1")
    decided = document("proposals", known)["moves"][0]["decision"]["at"]
    assert decided[:13] == "2026-11-26T08"
    assert NOW.startswith("2026-11-26T09")


def test_the_first_characters_of_an_id_will_do(known: str) -> None:
    assert document("proposals", known[:6])["id"] == known
    assert decisions(document("decide", known[:6], "--accept", "1"))[0] == "accept"


@pytest.mark.parametrize("wanted", ["0000", "", "%"])
def test_an_id_that_is_none_is_said(known: str, wanted: str) -> None:
    with pytest.raises(NotFoundError, match="there is no such proposal; `clearweek proposals` shows all"):
        run("apply", wanted)


def test_the_list_is_narrowed_and_says_when_it_is_empty(known: str) -> None:
    assert known in run("proposals", "--manager", "Dana@example.com").output
    assert "there is no proposal" in run("proposals", "--manager", "ben@example.com").output


def test_what_is_not_reached_now_is_gone_on_with_later(known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_words: Any) -> Any:
        raise UnavailableError("dav.example.com cannot be reached")

    run("decide", known, "--accept", "all")
    monkeypatch.setattr("app.wiring.see_through", away)
    ended = run("apply", known, "--json")
    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["state"] == "applying"
    assert "dav.example.com cannot be reached; a worker goes on with it, or the same command again" in ended.stderr


@pytest.mark.parametrize("stage", ["resync", "settle"])
def test_what_ctrl_c_stopped_is_gone_on_with_at_once(known: str, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """What was begun and not ended is gone on with, and not begun again."""

    def stopped(*_words: Any) -> Any:
        raise KeyboardInterrupt

    run("decide", known, "--accept", "all")
    with monkeypatch.context() as patch:
        patch.setattr(f"app.services.applying.work.{stage}", stopped)
        with pytest.raises(CancelledError, match=f"stopped; `clearweek apply {known}` goes on with it"):
            run("apply", known)
    assert document("apply", known)["state"] == "applied"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("propose", "--manager", "dana", *WEEK), "'dana' is no email address"),
        (("propose", *DANA, "--week", "49"), "--week"),
        (("propose", *DANA, *WEEK, "--series", "--occurrence"), "exclude each other"),
        (("propose", "--manager", "zoe@example.com", *WEEK), "no calendar of zoe@example.com was synced yet"),
    ],
)
def test_what_cannot_be_proposed_is_said_in_one_line(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        run(*words)
    assert "\n" not in str(raised.value)


def test_to_decide_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to decide: give --accept, --reject, --pin, --correct or --drop"):
        run("decide", "5f0c7a9e3b1d4c2f")


def test_nothing_accepted_is_nothing_to_apply_and_exits_1(known: str) -> None:
    process = start("apply", known)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err == f"clearweek: {known}: nothing is accepted yet: decide on its moves first\n"


def test_who_waits_for_a_worker_that_was_killed_is_told_so_once(known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("decide", known, "--accept", "all")
    settings = wiring.Settings()
    desk = wiring.desk_by_hand(wiring.prepared(settings), settings)
    services.apply(desk, known, by="local")
    killed = desk.proposals.claim(known, "killed", desk.now())
    pauses: list[float] = []

    def until_its_claim_ends(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 1:
            desk.proposals.release(killed)

    monkeypatch.setattr("app.cli.proposals.sleep", until_its_claim_ends)
    ended = run("apply", known)
    assert (ended.exit_code, len(pauses)) == (0, 2)
    assert ended.stderr.count("somebody else is at it: waiting") == 1
