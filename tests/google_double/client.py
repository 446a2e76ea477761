"""The real client library, pointed at the double."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import google_auth_httplib2
import httplib2
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.google_double import CALENDAR, GoogleDouble


class Client:
    """The calendar API as one user calls it; `api` is the library's own object."""

    def __init__(
        self, google: GoogleDouble, user: str, scopes: Collection[str] = (CALENDAR,), timeout_s: float = 10
    ) -> None:
        info = google.credentials(user, scopes)
        # Not `from_authorized_user_info`: whatever the token endpoint in it, that one asks Google's.
        names = ("token", "refresh_token", "token_uri", "client_id", "client_secret", "scopes")
        self.credentials = Credentials(**{name: info[name] for name in names})  # type: ignore[no-untyped-call]
        self.plain = httplib2.Http(timeout=timeout_s)
        self.http = google_auth_httplib2.AuthorizedHttp(self.credentials, http=self.plain)
        options = {"api_endpoint": google.api_url}
        self.api: Any = build(
            "calendar", "v3", http=self.http, static_discovery=True, cache_discovery=False, client_options=options
        )
        self.events: Any = self.api.events()

    def close(self) -> None:
        """End the connections."""
        self.api.close()

    def list(self, calendar: str = "primary", **query: Any) -> tuple[list[dict[str, Any]], str | None]:
        """All pages of a list, and the token of the last."""
        items: list[dict[str, Any]] = []
        request = self.events.list(calendarId=calendar, **query)
        while request is not None:
            page = request.execute()
            items += page.get("items", [])
            token = page.get("nextSyncToken")
            request = self.events.list_next(request, page)
        return items, token


def reason(error: HttpError) -> tuple[int, str]:
    """Status and reason of a refusal."""
    return error.resp.status, error.error_details[0]["reason"]
