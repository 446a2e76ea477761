"""The log of requests, without what only the two ends of a request may know."""

from __future__ import annotations

import logging

ACCESS_LOG = "uvicorn.access"


def without_queries(record: logging.LogRecord) -> bool:
    """A filter that cuts the query off the address: a sign-in brings its code and state in it (RFC 6749 §4.1.2)."""
    if isinstance(record.args, tuple):
        record.args = tuple(said.partition("?")[0] if isinstance(said, str) else said for said in record.args)
    return True
