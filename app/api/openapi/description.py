"""What the OpenAPI description says beyond what the routes say themselves: bodies, examples and errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from fastapi import FastAPI

from app.api.openapi.audit_answers import audit_answer
from app.api.openapi.examples import CALENDAR_EXAMPLE, PLANNING_EXAMPLE, REFUSAL_EXAMPLES, TEAM_EXAMPLE
from app.api.openapi.proposal_answers import proposal_answers
from app.api.parts import ApiLimits
from app.api.problems import MEDIA_TYPE, Problem, ProblemError, problem_of
from app.api.schemas import OPTIONS_EXAMPLE, WHAT_IF_EXAMPLE, Planning, PlanOptions
from app.render.audit import audit_schema
from app.render.plans.document import json_schema, plans_schema
from app.render.proposals.proposals import proposal_schema, proposals_schema, standing_schema, trail_schema

Json = dict[str, Any]

DESCRIPTION = """\
Clearweek packs a manager's meetings into a weekly block pattern, so that the meeting-free days stay free.
Send calendars as .ics files and get a plan: what would move, and why. No calendar is changed by it. What takes long,
the weeks of several managers, is stored: the answer is an address at which the plan can be watched, read and forgotten.
A proposal is a plan of calendars that are kept in sync, to be decided move by move. What was accepted is written when
the proposal is applied, and can be undone. An audit says what a manager's meetings say about themselves.

Every error is `application/problem+json` (RFC 9457); its `type` is a stable word for programs.
An unknown address answers 404, an unknown method 405; below `/v1` both need a key, as soon as there is one.
"""

_SCHEMAS = "#/components/schemas/{model}"
_NAMES = {
    400: ("BadRequest", "The body cannot be read."),
    401: ("Unauthorized", "Without a key that the service knows; see the security scheme `key`."),
    403: ("Forbidden", "This is not open to you; `WWW-Authenticate` names the scope."),
    404: ("NotFound", "There is nothing at this address."),
    405: ("MethodNotAllowed", "This address does not know the method; `Allow` names those that it knows."),
    409: ("Conflict", "The request does not fit what is there; `detail` says what would."),
    412: ("PreconditionFailed", "It was changed since it had the `ETag` of `If-Match`; nothing was done."),
    413: ("TooLarge", "The body or a part of it is too large, or there are too many calendars."),
    415: ("UnsupportedMediaType", "The body is not `multipart/form-data`."),
    422: ("Refused", "Something in the request must be changed: `errors` says what and where."),
    500: ("InternalError", "A fault of the service; its log has the `instance`."),
    502: ("BadGateway", "Another server refuses it, however often it is asked."),
    503: (
        "Busy",
        "Another plan is being made, or the database cannot be used. Try again after `Retry-After` seconds.",
    ),
}
_HEADERS = {401: "WWW-Authenticate", 403: "WWW-Authenticate", 405: "Allow", 415: "Accept-Post", 503: "Retry-After"}


def refusals(*statuses: int) -> dict[int | str, Json]:
    """References to the problems that an operation can answer."""
    return {s: {"$ref": f"#/components/responses/{_NAMES[s][0]}", "description": _NAMES[s][1]} for s in statuses}


PLAN_ANSWER: Json = {"$ref": "#/components/responses/Plan"}


PLANNING_ANSWER: Json = {"$ref": "#/components/responses/Planning"}
PLANNING_ACCEPTED: Json = {"$ref": "#/components/responses/PlanningAccepted"}
_PLANNING_SCHEMA = {"$ref": _SCHEMAS.format(model="Planning")}
PLANNING_EVENTS: Json = {
    "description": "Server-sent events, each with the resource as its data, without the result.",
    "content": {
        "text/event-stream": {
            "example": "event: done\ndata: " + json.dumps({**PLANNING_EXAMPLE, "state": "done"}) + "\nid: 7\n\n"
        }
    },
}


def _file(what: str, media_type: str) -> Json:
    return {"type": "string", "format": "binary", "contentMediaType": media_type, "description": what}


_TOML = "The same TOML file as for the command line: "
PLAN_BODY: Json = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["options"],
                "additionalProperties": False,
                "properties": {
                    "calendars": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": ApiLimits.calendars,
                        "items": _file("An .ics file of any calendar program.", "text/calendar"),
                        "description": "The manager's calendar, and those of as many colleagues as there are; none "
                        "with `from_store`. Each "
                        "file has a name of its own; it names the owner unless `X-WR-CALNAME` or `owners` does.",
                    },
                    "options": {"$ref": _SCHEMAS.format(model="PlanOptions")},
                    "team": _file(_TOML + "the people. Without it they are guessed.", "application/toml"),
                    "pattern": _file(_TOML + "the wanted week. By default the documented one.", "application/toml"),
                    "rules": _file(_TOML + "what may move, and what it costs.", "application/toml"),
                },
            },
            "encoding": {
                "calendars": {"contentType": "text/calendar"},
                "options": {"contentType": "application/json"},
                **{name: {"contentType": "application/toml"} for name in ("team", "pattern", "rules")},
            },
            "examples": {
                "one": {
                    "summary": "The manager's calendar alone",
                    "value": {"calendars": [CALENDAR_EXAMPLE], "options": OPTIONS_EXAMPLE},
                },
                "team": {
                    "summary": "With the people of the team",
                    "value": {"calendars": [CALENDAR_EXAMPLE], "options": OPTIONS_EXAMPLE, "team": TEAM_EXAMPLE},
                },
                "what_if": {
                    "summary": "What if there were a new meeting",
                    "value": {"calendars": [CALENDAR_EXAMPLE], "options": WHAT_IF_EXAMPLE, "team": TEAM_EXAMPLE},
                },
                "team_scope": {
                    "summary": "With the managers who report to the manager",
                    "value": {
                        "calendars": [CALENDAR_EXAMPLE],
                        "options": {**OPTIONS_EXAMPLE, "scope": "team"},
                        "team": TEAM_EXAMPLE,
                    },
                },
            },
        }
    },
}


class DescribedApi(FastAPI):
    """A FastAPI whose description also holds the plan document, the options and the problems, with examples."""

    def openapi(self) -> Json:
        """The OpenAPI 3.1 document."""
        described = super().openapi()
        components = described.setdefault("components", {})
        if "responses" not in components:
            components.setdefault("schemas", {}).update(_schemas())
            components["responses"] = {
                "Plan": _plan_answer(),
                **_planning_answers(),
                **proposal_answers(_SCHEMAS),
                "Audit": audit_answer(_SCHEMAS),
                **_problem_answers(),
            }
        return described


def _schemas() -> Json:
    found: Json = {}
    for name, schema in (
        ("Plan", json_schema(_SCHEMAS)),
        ("Plans", plans_schema(_SCHEMAS)),
        ("PlanOptions", PlanOptions.model_json_schema(ref_template=_SCHEMAS)),
        ("Planning", Planning.model_json_schema(ref_template=_SCHEMAS)),
        ("Problem", Problem.model_json_schema(ref_template=_SCHEMAS)),
        ("Proposal", proposal_schema(_SCHEMAS)),
        ("Proposals", proposals_schema(_SCHEMAS)),
        ("Standing", standing_schema(_SCHEMAS)),
        ("Trail", trail_schema(_SCHEMAS)),
        ("Audit", audit_schema(_SCHEMAS)),
    ):
        found |= {key: each for key, each in schema.pop("$defs", {}).items() if key not in found}
        found[name] = schema
    for name, refers in (("result", "Plans"), ("problem", "Problem")):
        either = [{"$ref": _SCHEMAS.format(model=refers)}, {"type": "null"}]
        found["Planning"]["properties"][name] |= {"anyOf": either}
    return found


def _plan_answer() -> Json:
    example = json.loads(files("app.api.openapi").joinpath("example_plan.json").read_text(encoding="utf-8"))
    schema = {"$ref": _SCHEMAS.format(model="Plan")}
    return {
        "description": "The plan document, `clearweek.plan/1`.",
        "headers": {"Cache-Control": {"description": "Plans are never cached.", "schema": {"const": "no-store"}}},
        "content": {"application/json": {"schema": schema, "example": example}},
    }


def _planning_answers() -> Json:
    content = {"application/json": {"schema": _PLANNING_SCHEMA, "example": PLANNING_EXAMPLE}}
    never = {"Cache-Control": {"description": "Plans are never cached.", "schema": {"const": "no-store"}}}
    tag = {"ETag": {"description": "Its version.", "schema": {"type": "string"}, "required": True}}
    where = {"Location": {"description": "Where the answer will be.", "schema": {"type": "string"}, "required": True}}
    return {
        "Planning": {
            "description": "A stored plan; with its answer, if there is one.",
            "headers": {**never, **tag},
            "content": content,
        },
        "PlanningAccepted": {
            "description": "The plan will be made; `Location` says where its answer will be.",
            "headers": {**never, **where},
            "content": content,
        },
    }


def _problem_answers() -> Json:
    return {name: _problem_answer(status, text, REFUSAL_EXAMPLES[status]) for status, (name, text) in _NAMES.items()}


def _problem_answer(status: int, description: str, errors: Sequence[ProblemError]) -> Json:
    instance = "urn:uuid:0d4f6c1e-6a3e-4b1e-9d7b-5b0c2c9a7f10"
    examples = {
        e.kind.name: {"summary": e.kind.title, "value": problem_of(e, instance).model_dump(exclude_none=True)}
        for e in errors
    }
    schema = {"$ref": _SCHEMAS.format(model="Problem")}
    answer: Json = {"description": description, "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}
    if status in _HEADERS:
        kind = "integer" if status == 503 else "string"
        answer["headers"] = {_HEADERS[status]: {"schema": {"type": kind}, "required": True}}
    return answer
