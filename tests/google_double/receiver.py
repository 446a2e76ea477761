"""An address that messages of watch channels are posted to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

Head = Mapping[str, str]


class Receiver:
    """Keeps the heads of what it gets, with names in lower case, and answers with `status`."""

    def __init__(self, heard: Callable[[Head], None]) -> None:
        self.heads: list[Head] = []
        self.status = 200
        self.heard = heard
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Length"] == "0"
                receiver.take({name.lower(): value for name, value in self.headers.items()})
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self.http = HTTPServer(("127.0.0.1", 0), Handler)

    def take(self, head: Head) -> None:
        """A message came."""
        self.heads.append(head)
        self.heard(head)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.http.server_port}/hooks/google"

    @property
    def messages(self) -> list[tuple[str | None, ...]]:
        """Of each message the id of its channel, the token and the state."""
        names = ("x-goog-channel-id", "x-goog-channel-token", "x-goog-resource-state")
        return [tuple(head.get(name) for name in names) for head in self.heads]


def _nothing(_head: Head) -> None:
    pass


@contextmanager
def receiving(heard: Callable[[Head], None] = _nothing) -> Iterator[Receiver]:
    """A receiver for as long as the block lasts; `heard` is told of each message before it is answered."""
    receiver = Receiver(heard)
    thread = threading.Thread(target=receiver.http.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.http.shutdown()
        thread.join()
        receiver.http.server_close()
