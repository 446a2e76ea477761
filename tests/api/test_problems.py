"""Every error is a problem that says what, where and how to mend it."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.openapi.examples import CALENDAR_EXAMPLE
from app.errors import AppError, ParseError, UnavailableError
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request
from tests.api.calls import CALENDAR, DANA, OPTIONS, Client, client, faults, form, parts, plan

NOBODYS = CALENDAR_EXAMPLE.replace("X-WR-CALNAME:dana@example.com\n", "")


def test_an_unknown_address_is_not_found(quick: Client) -> None:
    answer = quick.get("/v1/nothing")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:clearweek:problem:not-found")


def test_an_address_with_a_slash_too_many_is_no_redirect(quick: Client) -> None:
    assert quick.post("/v1/plans/", follow_redirects=False).status_code == 404


@pytest.mark.parametrize(("method", "path", "allowed"), [("GET", "/v1/plans", "POST"), ("POST", "/healthz", "GET")])
def test_an_unknown_method_names_the_known_ones(quick: Client, method: str, path: str, allowed: str) -> None:
    answer = quick.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json()["detail"] == f"use {allowed} here"


@pytest.mark.parametrize(
    "content_type", [None, "application/json", "application/x-www-form-urlencoded", "text/calendar"]
)
def test_a_body_that_is_no_form_is_refused(quick: Client, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = quick.post("/v1/plans", content=b"{}", headers=headers)
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "multipart/form-data")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x; charset=undefined",
            b'--x\r\nContent-Disposition: form-data; name="options"\r\n\r\n{}\r\n--x--\r\n',
        ),
    ],
)
def test_a_broken_form_is_refused(quick: Client, content_type: str, body: bytes) -> None:
    answer = quick.post("/v1/plans", content=body, headers={"content-type": content_type})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:clearweek:problem:malformed-request")


def test_everything_wrong_with_a_form_is_said_at_once(quick: Client) -> None:
    answer = quick.post("/v1/plans", files=[("calendar", CALENDAR), ("zz/y~", (None, "1"))])
    assert faults(answer) == {
        "#/calendar": "unknown part 'calendar'; did you mean calendars?",
        "#/zz~1y~0": "unknown part 'zz/y~'; known are calendars, options, team, pattern, rules",
        "#/calendars": "calendars is missing: send at least the manager's own .ics file",
        "#/options": "options is missing: a JSON object with at least the manager",
    }
    assert answer.json()["detail"].endswith("(and 3 more)")


def test_a_part_that_is_there_twice_is_refused(quick: Client) -> None:
    answer = quick.post("/v1/plans", files=[*form(), *form([])])
    assert faults(answer) == {"#/options": "options is given twice"}


def test_two_calendars_of_one_name_are_refused(quick: Client) -> None:
    answer = plan(quick, [CALENDAR, CALENDAR])
    assert faults(answer) == {"#/calendars/1": "two calendars are named dana.ics; give each a name of its own"}


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"week": "2026-W54"}, "week", "write it like 2026-W49"),
        ({"week": "2025-W53"}, "week", "the year 2025 has no week 53"),
        ({"week": "٢٠٢٦-W49"}, "week", "write it like 2026-W49"),
        ({"week": "9999-W01"}, "week", "between 1970 and 2199"),
        ({"week": 49}, "week", "write it like 2026-W49"),
        ({"timezone": "Berlin"}, "timezone", "write it like Europe/Berlin"),
        ({"timezone": "../../etc/passwd"}, "timezone", "write it like Europe/Berlin"),
        ({"timezone": "Europe"}, "timezone", "write it like Europe/Berlin"),
        ({"now": "2026-11-26T09:00:00"}, "now", "offset from UTC"),
        ({"now": "2026-11-26"}, "now", "offset from UTC"),
        ({"now": 1764144000}, "now", "offset from UTC"),
        ({"now": "0001-01-01T00:00:00+14:00"}, "now", "1970 to 2199"),
        ({"time_limit_s": 11}, "time_limit_s", "less than or equal to 10"),
        ({"time_limit_s": 0}, "time_limit_s", "greater than or equal to 0.1"),
        ({"manager": "dana"}, "manager", "write it like dana@example.com"),
        ({"manger": DANA}, "manger", "not permitted"),
        ({"owners": {"x.ics": DANA}}, "owners/x.ics", "none of the calendars"),
    ],
)
def test_each_wrong_option_is_named(quick: Client, change: dict[str, Any], pointer: str, said: str) -> None:
    found = faults(plan(quick, options={**OPTIONS, **change}))
    assert said in found[f"#/options/{pointer}"]


@pytest.mark.parametrize("options", ["", "{", "[]", "null", '"dana"', '{"manager": "\\ud800@x"}'])
def test_options_that_are_no_json_object_are_refused(quick: Client, options: str) -> None:
    assert list(faults(plan(quick, options=options))) == ["#/options"]


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), ("hello", "is no iCalendar")])
def test_an_unreadable_calendar_is_named(quick: Client, text: str, said: str) -> None:
    answer = plan(quick, [CALENDAR, ("bad.ics", text), ("worse.ics", "\x00")])
    assert answer.json()["type"] == "urn:clearweek:problem:unreadable-calendar"
    found = faults(answer)
    assert list(found) == ["#/calendars/1", "#/calendars/2"]
    assert found["#/calendars/1"].startswith(f"bad.ics {said}")


def test_an_unreadable_calendar_names_its_line(quick: Client) -> None:
    deep = "BEGIN:VCALENDAR\n" + "BEGIN:VTODO\n" * 50
    assert "deep.ics, line 21" in faults(plan(quick, [("deep.ics", deep)]))["#/calendars/0"]


def test_a_calendar_of_nobody_is_refused(quick: Client) -> None:
    assert "owners of the options" in faults(plan(quick, [("mine.ics", NOBODYS)]))["#/calendars/0"]


def test_calendars_without_the_managers_are_refused(quick: Client) -> None:
    options = {**OPTIONS, "owners": {"dana.ics": "ana@example.com"}}
    assert "they are of ana@example.com" in faults(plan(quick, options=options))["#/options/manager"]


def test_a_name_is_cut_to_what_can_be_printed(quick: Client) -> None:
    found = faults(plan(quick, [("../../a\x1b[2J\u202e\ud7ff" + "b" * 300, "x")]))["#/calendars/0"]
    assert found.startswith("a[2J" + "b" * 10)
    assert len(found) < 300


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("team", "[[person]]\nemial = 'a@b.c'", "team.toml, line 2: unknown key 'emial'; did you mean email?"),
        ("pattern", "[[block]", "pattern.toml: is not TOML"),
        ("rules", "[budget]\nmax_moves = 'many'", "rules.toml, line 2: budget.max_moves"),
        ("rules", "a = " + "[" * 100_000, "rules.toml: holds a value that is too large"),
        ("rules", "a = " + "9" * 10_000, "rules.toml: holds a value that is too large"),
        ("team", b"\xff", "team.toml: is not UTF-8 (byte 0)"),
    ],
)
def test_a_wrong_configuration_is_named(quick: Client, part: str, text: str | bytes, said: str) -> None:
    assert said in faults(plan(quick, **{part: text}))[f"#/{part}"]


def test_a_country_without_holidays_is_the_users_fault(api: Client) -> None:
    answer = plan(api, team=f'[[person]]\nemail = "{DANA}"\ncountry = "Atlantis"')
    assert answer.status_code == 422
    assert "Atlantis" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(UnavailableError("full"), 503), (ParseError("full"), 422), (AppError("?"), 500), (RuntimeError("?"), 500)],
)
def test_what_the_planner_meets_is_answered(error: Exception, status: int) -> None:
    def fail(request: Request) -> Planned:
        raise error

    assert plan(client(parts(fail))).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/plans", "POST"),
        ("PUT", "/v1/plans/" + "0" * 32, "DELETE, GET"),
        ("PUT", "/v1/calendars/5f0c7a9e", "DELETE, GET"),
        ("GET", "/v1/calendars/google", "POST"),
    ],
)
def test_an_address_names_all_its_methods(api: Client, method: str, path: str, allowed: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
