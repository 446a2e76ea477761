"""From request to answer: which method, whose token, which fault; and a log of it all."""

from __future__ import annotations

import json
import threading
import time

from tests.google_double.channels import Channels
from tests.google_double.errors import ApiError, OauthError
from tests.google_double.faults import Switchboard
from tests.google_double.fields import mask_of, masked
from tests.google_double.grants import Grants
from tests.google_double.messages import Answer, Logged, Request
from tests.google_double.routes import Call, route_of
from tests.google_double.world import World

_OAUTH = {("GET", "/o/oauth2/v2/auth"): "auth", ("POST", "/token"): "token", ("POST", "/revoke"): "revoke"}
_PAGED_WITH_FIELDS = ("events.list", "events.instances")


class Front:
    """Answers every request, from any thread."""

    def __init__(self, world: World, channels: Channels, grants: Grants, switchboard: Switchboard) -> None:
        self._world = world
        self._channels = channels
        self._grants = grants
        self._switchboard = switchboard
        self._log: list[list[Logged]] = []
        self._log_lock = threading.Lock()
        self.latency_s = 0.0

    def serve(self, request: Request) -> Answer:
        """The answer to a request, with the fault that is due."""
        name = _name(request)
        line = self._begin_line()
        fault = self._switchboard.due(name)
        time.sleep(self.latency_s)
        answer = self._answer(request) if fault is None else fault(request, self._answer)
        user = self._user(request)
        sent = (request.method, request.path, request.query, user, answer.sent, request.headers, request.body)
        line.append(Logged(name, *sent))
        return answer

    def _answer(self, request: Request) -> Answer:
        try:
            return self._api(request) if _name(request) not in _OAUTH.values() else self._oauth(request)
        except ApiError as error:
            return Answer(error.status, error.body(), error.headers())
        except OauthError as error:
            return Answer(error.status, error.body())

    def _oauth(self, request: Request) -> Answer:
        by = {"auth": self._grants.consent, "token": self._grants.token, "revoke": self._grants.revoke}
        return by[_name(request)](request)

    def _api(self, request: Request) -> Answer:
        found = route_of(request)
        if found is None or found[0].handler is None:
            raise ApiError("notFound")
        route, path = found
        grant = self._grants.of(request.bearer())
        if not grant.scopes & route.scopes:
            raise ApiError("insufficientPermissions")
        with self._world.open() as world:
            answer = found[0].handler(Call(world, self._channels, grant.user, path, request))
        whole = answer if isinstance(answer, Answer) else Answer.of(answer)
        return whole if route.name in _PAGED_WITH_FIELDS else _partial(request, whole)

    def _user(self, request: Request) -> str | None:
        try:
            return self._grants.of(request.bearer()).user
        except ApiError:
            return None

    # The log keeps the order in which requests came.

    def _begin_line(self) -> list[Logged]:
        line: list[Logged] = []
        with self._log_lock:
            self._log.append(line)
        return line

    def logged(self) -> list[Logged]:
        """What was answered so far."""
        with self._log_lock:
            return [logged for line in self._log for logged in line]

    def forget(self) -> None:
        """Begin a new log."""
        with self._log_lock:
            self._log.clear()


def _name(request: Request) -> str:
    oauth = _OAUTH.get((request.method, request.path))
    if oauth is not None:
        return oauth
    found = route_of(request)
    return "unknown" if found is None else found[0].name


def _partial(request: Request, answer: Answer) -> Answer:
    fields = request.query.get("fields", ["*"])[-1]
    if fields == "*" or not answer.body:
        return answer
    body = json.dumps(masked(json.loads(answer.body), mask_of(fields))).encode()
    return Answer(answer.status, body, answer.headers, answer.ending)
