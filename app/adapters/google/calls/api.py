"""Requests to Google's APIs in somebody's name: patient where that helps, and with errors in our own words."""

from __future__ import annotations

import hashlib
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import httplib2
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from tenacity import RetryCallState, Retrying, retry_if_exception
from tenacity.wait import wait_exponential_jitter

from app.adapters.google.calls import faults, refusals
from app.adapters.google.calls.once import OnceHttp
from app.errors import UnavailableError

T = TypeVar("T")
TIMEOUT_S = 20.0
"""Seconds to connect, and seconds without any data."""
MAX_ATTEMPTS = 5
"""Tries of one request."""
MAX_TRYING_S = 45.0
"""Seconds after which a request is not tried again."""
MAX_WAIT_S = 16.0
"""The longest wait between two tries; a server that asks for more gets its way, later and by whoever asked."""

MAX_PAGES = 10_000
"""Pages of one list."""

_CALENDAR = ("calendar", "v3", "/calendar/v3/")
_DIRECTORY = ("admin", "directory_v1", "/")
"""Name, version and path of an API, as the library and its servers want them."""


def _object(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):  # the library hands on as text what is no JSON
        raise ValueError("no JSON object")
    return answer


def _nothing(_answer: Any) -> None:
    """Whatever comes with HTTP 204 says no more than that."""


class Api:
    """The APIs of Google as somebody may use them; safe for several threads, each of which has connections of its own.

    `root` replaces https://www.googleapis.com (and admin.googleapis.com), to talk to a double. What a service account
    asks for (`delegated`) is attributed to the person that it asks for (…/calendar/api/guides/quota).
    """

    def __init__(
        self,
        credentials: Any,
        person: str,
        root: str | None = None,
        *,
        delegated: bool = False,
        timeout_s: float = TIMEOUT_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.person = person
        self._credentials = credentials
        self._root = root.rstrip("/") if root else None
        self._shared = {"quotaUser": hashlib.sha256(person.encode()).hexdigest()[:40]} if delegated else {}
        self._timeout_s = timeout_s
        self._sleep = sleep
        self._local = threading.local()

    def calendar(self, resource: str, method: str, what: str, **parameters: Any) -> Mapping[str, Any]:
        """Call a method of Calendar v3, such as `events`, `list`; `what` names what is asked for, in errors.

        Raises `ReconnectError`, `NotFoundError`, `UnavailableError`, and `GoneError` for HTTP 410.
        """
        return self._call(self._request(_CALENDAR, resource, method, parameters), what, MAX_ATTEMPTS, _object)

    def calendar_once(self, resource: str, method: str, what: str, **parameters: Any) -> Mapping[str, Any]:
        """The same for what must not be asked for twice: whatever goes wrong is told at once."""
        return self._call(self._request(_CALENDAR, resource, method, parameters), what, 1, _object)

    def calendar_told(self, resource: str, method: str, what: str, **parameters: Any) -> None:
        """The same for a method that answers nothing."""
        self._call(self._request(_CALENDAR, resource, method, parameters), what, 1, _nothing)

    def change(self, method: str, what: str, *, etag: str | None = None, **parameters: Any) -> None:
        """Call a method of `events` that changes something: of the version with an etag, if one is given (If-Match).

        It is asked again only where it surely had no effect (429, no connection). Raises `ChangedError` if the event
        has another version, `RefusedError`, `ReconnectError`, `UnavailableError` if nothing was changed,
        `UnansweredError` if that is not known, and `GoneError` and `TakenError` (HTTP 404 and 410, 409).
        """
        request = self._request(_CALENDAR, "events", method, parameters)
        if etag is not None:
            request.headers["If-Match"] = etag
        taken: Callable[[Any], Any] = _nothing if method == "delete" else _object
        http = AuthorizedHttp(self._credentials, OnceHttp(timeout=self._timeout_s), max_refresh_attempts=1)
        try:
            self._tries(MAX_ATTEMPTS, refusals.had_no_effect)(lambda: taken(request.execute(http=http)))
        except faults.ALL as error:
            raise refusals.explained(error, what, self.person) from error

    def directory(self, resource: str, method: str, what: str, **parameters: Any) -> Mapping[str, Any]:
        """Call a method of the Admin SDK's directory_v1; otherwise the same."""
        return self._call(self._request(_DIRECTORY, resource, method, parameters), what, MAX_ATTEMPTS, _object)

    def _request(self, service: tuple[str, str, str], resource: str, method: str, parameters: Mapping[str, Any]) -> Any:
        return getattr(_resource(service, resource, self._root), method)(**self._shared, **parameters)

    def _call(self, request: Any, what: str, attempts: int, taken: Callable[[Any], T]) -> T:
        try:
            return self._tries(attempts, faults.is_worth_another_try)(lambda: taken(request.execute(http=self._http())))
        except faults.ALL as error:
            raise faults.explained(error, what, self.person) from error

    def _tries(self, attempts: int, again: Callable[[BaseException], bool]) -> Retrying:
        return Retrying(
            stop=lambda state: _is_enough(state, attempts),
            retry=retry_if_exception(again),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )

    def _http(self) -> AuthorizedHttp:
        """This thread's connections: httplib2 is not made for several; a 401 refreshes the access token once."""
        if not hasattr(self._local, "http"):
            plain = httplib2.Http(timeout=self._timeout_s)
            self._local.http = AuthorizedHttp(self._credentials, plain, max_refresh_attempts=1)
            weakref.finalize(self._local.http, plain.close)
        return self._local.http


def pages(ask: Callable[[Mapping[str, str]], Mapping[str, Any]], what: str) -> Iterator[Mapping[str, Any]]:
    """The pages of a list; `ask` is given where to go on (`pageToken`), nothing at first.

    Raises `UnavailableError` if a page leads back to one that was there before, or there is no end.
    """
    position: dict[str, str] = {}
    seen: set[str] = set()
    while len(seen) < MAX_PAGES:
        answer = ask(position)
        yield answer
        following = answer.get("nextPageToken")
        if following is None:
            return
        if following in seen:
            break
        seen.add(following)
        position = {"pageToken": following}
    raise UnavailableError(f"Google's pages of {what} go round in a circle")


def items(answer: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
    """The things on a page, each of which has an id. Raises `UnavailableError` if they are of another form."""
    found = answer.get("items", [])
    if isinstance(found, list) and all(isinstance(one, Mapping) and one.get("id") for one in found):
        return found
    raise UnavailableError(f"Google's list of {what} holds something without an id")


@lru_cache(maxsize=32)
def _resource(service: tuple[str, str, str], name: str, root: str | None) -> Any:
    """A part of an API; the library makes its methods anew each time that it is asked."""
    return getattr(_service(service, root), name)()


@lru_cache(maxsize=8)
def _service(service: tuple[str, str, str], root: str | None) -> Any:
    """An API, from the description that comes with the library; each request brings its own `http`."""
    name, version, path = service
    options = {"api_endpoint": root + path} if root else None
    return build(
        name, version, http=httplib2.Http(), static_discovery=True, cache_discovery=False, client_options=options
    )


def _asked_wait(state: RetryCallState) -> int | None:
    return faults.retry_after_s(state.outcome.exception()) if state.outcome else None


def _is_enough(state: RetryCallState, attempts: int) -> bool:
    """Whether to give up: too often tried, for too long, or asked to wait longer than anybody should here."""
    late = (state.seconds_since_start or 0) >= MAX_TRYING_S
    return late or state.attempt_number >= attempts or (_asked_wait(state) or 0) > MAX_WAIT_S


def _wait(state: RetryCallState) -> float:
    """What the server asks for; else truncated exponential backoff with up to a second of jitter."""
    asked = _asked_wait(state)
    return float(asked) if asked is not None else wait_exponential_jitter(initial=1, max=MAX_WAIT_S, jitter=1)(state)
