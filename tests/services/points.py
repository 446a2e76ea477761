"""Every point between two steps of a sync or an apply: before and after each request, transaction, commit and mail."""

from __future__ import annotations

import os
import signal
import smtplib
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import ModuleType
from typing import Any
from unittest import mock

import httplib2
import requests
from sqlalchemy import Connection, Engine

from app.adapters.store.calendars import calendars
from app.adapters.store.database import writing
from app.adapters.store.proposals import proposals
from app.errors import ChangedError
from app.services.applying.work import Work
from tests.services.memory_store import MemoryStore


class KilledError(BaseException):
    """As if the process had ended here: nothing catches it."""


class Points:
    """Notes the points that are passed, by name, and calls `then` at the n-th."""

    def __init__(self, at: int, then: Callable[[], None]) -> None:
        self.passed: list[str] = []
        self._at = at
        self._then = then

    def here(self, name: str = "") -> None:
        """A point; its first word says what it is before or after: a commit, a request or a mail."""
        self.passed.append(name)
        if len(self.passed) == self._at:
            self._then()


@contextmanager
def pointed(server: MemoryStore, points: Points) -> Iterator[None]:
    """Pass a point around every request to a server, and around every transaction that writes."""
    fault = server.fault
    server.fault, server.after = lambda _number: points.here(), points.here
    with pointed_transactions(points, calendars, proposals):
        try:
            yield
        finally:
            server.fault, server.after = fault, lambda: None


@contextmanager
def pointed_transactions(points: Points, *modules: ModuleType) -> Iterator[None]:
    """Pass a point before, within and after every transaction that some modules write."""

    @contextmanager
    def writing_with_points(engine: Engine) -> Iterator[Connection]:
        use = _public_caller()
        points.here(f"commit of {use}: before its transaction")
        with writing(engine) as connection:
            yield connection
            points.here(f"commit of {use}: before")
        points.here(f"commit of {use}: after")

    with ExitStack() as patched:
        for module in modules:
            patched.enter_context(mock.patch.object(module, "writing", writing_with_points))
        yield


def _public_caller() -> str:
    """The module and the method of a store whose transaction it is."""
    frame = sys._getframe(2)
    while frame.f_code.co_name.startswith("_") and frame.f_back is not None:
        frame = frame.f_back
    return f"{frame.f_globals['__name__'].rpartition('.')[2]}.{frame.f_code.co_name}"


@contextmanager
def pointed_requests(points: Points) -> Iterator[None]:
    """Pass a point before and after every request to Google and to a CalDAV server."""

    def of_google(_http: object, uri: str, method: str = "GET", *_: Any, **__: Any) -> str:
        return f"request {method} {uri.partition('?')[0]}"

    def of_caldav(_session: object, request: requests.PreparedRequest, **_: Any) -> str:
        return f"request {request.method} {request.path_url}"

    with _around(httplib2.Http, "request", points, of_google), _around(requests.Session, "send", points, of_caldav):
        yield


@contextmanager
def pointed_mails(points: Points) -> Iterator[None]:
    """Pass a point before and after the text of every mail, and what ends it, after which it counts as handed over."""

    def of_mail(_smtp: object, sent: bytes | str) -> str | None:
        text = sent.decode() if isinstance(sent, bytes) else sent
        is_text = text.count("\r\n") > 1
        return "mail: its text" if is_text else "mail: its end" if text == ".\r\n" else None

    with _around(smtplib.SMTP, "send", points, of_mail):
        yield


@contextmanager
def _around(owner: type, name: str, points: Points, named: Callable[..., str | None]) -> Iterator[None]:
    """Pass a point before and after each call of a method that has a name by what it is given."""
    original = getattr(owner, name)

    def with_points(*given: Any, **more: Any) -> Any:
        point = named(*given, **more)
        if point is None:
            return original(*given, **more)
        points.here(f"{point}: before")
        result = original(*given, **more)
        points.here(f"{point}: after")
        return result

    with mock.patch.object(owner, name, with_points):
        yield


def do_job(work: Work) -> None:
    """What the engine does, also after a crash: of steps that may be done already, the last one is repeated, too."""
    with suppress(ChangedError):
        for number in work.begin():
            work.move(number)
    work.finish()


def ended_by_itself(child: int) -> bool:
    """Whether a process ended by itself, rather than by a kill."""
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True
