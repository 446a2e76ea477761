"""`clearweek mail preview`: the mail about a proposal as files, and nothing sent."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from app.errors import NotFoundError
from tests.cli.calls import WEEK, run
from tests.cli.test_proposals import ANA, BEN, DANA, calendar


@pytest.fixture
def known(folder: Path, clock: None) -> str:
    """The id of a proposal of Dana's, whose calendar is a file."""
    calendar(folder / "dana.ics", ANA, BEN)
    run("connect", "ics", "dana.ics", "--person", "dana@example.com")
    run("sync")
    return str(json.loads(run("propose", *DANA, *WEEK, "--json").stdout)["id"])


def test_the_mail_is_written_into_files_that_say_the_same(
    known: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run("mail", "preview", known[:6], "--out", "mail")
    assert told.exit_code == 0
    assert sorted(path.name for path in (folder / "mail").iterdir()) == [
        "proposal.eml",
        "proposal.html",
        "proposal.ics",
        "proposal.png",
        "proposal.txt",
        "trend.png",
    ]
    message = message_from_bytes((folder / "mail" / "proposal.eml").read_bytes(), policy=policy.default)
    assert f"Subject: {message['Subject'].strip()}" in told.output  # a fold may come before its first word
    text, page = ((folder / "mail" / f"proposal.{kind}").read_text() for kind in ("txt", "html"))
    for said in ("Dana / ana", f"http://127.0.0.1:8000/proposals/{known}"):
        assert said in text
        assert said in page
    assert 'src="proposal.png"' in page
    assert "cid:" not in page

    monkeypatch.setenv("CLEARWEEK_BASE_URL", "https://clearweek.example.com/")
    monkeypatch.setenv("CLEARWEEK_MAIL_FROM", "clearweek@example.com")
    found = json.loads(run("mail", "preview", known, "--out", "again", "--json").stdout)
    assert found["proposal"] == known
    assert found["from"] == "Clearweek <clearweek@example.com>"
    assert str(Path("again") / "proposal.eml") in found["files"]
    assert f"https://clearweek.example.com/proposals/{known}" in (folder / "again" / "proposal.txt").read_text()


def test_only_a_proposal_has_a_mail(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="no such proposal"):
        run("mail", "preview", "12ab")
