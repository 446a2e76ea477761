"""The page of what an audit finds: whom it is for, and "not this one"."""

from __future__ import annotations

import html
import re
from datetime import time
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.adapters.store.mails.findings import StoredFindings
from app.services.auditing.audit import AuditDesk
from tests.oidc_provider import Provider
from tests.services.conftest import Working
from tests.services.conftest import working as working  # noqa: PLC0414 - a fixture
from tests.services.desks import Work
from tests.services.weeks import DANA, Office, office
from tests.web.test_proposals import ANA, HOSTILE, Calendars
from tests.web.visiting import BEN, RUTH, browser, csrf_of, sign_in, visitors_by


def crowded() -> Office:
    """A week with a meeting of a hostile title."""
    made = office("ana", "ben", "cleo")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    made.meeting(HOSTILE, [DANA, ANA, BEN], 2, time(10))
    return made


def at_findings(work: Work, visitors: Any = None) -> TestClient:
    desk = AuditDesk(
        asked=lambda _people, _week, _now: work.office.request(),
        findings=StoredFindings(work.engine),
        now=lambda: work.now,
    )
    return browser(visitors, desk=work.desk, calendars=Calendars(), now=lambda: work.now, audits=desk)


@pytest.fixture
def at(working: Working) -> TestClient:
    return at_findings(working(crowded()))


def buttons(page: Response, what: str) -> list[str]:
    return [html.unescape(key) for key in re.findall(rf'name="do" value="{what} ([^"]+)"', page.text)]


def press(at: TestClient, page: Response, do: str) -> Response:
    form = {name: html.unescape(_field(page, name)) for name in ("manager", "week", "proposal")}
    return at.post("/findings", data={"csrf": csrf_of(page), **form, "do": do})


def _field(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found
    return found[1]


def test_somebody_with_several_is_asked_whose(at: TestClient) -> None:
    page = at.get("/findings")
    assert f'<option value="{DANA}">' in page.text
    assert buttons(page, "dismiss") == []


def test_each_finding_has_its_evidence_and_a_way_to_say_no(at: TestClient) -> None:
    page = at.get("/findings", params={"manager": DANA})
    assert page.status_code == 200
    assert any(key.startswith("open_door:") for key in buttons(page, "dismiss"))
    assert "<script>alert" not in page.text


def test_not_this_one_hides_it_until_it_is_taken_back(at: TestClient) -> None:
    page = at.get("/findings", params={"manager": DANA})
    key = buttons(page, "dismiss")[0]
    answer = press(at, page, f"dismiss {key}")
    assert answer.status_code == 303
    page = at.get(answer.headers["location"])
    assert key not in buttons(page, "dismiss")
    assert buttons(page, "restore") == [key]
    press(at, page, f"restore {key}")
    assert key in buttons(at.get("/findings", params={"manager": DANA}), "dismiss")


def test_looking_is_not_answering(at: TestClient) -> None:
    page = at.get("/findings", params={"manager": DANA})
    key = buttons(page, "dismiss")[0]
    at.get("/findings", params={"manager": DANA, "do": f"dismiss {key}", "csrf": csrf_of(page)})
    assert key in buttons(at.get("/findings", params={"manager": DANA}), "dismiss")


def test_of_a_proposal_it_is_about_that_week(working: Working) -> None:
    work = working(crowded())
    found = work.propose().proposal
    at = at_findings(work)
    page = at.get("/findings", params={"proposal": found.id})
    assert _field(page, "week") == found.week
    assert press(at, page, f"dismiss {buttons(page, 'dismiss')[0]}").headers["location"].endswith(found.id)
    assert f'href="/findings?proposal={found.id}"' in at.get(f"/proposals/{found.id}").text


def test_findings_are_for_the_manager_alone_and_not_for_admins(working: Working, provider: Provider) -> None:
    work = working(crowded())
    found = work.propose().proposal
    at = at_findings(work, visitors_by(provider))
    for person, status in ((DANA, 200), (BEN, 404), (RUTH, 404)):
        sign_in(at, provider, person)
        for named in ({"manager": DANA}, {"proposal": found.id}):
            assert at.get("/findings", params=named).status_code == status
    assert "/findings?proposal" not in at.get(f"/proposals/{found.id}").text


@pytest.mark.parametrize("do", ["dismiss no_such_rule:x", "restore no_agenda:never said", "erase everything", ""])
def test_no_page_of_ours_has_such_a_button(at: TestClient, do: str) -> None:
    page = at.get("/findings", params={"manager": DANA})
    assert press(at, page, do).status_code in (404, 422)


def test_a_week_that_is_none_is_said(at: TestClient) -> None:
    assert "week" in at.get("/findings", params={"manager": DANA, "week": "2026-W99"}).text
