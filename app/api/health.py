"""Whether the service is up, and whether it can work; neither waits for a plan."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.openapi.description import refusals
from app.api.parts import PartsDep
from app.api.problems import not_ready
from app.api.schemas import Health, Ready
from app.errors import ConfigError

router = APIRouter(tags=["service"])


@router.get(
    "/healthz",
    operation_id="health",
    summary="Is the service up?",
    response_description="It is.",
    responses={200: {"content": {"application/json": {"example": {"status": "ok"}}}}, **refusals(413, 500)},
)
async def health() -> Health:
    """Answers at once, also while a plan is being made."""
    return Health()


@router.get(
    "/readyz",
    operation_id="ready",
    summary="Can the service work?",
    response_description="It can.",
    responses={200: {"content": {"application/json": {"example": {"status": "ready"}}}}, **refusals(413, 500, 503)},
)
def ready(parts: PartsDep) -> Ready:
    """Whether the database can be used and is of this version; if not, the problem names the command that mends it."""
    try:
        parts.check_database()
    except ConfigError as error:
        raise not_ready(str(error)) from None
    return Ready()
