"""One meeting on its own."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

from rich.console import Console

from app.domain.plans.plan import Plan, SeriesException
from app.render import words
from app.render.plans.document import document
from app.render.plans.explanation import explanation_json, print_explanation, rows
from tests.render.sample import sample_plan


def shown(plan: Plan, *uids: str) -> str:
    file = StringIO()
    print_explanation(plan, uids, Console(file=file, width=100))
    return file.getvalue()


def test_a_move_says_what_when_why_who_and_what_else() -> None:
    plan = sample_plan()
    meeting = next(m for m in plan.moves if m.alternatives)
    labels = dict(rows(plan, meeting))
    assert "moves to" in labels["when"][0]
    assert len(labels["why"]) >= 1
    assert len(labels["who"]) == len(meeting.attendees)
    assert [text.rpartition(", ")[2] for text in labels["or"]] == [other.text for other in meeting.alternatives]
    text = shown(plan, meeting.uid)
    assert meeting.title in text
    assert all(word in text for word in ("what", "when", "why", "who", "or"))


def test_the_meetings_that_a_reason_names_are_shown_with_their_place() -> None:
    plan = sample_plan()
    pairs = [(m, ref) for m in plan.meetings for r in m.reasons for ref in r.refs if "@" not in ref]
    meeting, ref = pairs[0]
    other = next(m for m in plan.meetings if m.id == ref)
    assert any(text.startswith(f"{other.title}: ") for text in dict(rows(plan, meeting))["beside"])


def test_the_document_holds_the_meetings_as_the_plan_does() -> None:
    plan = sample_plan()
    uid = plan.moves[0].uid
    found = json.loads(explanation_json(plan, [uid]))
    assert found["schema"] == "clearweek.explanation/1"
    assert (found["plan"], found["manager"], found["week"]) == (plan.id, plan.manager, plan.week)
    assert found["meetings"] == [m for m in document(plan)["meetings"] if m["uid"] == uid]


def test_a_private_title_is_not_shown() -> None:
    plan = sample_plan()
    secret = replace(plan.moves[0], title="Salary", private=True)
    plan = replace(plan, meetings=(secret,))
    assert "Salary" not in shown(plan, secret.uid) + explanation_json(plan, [secret.uid])


def test_what_a_series_leaves_out_at_its_new_place_is_said() -> None:
    plan = sample_plan()
    meeting = next(m for m in plan.moves if m.series and m.to)
    assert meeting.series
    assert meeting.to
    day = words.day(meeting.to.start.date())
    left_out = SeriesException("20261207T120000Z", meeting.to, None, "Ana is away")
    meeting = replace(meeting, series=replace(meeting.series, exceptions=(left_out,)))
    assert dict(rows(plan, meeting))["but"] == (f"not on {day}: Ana is away",)
    assert "Ana is away" in shown(replace(plan, meetings=(meeting,)), meeting.uid)
