"""Pages of a list of events: their tokens, and their bytes, which are kept once made."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable

from tests.google_double.errors import ApiError
from tests.google_double.faults import AGAIN
from tests.google_double.fields import mask_of
from tests.google_double.messages import Answer
from tests.google_double.routes import Call
from tests.google_double.snapshots import Snapshot
from tests.google_double.views import encoded
from tests.google_double.world import Calendar


def answer_page(call: Call, calendar: Calendar, make: Callable[[], Snapshot]) -> Answer:
    """The page that was asked for; `make` makes the whole answer if this is the first of its pages."""
    size = call.number("maxResults", 250, 2500)
    token = (call.text("pageToken") or "").replace(AGAIN, "")
    query = _query_key(call)
    key, begin = _read_page_token(token) if token else (f"{query}.{calendar.revision}.{calendar.forgotten}", 0)
    if not key.startswith(query):
        raise ApiError("invalid", "Invalid page token value.", location="pageToken")
    snapshot = call.world.snapshots.get(key, None if token else make)
    if begin not in snapshot.pages:
        snapshot.pages[begin] = _page_bytes(call, snapshot, key, begin, size)
    return Answer(200, snapshot.pages[begin])


def _query_key(call: Call) -> str:
    """What all pages of an answer have in common: who asks, for what."""
    query = sorted((name, values) for name, values in call.request.query.items() if name != "pageToken")
    text = json.dumps([call.viewer, call.request.path, query])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _read_page_token(token: str) -> tuple[str, int]:
    try:
        key, begin = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise ApiError("invalid", "Invalid page token value.", location="pageToken") from None
    return key, begin


def _page_bytes(call: Call, snapshot: Snapshot, key: str, begin: int, size: int) -> bytes:
    """Glue a page together; with `fields`, of what they leave."""
    mask = mask_of(call.text("fields") or "*")
    end = begin + size
    head = dict(snapshot.head)
    if end < len(snapshot.events):
        head["nextPageToken"] = base64.urlsafe_b64encode(json.dumps([key, end]).encode()).decode()
    elif snapshot.sync_token is not None:
        head["nextSyncToken"] = snapshot.sync_token
    if "*" not in mask:
        head = {name: value for name, value in head.items() if name in mask}
    if "*" not in mask and "items" not in mask:
        return json.dumps(head).encode()
    below = mask.get("*", mask.get("items"))
    items = b",".join(encoded(event, below) for event in snapshot.events[begin:end])
    joint = b', "items": [' if head else b'"items": ['
    return json.dumps(head).encode()[:-1] + joint + items + b"]}"
