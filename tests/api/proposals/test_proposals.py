"""`/v1/proposals`: made, seen by those whose they are, decided, applied and undone, each once and as it was seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import Engine

from app.adapters.store.database import open_database
from app.adapters.store.keys import StoredKeys
from app.api.parts import ApiParts
from app.domain.configuration.access import Scope
from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import MoveState, Writing
from app.services.proposals import life as services
from tests.api.calls import DANA, Client, client, faults, parts
from tests.services.desks import Work
from tests.services.proposals.test_deciding import ANA, two_to_move
from tests.services.proposals.test_propose_together import two_managers

PATH = "/v1/proposals"
WEEK = "2026-W49"
WANTED = {"manager": DANA, "week": WEEK}
NONE = "0123456789abcdef"


@pytest.fixture
def engine(file_database: str) -> Iterator[Engine]:
    found = open_database(file_database)
    yield found
    found.dispose()


@pytest.fixture
def work(engine: Engine) -> Work:
    """Two 1:1s that would move, one that stays."""
    made = two_to_move()
    return Work(made, engine, made.now)


@pytest.fixture
def made(work: Work, engine: Engine) -> ApiParts:
    return parts(desk=work.desk, keys=StoredKeys(engine), now=lambda: work.now)


@pytest.fixture
def api(made: ApiParts) -> Client:
    return client(made)


@pytest.fixture
def known(api: Client) -> str:
    """The address of a proposal that nobody decided on."""
    return str(propose(api).headers["location"])


@pytest.fixture
def of_key(made: ApiParts, engine: Engine, work: Work) -> Callable[..., Client]:
    """Makes clients that come with a key, which may be for one person."""

    def with_key(person: str | None = None, *scopes: Scope) -> Client:
        _, text = StoredKeys(engine).create("bot", scopes or (Scope.PROPOSALS,), work.now, person)
        return client(made, authorization=f"Bearer {text}")

    return with_key


def propose(api: Client, headers: dict[str, str] | None = None, **more: Any) -> Response:
    return api.post(PATH, json={**WANTED, **more}, headers=headers)


def decide(api: Client, path: str, *choices: dict[str, Any], if_match: str | None = None, **more: Any) -> Response:
    headers = {"If-Match": if_match} if if_match else {}
    return api.post(f"{path}/decisions", json={"choices": choices, **more}, headers=headers)


def yes(number: int) -> dict[str, Any]:
    return {"number": number, "decision": "accept"}


def no(number: int, **why: str) -> dict[str, Any]:
    return {"number": number, "decision": "reject", **why}


def kind(response: Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


def test_a_proposal_is_made_and_can_be_read_at_its_address(api: Client) -> None:
    answer = propose(api)
    assert answer.status_code == 201
    found = answer.json()
    assert answer.headers["location"] == f"{PATH}/{found['id']}"
    assert answer.headers["etag"] == '"1"'
    assert (found["schema"], found["state"], found["created_by"]) == ("clearweek.proposal/1", "draft", "local")
    assert [move["title"] for move in found["moves"]] == ["1:1 Ana", "1:1 Ben"]
    assert found["plan"]["schema"] == "clearweek.plan/1"
    assert [line["what"] for line in found["trail"]] == ["propose"]
    assert api.get(answer.headers["location"]).json() == found


def test_the_week_is_the_next_one_if_none_is_said(api: Client) -> None:
    assert propose(api, week=None).json()["week"] == WEEK


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', '"7", W/"1"'])
def test_what_is_known_already_is_not_sent_again(api: Client, known: str, tags: str) -> None:
    answer = api.get(known, headers={"If-None-Match": tags})
    assert (answer.status_code, answer.content) == (304, b"")
    decide(api, known, yes(1))
    assert api.get(known, headers={"If-None-Match": '"1"'}).status_code == 200


def test_the_same_request_with_the_same_key_makes_one_proposal_and_is_planned_once(api: Client, work: Work) -> None:
    first, again = (propose(api, {"Idempotency-Key": "k-1"}).json()["id"] for _ in range(2))
    assert (first, len(work.asked)) == (again, 1)
    assert propose(api).json()["id"] != first


def test_a_teams_weeks_become_a_proposal_for_each_manager(engine: Engine) -> None:
    made = two_managers()
    work = Work(made, engine, made.now)
    api = client(parts(desk=work.desk, keys=StoredKeys(engine), now=lambda: work.now))
    answer = propose(api, scope="team")
    assert (answer.status_code, answer.json()["manager"]) == (201, DANA)
    found = api.get(PATH).json()["proposals"]
    assert {each["manager"]: each["group"] for each in found} == dict.fromkeys((DANA, ANA), answer.json()["group"])


@pytest.mark.parametrize("scope", ["team", "company"])
def test_for_several_managers_no_key_is_taken(api: Client, scope: str) -> None:
    answer = propose(api, {"Idempotency-Key": "k-1"}, scope=scope)
    assert answer.status_code == 422
    assert "for one manager's proposal" in answer.json()["detail"]
    assert api.get(PATH).json()["proposals"] == []


def test_a_key_that_belongs_to_another_request_is_refused(api: Client) -> None:
    propose(api, {"Idempotency-Key": "k-1"})
    answer = propose(api, {"Idempotency-Key": "k-1"}, week="2026-W50")
    assert (answer.status_code, kind(answer)) == (422, "idempotency-key-reused")


def test_a_new_proposal_supersedes_the_one_that_is_open(api: Client, known: str) -> None:
    new = propose(api).json()
    assert known.endswith(new["supersedes"])
    assert api.get(known).json()["state"] == "superseded"
    assert (conflict := decide(api, known, yes(1))).status_code == 409
    assert "a newer proposal took its place" in conflict.json()["detail"]


def test_decisions_are_made_all_at_once_and_say_who_made_them(api: Client, known: str) -> None:
    answer = decide(api, known, yes(1), no(2, why="wrong_day"))
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    first, second, *_more = answer.json()["moves"]
    assert (first["decision"]["decision"], first["decision"]["by"]) == ("accept", "local")
    assert (second["decision"]["decision"], second["decision"]["why"]) == ("reject", "wrong_day")
    assert answer.json()["revision"] == 2
    assert answer.json()["next"]["code"] == "apply"


def test_a_decision_with_a_key_is_made_once_also_for_the_version_that_was_seen(api: Client, known: str) -> None:
    headers = {"Idempotency-Key": "k1", "If-Match": '"1"'}
    body = {"choices": [{"number": 1, "decision": "reject"}]}
    once = api.post(f"{known}/decisions", json=body, headers=headers)
    again = api.post(f"{known}/decisions", json=body, headers=headers)
    assert (again.status_code, again.headers["etag"], again.json()) == (200, '"2"', once.json())
    other = api.post(f"{known}/decisions", json={"accept_all": True}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "urn:clearweek:problem:idempotency-key-reused")


def test_all_that_is_ticked_is_accepted_at_once(api: Client, known: str) -> None:
    found = decide(api, known, accept_all=True).json()
    assert [move["decision"]["decision"] for move in found["moves"]] == ["accept", "accept"]


def test_a_correction_becomes_a_rule_and_plans_anew(api: Client, known: str, work: Work) -> None:
    meeting = api.get(known).json()["moves"][0]["meetings"][0]
    answer = decide(api, known, corrections=[{"meeting": meeting, "kind": "cross_team"}])
    assert answer.status_code == 200
    (entry,) = (m for m in answer.json()["plan"]["meetings"] if m["title"] == "1:1 Ana")
    assert entry["kind"] == "cross_team"
    assert work.own.text("rules", DANA)


def test_a_decision_for_another_version_than_was_seen_changes_nothing(api: Client, known: str) -> None:
    decide(api, known, yes(1))
    answer = decide(api, known, no(1), if_match='"1"')
    assert (answer.status_code, kind(answer)) == (412, "changed")
    assert api.get(known).json()["moves"][0]["decision"]["decision"] == "accept"
    assert decide(api, known, no(1), if_match='"2"').status_code == 200


@pytest.mark.parametrize("tag", ["1", "W/1", '"x"', '"1", "2"', "*"])
def test_a_version_that_is_none_is_refused_and_never_ignored(api: Client, known: str, tag: str) -> None:
    answer = decide(api, known, yes(1), if_match=tag)
    assert answer.status_code == 422
    assert "send the one that came with what was seen" in answer.json()["detail"]


def test_a_week_or_a_manager_that_is_none_is_refused_with_an_example(api: Client) -> None:
    week, manager = (api.get(PATH, params=asked).json() for asked in ({"week": "banana"}, {"manager": "x"}))
    assert "write it like 2026-W49" in week["detail"]
    assert "write it like dana@example.com" in manager["detail"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "#/"),
        ({"choices": [{"number": 1, "decision": "maybe"}]}, "#/choices/0/decision"),
        ({"choices": [{"number": "1", "decision": "accept"}]}, "#/choices/0/number"),
        ({"choices": [{"number": 1, "decision": "accept", "why": "never"}]}, "#/choices/0"),
        ({"choices": [{"number": 1, "decision": "reject", "pin": "always"}]}, "#/choices/0"),
        ({"accept_all": True, "accept": [1]}, "#/accept"),
    ],
)
def test_what_cannot_be_meant_is_said_where_it_stands(api: Client, known: str, body: Any, where: str) -> None:
    assert list(faults(api.post(f"{known}/decisions", json=body))) == [where]


def test_a_move_that_is_not_there_is_refused(api: Client, known: str) -> None:
    answer = decide(api, known, yes(9))
    assert answer.status_code == 422
    assert "there is no move 9" in answer.json()["detail"]


def test_applying_is_accepted_and_queued_once(api: Client, known: str, work: Work) -> None:
    decide(api, known, accept_all=True)
    first, again = (api.post(f"{known}/apply") for _ in range(2))
    assert [answer.status_code for answer in (first, again)] == [202, 202]
    assert [answer.json()["state"] for answer in (first, again)] == ["applying", "applying"]
    assert first.headers["etag"] == again.headers["etag"]
    assert len(work.queued) == 1


def test_who_gets_mail_can_be_said_when_it_is_applied(api: Client, known: str) -> None:
    decide(api, known, accept_all=True)
    assert api.post(f"{known}/apply", json={"notify": "none"}).json()["notify"] == "none"


def test_nothing_is_applied_that_nobody_accepted(api: Client, known: str, work: Work) -> None:
    answer = api.post(f"{known}/apply")
    assert (answer.status_code, kind(answer)) == (409, "conflict")
    assert work.queued == []


def test_applying_another_version_than_was_seen_is_refused(api: Client, known: str, work: Work) -> None:
    decide(api, known, accept_all=True)
    assert api.post(f"{known}/apply", headers={"If-Match": '"1"'}).status_code == 412
    assert work.queued == []


def test_what_was_applied_can_be_undone(api: Client, known: str, work: Work) -> None:
    decide(api, known, accept_all=True)
    api.post(f"{known}/apply")
    work.applied(known.rpartition("/")[2])
    assert (not_made := api.post(f"{known}/undo", json={"moves": [9]})).status_code == 422
    assert "was not made" in not_made.json()["detail"]
    answer = api.post(f"{known}/undo", json={"moves": [1]})
    assert (answer.status_code, answer.json()["state"]) == (202, "undoing")
    assert [bool(move["undo"]) for move in answer.json()["moves"]] == [True, False]


def test_what_was_not_applied_cannot_be_undone(api: Client, known: str) -> None:
    assert (answer := api.post(f"{known}/undo")).status_code == 409
    assert "it was not applied" in answer.json()["detail"]


def events_of(answer: Response) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in answer.text.strip().split("\n\n"):
        lines = block.split("\n")
        data = "\n".join(line.partition(": ")[2] for line in lines if line.startswith("data: "))
        found.append((lines[0].partition(": ")[2], json.loads(data)))
    return found


def test_an_apply_can_be_watched_to_its_end(api: Client, known: str, work: Work, monkeypatch: Any) -> None:
    decide(api, known, accept_all=True)
    api.post(f"{known}/apply")
    proposal_id, looks = known.rpartition("/")[2], []

    def work_between(real: Callable[[str], Any]) -> Callable[[str], Any]:
        """Each look finds the worker one step further."""

        def get(wanted: str) -> Any:
            looks.append(wanted)
            if len(looks) == 2:
                working = work.store.claim(proposal_id, "test", work.now)
                work.store.journal(working, 1, "apply", Writing(MoveState.WRITING), work.now)
                work.store.release(working)
            if len(looks) == 3:
                work.applied(proposal_id)
            return real(wanted)

        return get

    monkeypatch.setattr("app.api.proposals.proposals.LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(work.store, "get", work_between(work.store.get))
    found = events_of(api.get(f"{known}/events"))
    assert [event for event, _ in found] == ["applying", "applying", "applied"]
    assert found[1][1]["moves"][0]["apply"]["state"] == "writing"
    assert [move["apply"]["state"] for move in found[-1][1]["moves"]] == ["verified", "verified"]


def test_of_what_is_not_under_way_there_is_one_event(api: Client, known: str) -> None:
    assert [event for event, _ in events_of(api.get(f"{known}/events"))] == ["draft"]


def test_the_week_can_be_had_as_a_calendar_and_as_a_page_that_runs_nothing(api: Client, known: str) -> None:
    calendar, page = api.get(f"{known}.ics"), api.get(f"{known}.html")
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "1:1 Ana" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_files_of_a_manager_whose_calendar_cannot_be_written_are_there(api: Client, known: str, work: Work) -> None:
    name = "dana & team.ics"
    work.store.keep_file(known.rpartition("/")[2], name, "text/calendar", b"BEGIN:VCALENDAR", work.now)
    assert api.get(known).json()["files"] == [name]
    answer = api.get(f"{known}/files/{name}")
    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''dana%20%26%20team.ics"
    assert api.get(f"{known}/files/other.ics").status_code == 404


def test_the_trail_says_who_did_what(api: Client, known: str) -> None:
    decide(api, known, yes(1))
    found = api.get(f"{known}/trail").json()["trail"]
    assert [(line["what"], line["by"], line["move"]) for line in found] == [
        ("propose", "local", None),
        ("accept", "local", 1),
    ]


def test_the_list_can_be_narrowed(api: Client, known: str) -> None:
    other = propose(api, week="2026-W50").json()["id"]

    def ids(**query: Any) -> list[str]:
        return [each["id"] for each in api.get(PATH, params=query).json()["proposals"]]

    assert set(ids()) == {other, known.rpartition("/")[2]}
    assert ids(week="2026-W50") == [other]
    assert len(ids(limit=1)) == 1
    assert len(ids(manager="DANA@example.com")) == 2
    assert ids(manager="ben@example.com") == []
    assert api.get(PATH, params={"week": "next"}).status_code == 422


PARTS_OF_ONE = ["", "/events", ".ics", ".html", "/files/x.ics", "/trail"]


@pytest.mark.parametrize("part", PARTS_OF_ONE)
def test_a_key_for_one_manager_does_not_find_others_proposals(
    known: str, of_key: Callable[..., Client], part: str
) -> None:
    own, others = of_key(DANA), of_key("ben@example.com")
    there, hidden, none = own.get(known + part), others.get(known + part), others.get(f"{PATH}/{NONE}{part}")
    assert there.status_code == (404 if part == "/files/x.ics" else 200)
    assert (hidden.status_code, none.status_code) == (404, 404)
    assert hidden.json()["detail"].replace(known.rpartition("/")[2], NONE) == none.json()["detail"]


@pytest.mark.parametrize(("action", "body"), [("decisions", {"accept_all": True}), ("apply", {}), ("undo", {})])
def test_nor_can_it_change_them(known: str, of_key: Callable[..., Client], action: str, body: Any) -> None:
    answer = of_key("ben@example.com").post(f"{known}/{action}", json=body)
    assert answer.status_code == 404
    assert of_key(DANA).get(known).json()["version"] == 1


def test_a_key_for_one_manager_proposes_for_them_alone(of_key: Callable[..., Client]) -> None:
    own, others = of_key(DANA), of_key("ben@example.com")
    assert propose(own).json()["created_by"] == DANA
    assert propose(others).status_code == 403
    assert propose(own, scope="team").status_code == 403
    assert len(own.get(PATH).json()["proposals"]) == 1
    assert others.get(PATH).json()["proposals"] == []
    assert others.get(PATH, params={"manager": DANA}).json()["proposals"] == []


def test_a_key_for_nobody_in_particular_sees_everyones_and_is_named_in_the_trail(
    known: str, of_key: Callable[..., Client]
) -> None:
    bot = of_key()
    decide(bot, known, yes(1))
    assert bot.get(f"{known}/trail").json()["trail"][-1]["by"] == "key:bot"


def test_a_key_without_the_scope_opens_nothing(known: str, of_key: Callable[..., Client]) -> None:
    answer = of_key(None, Scope.PLAN, Scope.CALENDARS).get(known)
    assert answer.status_code == 403
    assert 'scope="proposals"' in answer.headers["www-authenticate"]
    assert of_key(None, Scope.ADMIN).get(known).status_code == 200


def test_a_week_that_is_over_cannot_be_proposed(api: Client) -> None:
    answer = propose(api, now="2026-12-08T09:00:00+00:00")
    assert answer.status_code == 422
    assert "is over" in answer.json()["detail"]


def test_a_proposal_for_another_moment_has_a_clock_of_its_own(api: Client, work: Work) -> None:
    at = work.now + timedelta(days=7)
    found = propose(api, week="2026-W50", now=at.isoformat()).json()
    assert found["ahead_s"] == 7 * 24 * 3600


def test_while_one_is_being_applied_no_other_takes_its_place(api: Client, known: str) -> None:
    decide(api, known, accept_all=True)
    api.post(f"{known}/apply")
    answer = propose(api)
    assert (answer.status_code, kind(answer)) == (409, "conflict")
    assert "is being applied" in answer.json()["detail"]


def test_accepted_moves_that_a_decision_makes_impossible_are_asked_for(
    api: Client, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(api, known, yes(1))

    def asking(*words: Any, **more: Any) -> Any:
        return replace(services.decide(*words, **more), asks={1: Reason("busy", "Ana is busy there now")})

    monkeypatch.setattr("app.api.proposals.proposals.decide", asking)
    answer = decide(api, known, no(2))
    assert answer.status_code == 409
    assert answer.json()["errors"] == [
        {"detail": "move 1 would not be possible any more: Ana is busy there now", "pointer": "#/drop"}
    ]
