"""The plan document `clearweek.plan/1`: a plan as JSON, and the JSON Schema of it, by the same rules."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from app.domain.plans.plan import SCHEMA, Plan
from app.domain.plans.plans import SCHEMA as PLANS_SCHEMA
from app.domain.plans.plans import Plans
from app.render.words import veiled

Json = dict[str, Any]

_PLAN = TypeAdapter(Plan)
_KEYWORDS = {"from": "from_", "with": "with_"}
_UNSEEN = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def document(plan: Plan) -> Json:
    """The plan as plain JSON values, "schema" first.

    Raises `ValueError` for a time without a zone: the document promises offsets.
    """
    return {"schema": SCHEMA, **value_of(veiled(plan))}


def plan_of(document: Mapping[str, Any]) -> Plan:
    """The plan of its document, as `document` wrote it. Raises `ValueError` for what is no such document."""
    if document.get("schema") != SCHEMA:
        raise ValueError(f"this is no plan of the schema {SCHEMA}")
    return _PLAN.validate_python(_for_fields({key: each for key, each in document.items() if key != "schema"}))


def to_json(plan: Plan) -> str:
    """The document as text; what a terminal would obey or not show is written as an escape."""
    return escaped(json.dumps(document(plan), ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def escaped(text: str) -> str:
    """JSON in which what a terminal would obey or not show is written as an escape."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def plans_document(plans: Plans) -> Json:
    """The plans of several managers as one document, `clearweek.plans/1`: each as it would be alone."""
    values = {f.name: value_of(getattr(plans, f.name)) for f in fields(plans) if f.name != "plans"}
    return {"schema": PLANS_SCHEMA, **values, "plans": [document(plan) for plan in plans.plans]}


def plans_to_json(plans: Plans) -> str:
    """That document as text."""
    return escaped(json.dumps(plans_document(plans), ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def plans_schema(ref_template: str = "#/$defs/{model}") -> Json:
    """The JSON Schema of that document; its plans are those of `json_schema`."""
    schema = named_fields(TypeAdapter(Plans).json_schema(mode="serialization", ref_template=ref_template))
    definitions = schema.pop("$defs")
    definitions["Plan"] = json_schema(ref_template)
    definitions |= definitions["Plan"].pop("$defs")
    own = {"schema": {"const": PLANS_SCHEMA, "title": "Schema", "type": "string"}, **schema.pop("properties")}
    schema["required"] = ["schema", *schema["required"]]
    return {**schema, "properties": own, "$defs": definitions}


def json_schema(ref_template: str = "#/$defs/{model}") -> Json:
    """The JSON Schema (2020-12, as in OpenAPI 3.1) of the document; its parts stand under "$defs".

    For OpenAPI, give `#/components/schemas/{model}` and move "$defs" there.
    """
    schema = named_fields(TypeAdapter(Plan).json_schema(mode="serialization", ref_template=ref_template))
    definitions = schema.pop("$defs")
    own = {"schema": {"const": SCHEMA, "title": "Schema", "type": "string"}, **schema.pop("properties")}
    schema["required"] = ["schema", *schema["required"]]
    return {**schema, "properties": own, "$defs": definitions}


def _name(field_name: str) -> str:
    """The name in the document: a trailing underscore only keeps Python's keywords apart."""
    return field_name.rstrip("_")


def _for_fields(value: Any) -> Any:
    """Plain JSON values with the names that the fields have."""
    if isinstance(value, Mapping):
        return {_KEYWORDS.get(key, key): _for_fields(each) for key, each in value.items()}
    return [_for_fields(each) for each in value] if isinstance(value, (list, tuple)) else value


def value_of(value: object) -> Any:
    """A value of the plan as plain JSON values. Raises `ValueError` for a time without a zone."""
    if is_dataclass(value):
        return {_name(f.name): value_of(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {key: value_of(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [value_of(each) for each in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a time of the plan has no zone: {value}")
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else value


def named_fields(schema: Any) -> Any:
    """A JSON Schema with the fields of every object named as in the document, each of them required."""
    if isinstance(schema, list):
        return [named_fields(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    named = {key: named_fields(each) for key, each in schema.items()}
    if isinstance(named.get("properties"), dict):
        named["properties"] = {_name(key): each for key, each in named["properties"].items()}
        named["required"] = list(named["properties"])
    return named
