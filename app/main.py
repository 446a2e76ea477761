"""The web service; importing this does no work. `uvicorn --factory app.main:factory` serves it."""

from __future__ import annotations

from fastapi import FastAPI

from app import wiring
from app.api.service import build
from app.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service for some settings. Raises `ConfigError` for a configuration that cannot be used."""
    return build(wiring.api_parts(settings))


def factory() -> FastAPI:
    """The service as the environment says."""
    return create_app(Settings())
