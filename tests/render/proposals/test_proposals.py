"""The proposal document: all that a program needs of a proposal, and nothing that is private."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import (
    Decided,
    Decision,
    Letter,
    LetterState,
    MoveState,
    ProposalState,
    TrailLine,
    Why,
    Writing,
)
from app.render.plans.document import document, plan_of
from app.render.proposals.proposals import proposal_document, proposal_schema, proposal_to_json, proposals_document
from tests.render.given_proposals import ID, NOW, YES, decided, proposed, written
from tests.render.plans.test_document import check
from tests.render.sample import sample_plan

NO = Decided(Decision.REJECT, "dana@example.com", NOW, Why.WRONG_DAY)


def test_the_document_has_the_whole_plan_and_the_numbers_of_its_moves() -> None:
    found = proposal_document(proposed())
    assert list(found)[:3] == ["schema", "id", "manager"]
    assert found["schema"] == "clearweek.proposal/1"
    assert found["plan"] == document(sample_plan())
    ids = {meeting["id"] for meeting in found["plan"]["meetings"]}
    assert [move["number"] for move in found["moves"]] == list(range(1, 10))
    assert all(set(move["meetings"]) <= ids for move in found["moves"])


def test_a_move_says_where_from_and_where_to_on_the_managers_clock() -> None:
    first = proposal_document(proposed())["moves"][0]
    assert first["from"]["start"] == "2026-12-03T10:00:00+01:00"
    assert first["to"]["start"] == "2026-11-30T09:30:00+01:00"
    assert [len(first["price"][name]) for name in ("rsvps_reset", "mailed")] == [3, 3]
    assert [reason["code"] for reason in first["reasons"]] == ["meeting_free_day", "own_block"]


def test_a_decision_says_who_made_it_when_and_why() -> None:
    found = proposal_document(decided(proposed(), {3: NO}))["moves"][2]["decision"]
    assert found == {
        "decision": "reject",
        "by": "dana@example.com",
        "at": "2026-11-26T08:00:00+00:00",
        "why": "wrong_day",
        "pin": None,
    }


def test_a_greyed_move_says_why_and_a_series_from_when_it_moves_instead() -> None:
    example = replace(proposed(), closed={5: Reason("freeze", "it is too soon")}, starts={1: date(2026, 12, 7)})
    found = proposal_document(example)["moves"]
    assert found[4]["closed"] == {"code": "freeze", "text": "it is too soon", "refs": []}
    assert found[0]["starts"] == "2026-12-07"
    assert found[0]["closed"] is found[4]["starts"] is None


def test_a_move_that_needs_somebody_unknown_is_unconfirmed() -> None:
    found = {move["title"]: move["unconfirmed"] for move in proposal_document(proposed())["moves"]}
    assert found["Product x Engineering sync"]
    assert not found["Mobile weekly"]


def test_what_became_of_a_move_is_told_with_its_mails() -> None:
    mail = Letter(("ana@example.com",), "BEGIN:VCALENDAR", LetterState.UNKNOWN, "the relay did not answer")
    state = Writing(MoveState.WRITTEN, letters=(mail,), notes=("the server keeps answers",), updated_at=NOW)
    found = proposal_document(written(decided(proposed(), {1: YES}), {1: state}))["moves"][0]
    assert found["apply"] == {
        "state": "written",
        "problem": None,
        "remedy": None,
        "notes": ["the server keeps answers"],
        "letters": [{"to": ["ana@example.com"], "state": "unknown", "problem": "the relay did not answer"}],
        "updated_at": "2026-11-26T08:00:00+00:00",
    }
    assert found["undo"] is None


def test_a_move_that_the_newest_plan_does_not_make_is_still_there() -> None:
    plan = sample_plan()
    kept = tuple(replace(m, action="keep", to=None) if m.action == "move" else m for m in plan.meetings)
    example = decided(proposed(), {1: NO})
    found = proposal_document(replace(example, plan=replace(plan, meetings=kept)))["moves"][0]
    assert (found["title"], found["price"], found["unconfirmed"]) == ("Mobile weekly", None, False)
    assert found["to"]["start"] == "2026-11-30T09:30:00+01:00"


def test_the_title_of_a_private_meeting_is_nowhere() -> None:
    plan = sample_plan()
    secret = replace(plan.moves[0], private=True, title="Kita", attendees=plan.moves[0].attendees)
    others = tuple(m for m in plan.meetings if m.id != secret.id)
    example = proposed(replace(plan, meetings=(*others, secret)))
    assert any(move.title == "Kita" for move in example.proposal.moves)
    assert "Kita" not in proposal_to_json(example)
    assert "our meeting" in proposal_to_json(example).lower()


def test_the_trail_says_who_did_what() -> None:
    line = TrailLine(NOW, "key:bot", "decided", ID, 2, {"decision": "accept"})
    found = proposal_document(proposed(), [line], ["dana.ics"])
    assert found["trail"] == [
        {"at": "2026-11-26T08:00:00+00:00", "by": "key:bot", "what": "decided", "move": 2, "detail": line.detail}
    ]
    assert found["files"] == ["dana.ics"]


def test_the_document_follows_its_schema() -> None:
    schema = proposal_schema()
    state = Writing(MoveState.FAILED, letters=(Letter(("ana@example.com",), ""),), updated_at=NOW)
    example = written(decided(proposed(), {1: YES, 2: NO}), {1: state})
    for each in (proposed(), proposed(moves=()), example):
        check(proposal_document(each, [TrailLine(NOW, "local", "proposed")], ["x.ics"]), schema, schema["$defs"])


def test_the_plan_in_it_can_be_had_back() -> None:
    found = json.loads(proposal_to_json(proposed()))
    assert document(plan_of(found["plan"])) == found["plan"]


def test_a_list_says_how_far_each_is() -> None:
    one = decided(proposed(), {1: YES, 2: NO}).proposal
    (found,) = proposals_document([one])["proposals"]
    assert (found["id"], found["state"], found["moves"], found["accepted"]) == (ID, "decided", 9, 1)
    assert "plan" not in found


def test_times_have_their_offset() -> None:
    found = proposal_document(proposed(undo_until=NOW + timedelta(days=7), state=ProposalState.APPLIED))
    assert found["undo_until"] == "2026-12-03T08:00:00+00:00"
