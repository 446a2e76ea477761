"""From the mail to the yes, with everything real but the network: relay, links, codes, pages."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.testclient import TestClient

from app import wiring
from app.domain.calendar.timespan import IsoWeek
from app.domain.mail import MailState
from app.services.mailing.by_hand import send_proposal
from app.services.mailing.scheduling import set_schedule
from app.settings import Settings
from app.web.service import build
from app.wiring.demo import prepare_demo
from app.wiring.mailing import mail_desk
from app.wiring.serving import api_parts
from tests.adapters.mail_relay import relay
from tests.web.visiting import csrf_of

DANA = "dana@example.com"
BASE = "https://clearweek.example.com"
AT = datetime.fromisoformat("2026-11-26T09:00:00+01:00")


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def path_in(message: EmailMessage, start: str) -> str:
    found = re.search(re.escape(BASE + start) + r"[\w.~=-]+", text_of(message))
    assert found, text_of(message)
    return found[0].removeprefix(BASE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'clearweek.sqlite'}",
        secret_keys=SecretStr(Fernet.generate_key().decode()),
        base_url=BASE,
        mail_from="clearweek@example.com",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The manager's own calendar and team of the sample."""
    (made := tmp_path / "calendars").mkdir()
    for name in ("dana.ics", "team.toml"):
        (made / name).write_bytes((wiring.sample() / name).read_bytes())
    return made


def test_a_mail_leads_a_new_browser_to_the_yes_and_ends_with_one_click(settings: Settings, folder: Path) -> None:
    proposal_id = prepare_demo(folder, DANA, IsoWeek(2026, 49), AT, settings)
    with relay() as mailbox:
        settings = settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{mailbox.port}?tls=none")})
        at_desk = mail_desk(wiring.prepared(settings), settings)
        set_schedule(at_desk, DANA, {"on": True})
        assert send_proposal(at_desk, proposal_id).state is MailState.SENT
        weekly = mailbox.taken[0]
        link = path_in(weekly, "/m/")

        phone = TestClient(
            build(api_parts(settings)), base_url=BASE, client=("192.0.2.7", 50_000), follow_redirects=False
        )
        page = phone.post(link, data={"csrf": csrf_of(phone.get(link)), "do": "code"})
        code = re.search(r"\b(\d{3}) ?(\d{3})\b", text_of(mailbox.taken[1]))
        assert code
        answer = phone.post(link, data={"csrf": csrf_of(page), "do": "enter", "code": "".join(code.groups())})
        shown = phone.get(answer.headers["location"])
        assert 'name="do" value="apply"' in shown.text
        assert mailbox.taken[1]["To"].addresses[0].addr_spec == DANA

        one_click = re.fullmatch(r"<(.*)>", weekly["List-Unsubscribe"])
        assert one_click
        mail_program = TestClient(build(api_parts(settings)), base_url=BASE, client=("198.51.100.9", 50_000))
        mail_program.post(one_click[1].removeprefix(BASE), data={"List-Unsubscribe": "One-Click"})
        assert not at_desk.wanted(DANA).mail.on
