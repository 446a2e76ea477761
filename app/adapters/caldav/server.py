"""One CalDAV server and a login at it: single requests, bounded in size and in time, with errors in our words."""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from caldav.davclient import DAVClient
from caldav.lib.error import AuthorizationError
from caldav.lib.python_utilities import WireBytes
from lxml import etree
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

from app.adapters.caldav.refusals import Refusal, in_words, retry_after_s, said_by
from app.adapters.caldav.webdav import Element, Member, Multistatus, read
from app.adapters.guarded_http import GuardedAdapter, PrivateAddressError, has_cause
from app.adapters.ics.source import shown_name
from app.errors import AppError, InputError, NotFoundError, ReconnectError, UnansweredError, UnavailableError

MAX_REDIRECTS = 5
"""Redirects that one request may lead through."""
WEB_PAGE = 200
"""The status of a refusal that is no error to its server: a page for people."""

_CHUNK = 65_536
_CHANGING = frozenset({"PUT", "DELETE"})
_UNSENT = (
    NewConnectionError,
    ConnectTimeoutError,
    PrivateAddressError,
    ssl.SSLCertVerificationError,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
_REDIRECTS = (301, 302, 303, 307, 308)
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]"
    rb"|&#(?:0*(?:[0-8]|1[1245-9]|2[0-9]|3[01])|x0*(?:[0-8bcBCefEF]|1[0-9a-fA-F]|(?:ff|FF)(?:f|F)[efEF]));"
)
"""What is no character of XML 1.0 (§2.2), in UTF-8 or as a reference."""
_UNTRUSTED = re.compile(r"certificate verify failed: ([^\[(]*)")


@dataclass(frozen=True)
class Limits:
    """What one answer may cost: seconds to connect and without any data, seconds in all, bytes."""

    silence_s: float = 20.0
    total_s: float = 120.0
    size: int = 64_000_000


@dataclass(frozen=True)
class Answer:
    """What came back, and from where after all redirects.

    `tree` is its XML, None if it had no content or was a refusal; `content` are its bytes.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    tree: Element | None = None
    content: bytes = b""

    def multistatus(self) -> Multistatus:
        """The answer about several resources. Raises `UnavailableError` if it is none."""
        if self.tree is None:
            raise UnavailableError(f"{shown_name(self.url)} answered with nothing")
        return read(self.tree, self.url)

    def member(self) -> Member | None:
        """What it says of the resource that was asked for, if it says anything."""
        return self.multistatus().member(self.url) if self.tree is not None else None


class Server:
    """Requests with one login, negotiated by python-caldav: Basic or Digest, as the server asks for.

    Every request raises `ReconnectError` if the login is refused, `NotFoundError` for what is not there or may not be
    seen, and `UnavailableError` for all else that does not succeed. No message has the password in it.
    """

    def __init__(
        self, user: str, password: str, *, allow_private: bool, authorities: str | None, limits: Limits
    ) -> None:
        self._user = user
        self._http = _Http(GuardedAdapter(allow_private=allow_private), limits)
        self._client = DAVClient(
            url="https://unused.invalid/",  # each request has a whole URL
            username=user,
            password=password,
            ssl_verify_cert=authorities or True,
            headers={"User-Agent": "clearweek"},
            enable_rfc6764=False,
            rate_limit_handle=False,
        )
        self._client.session.close()
        self._client.session = self._http

    def log_in(self) -> None:
        """Show the login from now on without being asked, to a server that also answers strangers."""
        if self._client.auth is None:
            self._client.build_auth_object(["basic"])

    def ask(
        self, method: str, url: str, body: bytes = b"", *, depth: int | None = None, refusable: Collection[int] = ()
    ) -> Answer:
        """One request; a refusal with one of some statuses is an answer without content, not an error."""
        headers = {} if depth is None else {"Depth": str(depth)}
        return self._asked(method, url, body.decode(), headers, refusable)

    def get(self, url: str) -> Answer:
        """The bytes of one resource with the headers that tell its version.

        It comes uncompressed, as servers that compress often weaken the ETag (RFC 9110 §8.8.1).
        """
        return self._asked("GET", url, "", {"Accept": "text/calendar", "Accept-Encoding": "identity"}, ())

    def put(self, url: str, content: bytes, conditions: Mapping[str, str]) -> None:
        """Have a resource be these bytes, under some conditions (RFC 9110 §13.1). Redirects are not followed.

        Raises `ChangedError` if a condition does not hold or the resource is gone, `RefusedError` with the server's
        words, and `UnansweredError` if it may have been done all the same.
        """
        self._change("PUT", url, WireBytes(content), {"Content-Type": "text/calendar; charset=utf-8", **conditions})

    def delete(self, url: str, conditions: Mapping[str, str]) -> None:
        """Have a resource be no more; as `put`."""
        self._change("DELETE", url, WireBytes(b""), dict(conditions))

    def _change(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            self._request(method, url, body, headers)
        except _RefusedError as refused:
            raise in_words(refused.refusal, shown_name(refused.url)) from None

    def _asked(
        self, method: str, url: str, body: str, headers: Mapping[str, str], refusable: Collection[int]
    ) -> Answer:
        try:
            return self._request(method, url, body, headers)
        except _RefusedError as refused:
            if refused.status in refusable:
                return Answer(refused.status, refused.url, {})
            raise _explained(refused) from None

    def _request(self, method: str, url: str, body: str | bytes, headers: Mapping[str, str]) -> Answer:
        try:
            response = self._client.request(url, method, body, headers)  # type: ignore[arg-type]  # it takes WireBytes
        except (AuthorizationError, NotImplementedError):
            raise ReconnectError(f"{shown_name(url)} does not accept the login of {self._user}") from None
        received = self._http.answered
        return Answer(response.status, received.url, received.headers, response.tree, received.content)


class _RefusedError(Exception):
    """An answer that says no."""

    def __init__(self, refusal: Refusal, url: str) -> None:
        super().__init__(refusal.status)
        self.refusal = refusal
        self.status = refusal.status
        self.url = url


def _explained(refused: _RefusedError) -> AppError:
    name = shown_name(refused.url)
    if refused.status == 403:
        return NotFoundError(f"{name} may not be read with this login (HTTP 403)")
    if refused.status in (404, 410):
        return NotFoundError(f"there is nothing at {name} (HTTP {refused.status})")
    if refused.status == WEB_PAGE:
        return UnavailableError(f"{name} answered with a web page, not with calendars")
    return UnavailableError(f"{name} answered HTTP {refused.status}")


@dataclass(frozen=True)
class _Received:
    """An answer as python-caldav looks at it; the names are those of `requests.Response`."""

    status_code: int
    url: str
    headers: Mapping[str, str]
    content: bytes
    reason: str

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class _Http:
    """What python-caldav takes for a `requests.Session`; it keeps to the limits and follows few redirects.

    Raises `_RefusedError` for a status from 400 on, except 401, which python-caldav answers with the login.
    """

    def __init__(self, adapter: GuardedAdapter, limits: Limits) -> None:
        self._adapter = adapter
        self._limits = limits
        self._session = requests.Session()
        self._session.trust_env = False  # neither a proxy nor a login of the environment
        self._session.adapters.clear()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)
        self.answered = _Received(0, "", {}, b"", "")

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def request(self, method: str, url: str, **options: Any) -> _Received:
        """One request with its redirects; they lead to the same server, or where RFC 6764 §8 lets them."""
        if method in _CHANGING:
            self.answered = self._once(method, url, options)
            return _taken(self.answered)
        for _ in range(MAX_REDIRECTS + 1):
            received = self._once(method, url, options)
            target = urljoin(url, received.headers.get("Location", url))
            if received.status_code not in _REDIRECTS or target == url:
                self.answered = received
                return _checked(received, is_xml=method != "GET")
            if not _may_follow(url, target):
                text = f"{shown_name(url)} leads to another server, {shown_name(target)}"
                raise NotFoundError(f"{text}; connect that one if you trust it with the password")
            url = target
        raise NotFoundError(f"{shown_name(url)} redirects more than {MAX_REDIRECTS} times")

    def _once(self, method: str, url: str, options: dict[str, Any]) -> _Received:
        deadline = time.monotonic() + self._limits.total_s
        timer = threading.Timer(self._limits.total_s, self._adapter.cut)
        timer.daemon = True
        timer.start()
        try:
            fixed = {"timeout": self._limits.silence_s, "allow_redirects": False, "stream": True}
            auth = _in_utf8(options.get("auth"))
            with self._session.request(method, url, **options | fixed | {"auth": auth}) as answer:
                body = self._body(answer, shown_name(url))
                return _Received(answer.status_code, url, answer.headers, body, answer.reason or "")
        except AppError as error:
            raise (_unanswered(error) if method in _CHANGING else error) from None
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            broken = self._broken(error, shown_name(url), late=time.monotonic() >= deadline)
            raise (_unanswered(broken) if method in _CHANGING and not _is_unsent(error) else broken) from None
        finally:
            timer.cancel()

    def _body(self, answer: requests.Response, name: str) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._limits.size:
                raise UnavailableError(f"{name} answered with more than {self._limits.size / 1e6:g} MB at once")
        return bytes(body)

    def _broken(self, error: Exception, name: str, *, late: bool) -> AppError:
        if has_cause(error, PrivateAddressError):
            return UnavailableError(f"{name} leads to a private address, which is not allowed here")
        if late:
            return UnavailableError(f"{name} did not answer within {self._limits.total_s:g} s")
        if isinstance(error, requests.Timeout) or has_cause(error, ReadTimeoutError):
            return UnavailableError(f"{name} said nothing for {self._limits.silence_s:g} s")
        if isinstance(error, requests.exceptions.SSLError):
            why = _UNTRUSTED.search(str(error))
            text = f"{name} has no certificate to be trusted ({why[1].strip() if why else 'TLS'})"
            return UnavailableError(f"{text}; an authority of your own is named by CLEARWEEK_CALDAV_AUTHORITIES")
        if isinstance(error, ValueError):  # requests' InvalidURL, InvalidSchema, MissingSchema
            return InputError(f"{name} is no address of a CalDAV server; it begins with https://")
        return UnavailableError(f"{name} cannot be reached")


def _in_utf8(auth: Any) -> Any:
    """A login with its letters in UTF-8 (RFC 7617 §2.1), where `requests` would take Latin-1."""
    if isinstance(auth, HTTPBasicAuth):
        return HTTPBasicAuth(str(auth.username).encode(), str(auth.password).encode())
    return auth


def _may_follow(url: str, target: str) -> bool:
    """Whether a redirect leads to the same server, to its TLS side, or from TLS to TLS within the same domain."""
    old, new = urlsplit(url), urlsplit(target)
    if (old.scheme, old.netloc) == (new.scheme, new.netloc):
        return True
    same_host = new.hostname == old.hostname
    within = same_host or (new.hostname or "").endswith(f".{old.hostname}")
    return new.scheme == "https" and (within if old.scheme == "https" else same_host)


def _is_unsent(error: Exception) -> bool:
    """Whether a request broke off before any of it was on its way."""
    return any(has_cause(error, kind) for kind in _UNSENT)


def _unanswered(error: AppError) -> UnansweredError:
    return UnansweredError(f"{error}; whether it was written is not known")


def _taken(received: _Received) -> _Received:
    """The answer to a change, without the content, in which there is nothing for python-caldav."""
    code = received.status_code
    if code not in (200, 201, 204, 401) or (code == 200 and _is_web_page(received)):
        words = said_by(received.content, received.headers.get("Content-Type", ""))
        raise _RefusedError(Refusal(code, words, retry_after_s(received.headers)), received.url)
    return replace(received, content=b"")


def _is_web_page(received: _Received) -> bool:
    return bool(received.content) and received.headers.get("Content-Type", "").startswith("text/html")


def _checked(received: _Received, *, is_xml: bool) -> _Received:
    code, name = received.status_code, shown_name(received.url)
    if code == 429 or (code >= 500 and code not in (501, 507)):
        raise UnavailableError(f"{name} cannot answer now (HTTP {code})", retry_after_s(received.headers))
    if code >= 300 and code != 401:
        raise _RefusedError(Refusal(code), received.url)
    if code < 300 and received.headers.get("Content-Type", "").startswith("text/html"):
        raise _RefusedError(Refusal(WEB_PAGE), received.url)
    if code >= 300 or not received.content:
        return received
    return replace(received, content=_xml(received.content, name) if is_xml else b"")


def _xml(content: bytes, name: str) -> bytes:
    """An answer that python-caldav can read (it would write to the log what it cannot).

    Raises `UnavailableError` for what is no XML, letters apart that XML does not allow: events have them, and servers
    pass them on.
    """
    if _is_xml(content):
        return content
    cleaned = _FORBIDDEN.sub(b"", content)
    if _is_xml(cleaned):
        return cleaned
    raise UnavailableError(f"{name} gave an answer that is cut off, or no XML")


def _is_xml(content: bytes) -> bool:
    try:
        etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return True
