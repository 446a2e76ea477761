"""The description of the API is whole, and its examples work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.api.openapi import description as openapi
from app.api.openapi.examples import CALENDAR_EXAMPLE, PLANNING_EXAMPLE, REFUSAL_EXAMPLES, TEAM_EXAMPLE
from app.api.problems import Problem
from app.api.schemas import OPTIONS_EXAMPLE, Planning, PlanOptions
from app.domain.plans.planning import PlanningState
from tests.api.calls import Client, plan

EXAMPLE = Path(openapi.__file__).with_name("example_plan.json")


@pytest.fixture
def described(api: Client) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/openapi.json").json()
    return found


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a JSON value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts_of(each)


def shape(value: Any) -> Any:
    """A JSON value without what it says."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else type(value).__name__


def test_it_is_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["info"]["version"] == "0.1.0"


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    references = {part["$ref"] for part in parts_of(described) if isinstance(part.get("$ref"), str)}
    assert references
    for reference in references:
        found: Any = described
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_every_operation_has_examples_and_documented_refusals(described: dict[str, Any]) -> None:
    components = described["components"]["responses"]
    for path in described["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            for answer in operation["responses"].values():
                whole = components[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
                assert all("example" in kind or "examples" in kind for kind in whole.get("content", {}).values())


def test_every_kind_of_refusal_is_described_with_its_example(described: dict[str, Any]) -> None:
    answers = described["components"]["responses"]
    found = [
        Problem.model_validate(example["value"])
        for answer in answers.values()
        if "application/problem+json" in answer["content"]
        for example in answer["content"]["application/problem+json"]["examples"].values()
    ]
    assert {problem.status for problem in found} == set(REFUSAL_EXAMPLES)
    assert all(problem.type.startswith("urn:clearweek:problem:") for problem in found)


def test_the_example_of_a_stored_plan_is_one() -> None:
    assert Planning.model_validate(PLANNING_EXAMPLE).state is PlanningState.RUNNING


def test_the_options_of_the_example_are_valid() -> None:
    assert PlanOptions.model_validate_json(json.dumps(OPTIONS_EXAMPLE))


def test_the_answer_of_the_example_is_that_of_its_request(
    api: Client, described: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    answer = plan(api, [("dana.ics", CALENDAR_EXAMPLE)], OPTIONS_EXAMPLE, team=TEAM_EXAMPLE)
    if request.config.getoption("--update-golden"):
        EXAMPLE.write_text(json.dumps(answer.json() | {"wall_time_s": 0.05}, indent=2, ensure_ascii=False) + "\n")
        return
    shown = described["components"]["responses"]["Plan"]["content"]["application/json"]["example"]
    assert shown == json.loads(EXAMPLE.read_text())
    assert shape(answer.json()) == shape(shown)
    assert [m["to"] for m in answer.json()["meetings"]] == [m["to"] for m in shown["meetings"]]


def test_the_docs_page_shows_this_description(api: Client) -> None:
    page = api.get("/docs")
    assert page.status_code == 200
    assert "/openapi.json" in page.text
