"""The web service; importing this does no work. `uvicorn --factory app.main:factory` serves it."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import wiring
from app.api.access_log import ACCESS_LOG, without_secrets
from app.jobs.beside import beside
from app.settings import Settings
from app.web.service import build

WORKER = (sys.executable, "-m", "app.cli", "worker", "--leash")


def create_app(settings: Settings) -> FastAPI:
    """The service for some settings, API and pages. Raises `ConfigError` for a configuration that cannot be used."""
    return build(wiring.api_parts(settings))


def factory() -> FastAPI:
    """The service as the environment says, with a log of requests without secrets; workers are started elsewhere."""
    logging.getLogger(ACCESS_LOG).addFilter(without_secrets)
    return create_app(Settings())


def with_worker() -> FastAPI:
    """The service as the environment says, and a worker that lives as long as it does."""
    service = factory()
    service.router.lifespan_context = _lifespan
    return service


@asynccontextmanager
async def _lifespan(_service: FastAPI) -> AsyncIterator[None]:
    async with beside(WORKER):
        yield
