"""Push channels for the events of a calendar (https://developers.google.com/workspace/calendar/api/guides/push)."""

from __future__ import annotations

from datetime import UTC, datetime

from app.adapters.google.calls.api import Api
from app.adapters.google.calls.faults import GoneError
from app.errors import NotFoundError, UnavailableError


def watch(api: Api, calendar: str, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
    """Open a channel: its resource id, and when it ends, which Google decides.

    Asked once only: a second request with the same id would be refused if the first one came through. Raises what
    `Api.calendar` raises.
    """
    body = {"id": channel_id, "type": "web_hook", "address": address, "token": token}
    what = f"a push channel for {calendar}"
    try:
        answer = api.calendar_once("events", "watch", what, calendarId=calendar, body=body)
        return str(answer["resourceId"]), datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)
    except GoneError:
        raise NotFoundError(f"Google gives no push channel for {calendar}") from None
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise UnavailableError(f"Google does not say of {what} when it ends") from None


def stop(api: Api, channel_id: str, resource_id: str) -> None:
    """End a channel; one that Google does not know has ended. Raises `ReconnectError` or `UnavailableError`.

    Asked once only, as a channel ends by itself, too.
    """
    what = "the end of a push channel"
    try:
        api.calendar_told("channels", "stop", what, body={"id": channel_id, "resourceId": resource_id})
    except (GoneError, NotFoundError):
        return
