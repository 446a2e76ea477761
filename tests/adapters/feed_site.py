"""A web server with one .ics page, on the loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FeedSite:
    """What the server says at present, and the headers of every request that came.

    With `etag` or `modified` it answers 304 to whoever knows the page as it is (RFC 9110 §13.1). `status` other than
    200 comes without the page, with `headers`; `silent` says nothing until that is over, `rude` hangs up.
    """

    key = "0f9a8b7c6d5e4f3a2b1c"
    """The part of the URL that is secret."""
    date = "Mon, 23 Nov 2026 10:00:05 GMT"

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/feeds/{self.key}/dana.ics?token={self.key}"
        self.page = b""
        self.etag: str | None = None
        self.modified: str | None = None
        self.status = 200
        self.headers: dict[str, str] = {}
        self.requests: list[dict[str, str]] = []
        self.rude = False
        self.came = threading.Event()
        self.talks = threading.Event()
        self.talks.set()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        self.requests.append(dict(handler.headers))
        self.came.set()
        self.talks.wait(20)
        if self.rude:
            return
        status = self.status if self.key in handler.path else 403
        status = 304 if status == 200 and self._is_known(handler) else status
        page = self.page if status == 200 else b""
        handler.send_response_only(status)
        validators = {"ETag": self.etag, "Last-Modified": self.modified}
        for name, value in {"Date": self.date, **validators, **self.headers}.items():
            if value:
                handler.send_header(name, value)
        with suppress(ConnectionError):  # who asked may be gone
            handler.end_headers()
            handler.wfile.write(page)

    def _is_known(self, handler: BaseHTTPRequestHandler) -> bool:
        etag, since = handler.headers["If-None-Match"], handler.headers["If-Modified-Since"]
        return etag == self.etag if etag else since is not None and since == self.modified


@contextmanager
def serving() -> Iterator[FeedSite]:
    """A site that is there as long as the context."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = FeedSite(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.talks.set()
    server.shutdown()
    thread.join()
    server.server_close()
