"""A double of Google Calendar: an HTTP server on the loopback that the real client library talks to.

What of Google it shows, and what it does not, is in docs/google-double.md.
"""

from tests.google_double.double import CALENDAR, GoogleDouble
from tests.google_double.errors import Json
from tests.google_double.faults import (
    Fault,
    cut_json,
    cut_off,
    empty_page,
    lost_answer,
    refused,
    reset,
    timeout,
    token_loop,
    too_many,
    unavailable,
)

__all__ = [
    "CALENDAR",
    "Fault",
    "GoogleDouble",
    "Json",
    "cut_json",
    "cut_off",
    "empty_page",
    "lost_answer",
    "refused",
    "reset",
    "timeout",
    "token_loop",
    "too_many",
    "unavailable",
]
