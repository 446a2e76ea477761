"""The pages in a real browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.proposals.proposal import Decision, ProposalState
from app.web.service import build
from tests.api.calls import PATIENCE_S, parts, served
from tests.chromium import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.services.conftest import Working
from tests.services.conftest import working as working  # noqa: PLC0414 - a fixture
from tests.services.desks import Work
from tests.web.test_proposals import HOSTILE, Calendars, two_to_move
from tests.web.visiting import NoKeys

APPLY = "[name=do][value=apply]"
NAMELESS = """[...document.querySelectorAll("input:not([type=hidden]), select")].filter(e => !e.labels.length).length"""


@pytest.fixture
def work(working: Working) -> Work:
    return working(two_to_move(HOSTILE))


@pytest.fixture
def url(work: Work) -> Iterator[str]:
    """The page of a proposal, at a port of this machine."""
    found = work.propose().proposal.id
    made = parts(desk=work.desk, calendars=Calendars(), keys=NoKeys(), now=lambda: work.now)
    with served(build(made)) as at:
        yield f"{at}/proposals/{found}"


@contextmanager
def visit(chromium: Browser, url: str, *, scripts: bool = True) -> Iterator[Page]:
    """A new browser at a page; it has to find nothing wrong, such as a script that the policy refuses."""
    context = chromium.new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_S * 1_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert not wrong


def test_a_manager_decides_follows_and_takes_back(chromium: Browser, url: str, work: Work) -> None:
    expect.set_options(timeout=PATIENCE_S * 1_000)
    found = url.rpartition("/")[2]
    with visit(chromium, url) as page:
        expect(page.locator(APPLY)).to_have_text("Apply 2 moves: 2 people get 2 mails")
        page.locator("[name=tick]").first.press("Space")
        expect(page.locator(APPLY)).to_have_text("Apply 1 move: 1 person gets 1 mail")
        page.locator("#move-1 summary").click()
        page.locator("[name=why-1]").select_option("wrong_time")
        page.locator("#move-1").get_by_role("button", name="Reject").click()
        expect(page.locator("#said + ul")).to_contain_text("Rejected (wrong time) by local")
        assert [move.decided.decision for move in work.store.get(found).moves[:2] if move.decided] == [
            Decision.REJECT,
            Decision.ACCEPT,
        ]
        page.locator(APPLY).click()
        expect(page.locator("#results")).to_have_text("How far it is")
        work.applied(found)
        expect(page.locator("#results")).to_have_text("What became of it")
        page.get_by_role("button", name="Take all of it back").click()
        expect(page.locator("[data-state=undoing]")).to_be_visible()
        assert work.store.get(found).state is ProposalState.UNDOING


def test_it_works_without_scripts(chromium: Browser, url: str, work: Work) -> None:
    expect.set_options(timeout=PATIENCE_S * 1_000)
    with visit(chromium, url, scripts=False) as page:
        page.locator("[name=tick]").first.uncheck()
        page.locator(APPLY).click()
        expect(page.get_by_role("alert")).to_contain_text("the button says now what it does")
        expect(page.locator(APPLY)).to_have_text("Apply 1 move: 1 person gets 1 mail")
        page.locator(APPLY).click()
        expect(page.locator("[data-state=applying]")).to_be_visible()
        assert len(work.store.get(url.rpartition("/")[2]).accepted) == 1


def test_it_fits_a_small_screen_and_everything_has_a_name(chromium: Browser, url: str) -> None:
    with visit(chromium, url) as page:
        for at in (url, url.partition("/proposals")[0]):
            page.goto(at)
            assert page.evaluate("document.documentElement.scrollWidth") == 320
            assert page.evaluate(NAMELESS) == 0
