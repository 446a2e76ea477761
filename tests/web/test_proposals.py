"""The pages of proposals: what they show, what their buttons do, and what nobody can make them do."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.domain.proposals.delivery import Delivery, Sender
from app.domain.proposals.proposal import Choice, Decision, ProposalState, Why
from app.services.proposals.life import decide
from tests.oidc_provider import Provider
from tests.services.conftest import Working
from tests.services.conftest import working as working  # noqa: PLC0414 - a fixture
from tests.services.desks import Work
from tests.services.proposals.test_deciding import in_a_row
from tests.services.weeks import DANA, Office, office
from tests.web.visiting import BEN, RUTH, browser, csrf_of, sign_in, visitors_by

ANA = "ana@example.com"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class Calendars:
    """Two managers have calendars here."""

    writable = True

    def all(self) -> list[tuple[Any, None]]:
        here = [SimpleNamespace(id=f"{owner}.ics", owner=owner, takes_moves=self.writable) for owner in (DANA, BEN)]
        return [(calendar, None) for calendar in here]


@dataclass
class Open:
    """A browser at the page of a proposal, and the desk behind it."""

    at: TestClient
    work: Work
    id: str
    page: Response

    def post(self, do: str, **fields: Any) -> Response:
        """Press a button of the page as it was loaded."""
        shown = self.page.text
        version = re.search(r'name="version" value="(\d+)"', shown)
        assert version
        told = re.search(r'name="told" value="([^"]*)"', shown)
        form = {"csrf": csrf_of(self.page), "version": version[1], "told": told[1] if told else "", "do": do}
        return self.at.post(f"/proposals/{self.id}", data={**form, "notify": "all", **fields})

    def look(self) -> Open:
        """The page loaded anew."""
        return replace(self, page=self.at.get(f"/proposals/{self.id}"))

    def stored(self) -> Any:
        return self.work.store.get(self.id)


def at_work(work: Work, visitors: Any = None, **more: Any) -> TestClient:
    return browser(visitors, desk=work.desk, calendars=Calendars(), now=lambda: work.now, **more)


Opening = Callable[..., Open]


def two_to_move(first: str = "1:1 Ana") -> Office:
    made = office("ana", "ben", "cleo")
    made.meeting(first, [DANA, ANA], 1, time(10))
    made.meeting("1:1 Ben", [DANA, BEN], 3, time(10))
    return made


@pytest.fixture
def opened(working: Working) -> Opening:
    """Opens the page of a proposal for the week of an office."""

    def opening(of: Office | None = None) -> Open:
        work = working(of or two_to_move())
        found = work.propose().proposal.id
        at = at_work(work)
        return Open(at, work, found, at.get(f"/proposals/{found}"))

    return opening


def ticks(page: Response) -> dict[int, bool]:
    """The boxes of a page, and whether they are ticked."""
    boxes = re.findall(r'<input type="checkbox" name="tick" value="(\d+)"( checked)?', page.text)
    return {int(number): bool(checked) for number, checked in boxes}


def button(page: Response) -> str:
    found = re.search(r'name="do" value="apply"[^>]*>([^<]*)<', page.text)
    assert found
    return html.unescape(found[1])


def test_a_proposal_shows_each_move_and_says_what_its_one_button_does(opened: Opening) -> None:
    page = opened().page
    assert page.status_code == 200
    assert ticks(page) == {1: True, 2: True}
    assert "1:1 Ana" in page.text
    assert button(page) == "Apply 2 moves: 2 people get 2 mails"
    assert "2 answers are asked for again" in page.text or "No answer is asked for again" in page.text


def test_looking_changes_nothing(opened: Opening) -> None:
    at = opened()
    before = at.stored()
    for path in (
        "/",
        f"/proposals/{at.id}",
        f"/proposals/{at.id}?again=true&tick=1",
        f"/proposals/{at.id}/price?tick=2",
    ):
        assert at.at.get(path).status_code == 200
    assert at.at.get(f"/proposals/{at.id}?do=apply&csrf={csrf_of(at.page)}&version=1").status_code == 200
    assert at.stored() == before
    assert [line.what for line in at.work.store.trail(at.id)] == ["propose"]


def test_the_price_of_other_ticks_is_told_before_the_yes(opened: Opening) -> None:
    at = opened()
    assert button(at.at.get(f"/proposals/{at.id}/price?tick=2")) == "Apply 1 move: 1 person gets 1 mail"
    assert button(at.at.get(f"/proposals/{at.id}/price?tick=1&tick=2&notify=none")) == "Apply 2 moves: nobody gets mail"
    assert button(at.at.get(f"/proposals/{at.id}/price")) == "Nothing is ticked"


def test_focus_time_of_several_moves_is_said_to_be_of_each_by_itself(opened: Opening) -> None:
    at = opened()
    lines = [at.at.get(f"/proposals/{at.id}/price?{ticked}").text for ticked in ("tick=1&tick=2", "tick=1")]
    found = [re.findall(r"<bdi>([^<]*) [^<]* of focus time</bdi>", page) for page in lines]
    assert found[0]
    assert all(line.startswith("Taken one by one, they ") for line in found[0])
    assert all(line.startswith("It ") for line in found[1])


def test_a_calendar_that_is_only_read_gets_files_and_nobody_mail(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened()
    monkeypatch.setattr(Calendars, "writable", False)
    page = at.look().page
    assert button(page) == "Make files for 2 moves: nobody gets mail"
    assert "only read here" in page.text


def test_where_nobody_is_told_by_mail_the_button_says_so(opened: Opening) -> None:
    at = opened()
    at.work.delivery = Delivery(Sender.LETTERS, has_relay=False)
    page = at.look().page
    assert button(page) == "Apply 2 moves: nobody gets mail"
    assert "Moves 1 and 2: nobody is told of it by mail" in page.text


@pytest.mark.parametrize(
    ("delivery", "notify"),
    [(Delivery(problem="connect it again to write"), "all"), (Delivery(tells_all=True), "none")],
)
def test_what_cannot_be_written_so_is_said_before_the_yes(opened: Opening, delivery: Delivery, notify: str) -> None:
    """A server that tells all guests itself is no place for a move that nobody is to hear of."""
    at = opened()
    path = f"/proposals/{at.id}/price?tick=1&notify={notify}"
    assert "disabled" not in at.at.get(path).text
    at.work.delivery = delivery
    page = at.at.get(path).text
    assert "Move 1: " in page
    assert "disabled" in page
    answer = at.post("apply", tick=["1"], told=f"1 {notify}", notify=notify)
    assert (answer.status_code, "move 1: " in answer.text) == (409, True)
    assert (at.stored().state, at.work.queued) == (ProposalState.DECIDED, [])


def test_applying_accepts_what_is_ticked_and_has_it_written(opened: Opening) -> None:
    at = opened()
    answer = at.post("apply", tick=["1", "2"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/proposals/{at.id}")
    stored = at.stored()
    assert stored.state is ProposalState.APPLYING
    assert [move.decided.decision for move in stored.moves] == [Decision.ACCEPT, Decision.ACCEPT]
    assert at.work.queued
    page = at.look().page
    assert f'data-events="/v1/proposals/{at.id}/events"' in page.text
    assert '<meta http-equiv="refresh"' in page.text


def test_pressing_it_twice_is_pressing_it_once(opened: Opening) -> None:
    at = opened()
    answers = [at.post("apply", tick=["1", "2"]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert len(at.work.queued) == 1
    assert "it is being applied just now" in answers[1].text


def test_a_button_does_only_what_it_said(opened: Opening) -> None:
    at = opened()
    answer = at.post("apply", tick=["2"])
    assert answer.headers["location"] == f"/proposals/{at.id}?again=true&tick=2&notify=all"
    assert at.stored().state is ProposalState.DRAFT
    page = at.at.get(answer.headers["location"])
    assert ticks(page) == {1: False, 2: True}
    assert button(page) == "Apply 1 move: 1 person gets 1 mail"
    replace(at, page=page).post("apply", tick=["2"])
    assert [move.is_accepted for move in at.stored().moves] == [False, True]


def test_the_order_of_ticks_is_none_of_a_button_s_business(opened: Opening) -> None:
    at = opened()
    assert at.post("apply", tick=["2", "1"]).headers["location"] == f"/proposals/{at.id}"
    assert at.stored().state is ProposalState.APPLYING


def test_nobody_else_can_be_told(opened: Opening) -> None:
    assert opened().post("apply", tick=["1", "2"], notify="the press").status_code == 422


def test_who_gets_mail_is_chosen_with_the_yes(opened: Opening) -> None:
    at = opened()
    again = at.post("apply", tick=["1", "2"], notify="none")
    page = at.at.get(again.headers["location"])
    assert button(page) == "Apply 2 moves: nobody gets mail"
    replace(at, page=page).post("apply", tick=["1", "2"], notify="none")
    assert at.stored().notify == "none"


def test_a_rejected_move_stays_with_its_reason_and_ticks_are_kept(opened: Opening) -> None:
    at = opened()
    assert at.post("reject:1", tick=["1", "2"], **{"why-1": "wrong_day"}).status_code == 303
    first, second, *_ = at.stored().moves
    assert (first.decided.decision, first.decided.why) == (Decision.REJECT, Why.WRONG_DAY)
    assert second.is_accepted
    page = at.look().page
    assert "Rejected (wrong day) by local" in page.text
    assert ticks(page)[2]
    assert 1 not in ticks(page)


def test_after_a_rejection_the_page_says_what_else_changed(opened: Opening) -> None:
    of = two_to_move()
    at = opened(of)
    of.meeting("Clash", [DANA, BEN], 3, time(10))
    at.post("reject:1")
    page = at.look().page
    assert at.stored().differences
    assert "What else changed" in page.text
    assert html.escape(at.stored().differences[0].text, quote=False) in page.text


def test_a_pin_is_for_this_week_or_for_good(opened: Opening) -> None:
    at = opened()
    at.post("pin:1", tick=["2"], **{"pin-1": "always"})
    assert at.stored().move(1).decided.pin == "always"
    assert "Pinned for good by local" in at.look().page.text


def test_a_correction_becomes_a_rule(opened: Opening) -> None:
    at = opened()
    at.post("correct:1", tick=["2"], **{"kind-1": "cross_team", "required-1": ANA})
    assert "cross_team" in at.work.own.text("rules", DANA)


def test_a_correction_that_says_nothing_is_asked_for_again(opened: Opening) -> None:
    answer = opened().post("correct:1")
    assert answer.status_code == 422
    assert "say first what is different" in answer.text.lower()


def test_what_was_accepted_and_is_not_ticked_any_more_is_taken_back(opened: Opening) -> None:
    at = opened()
    decide(at.work.desk, at.id, [Choice(n, Decision.ACCEPT) for n in (1, 2)], by="local")
    at = at.look()
    assert at.post("reject:1", tick=[]).status_code == 303
    assert not at.stored().move(2).is_accepted


def test_what_others_did_meanwhile_is_shown_and_not_written_over(opened: Opening) -> None:
    at = opened()
    decide(at.work.desk, at.id, [Choice(1, Decision.REJECT)], by=RUTH)
    answer = at.post("reject:2")
    assert answer.status_code == 409
    assert "was changed since you saw it" in answer.text
    assert at.stored().move(2).decided is None
    assert f"Rejected by {RUTH}" in answer.text


def test_what_a_no_would_cost_is_asked_first(opened: Opening) -> None:
    at = opened(in_a_row())
    titles = {move.title: move.number for move in at.stored().moves}
    staff, ana = titles["Team sync"], titles["1:1 Ana"]
    decide(at.work.desk, at.id, [Choice(n, Decision.ACCEPT) for n in (staff, ana)], by="local")
    at, before = at.look(), at.stored()
    asked = at.post(f"pin:{staff}", tick=[str(staff), str(ana)])
    assert asked.status_code == 200
    assert at.stored() == before
    assert "One question first" in asked.text
    assert f"give up move {ana}" in asked.text
    form = re.search(r'<section class="ask".*?</form>', asked.text, re.DOTALL)
    assert form
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0])
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(html.unescape(value))
    assert data["drop"] == [str(ana)]
    assert at.at.post(f"/proposals/{at.id}", data=data).status_code == 303
    assert at.stored().move(staff).decided.decision is Decision.PIN
    assert not at.stored().accepted


def test_a_tick_that_needs_another_is_said_before_the_yes(opened: Opening) -> None:
    at = opened(in_a_row())
    ana = next(move.number for move in at.stored().moves if move.title == "1:1 Ana")
    page = at.at.get(f"/proposals/{at.id}/price?tick={ana}")
    assert "tick both or neither" in page.text
    assert re.search(r'value="apply" disabled', page.text)


def test_enter_in_a_form_does_nothing_but_look(opened: Opening) -> None:
    at = opened()
    first = re.search(r'<form id="decide".*?<button[^>]*value="([^"]*)"', at.page.text, re.DOTALL)
    assert first
    assert first[1] == "look"
    before = at.stored()
    assert at.post("look", tick=["1"]).headers["location"].endswith("?again=true&tick=1&notify=all")
    assert at.stored() == before


@pytest.mark.parametrize(
    "do", ["", "nothing", "reject", "reject:99", "reject:x", "undo:x:1", "apply:1", "reject:" + "9" * 5000]
)
def test_there_are_no_other_buttons(opened: Opening, do: str) -> None:
    at = opened()
    before = at.stored()
    assert at.post(do, tick=["1"]).status_code == 422
    assert at.stored() == before


@pytest.mark.parametrize("fields", [{"csrf": ""}, {"csrf": "x.y"}, {"version": ""}, {"version": "one"}])
def test_a_form_without_its_token_or_version_does_nothing(opened: Opening, fields: dict[str, str]) -> None:
    at = opened()
    before = at.stored()
    assert at.post("reject:1", **fields).status_code in (403, 422)
    assert at.stored() == before


def test_the_token_of_another_session_does_nothing(opened: Opening) -> None:
    at = opened()
    other = at_work(at.work, at.at.app.state.parts.visitors)  # type: ignore[attr-defined]
    token = csrf_of(other.get("/"))
    assert at.post("reject:1", csrf=token).status_code == 403


def test_a_page_of_elsewhere_does_nothing(opened: Opening) -> None:
    at = opened()
    at.at.headers["origin"] = "https://evil.example.com"
    assert at.post("reject:1").status_code == 403


def test_what_was_written_is_shown_and_can_be_taken_back(opened: Opening) -> None:
    at = opened()
    at.post("apply", tick=["1", "2"])
    at.work.applied(at.id)
    at = at.look()
    assert at.page.text.count("Written, and read back") == 2
    assert at.post("undo:1").status_code == 303
    moves = at.stored().moves
    assert (moves[0].undo is not None, moves[1].undo) == (True, None)
    assert at.stored().state is ProposalState.UNDOING


def test_titles_of_calendars_are_shown_as_they_are_written(opened: Opening) -> None:
    page = opened(two_to_move(HOSTILE)).page
    assert "<script>alert" not in page.text
    assert "onerror=alert(1)&gt;" in page.text


def test_the_list_names_what_waits(opened: Opening) -> None:
    at = opened()
    page = at.at.get("/")
    assert "1 proposal waits for your yes or no." in page.text
    assert f'href="/proposals/{at.id}"' in page.text
    assert "2 moves" in page.text


def test_a_week_is_proposed_by_a_button(working: Working) -> None:
    work = working(two_to_move())
    at = at_work(work)
    token = csrf_of(at.get("/"))
    answer = at.post("/proposals", data={"csrf": token, "manager": DANA, "week": str(work.office.week)})
    assert answer.status_code == 303
    (made,) = work.store.all()
    assert answer.headers["location"] == f"/proposals/{made.id}"
    for wrong in ({"week": "next"}, {"manager": "nobody@example.com"}):
        data = {"csrf": token, "manager": DANA, "week": str(work.office.week), **wrong}
        assert at.post("/proposals", data=data).status_code in (404, 422)
    assert len(work.store.all()) == 1


def test_files_are_downloaded_and_never_shown(opened: Opening) -> None:
    at = opened()
    at.work.store.keep_file(at.id, "dana ä.ics", "text/calendar", b"BEGIN:VCALENDAR", at.work.now)
    assert f'href="/proposals/{at.id}/files/dana%20%C3%A4.ics"' in at.look().page.text
    answer = at.at.get(f"/proposals/{at.id}/files/dana%20%C3%A4.ics")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''dana%20%C3%A4.ics"
    assert answer.content == b"BEGIN:VCALENDAR"
    assert at.at.get(f"/proposals/{at.id}/files/other.ics").status_code == 404


def test_managers_see_their_own_and_admins_everything(working: Working, provider: Provider) -> None:
    work = working(two_to_move())
    found = work.propose().proposal.id
    visitors = visitors_by(provider)
    for person, status in ((DANA, 200), (BEN, 404), (RUTH, 200)):
        at = at_work(work, visitors)
        assert at.get(f"/proposals/{found}").headers["location"] == f"/sign-in?to=/proposals/{found}"
        assert sign_in(at, provider, person).status_code == 303
        page = at.get(f"/proposals/{found}")
        assert page.status_code == status
        assert (found in at.get("/").text) == (status == 200)
        if status == 404:
            token = csrf_of(at.get("/"))
            tried = {"csrf": token, "version": "1", "do": "reject:1"}
            assert at.post(f"/proposals/{found}", data=tried).status_code == 404
            assert at.get(f"/proposals/{found}/price").status_code == 404
            propose = {"csrf": token, "manager": DANA, "week": "2026-W50"}
            assert at.post("/proposals", data=propose).status_code == 404
        else:
            assert f"<bdi>{person}</bdi>" in page.text


def test_the_trail_says_who_decided(working: Working, provider: Provider) -> None:
    work = working(two_to_move())
    found = work.propose().proposal.id
    at = at_work(work, visitors_by(provider))
    sign_in(at, provider, DANA)
    made = Open(at, work, found, at.get(f"/proposals/{found}"))
    made.post("reject:1", **{"why-1": "not_now"})
    assert {line.by for line in work.store.trail(found) if line.what == "reject"} == {DANA}


def test_signing_out_ends_it(working: Working, provider: Provider) -> None:
    at = at_work(working(two_to_move()), visitors_by(provider))
    sign_in(at, provider)
    assert at.post("/sign-out").status_code == 403
    assert at.post("/sign-out", data={"csrf": csrf_of(at.get("/"))}).headers["location"] == "/sign-in"
    assert at.get("/").headers["location"] == "/sign-in?to=/"


@pytest.mark.parametrize("path", ["/", "/proposals/0123456789abcdef"])
def test_without_accounts_the_pages_are_for_this_machine_alone(opened: Opening, path: str) -> None:
    work = opened().work
    for more in ({"peer": "192.0.2.7"}, {"base": "http://rebound.example.com"}):
        answer = at_work(work, **more).get(path)
        assert answer.status_code == 403
        assert "CLEARWEEK_OIDC_ISSUER" in answer.text


def test_where_keys_are_asked_for_the_pages_need_people_to_sign_in(opened: Opening) -> None:
    class Keys:
        def exist(self) -> bool:
            return True

    answer = at_work(opened().work, keys=Keys()).get("/")
    assert answer.status_code == 403
    assert "asks for keys" in answer.text


def test_every_page_is_closed_to_scripts_and_frames_of_elsewhere(opened: Opening) -> None:
    at = opened()
    pages = [at.page, at.at.get("/"), at.at.get("/proposals/none"), at.post("nothing")]
    for page in pages:
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|javascript:|<style", page.text)
