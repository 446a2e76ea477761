"""`clearweek mail schedule`, `send` and `list`: when there is a mail, one at once, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.adapters.store.secrets import new_key
from app.errors import InputError, NotFoundError
from tests.adapters.mail_relay import Relay, relay, wire
from tests.cli.calls import WEEK, run
from tests.cli.test_proposals import ANA, BEN, DANA, calendar

WHO = ("--manager", "dana@example.com")


@pytest.fixture
def office(folder: Path, clock: None) -> Path:
    """A folder in which a calendar of Dana's is kept."""
    calendar(folder / "dana.ics", ANA, BEN)
    run("connect", "ics", "dana.ics", "--person", "dana@example.com")
    run("sync")
    return folder


@pytest.fixture
def proposal(office: Path) -> str:
    """The id of a proposal of Dana's."""
    return str(json.loads(run("propose", *DANA, *WEEK, "--json").stdout)["id"])


def use(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up a relay, and where links lead."""
    monkeypatch.setenv("CLEARWEEK_SMTP_URL", f"smtp://127.0.0.1:{port}?tls=none")
    monkeypatch.setenv("CLEARWEEK_MAIL_FROM", "clearweek@example.com")
    monkeypatch.setenv("CLEARWEEK_BASE_URL", "https://clearweek.example.com")
    monkeypatch.setenv("CLEARWEEK_SECRET_KEYS", new_key())


@pytest.fixture
def at_relay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    with relay() as found:
        use(found.port, monkeypatch)
        yield found


def mails(*words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("mail", "list", "--json", *words).stdout)["mails"]
    return found


def scheduled(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("mail", "schedule", *WHO, *words, "--json").stdout)
    return found


def test_there_is_no_mail_until_it_is_asked_for(office: Path) -> None:
    assert run("mail", "schedule", *WHO).output == "dana@example.com: no weekly mail (--on)\n"
    assert scheduled()["on"] is False
    assert run("mail", "list").output == "no mails\n"


def test_the_schedule_is_kept_key_by_key_and_the_next_mail_is_said(office: Path, at_relay: Relay) -> None:
    told = run("mail", "schedule", *WHO, "--on", "--day", "wednesday", "--at", "08:30", "--remind-after-hours", "24")
    assert "dana@example.com: each Wednesday at 08:30, about the next week" in told.output
    assert "if nothing is decided: one reminder after 24 hours" in told.output
    found = scheduled("--timezone", "America/New_York", "--on-holiday", "skip", "--nothing-to-say", "line")
    shared = {"on": True, "day": "wednesday", "at": "08:30", "timezone": "America/New_York", "on_holiday": "skip"}
    assert found.items() >= {**shared, "nothing_to_say": "line", "remind_after_hours": 24}.items()
    at = datetime.fromisoformat(found["next"]["at"])
    assert (at.isoweekday(), f"{at:%H:%M}") == (3, "08:30")
    assert at > datetime.now(UTC)
    found = scheduled("--off", "--timezone", "calendar", "--remind-after-hours", "0")
    assert (found["on"], found["timezone"], found["remind_after_hours"], found["next"]) == (False, None, None, None)
    assert found["day"] == "wednesday"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--at", "ten"), "--at 'ten' is not a time; write it like 10:00"),
        (("--at", "10:00+01:00"), "is on the manager's clock: leave the offset out"),
        (("--timezone", "Berlin"), "--timezone 'Berlin' is not known"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(office: Path, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError) as refused:
        run("mail", "schedule", *WHO, "--on", *words)
    assert message in str(refused.value)
    assert scheduled()["on"] is False


def test_without_a_relay_it_is_said_what_to_set(office: Path) -> None:
    told = run("mail", "schedule", *WHO, "--on")
    assert "no mail can be sent yet: no relay for mail is set up: set CLEARWEEK_SMTP_URL" in told.stderr


def test_for_whom_no_calendar_is_kept_the_next_mail_is_not_known(office: Path, at_relay: Relay) -> None:
    told = run("mail", "schedule", "--manager", "ben@example.com", "--on")
    assert "when the next is cannot be said: no calendar of ben@example.com was synced yet" in told.stderr
    assert "none in sight: away, or nothing is known of their days" in told.stdout


def test_a_proposal_is_mailed_at_once_and_only_once(proposal: str, at_relay: Relay) -> None:
    told = run("mail", "send", proposal[:8])
    assert "to dana@example.com: sent" in told.output
    (message,) = at_relay.taken
    assert (at_relay.senders, at_relay.recipients) == (["clearweek@example.com"], [["dana@example.com"]])
    assert [part.get_content_type() for part in message.iter_parts()] == ["multipart/alternative", "text/calendar"]
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",))
    assert text is not None
    assert "https://clearweek.example.com/m/" in text.get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (mail,) = mails()
    assert (mail["state"], mail["proposal_id"], mail["week"]) == ("sent", proposal, "2026-W49")
    assert mail["message_id"] == message["Message-ID"]
    assert run("mail", "send", mail["id"]).exit_code == 0
    assert len(at_relay.taken) == 1
    assert json.loads(run("proposals", proposal, "--json").stdout)["state"] == "sent"
    assert mails("--manager", "ben@example.com") == []


def test_what_the_relay_refuses_for_good_has_failed_in_its_words(proposal: str, at_relay: Relay) -> None:
    at_relay.data = "550 no such user here"
    told = run("mail", "send", proposal)
    assert told.exit_code == 1
    assert "failed" in told.output
    assert "no such user here" in told.output
    at_relay.data = "250 OK"
    assert run("mail", "send", mails()[0]["id"]).exit_code == 0
    assert len(at_relay.taken) == 1


def test_what_the_relay_refuses_for_now_is_tried_again(proposal: str, at_relay: Relay) -> None:
    at_relay.data = "451 come back later"
    told = run("mail", "send", proposal)
    assert told.exit_code == 1
    assert "waits" in told.output
    assert "tried next:" in told.output
    (mail,) = mails()
    assert (mail["state"], mail["attempts"]) == ("planned", 1)
    assert "come back later" in mail["problem"]


def test_of_a_mail_without_an_answer_nobody_knows(proposal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with wire(dot=None) as broken:
        use(broken.port, monkeypatch)
        told = run("mail", "send", proposal)
    assert told.exit_code == 1
    assert "may have been sent or not" in told.output
    assert mails()[0]["state"] == "unknown"


def test_without_a_relay_a_mail_waits_and_says_what_to_set(proposal: str) -> None:
    told = run("mail", "send", proposal)
    assert told.exit_code == 1
    assert "no relay for mail is set up: set CLEARWEEK_SMTP_URL" in told.output


def test_without_an_address_of_the_service_there_is_no_mail(
    proposal: str, at_relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLEARWEEK_BASE_URL")
    assert "mails have links: set CLEARWEEK_BASE_URL" in run("mail", "send", proposal).output
    assert at_relay.taken == []


def test_what_is_no_proposal_and_no_mail_is_not_sent(office: Path) -> None:
    with pytest.raises(NotFoundError, match="no such proposal"):
        run("mail", "send", "12ab")


def test_links_of_mails_are_revoked(proposal: str, at_relay: Relay) -> None:
    run("mail", "send", proposal)
    assert run("mail", "revoke", "--manager", "ben@example.com").stdout == "ben@example.com: 0 links revoked\n"
    assert run("mail", "revoke", "--manager", "Dana@example.com").stdout == "dana@example.com: 1 link revoked\n"
    assert run("mail", "revoke", *WHO).stdout == "dana@example.com: 0 links revoked\n"
