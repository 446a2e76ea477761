"""Whether the service is up; it never waits for a plan."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.openapi import refusals
from app.api.schemas import Health

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
