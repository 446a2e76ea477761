"""The service: the API, and the pages beside it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api.parts import ApiParts
from app.api.problems import answer, problem_about
from app.api.service import build as build_api
from app.errors import AppError
from app.web import findings, links, pages, proposals, signing_in
from app.web.visits import SignInNeededError

OF_PROGRAMS = ("/v1", "/hooks", "/healthz", "/readyz", "/docs", "/openapi.json", "/static")


def build(parts: ApiParts) -> FastAPI:
    """The application: the API with all that holds for it, and the pages."""
    service = build_api(parts)
    for each in (pages, signing_in, links, proposals, findings):
        service.include_router(each.router)
    for kind in (AppError, HTTPException, RequestValidationError):
        service.add_exception_handler(kind, _answer)
    return service


async def _answer(request: Request, error: Exception) -> Response:
    """An error as a page, for whoever looks at pages."""
    if request.url.path.startswith(OF_PROGRAMS):
        return await answer(request, error)
    if isinstance(error, SignInNeededError):
        url = request.url
        here = f"{url.path}?{url.query}".rstrip("?") if request.method == "GET" else "/"
        return pages.see(f"{signing_in.PAGE}?to={quote(here)}")
    problem = problem_about(error)
    return pages.page(request, "problem.html.j2", None, problem.status, problem=problem)
