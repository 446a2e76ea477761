"""The API put together from its parts."""

from __future__ import annotations

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from app.api import audits, health
from app.api.access import Door
from app.api.calendars import calendars, hooks
from app.api.middleware import BodyLimit, Guard
from app.api.openapi.description import DESCRIPTION, DescribedApi
from app.api.parts import ApiParts
from app.api.plans import plannings, plans
from app.api.problems import answer
from app.api.proposals import mails, proposals
from app.api.turns import Turns
from app.errors import AppError


def build(parts: ApiParts) -> DescribedApi:
    """The application: routes, limits, and the one handler of errors."""
    api = DescribedApi(
        title="Clearweek",
        summary="Packs a manager's meetings into a weekly block pattern.",
        description=DESCRIPTION,
        version=parts.version,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=dict.fromkeys((AppError, HTTPException, RequestValidationError), answer),
        middleware=[
            Middleware(Guard),
            Middleware(Door, parts=parts),
            Middleware(BodyLimit, max_bytes=parts.limits.body_bytes),
        ],
    )
    api.state.parts = parts
    api.state.turns = Turns(parts.limits.wait_s, parts.limits.waiting)
    api.include_router(plans.router)
    api.include_router(plannings.router)
    api.include_router(calendars.landing)
    api.include_router(calendars.router)
    api.include_router(proposals.router)
    api.include_router(audits.router)
    api.include_router(mails.router)
    api.include_router(hooks.router)
    api.include_router(health.router)
    return api
