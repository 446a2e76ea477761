"""The errors of the Calendar API, in the shape that the guide "Handle API errors" shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

# reason: (status, domain, message, location type, location), as the guide prints them.
DOCUMENTED: Final[Mapping[str, tuple[int, str, str, str | None, str | None]]] = {
    "authError": (401, "global", "Invalid Credentials", "header", "Authorization"),
    "required": (400, "global", "Required", None, None),
    "invalid": (400, "global", "Invalid Value", None, None),
    "timeRangeEmpty": (400, "calendar", "The specified time range is empty.", "parameter", "timeMax"),
    "timeRangeTooLong": (400, "calendar", "The requested time range is too long.", "parameter", "timeMax"),
    "syncTokenWithRequestRestrictions": (
        400,
        "calendar",
        "Sync token cannot be used with other request restrictions.",
        "parameter",
        "syncToken",
    ),
    "orderBySpecifiedForUnsupported": (
        400,
        "calendar",
        "The requested ordering is not available for the particular query.",
        "parameter",
        "orderBy",
    ),
    "insufficientPermissions": (
        403,
        "global",
        "Request had insufficient authentication scopes.",
        None,
        None,
    ),
    "requiredAccessLevel": (403, "calendar", "You need to have writer access to this calendar.", None, None),
    "forbidden": (403, "global", "Forbidden", None, None),
    "userRateLimitExceeded": (403, "usageLimits", "User Rate Limit Exceeded", None, None),
    "rateLimitExceeded": (403, "usageLimits", "Rate Limit Exceeded", None, None),
    "quotaExceeded": (403, "usageLimits", "Calendar usage limits exceeded.", None, None),
    "forbiddenForNonOrganizer": (
        403,
        "calendar",
        "Shared properties can only be changed by the organizer of the event.",
        None,
        None,
    ),
    "notFound": (404, "global", "Not Found", None, None),
    "duplicate": (409, "global", "The requested identifier already exists.", None, None),
    "conflict": (409, "global", "Conflict", None, None),
    "fullSyncRequired": (
        410,
        "calendar",
        "Sync token is no longer valid, a full sync is required.",
        "parameter",
        "syncToken",
    ),
    "updatedMinTooLongAgo": (
        410,
        "calendar",
        "The requested minimum modification time lies too far in the past.",
        "parameter",
        "updatedMin",
    ),
    "deleted": (410, "global", "Resource has been deleted", None, None),
    "conditionNotMet": (412, "global", "Precondition Failed", "header", "If-Match"),
    "backendError": (500, "global", "Backend Error", None, None),
    "channelIdNotUnique": (400, "global", "Channel id not unique", "entity", "resource.id"),
    "push.webhookUrlNotHttps": (400, "global", "WebHook callback must be HTTPS", None, None),
}


class ApiError(Exception):
    """A refusal; `reason` is one that Google documents, what differs from its usual form is given."""

    def __init__(
        self,
        reason: str,
        message: str | None = None,
        *,
        status: int | None = None,
        location: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.reason = reason
        usual, self.domain, text, self.location_type, self.location = DOCUMENTED[reason]
        self.status = status or usual
        self.message = message or text
        if location is not None:
            self.location_type, self.location = "parameter", location
        self.retry_after = retry_after
        super().__init__(f"{self.status} {reason}: {self.message}")

    def body(self) -> bytes:
        """The answer's JSON."""
        detail: Json = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location is not None:
            detail |= {"locationType": self.location_type, "location": self.location}
        return json.dumps({"error": {"errors": [detail], "code": self.status, "message": self.message}}).encode()

    def headers(self) -> dict[str, str]:
        """What the answer's head says beside the body."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class OauthError(Exception):
    """A refusal of the token endpoint (RFC 6749 §5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.error = error
        self.description = description

    def body(self) -> bytes:
        """The answer's JSON."""
        return json.dumps({"error": self.error, "error_description": self.description}).encode()
