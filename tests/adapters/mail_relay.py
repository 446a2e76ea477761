"""Mail relays on the loopback: one that takes mail as real ones do, and one that answers as a test says."""

from __future__ import annotations

import ssl
from asyncio import Server
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "clearweek", "p@ss/w:rd%"


@dataclass
class Relay:
    """What came in, and what is said to some recipients or to the mail itself instead of 250."""

    to: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"
    senders: list[str] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self.to.get(address, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
            self.senders.append(envelope.mail_from or "")
            self.recipients.append(list(envelope.rcpt_tos))
        return self.data


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


class _Controller(Controller):
    """On any port that is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def relay(tls: ssl.SSLContext | None = None, *, implicit: bool = False) -> Iterator[Relay]:
    """A relay; with TLS it takes mail only by STARTTLS and with a login, or speaks TLS from the first byte."""
    handler = Relay()
    login = {"authenticator": _authenticate, "auth_required": True, "require_starttls": True}
    more: dict[str, Any] = {} if tls is None else {"ssl_context": tls} if implicit else login | {"tls_context": tls}
    controller = _Controller(handler, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True, **more)
    controller.start()
    handler.port = controller.port
    try:
        yield handler
    finally:
        controller.stop()


class Wire(ThreadingTCPServer):
    """Answers each command with what a test says, and 250 otherwise; `None` breaks off the connection.

    The answer to `DATA` comes before the mail, that to `.` after it; `SILENCE` is no answer at all.
    """

    block_on_close = True
    SILENCE = "silence"

    def __init__(self, said: Mapping[str, str | None]) -> None:
        super().__init__(("127.0.0.1", 0), _Wire)
        self.said = {"": "220 wire", "DATA": "354 go on", "QUIT": "221 bye", **said}
        self.commands: list[str] = []
        self.over = Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def wire(**said: str | None) -> Iterator[Wire]:
    """A relay that answers as told; the greeting is called `greeting`, what follows the mail `dot`."""
    names = {"greeting": "", "dot": "."}
    with Wire({names.get(name, name.upper()): answer for name, answer in said.items()}) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


class _Wire(StreamRequestHandler):
    server: Wire

    def handle(self) -> None:
        going_on, in_mail = self._say(""), False
        while going_on and (line := self.rfile.readline()):
            verb = line.decode().strip().upper().split(" ")[0].split(":")[0]
            if in_mail and line != b".\r\n":
                continue
            in_mail = verb == "DATA"
            self.server.commands.append(verb)
            going_on = self._say(verb)

    def _say(self, verb: str) -> bool:
        said = self.server.said.get(verb, "250 OK")
        if said == Wire.SILENCE:
            self.server.over.wait(60)
            return False
        if said is None:
            return False
        self.wfile.write(f"{said}\r\n".encode())
        return True
