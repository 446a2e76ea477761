"""Mail by a relay of one's own (RFC 5321, 6409): each message goes to all of its To, or to nobody."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Literal, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from app.adapters.server_words import one_line
from app.errors import ConfigError, RefusedError, UnansweredError, UnavailableError

TIMEOUT_S = 30.0
"""Seconds to connect, and without any answer."""

Tls = Literal["starttls", "tls", "none"]
_PORTS: dict[Tls, int] = {"starttls": 587, "tls": 465, "none": 25}
_SETTING = "CLEARWEEK_SMTP_URL"
_DOT = re.compile(rb"(?m)^\.")
_DATA_WANTED = 354


@dataclass(frozen=True)
class Relay:
    """Where mail is handed over, and by which login."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Relay:
        """What `smtp://user:password@host:587?tls=starttls` names; user and password are percent-encoded.

        Raises `ConfigError` for anything else, for an unknown key, and for a password that would be sent unencrypted.
        No message has the password in it.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            raise ConfigError(f"{_SETTING}: the port is not a number from 0 to 65535") from None
        if parts.scheme != "smtp" or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
            raise ConfigError(f"{_SETTING} is not of the form smtp://user:password@host:587?tls=starttls")
        tls = _tls_of(parts.query)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not (user + password).isascii():
            raise ConfigError(f"{_SETTING}: user and password have letters beyond ASCII, which cannot be sent")
        if bool(user) != bool(password):
            raise ConfigError(f"{_SETTING}: user and password come together, or not at all")
        if user and tls == "none" and not _is_loopback(parts.hostname):
            raise ConfigError(f"{_SETTING}: with tls=none the password would be sent unencrypted; use tls=starttls")
        return cls(parts.hostname, port or _PORTS[tls], tls, user, password)


def _tls_of(query: str) -> Tls:
    keys = parse_qsl(query, keep_blank_values=True)
    unknown = next((name for name, _ in keys if name != "tls"), None)
    if unknown is not None:
        raise ConfigError(f"{_SETTING}: unknown key {one_line(unknown)!r}; the only one is tls")
    if len(keys) > 1:
        raise ConfigError(f"{_SETTING}: tls is there twice")
    wanted = keys[0][1] if keys else "starttls"
    for known in get_args(Tls):
        if wanted == known:
            return known  # type: ignore[no-any-return]
    raise ConfigError(f"{_SETTING}: tls is {one_line(wanted)!r}; it is one of {', '.join(get_args(Tls))}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SmtpMailer:
    """A `Mailer` that opens a connection for each message.

    `sender` is the envelope's sender, to whom mail comes back that cannot be delivered. With TLS the relay's
    certificate is checked against the public authorities, or those of `SSL_CERT_FILE`.

    Raises `ConfigError` as `Relay.of` does.
    """

    def __init__(self, url: str, sender: str, timeout_s: float = TIMEOUT_S) -> None:
        self._relay = Relay.of(url)
        self._sender = sender
        self._timeout_s = timeout_s

    def send(self, message: EmailMessage) -> None:
        """Hand one message over for all of its To, or for none; see `Mailer`.

        Only what breaks off after the whole message was sent raises `UnansweredError`.
        """
        to = [address.addr_spec for address in message["To"].addresses]
        with self._session() as smtp:
            _hand_over(smtp, self._sender, to, message)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection that is logged in; what goes wrong in it, before a message was sent, in our words."""
        name = f"the mail relay {self._relay.host}:{self._relay.port}"
        try:
            with _connected(self._relay, self._sender, self._timeout_s) as smtp:
                yield smtp
        except ssl.SSLError as error:
            raise UnavailableError(f"{name} has no certificate to be trusted ({error.reason})") from None
        except smtplib.SMTPAuthenticationError as error:
            raise _refusal(error.smtp_code, f"{name} does not accept the login of {self._relay.user}") from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, f"{name} takes no mail from here") from None
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedError(f"{name}: {one_line(str(error))} {_SETTING} asks for it") from None
        except (smtplib.SMTPException, OSError):
            raise UnavailableError(f"{name} cannot be reached, or broke off") from None


@contextmanager
def _connected(relay: Relay, sender: str, timeout_s: float) -> Iterator[smtplib.SMTP]:
    own_name = sender.rpartition("@")[2]  # smtplib would ask the DNS for one
    if relay.tls == "tls":
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, own_name, timeout=timeout_s, context=context)
    else:
        smtp = smtplib.SMTP(relay.host, relay.port, own_name, timeout=timeout_s)
    try:
        if relay.tls == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
        if relay.user:
            smtp.login(relay.user, relay.password)
        yield smtp
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _hand_over(smtp: smtplib.SMTP, sender: str, to: Sequence[str], message: EmailMessage) -> None:
    """One mail transaction (RFC 5321 §3.3)."""
    is_utf8 = not all(address.isascii() for address in (sender, *to))
    if is_utf8 and not smtp.has_extn("smtputf8"):
        raise RefusedError("the mail relay takes no addresses with letters beyond ASCII (RFC 6531)")
    policy = (SMTPUTF8 if is_utf8 else SMTP).clone(cte_type="7bit")
    content = _DOT.sub(b"..", message.as_bytes(policy=policy))
    _check(smtp.mail(sender, ["SMTPUTF8"] if is_utf8 else []), sender)
    for address in to:
        _check(smtp.rcpt(address), address)
    _check(smtp.docmd("DATA"), "the mail", wanted=_DATA_WANTED)
    smtp.send(content if content.endswith(b"\r\n") else content + b"\r\n")
    try:
        smtp.send(b".\r\n")
        answer = smtp.getreply()
    except (smtplib.SMTPException, OSError):
        answer = (0, b"")
    if not 200 <= answer[0] < 600:
        raise UnansweredError("the mail relay did not say whether it took the mail")
    _check(answer, "the mail")


def _check(answer: tuple[int, bytes], what: str, wanted: int = 250) -> None:
    code, said = answer
    if code != wanted and not (wanted == 250 and 200 <= code < 300):
        raise _refusal(code, f"the mail relay does not take {what}", said.decode("utf-8", "replace"))


def _refusal(code: int, text: str, said: str = "") -> UnavailableError | RefusedError:
    """A refusal for now (4yz) or for good (5yz), with the words of the relay (RFC 5321 §4.2.1)."""
    told = f"{text} ({one_line(f'{code} {said}')})"
    return RefusedError(told) if 500 <= code < 600 else UnavailableError(told)
