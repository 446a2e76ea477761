"""Plans through the door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import Response

from app.api.openapi.examples import CALENDAR_EXAMPLE, TEAM_EXAMPLE
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request
from tests.api.calls import CALENDAR, DANA, OPTIONS, Client, client, faults, form, parts, plan

ANA = CALENDAR_EXAMPLE.replace("X-WR-CALNAME:dana@example.com", "X-WR-CALNAME:Work")


def without_time(response: Response) -> dict[str, Any]:
    document: dict[str, Any] = response.json()
    return {**document, "wall_time_s": 0}


def test_the_sample_is_planned(sample_plan: Response) -> None:
    assert sample_plan.status_code == 200
    assert sample_plan.headers["cache-control"] == "no-store"
    found = sample_plan.json()
    assert found["schema"] == "clearweek.plan/1"
    assert (found["manager"], found["week"], found["timezone"]) == (DANA, "2026-W49", "Europe/Berlin")
    assert found["metrics"]["after"]["pattern_adherence"] > found["metrics"]["before"]["pattern_adherence"]
    assert any(meeting["action"] == "move" for meeting in found["meetings"])


def test_the_same_request_gets_the_same_document(
    sample_plan: Response, sample_files: list[tuple[str, bytes]], sample_team: bytes
) -> None:
    again = client().post("/v1/plans", files=form(sample_files, team=sample_team))
    assert without_time(again) == without_time(sample_plan)


def test_the_titles_of_private_events_appear_nowhere(
    sample_plan: Response, sample_files: list[tuple[str, bytes]]
) -> None:
    titles = set(private_titles(sample_files))
    assert titles
    assert not [title for title in titles if title in sample_plan.text]


def private_titles(files: list[tuple[str, bytes]]) -> Iterator[str]:
    for _, data in files:
        for event in data.decode().replace("\r\n ", "").split("BEGIN:VEVENT")[1:]:
            lines = dict(line.partition(":")[::2] for line in event.splitlines())
            if lines.get("CLASS") in ("PRIVATE", "CONFIDENTIAL"):
                yield lines["SUMMARY"]


def test_one_calendar_is_enough(api: Client) -> None:
    answer = plan(api)
    assert answer.status_code == 200
    assert {p["email"]: p["availability"] for p in answer.json()["people"]} == {
        DANA: "known",
        "ana@example.com": "unknown",
    }


def test_an_unreadable_event_is_a_warning(api: Client) -> None:
    broken = CALENDAR_EXAMPLE.replace(
        "END:VCALENDAR", "BEGIN:VEVENT\nUID:broken\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR"
    )
    warnings = plan(api, [("dana.ics", broken)]).json()["warnings"]
    assert [(w["code"], w["ref"]) for w in warnings if w["ref"] == "broken"] == [("unreadable_event", "broken")]
    assert any("dana.ics, line 17" in w["text"] for w in warnings)


def test_a_calendar_belongs_to_whom_the_options_say(api: Client) -> None:
    options = {**OPTIONS, "owners": {"ana.ics": "ana@example.com"}}
    answer = plan(api, [CALENDAR, ("ana.ics", ANA)], options)
    assert {p["availability"] for p in answer.json()["people"]} == {"known"}


def test_a_calendar_belongs_to_whom_its_name_says(api: Client) -> None:
    assert plan(api, [CALENDAR, (r"C:\mine\ana@example.com.ics", ANA)]).status_code == 200


def test_the_configuration_comes_as_the_same_files_as_for_the_command(api: Client) -> None:
    free = '[meeting_free_days]\ndays = ["tuesday"]\n'
    pattern = free + '[[block]]\nname = "Late"\nday = "friday"\nstart = "15:00"\nend = "16:00"\nkinds = ["one_on_one"]'
    rules = "[budget]\nmax_moves = 1\n[packing]\ntolerance_minutes = 0"
    answer = plan(api, pattern=pattern, team=TEAM_EXAMPLE, rules=rules)
    found = answer.json()
    assert [block["name"] for block in found["pattern"]["blocks"]] == ["Late"]
    assert found["budget"]["moves"] == 1
    assert found["meetings"][0]["block"] == "Late"


def test_parts_may_be_fields_or_files(quick: Client) -> None:
    fields = {"calendars": CALENDAR_EXAMPLE, "team": TEAM_EXAMPLE}
    options = ("options.json", json.dumps(OPTIONS), "application/json")
    assert quick.post("/v1/plans", data=fields, files={"options": options}).status_code == 200


@pytest.mark.parametrize(
    ("zone", "week"), [("Europe/Berlin", "2026-W50"), ("America/New_York", "2026-W49"), (None, "2026-W49")]
)
def test_the_next_week_of_the_managers_clock_is_planned(planned: Planned, zone: str | None, week: str) -> None:
    asked: list[Request] = []
    options = {"manager": DANA, "timezone": zone}
    sunday_night = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)

    def remember(request: Request) -> Planned:
        asked.append(request)
        return planned

    assert plan(client(parts(remember, now=lambda: sunday_night)), options=options).status_code == 200
    assert (str(asked[0].week), asked[0].now) == (week, sunday_night)
    assert asked[0].limits.wall_s == 8


def test_nothing_of_a_calendar_is_logged(api: Client, caplog: pytest.LogCaptureFixture, planned: Planned) -> None:
    title = "Dana / Ana"

    def fail(request: Request) -> Planned:
        raise KeyError(title)

    with caplog.at_level("DEBUG"):
        assert plan(api).status_code == 200
        answer = plan(client(parts(fail)))
    assert answer.status_code == 500
    assert "KeyError" in caplog.text
    assert answer.json()["instance"] in caplog.text
    assert title in CALENDAR_EXAMPLE
    assert title not in caplog.text + answer.text


def test_a_plan_can_be_asked_about_its_meetings_and_for_a_scope(planned: Planned) -> None:
    asked: list[Request] = []

    def remember(request: Request) -> Planned:
        asked.append(request)
        return planned

    options = {**OPTIONS, "explain": ["Dana / Ana"], "scope_of_moves": "occurrence"}
    assert plan(client(parts(remember)), options=options).status_code == 200
    assert (asked[0].explain, asked[0].moves) == (("Dana / Ana",), "occurrence")


def test_a_meeting_that_is_not_there_cannot_be_explained(api: Client) -> None:
    answer = plan(api, options={**OPTIONS, "explain": ["Zoe"]})
    assert answer.status_code == 422
    assert "no meeting of this week is called 'Zoe'" in answer.json()["detail"]


def test_a_week_that_is_different_is_compared(api: Client) -> None:
    new = {"new": {"people": ["ana@example.com"], "minutes": 30, "title": "Pairing"}}
    answer = plan(api, options={**OPTIONS, "what_if": [new, {"free": "monday"}]})
    assert answer.status_code == 200
    found = answer.json()["what_if"]
    assert found["asked"] == ['new ana@example.com 30m once "Pairing"', "free monday"]
    assert len(found["new"][0]["places"]) == 5
    assert {"name", "without", "with"} == set(found["tiers"][0])


@pytest.mark.parametrize(
    ("question", "pointer", "said"),
    [
        ({"optional": "zoe@example.com"}, "#/options/what_if", "is not among three or more"),
        ({"new": {"people": ["ana@example.com"] * 2, "minutes": 30}}, "#/options/what_if/0", "each once"),
        ({"optional": "ana@example.com", "in": "Retro"}, "#/options/what_if", "no meeting of this week is called"),
    ],
)
def test_a_question_that_makes_no_sense_is_pointed_at(
    api: Client, question: dict[str, Any], pointer: str, said: str
) -> None:
    found = faults(plan(api, options={**OPTIONS, "what_if": [question]}))
    assert said in found[pointer]


@pytest.mark.parametrize(
    ("question", "pointers"),
    [
        ({"free": "noday"}, {"#/options/what_if/0/free"}),
        ({"new": {"people": []}}, {"#/options/what_if/0/new/people", "#/options/what_if/0/new/minutes"}),
        ({"optional": "ana", "inn": "Sync"}, {"#/options/what_if/0/optional", "#/options/what_if/0/inn"}),
        ({"fre": "monday"}, {"#/options/what_if/0"}),
    ],
)
def test_only_what_is_wrong_with_the_question_that_is_asked_is_said(
    api: Client, question: dict[str, Any], pointers: set[str]
) -> None:
    assert faults(plan(api, options={**OPTIONS, "what_if": [question]})).keys() == pointers
