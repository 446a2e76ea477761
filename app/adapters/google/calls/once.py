"""Connections for requests that must not be sent twice.

httplib2 sends a request again when a connection ends without an answer. What changes a calendar may have taken effect
then, so that a second sending would be refused as if somebody else had been there: here it is told instead.
"""

from __future__ import annotations

from http.client import BadStatusLine, HTTPResponse
from typing import Any

import httplib2


class NotSentError(httplib2.HttpLib2Error):  # type: ignore[misc]  # the library says nothing of its types
    """No connection came about, so that nothing was sent over it."""


class _Once:
    def connect(self) -> None:
        """Raises `NotSentError`."""
        try:
            super().connect()  # type: ignore[misc]
        except OSError as error:
            raise NotSentError(str(error)) from error

    def getresponse(self) -> HTTPResponse:
        """Raises an `OSError` where httplib2 would take another error as a reason to send the request again."""
        try:
            answer: HTTPResponse = super().getresponse()  # type: ignore[misc]
        except BadStatusLine as error:
            raise ConnectionResetError("the connection ended without an answer") from error
        return answer


class _Plain(_Once, httplib2.HTTPConnectionWithTimeout):  # type: ignore[misc]
    pass


class _Secure(_Once, httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc]
    pass


class OnceHttp(httplib2.Http):  # type: ignore[misc]
    """A transport with a new connection for each request: one that is kept may have ended unnoticed."""

    def request(self, uri: str, *args: Any, **named: Any) -> Any:
        """As httplib2's; raises `NotSentError` if there is no connection."""
        kind = _Secure if uri.startswith("https:") else _Plain
        try:
            return super().request(uri, *args, **named | {"connection_type": kind})
        finally:
            self.close()
