"""One calendar fetched from a URL: bounded in size and in time, and from public addresses only, unless allowed."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import requests
from urllib3.exceptions import HTTPError

from app.adapters.guarded_http import GuardedAdapter, PrivateAddressError, has_cause
from app.adapters.ics.source import shown_name, too_large
from app.errors import AppError, InputError, NotAllowedError, NotFoundError, UnavailableError

MAX_REDIRECTS = 5
"""Redirects that a URL may lead through."""
TIMEOUT_S = 10.0
"""Seconds to connect, and seconds without any data."""

_CHUNK = 65_536
_MAX_ETAG = 1_000


class LoginNeededError(InputError):
    """The server asks for a login, which no URL can give."""


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server knows again the state of a page that it sent: ETag, Last-Modified (RFC 9110 §8.8)."""

    etag: str | None = None
    modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.modified)

    def headers(self) -> dict[str, str]:
        """A request for the page only if it has changed (RFC 9110 §13.1)."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in named.items() if value}


class Answer(NamedTuple):
    """A page and its validators; `body` is None if nothing has changed."""

    body: bytes | None
    validators: Validators


class Download:
    """One URL, fetched once."""

    def __init__(self, url: str, limit: int, total_timeout_s: float, *, allow_private: bool) -> None:
        self._url = re.sub(r"^webcal(s?)://", "https://", url, flags=re.IGNORECASE)
        self._name = shown_name(url)
        self._limit = limit
        self._total_timeout_s = total_timeout_s
        self._deadline = time.monotonic() + total_timeout_s
        self._adapter = GuardedAdapter(allow_private=allow_private)

    def run(self) -> bytes:
        """Fetch the body, whatever was known of it before."""
        return self.since(Validators()).body or b""

    def since(self, known: Validators) -> Answer:
        """Fetch the body if it has changed; a timer cuts the connections of a server that trickles."""
        timer = threading.Timer(self._total_timeout_s, self._adapter.cut)
        timer.daemon = True
        timer.start()
        try:
            return self._fetch(known)
        except AppError:
            raise
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise self._explained(error) from None
        finally:
            timer.cancel()

    def _fetch(self, known: Validators) -> Answer:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment would hide whom we talk to
            session.max_redirects = MAX_REDIRECTS
            session.adapters.clear()
            for scheme in ("http://", "https://"):
                session.mount(scheme, self._adapter)
            headers = {"Accept": "text/calendar, */*;q=0.5", "User-Agent": "clearweek", **known.headers()}
            with session.get(self._url, timeout=TIMEOUT_S, stream=True, headers=headers) as answer:
                if answer.status_code == 304 and known:
                    return Answer(None, known)
                self._check_status(answer)
                return Answer(self._body(answer), _validators(answer))

    def _check_status(self, answer: requests.Response) -> None:
        code = answer.status_code
        if code in (404, 410):
            raise NotFoundError(f"there is no calendar at {self._name} (HTTP {code})")
        if code in (401, 403):
            raise LoginNeededError(f"{self._name} asks for a login (HTTP {code}); use the calendar's secret address")
        if code == 429 or code >= 500:
            raise UnavailableError(f"{self._name} cannot answer now (HTTP {code})", _retry_after_s(answer))
        if code != 200:
            raise InputError(f"{self._name} answered HTTP {code}, not a calendar")

    def _body(self, answer: requests.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._limit:
                raise too_large(self._name, self._limit)
            if time.monotonic() > self._deadline:
                raise self._late()
        if time.monotonic() > self._deadline:
            raise self._late()
        return bytes(body)

    def _late(self) -> UnavailableError:
        return UnavailableError(f"{self._name} did not answer within {self._total_timeout_s:g} s")

    def _explained(self, error: Exception) -> AppError:
        if has_cause(error, PrivateAddressError):
            text = f"{self._name} leads to a private address"
            return NotAllowedError(f"{text}; for a server of your own set CLEARWEEK_ALLOW_PRIVATE_FEEDS=true")
        if time.monotonic() > self._deadline or isinstance(error, requests.Timeout):
            return self._late()
        if isinstance(error, requests.TooManyRedirects):
            return InputError(f"{self._name} redirects more than {MAX_REDIRECTS} times")
        if isinstance(error, ValueError):  # requests' InvalidURL, InvalidSchema, MissingSchema
            return InputError(f"{self._name} leads to an address that cannot be read; it must begin with https://")
        if isinstance(error, requests.exceptions.SSLError):
            return UnavailableError(f"{self._name} has no valid certificate")
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            return UnavailableError(f"{self._name} broke off in the middle of its answer")
        return UnavailableError(f"{self._name} cannot be reached")


def _validators(answer: requests.Response) -> Validators:
    """What to ask with next time: the ETag, else a Last-Modified that no later change of that second can share.

    RFC 9110 §8.8.2.2: it is strong if the answer was made at least a second later.
    """
    etag = answer.headers.get("ETag")
    if etag and len(etag) <= _MAX_ETAG:
        return Validators(etag=etag)
    age_s = _seconds(answer, "Last-Modified", "Date")
    return Validators(modified=answer.headers["Last-Modified"]) if age_s and age_s >= 1 else Validators()


def _retry_after_s(answer: requests.Response) -> int | None:
    """The seconds that a server asks to wait, or the moment that it names, on its own clock (RFC 9110 §10.2.3)."""
    wait = answer.headers.get("Retry-After", "")
    if wait.isdecimal():
        return int(wait) if len(wait) < 7 else None
    seconds = _seconds(answer, "Date", "Retry-After")
    return None if seconds is None else max(0, round(seconds))


def _seconds(answer: requests.Response, earlier: str, later: str) -> float | None:
    """From one moment that an answer names to another; None if it does not name both."""
    try:
        first, last = (parsedate_to_datetime(answer.headers[name]) for name in (earlier, later))
        return (last - first).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None
