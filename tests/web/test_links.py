"""The links of mails: where they lead, whom they let in, and what a scanner cannot do with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.adapters.link_tokens import SignedTokens
from app.adapters.store.mails.links import StoredLinks
from app.api.sessions import Sessions
from app.api.visitors import Visitors
from app.domain.mail_link import CODE_TRIES, LINK
from app.domain.proposals.proposal import ProposalState
from app.errors import AppError, ConfigError, UnavailableError
from app.services.mailing.links import LinkDesk, open_links
from tests.oidc_provider import Provider
from tests.services.conftest import Working
from tests.services.conftest import working as working  # noqa: PLC0414 - a fixture
from tests.services.desks import Work
from tests.services.weeks import DANA
from tests.web.test_proposals import Calendars, two_to_move
from tests.web.visiting import BEN, browser, csrf_of, sign_in, visitors_by

BASE = "https://clearweek.example.com"
ELSEWHERE = {"peer": "192.0.2.7", "base": BASE}
TOKENS = SignedTokens(["a key"])


@dataclass
class Mailed:
    """A proposal of which a mail was sent, and whoever opens its link."""

    work: Work
    proposal: str
    links: StoredLinks
    codes: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    failure: AppError | None = None

    def __post_init__(self) -> None:
        self.address = open_links(self.links, TOKENS, self.work.store.get(self.proposal), BASE, self.work.now)
        self.path = self.address.review.removeprefix(BASE)
        self.end_path = (self.address.unsubscribe or "").removeprefix(BASE)
        link_id = TOKENS.link(self.path.removeprefix("/m/"))
        assert link_id
        self.id = link_id

    def open(self, visitors: Visitors | None = None, **more: Any) -> TestClient:
        """A new browser, on another machine unless said otherwise."""
        by_links = Visitors(
            Sessions(["a key"]), base_url=BASE, holds=lambda one: self.links.get(one).revoked_at is None
        )
        desk = LinkDesk(self.links, TOKENS, self._send, self.ended.append)
        given: dict[str, Any] = {**ELSEWHERE, **more}
        return browser(
            visitors or by_links,
            desk=self.work.desk,
            calendars=Calendars(),
            now=lambda: self.work.now,
            links=desk,
            **given,
        )

    def _send(self, manager: str, code: str) -> None:
        assert manager == DANA
        if self.failure is not None:
            raise self.failure
        self.codes.append(code)

    def let_in(self) -> TestClient:
        """A browser that was let in by a code."""
        at = self.open()
        page = press(at, self.path, at.get(self.path), do="code")
        answer = press(at, self.path, page, do="enter", code=self.codes[-1])
        assert answer.headers["location"] == f"/proposals/{self.proposal}?mailed=1"
        return at


@pytest.fixture
def mailed(working: Working) -> Mailed:
    work = working(two_to_move())
    return Mailed(work, work.propose().proposal.id, StoredLinks(work.engine))


def press(at: TestClient, path: str, page: Response, **fields: str) -> Response:
    return at.post(path, data={"csrf": csrf_of(page), **fields})


def apply(at: TestClient, proposal: str) -> Response:
    page = at.get(f"/proposals/{proposal}")
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    form = {"csrf": csrf_of(page), "version": version[1], "told": "1 2 all", "notify": "all", "tick": ["1", "2"]}
    return at.post(f"/proposals/{proposal}", data={**form, "do": "apply"})


def test_a_new_browser_confirms_a_code_and_decides(mailed: Mailed) -> None:
    at = mailed.let_in()
    assert apply(at, mailed.proposal).status_code == 303
    stored = mailed.work.store.get(mailed.proposal)
    assert stored.state is ProposalState.APPLYING
    assert {line.by for line in mailed.work.store.trail(mailed.proposal) if line.what == "apply"} == {DANA}


def test_opening_a_link_changes_nothing(mailed: Mailed) -> None:
    """Scanners of mail follow links."""
    before = mailed.work.store.get(mailed.proposal), mailed.links.get(mailed.id)
    at = mailed.open()
    for path in (mailed.path, mailed.end_path):
        assert at.get(path).status_code == 200
        looked = at.head(path)
        assert (looked.status_code, looked.content) == (200, b"")
    assert (mailed.work.store.get(mailed.proposal), mailed.links.get(mailed.id)) == before
    assert (mailed.codes, mailed.ended) == ([], [])


@pytest.mark.parametrize("fields", [{}, {"csrf": ""}, {"csrf": "made up"}])
def test_a_post_without_the_token_of_the_page_does_nothing(mailed: Mailed, fields: dict[str, str]) -> None:
    at = mailed.open()
    at.get(mailed.path)
    assert at.post(mailed.path, data={**fields, "do": "code"}).status_code == 403
    assert mailed.codes == []


def test_a_token_of_another_browser_is_none(mailed: Mailed) -> None:
    theirs = mailed.open().get(mailed.path)
    at = mailed.open()
    at.get(mailed.path)
    assert press(at, mailed.path, theirs, do="code").status_code == 403


def test_a_link_alone_shows_nothing_of_the_week(mailed: Mailed) -> None:
    at = mailed.open()
    page = at.get(mailed.path)
    assert "1:1 Ana" not in page.text
    assert DANA not in page.text
    assert at.get(f"/proposals/{mailed.proposal}").status_code == 403
    assert at.get(f"/v1/proposals/{mailed.proposal}").status_code == 401


def test_a_link_to_the_findings_goes_the_same_way(mailed: Mailed) -> None:
    path = (mailed.address.findings or "").removeprefix(BASE)
    at = mailed.open()
    page = press(at, path, at.get(path), do="code")
    findings = press(at, path, page, do="enter", code=mailed.codes[-1]).headers["location"]
    assert findings == f"/findings?proposal={mailed.proposal}"
    assert at.get(path).headers["location"] == findings


def test_a_wrong_code_lets_nobody_in(mailed: Mailed) -> None:
    at = mailed.open()
    page = press(at, mailed.path, at.get(mailed.path), do="code")
    wrong = "0" * 6 if mailed.codes[0] != "0" * 6 else "1" * 6
    for _ in range(CODE_TRIES):
        assert press(at, mailed.path, page, do="enter", code=wrong).status_code == 422
    assert press(at, mailed.path, page, do="enter", code=mailed.codes[0]).status_code == 422
    assert at.get(f"/proposals/{mailed.proposal}").status_code == 403


def test_a_code_is_typed_as_people_type(mailed: Mailed) -> None:
    at = mailed.open()
    page = press(at, mailed.path, at.get(mailed.path), do="code")
    code = f" {mailed.codes[0][:3]} {mailed.codes[0][3:]} "
    assert press(at, mailed.path, page, do="enter", code=code).status_code == 303


def test_another_code_waits(mailed: Mailed) -> None:
    at = mailed.open()
    page = at.get(mailed.path)
    press(at, mailed.path, page, do="code")
    assert "wait a minute" in press(at, mailed.path, page, do="code").text
    assert len(mailed.codes) == 1


def test_a_code_that_cannot_be_sent_is_said(mailed: Mailed) -> None:
    mailed.failure = UnavailableError("the mail relay cannot be reached")
    at = mailed.open()
    assert "The mail relay cannot be reached" in press(at, mailed.path, at.get(mailed.path), do="code").text


def test_who_came_by_a_link_sees_their_own_only(mailed: Mailed) -> None:
    at = mailed.let_in()
    other = replace(mailed.work.store.get(mailed.proposal), id="0" * 16, manager=BEN)
    mailed.work.store.add(other, None, (), mailed.work.now)
    assert at.get(f"/proposals/{other.id}").status_code == 404
    assert at.get(f"/v1/proposals/{mailed.proposal}").status_code == 200
    assert at.get("/v1/calendars").status_code == 403


def test_a_link_that_was_used_to_apply_lets_no_other_browser_in(mailed: Mailed) -> None:
    at = mailed.let_in()
    apply(at, mailed.proposal)
    assert at.get(f"/proposals/{mailed.proposal}").status_code == 200
    page = mailed.open().get(mailed.path)
    assert (page.status_code, "was used to apply" in page.text) == (410, True)


def test_looking_does_not_use_a_link(mailed: Mailed) -> None:
    at = mailed.let_in()
    at.get(f"/proposals/{mailed.proposal}")
    assert mailed.links.get(mailed.id).used_at is None


def test_a_revoked_link_ends_what_was_begun_with_it(mailed: Mailed) -> None:
    at = mailed.let_in()
    mailed.links.revoke(DANA, mailed.work.now)
    assert at.get(f"/proposals/{mailed.proposal}").status_code == 403
    assert "by the link of your newest mail" in at.get(f"/proposals/{mailed.proposal}").text
    for gone in (mailed.open(), mailed.open(peer="127.0.0.1", base="http://localhost")):
        assert gone.get(mailed.path).status_code == gone.head(mailed.path).status_code == 410


def test_a_link_expires(mailed: Mailed) -> None:
    mailed.work.now += LINK - timedelta(seconds=1)
    assert mailed.open().get(mailed.path).status_code == 200
    mailed.work.now += timedelta(seconds=1)
    assert "has expired" in mailed.open().get(mailed.path).text


@pytest.mark.parametrize("path", ["/m/made.up", "/mail/end/made.up"])
def test_nobody_makes_up_a_link(mailed: Mailed, path: str) -> None:
    assert mailed.open().get(path).status_code == 404


def test_with_signing_in_a_link_needs_it_and_no_code(mailed: Mailed, provider: Provider) -> None:
    at = mailed.open(visitors_by(provider), peer="127.0.0.1", base="http://localhost")
    assert at.get(mailed.path).headers["location"] == f"/sign-in?to={mailed.path}"
    assert press(at, mailed.path, _page_of_code(mailed), do="code").status_code == 403
    assert sign_in(at, provider, to=mailed.path).headers["location"] == mailed.path
    assert at.get(mailed.path).headers["location"] == f"/proposals/{mailed.proposal}?mailed=1"


def _page_of_code(mailed: Mailed) -> Response:
    return mailed.open().get(mailed.path)


def test_somebody_else_who_is_signed_in_is_told_so(mailed: Mailed, provider: Provider) -> None:
    at = mailed.open(visitors_by(provider), peer="127.0.0.1", base="http://localhost")
    sign_in(at, provider, BEN)
    assert "for somebody else" in at.get(mailed.path).text


def test_this_machine_needs_no_code(mailed: Mailed) -> None:
    at = mailed.open(peer="127.0.0.1", base="http://localhost")
    assert at.get(mailed.path).headers["location"] == f"/proposals/{mailed.proposal}?mailed=1"


def test_a_plan_that_is_newer_than_the_mail_says_so(mailed: Mailed) -> None:
    at = mailed.let_in()
    assert "planned anew" not in at.get(f"/proposals/{mailed.proposal}?mailed=1").text
    assert "planned anew since the mail" in at.get(f"/proposals/{mailed.proposal}?mailed=7").text


def test_mails_end_with_one_click_and_without_a_cookie(mailed: Mailed) -> None:
    """RFC 8058 §3.1: the mail program posts by itself."""
    path = mailed.end_path
    answer = mailed.open().post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, mailed.ended) == (200, [DANA])


@pytest.mark.parametrize("fields", [{}, {"List-Unsubscribe": "yes"}])
def test_mails_do_not_end_by_any_post(mailed: Mailed, fields: dict[str, str]) -> None:
    assert mailed.open().post(mailed.end_path, data=fields).status_code == 403
    assert mailed.ended == []


def test_a_mail_needs_an_address_of_the_service(mailed: Mailed) -> None:
    proposal = mailed.work.store.get(mailed.proposal)
    with pytest.raises(ConfigError, match="CLEARWEEK_BASE_URL"):
        open_links(mailed.links, TOKENS, proposal, None, mailed.work.now)
