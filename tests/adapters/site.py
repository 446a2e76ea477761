"""A small HTTP server on a real socket that answers as a test says, or goes out of order in the ways of `Fault`."""

from __future__ import annotations

import http.client
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

from tests.adapters.remote import RETRY_AFTER_S, Fault

_HOP = frozenset({"connection", "transfer-encoding", "keep-alive", "content-length", "server", "date"})


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer; with `length` it claims to be longer or shorter than it is, with `pause_s` it comes byte by byte."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    pause_s: float = 0.0


Respond: TypeAlias = Callable[[Asked], Said | Fault]


class Site:
    """Answers every request by `respond`, and remembers what was asked; a context that ends the server."""

    def __init__(self, respond: Respond, tls: ssl.SSLContext | None = None) -> None:
        self.respond = respond
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self._server = _Server(self)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "https" if tls else "http"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @contextmanager
    def failing(self, fault: Fault, after: int = 0) -> Iterator[None]:
        """Be out of order, from the next request on or after some that still go well."""
        right, left = self.respond, after

        def respond(asked: Asked) -> Said | Fault:
            nonlocal left
            left -= 1
            if left >= 0:
                return right(asked)
            return _half(right(asked)) if fault is Fault.CUT_OFF else fault

        self.respond = respond
        yield
        self.respond = right

    @contextmanager
    def unanswered(self, *methods: str) -> Iterator[None]:
        """Do what requests of some methods ask for, and close the connection instead of an answer."""
        right = self.respond

        def respond(asked: Asked) -> Said | Fault:
            said = right(asked)
            return Fault.RESET if asked.method in methods else said

        self.respond = respond
        yield
        self.respond = right

    @contextmanager
    def refusing(self, said: Said, *methods: str) -> Iterator[None]:
        """Answer requests of some methods with a refusal."""
        right = self.respond
        self.respond = lambda asked: said if asked.method in methods else right(asked)
        yield
        self.respond = right


def _half(said: Said | Fault) -> Said | Fault:
    if isinstance(said, Fault) or said.status >= 300 or not said.body:
        return Fault.RESET
    return Said(said.status, said.body[: len(said.body) // 2], said.headers)


def forwarding(host: str, port: int, tls: ssl.SSLContext | None = None) -> Respond:
    """Ask another server and pass on what it says."""

    def respond(asked: Asked) -> Said:
        connection = (
            http.client.HTTPSConnection(host, port, context=tls) if tls else http.client.HTTPConnection(host, port)
        )
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in _HOP}
        connection.request(asked.method, asked.path, asked.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
        return Said(answer.status, body, kept)

    return respond


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, site: Site) -> None:
        self.site = site
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that give up are what these tests are about; all else is a fault of the tests."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def server_close(self) -> None:
        for sock in list(self.open):
            _close(sock)
        super().server_close()


def _close(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        self.server.open.add(self.request)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.server.open.discard(self.request)

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, self.path, dict(self.headers.items()), body)
        self.server.site.asked.append(asked)
        said = self.server.site.respond(asked)
        if isinstance(said, Fault):
            self._fail(said)
        else:
            self._say(said)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Any method is answered alike."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self.answer

    def _say(self, said: Said) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said.body) if said.length is None else said.length))
        self.end_headers()
        for part in [said.body[n : n + 1] for n in range(len(said.body))] if said.pause_s else [said.body]:
            self.wfile.write(part)
            self.wfile.flush()
            self.server.site.over.wait(said.pause_s)
        self.close_connection = self.close_connection or said.length is not None

    def _fail(self, fault: Fault) -> None:
        self.close_connection = True
        end = {"Connection": "close"}
        wait = {"Retry-After": str(RETRY_AFTER_S)} | end
        if fault is Fault.SILENCE:
            self.server.site.over.wait(60)
        elif fault is Fault.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif fault is Fault.ERROR:
            self._say(Said(500, headers=end))
        else:
            self._say(Said(503 if fault is Fault.BUSY else 429, headers=wait))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing."""
