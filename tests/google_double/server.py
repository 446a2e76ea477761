"""A real HTTP/1.1 server on a loopback socket, that can also fail to answer."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.google_double.messages import Answer, Ending, Request

Serve = Callable[[Request], Answer]


class Server:
    """Serves from its own threads until closed; held requests wait for `release()`."""

    def __init__(self, serve: Serve) -> None:
        self._held = 0
        self._releases = 0
        self._closed = False
        self._change = threading.Condition()
        self._http = _Http(serve, self._wait)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._http.server_address[1])

    def _wait(self) -> None:
        with self._change:
            releases = self._releases
            self._held += 1
            self._change.notify_all()
            self._change.wait_for(lambda: self._closed or self._releases != releases)
            self._held -= 1

    def release(self) -> None:
        """Let go of the requests that are held now: their connections end without an answer."""
        with self._change:
            self._releases += 1
            self._change.notify_all()

    def wait_until_held(self, timeout_s: float) -> bool:
        """Wait until a request is held; False if none is in time."""
        with self._change:
            return self._change.wait_for(lambda: self._held > 0, timeout_s)

    def close(self) -> None:
        """End all connections and threads."""
        self._http.shutdown()
        self._thread.join()
        self._closed = True
        self.release()
        self._http.end_connections()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, serve: Serve, wait: Callable[[], None]) -> None:
        self.serve = serve
        self.wait = wait
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """End the connections that clients keep open."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request.of(self.command, self.path, dict(self.headers.items()), body)
        self._send(self.server.serve(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def _send(self, answer: Answer) -> None:
        self.close_connection = self.close_connection or answer.ending is not Ending.WHOLE
        if answer.ending is Ending.HELD:
            self.server.wait()
        elif answer.ending is Ending.RESET:
            self._reset()
        else:
            body = answer.body if answer.ending is Ending.WHOLE else answer.body[: len(answer.body) // 2]
            self.wfile.write(_head(answer) + body)

    def _reset(self) -> None:
        """End the connection by RST, as SO_LINGER with no time to linger does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Requests are kept by the double itself."""


def _head(answer: Answer) -> bytes:
    bare = answer.status in (204, 304)
    headers = (
        {} if bare else {"Content-Type": "application/json; charset=UTF-8", "Content-Length": str(len(answer.body))}
    )
    lines = [f"HTTP/1.1 {answer.status} {answer.status}"]
    lines += [f"{name}: {value}" for name, value in {**headers, **answer.headers}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
