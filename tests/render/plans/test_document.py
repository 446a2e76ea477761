import json
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.domain.plans.plan import Plan, When
from app.render.plans.document import document, json_schema, plan_of, to_json
from app.render.words import veiled
from tests.render.given_plans import with_title
from tests.render.sample import sample_plan, small_plan


def test_schema_comes_first_and_trailing_underscores_are_dropped() -> None:
    plan = document(sample_plan())
    assert list(plan)[:3] == ["schema", "id", "manager"]
    assert plan["schema"] == "clearweek.plan/1"
    meeting = plan["meetings"][0]
    assert {"from", "to", "with"} <= meeting.keys()
    assert set(meeting["rooms"]) == {"from", "to"}


def test_times_carry_an_offset_and_dates_are_iso() -> None:
    plan = document(sample_plan())
    assert plan["generated_at"] == "2026-11-26T08:00:00+01:00"
    assert plan["pattern"]["meeting_free"] == ["2026-12-01", "2026-12-03"]
    noah = next(m for m in plan["meetings"] if m["id"] == "noah")
    assert [a["local_start"] for a in noah["attendees"]] == ["2026-12-04T15:30:00+01:00", "2026-12-04T09:30:00-05:00"]


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 30, 9, 0)  # noqa: DTZ001
    broken = replace(sample_plan().meetings[0], from_=When(naive, naive))
    with pytest.raises(ValueError, match="no zone"):
        document(replace(sample_plan(), meetings=(broken,)))


def test_a_private_title_stays_private() -> None:
    plan = sample_plan()
    told = replace(plan, meetings=tuple(replace(m, title="Kita") if m.private else m for m in plan.meetings))
    assert "Kita" not in to_json(told)


def test_the_document_says_all_of_the_plan() -> None:
    plan = sample_plan()
    back = _plan(document(plan))
    assert document(back) == document(plan)
    assert back.meetings[0].from_ == plan.meetings[0].from_


def test_the_document_follows_its_schema() -> None:
    schema = json_schema()
    for plan in (sample_plan(), replace(sample_plan(), meetings=(), busy=(), warnings=())):
        check(document(plan), schema, schema["$defs"])


def test_the_schema_can_point_into_openapi() -> None:
    text = json.dumps(json_schema("#/components/schemas/{model}"))
    assert '"#/components/schemas/PlanMeeting"' in text
    assert "#/$defs/" not in text


def test_golden(golden: Any) -> None:
    golden("plan.json", to_json(sample_plan()))


def test_golden_schema(golden: Any) -> None:
    golden("schema.json", json.dumps(json_schema(), indent=2) + "\n")


@given(st.text())
def test_any_title_is_kept_and_none_reaches_a_terminal(text: str) -> None:
    plan = with_title(small_plan(), text)
    written = to_json(plan)
    assert json.loads(written) == document(plan)
    assert not {c for c in written if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u200b"}


def check(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    """The part of JSON Schema that ours uses."""
    if "$ref" in schema:
        check(value, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    elif "anyOf" in schema:
        assert any(_fits(value, option, definitions) for option in schema["anyOf"]), value
    elif schema.get("type") == "object" and "properties" in schema:
        assert isinstance(value, dict)
        assert set(value) == set(schema["properties"]) == set(schema["required"])
        for name, each in value.items():
            check(each, schema["properties"][name], definitions)
    elif schema.get("type") == "array":
        assert isinstance(value, list)
        for each in value:
            check(each, schema["items"], definitions)
    else:
        _check_scalar(value, schema)


def _check_scalar(value: Any, schema: dict[str, Any]) -> None:
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "object": dict}
    assert isinstance(value, kinds[schema["type"]]), (value, schema)  # type: ignore[arg-type]
    assert value in schema.get("enum", [schema.get("const", value)])
    if schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo is not None
    if schema.get("format") == "date":
        date.fromisoformat(value)


def _fits(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> bool:
    try:
        check(value, schema, definitions)
    except AssertionError:
        return False
    return True


def _plan(values: dict[str, Any]) -> Plan:
    """Read a document back, by the fields of the dataclasses."""
    return TypeAdapter(Plan).validate_python(_python(values, sample_plan()))


def _python(values: Any, like: Any) -> Any:
    """Give the fields their Python names back."""
    if isinstance(values, list):
        return [_python(each, None) for each in values]
    if not isinstance(values, dict):
        return values
    keywords = {"with": "with_"} | ({"from": "from_"} if "from" in values else {})
    named = {keywords.get(key, key): _python(each, None) for key, each in values.items() if key != "schema"}
    assert like is None or not is_dataclass(like) or {f.name for f in fields(like)} == set(named)
    return named


def test_a_document_gives_its_plan_back() -> None:
    plan = sample_plan()
    assert plan_of(json.loads(to_json(plan))) == veiled(plan)


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="this is no plan"):
        plan_of({"schema": "clearweek.plans/1"})
