"""All errors of the API as problem details (RFC 9457): the one place that turns an error into a status."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from app.errors import (
    AppError,
    CancelledError,
    ChangedError,
    InputError,
    NotFoundError,
    ParseError,
    ReconnectError,
    RefusedError,
    ReusedError,
    StateError,
    StoreError,
    UnavailableError,
)

MEDIA_TYPE = "application/problem+json"
MAX_FAULTS = 50
MAX_FRAMES = 12
INTERNAL_DETAIL = "this is not your fault; the log of the service has the instance of this problem"
_MAX_TEXT = 1_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """A kind of problem; its URN is the `type` that programs go by."""

    name: str
    status: int
    title: str

    @property
    def urn(self) -> str:
        """The `type` of the problem."""
        return f"urn:clearweek:problem:{self.name}"


MALFORMED = Kind("malformed-request", 400, "The request cannot be read")
UNAUTHORIZED = Kind("unauthorized", 401, "The service has to know who asks")
FORBIDDEN = Kind("forbidden", 403, "This is not open to you")
NOT_FOUND = Kind("not-found", 404, "There is nothing at this address")
METHOD = Kind("method-not-allowed", 405, "This address does not know the method")
CONFLICT = Kind("conflict", 409, "The request does not fit what is there")
CHANGED = Kind("changed", 412, "It is not any more as it was seen")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
MEDIA = Kind("unsupported-media-type", 415, "The body must be multipart/form-data")
INVALID = Kind("invalid-request", 422, "The request cannot be used as it is")
LOGIN = Kind("login-refused", 422, "A server does not accept the login")
REUSED = Kind("idempotency-key-reused", 422, "The idempotency key belongs to another request")
CALENDAR = Kind("unreadable-calendar", 422, "A calendar cannot be read")
INTERNAL = Kind("internal-error", 500, "A fault of the service")
DENIED = Kind("server-refused", 502, "Another server refuses it")
BUSY = Kind("busy", 503, "The service cannot answer now")
NO_ANSWER = Kind("server-unavailable", 503, "Another server does not answer as it should")
NOT_READY = Kind("not-ready", 503, "The service is not ready")

_BY_STATUS = {kind.status: kind for kind in (MALFORMED, NOT_FOUND, METHOD, TOO_LARGE, MEDIA, INVALID, INTERNAL, BUSY)}


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    detail: str = Field(description="What is wrong, and how to mend it.")
    pointer: str = Field(
        description="Where: a JSON pointer into the parts of the form, or the JSON, such as `#/options/week`."
    )


class Problem(BaseModel):
    """Why a request was not answered, for people (`title`, `detail`) and for programs (`type`, `pointer`)."""

    type: str = Field(description="The kind of problem, a URN; it never changes its meaning.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What happened this time, and how to mend it.")
    instance: str = Field(description="The name of this one occurrence; a fault of the service is in its log under it.")
    errors: list[Fault] | None = Field(default=None, description="Each thing that is wrong with the request.")


class ProblemError(AppError):
    """A request that cannot be answered, with the kind of the problem and all that is wrong."""

    def __init__(
        self, kind: Kind, detail: str, faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.faults = tuple(faults)[:MAX_FAULTS]
        self.headers = dict(headers or {})


def not_ready(detail: str) -> ProblemError:
    """The error for a database that cannot be used."""
    return ProblemError(NOT_READY, detail, headers={"Retry-After": "10"})


def no_answer(error: UnavailableError, kind: Kind = NO_ANSWER) -> ProblemError:
    """The error for a server that cannot be reached or used now, and for this service if the `kind` says so."""
    return ProblemError(kind, str(error), headers={"Retry-After": str(error.retry_after_s or 60)})


def refused(faults: Iterable[Fault], kind: Kind = INVALID) -> ProblemError:
    """The error for what is wrong with a request; the first fault is its detail."""
    known = tuple(faults)
    more = f" (and {len(known) - 1} more)" if len(known) > 1 else ""
    return ProblemError(kind, known[0].detail[:_MAX_TEXT] + more, known)


def fault(detail: str, *path: str | int) -> Fault:
    """A fault at a place in the form."""
    steps = (str(step)[:200].replace("~", "~0").replace("/", "~1") for step in path)
    return Fault(
        detail=detail[:_MAX_TEXT], pointer="#/" + "/".join(quote(step, safe="~", errors="replace") for step in steps)
    )


def faults_of(errors: Iterable[Any], *path: str | int) -> list[Fault]:
    """What pydantic found wrong, below a place in the form; values of the request are not repeated."""
    found = []
    for error in errors:
        reason = str(error.get("ctx", {}).get("error", error["msg"]))
        where = ".".join(str(step)[:200] for step in error["loc"])
        found.append(fault(f"{where}: {reason}" if where else reason, *path, *error["loc"]))
    return found


async def answer(request: Request, error: Exception) -> Response:
    """The handler of all errors: one problem document for each."""
    if isinstance(error, HTTPException) and error.status_code == METHOD.status:
        error.headers = {"Allow": ", ".join(_methods(request))}
    return response_to(error)


def _methods(request: Request) -> list[str]:
    """What can be done at an address, by all routes that lead there; the framework names those of the first."""
    scopes = {method: {**request.scope, "method": method} for method in ("DELETE", "GET", "PATCH", "POST", "PUT")}
    routes = request.app.routes
    return [method for method, asked in scopes.items() if any(r.matches(asked)[0] is Match.FULL for r in routes)]


def response_to(error: Exception) -> Response:
    """The problem document for an error, with its status and headers."""
    known = _as_problem(error)
    headers = {"Cache-Control": "no-store", **known.headers}
    body = json.dumps(_logged(known, error).model_dump(exclude_none=True))
    return Response(body, known.kind.status, headers, MEDIA_TYPE)


def problem_about(error: Exception) -> Problem:
    """The problem document for an error; its text is shown only if it was written for users."""
    return _logged(_as_problem(error), error)


def _logged(known: ProblemError, error: Exception) -> Problem:
    instance = f"urn:uuid:{uuid4()}"
    if known.kind is INTERNAL:
        # Without the error's text, which may quote a calendar.
        frames = "".join(traceback.format_tb(error.__traceback__, limit=-MAX_FRAMES))
        logger.error("%s: %s\n%s", instance, type(error).__name__, frames)
    else:
        logger.info("%s: %s %s", instance, known.kind.status, known.kind.name)
    return problem_of(known, instance)


def problem_of(error: ProblemError, instance: str) -> Problem:
    """The problem details of an error, under the name of this one occurrence."""
    return Problem(
        type=error.kind.urn,
        title=error.kind.title,
        status=error.kind.status,
        detail=str(error)[: _MAX_TEXT * 2],
        instance=instance,
        errors=list(error.faults) or None,
    )


_PLAIN = (
    (ParseError, CALENDAR),
    (ReusedError, REUSED),
    (ReconnectError, LOGIN),
    (NotFoundError, NOT_FOUND),
    (ChangedError, CHANGED),
    (StateError, CONFLICT),
    (RefusedError, DENIED),
)


def _as_problem(error: Exception) -> ProblemError:
    for known, kind in _PLAIN:
        if isinstance(error, known):
            return ProblemError(kind, str(error))
    match error:
        case ProblemError():
            return error
        case InputError():
            where = ("options", error.option.replace("-", "_")) if error.option else None
            return refused([fault(str(error), *where)]) if where else ProblemError(INVALID, str(error))
        case StoreError():  # its text names the database, which not everyone has to know
            logger.warning("%s", error)
            return not_ready("the database cannot be used; `clearweek db status` says why")
        case UnavailableError():
            return no_answer(error, BUSY)
        case CancelledError():  # nobody is there to read it
            return ProblemError(BUSY, str(error), headers={"Retry-After": "1"})
        case RequestValidationError():
            found = error.errors()
            return refused(faults_of({**each, "loc": _in_body(each["loc"])} for each in found))
        case HTTPException():
            kind = _BY_STATUS.get(error.status_code, INTERNAL)
            return ProblemError(kind, _detail(kind, error), headers=error.headers)
    return ProblemError(INTERNAL, INTERNAL_DETAIL)


def _in_body(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where in a JSON body, for what is wrong with one; where else, for what is not in it."""
    return path[1:] if path[:1] == ("body",) else path


def _detail(kind: Kind, error: HTTPException) -> str:
    if kind is METHOD:
        return f"use {(error.headers or {}).get('Allow', 'another method')} here"
    if kind is NOT_FOUND:
        return "there is nothing at this address; /docs lists all of them"
    return str(error.detail)
