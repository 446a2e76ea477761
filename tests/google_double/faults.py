"""What can go wrong on purpose, at the n-th request of a kind."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from tests.google_double.errors import ApiError, Json
from tests.google_double.messages import Answer, Ending, Request

Serve = Callable[[Request], Answer]
Fault = Callable[[Request, Serve], Answer]

AGAIN = "again."


def timeout() -> Fault:
    """No answer until the double is released or closed; the request has no effect."""
    return lambda _request, _serve: Answer(ending=Ending.HELD)


def reset() -> Fault:
    """The connection is reset; the request has no effect."""
    return lambda _request, _serve: Answer(ending=Ending.RESET)


def refused(reason: str, *, status: int | None = None, retry_after: int | None = None) -> Fault:
    """An error answer with one of Google's reasons; `status` where it is not the usual one of the reason."""

    def answer(request: Request, serve: Serve) -> Answer:
        error = ApiError(reason, status=status, retry_after=retry_after)
        return Answer(error.status, error.body(), error.headers())

    return answer


def too_many(retry_after: int = 3) -> Fault:
    """429 with Retry-After."""
    return refused("rateLimitExceeded", status=429, retry_after=retry_after)


def unavailable(retry_after: int = 3) -> Fault:
    """503 with Retry-After, and a body that is no JSON, as a front end sends it."""
    return lambda _request, _serve: Answer(503, b"<html>Service Unavailable</html>", {"Retry-After": str(retry_after)})


def lost_answer(ending: Ending = Ending.RESET) -> Fault:
    """The request takes effect, then its answer is lost."""
    return lambda request, serve: replace(serve(request), ending=ending)


def cut_off() -> Fault:
    """The connection ends in the middle of the answer."""
    return lambda request, serve: replace(serve(request), ending=Ending.CUT)


def cut_json() -> Fault:
    """A whole answer in the view of HTTP, whose JSON is cut in the middle."""

    def answer(request: Request, serve: Serve) -> Answer:
        whole = serve(request)
        return replace(whole, body=whole.body[: len(whole.body) // 2])

    return answer


def empty_page() -> Fault:
    """A page without items, whose token leads on to the page that was asked for."""

    def answer(request: Request, serve: Serve) -> Answer:
        page: Json = json.loads(serve(request).body)
        page.pop("nextSyncToken", None)
        return Answer.of(page | {"items": [], "nextPageToken": AGAIN + _asked(request)})

    return answer


def token_loop() -> Fault:
    """The page that was asked for, whose token leads to itself."""

    def answer(request: Request, serve: Serve) -> Answer:
        page: Json = json.loads(serve(request).body)
        page.pop("nextSyncToken", None)
        asked = _asked(request)
        return Answer.of(page | {"nextPageToken": asked if asked.startswith(AGAIN) else AGAIN + asked})

    return answer


def _asked(request: Request) -> str:
    return request.query.get("pageToken", [""])[-1]


@dataclass
class _Switch:
    fault: Fault
    on: str
    nth: int
    times: int | None
    seen: int = 0

    def meets(self, name: str) -> bool:
        if not fnmatchcase(name, self.on):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times is None or self.seen < self.nth + self.times)


class Switchboard:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self._switches: list[_Switch] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, on: str, nth: int, times: int | None) -> None:
        """Have a fault at the n-th request (from now, counted from 1) whose name fits, and at those that follow it."""
        with self._lock:
            self._switches.append(_Switch(fault, on, nth, times))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._switches.clear()

    def due(self, name: str) -> Fault | None:
        """The fault for a request that has come; each switch counts it."""
        with self._lock:
            due = [switch.fault for switch in self._switches if switch.meets(name)]
        return due[0] if due else None
