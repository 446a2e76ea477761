"""The log of requests, without what only the two ends of a request may know."""

from __future__ import annotations

import logging

from app.services.mailing.links import END, REVIEW

ACCESS_LOG = "uvicorn.access"


def without_secrets(record: logging.LogRecord) -> bool:
    """A filter that cuts off what opens something: a query (RFC 6749 §4.1.2 has codes in it), the token of a link."""
    if isinstance(record.args, tuple):
        record.args = tuple(_told(said) if isinstance(said, str) else said for said in record.args)
    return True


def _told(said: str) -> str:
    path = said.partition("?")[0]
    return next((f"{start}…" for start in (REVIEW, END) if path.startswith(start)), path)
