"""What can go wrong with a request to Google: what is worth another try, and what to tell.

The reasons are those of https://developers.google.com/workspace/calendar/api/guides/errors.
"""

from __future__ import annotations

import json
from http.client import HTTPException

import httplib2
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from googleapiclient.errors import HttpError

from app.errors import AppError, NotFoundError, ReconnectError, UnavailableError

BROKEN_ANSWERS = (OSError, HTTPException, httplib2.HttpLib2Error, TransportError, ValueError)
"""No answer, or half of one: time-outs, resets, names that are not found, JSON that is none."""
ALL = (HttpError, GoogleAuthError, *BROKEN_ANSWERS)
"""Whatever a request may raise."""

_TOO_MUCH = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
_TOO_MUCH_TODAY = "dailyLimitExceeded"
NOT_ALLOWED = frozenset({"insufficientPermissions", "insufficientScopes", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
"""The reasons of a refusal because of scopes."""
_NOT_ENABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_MAX_TEXT = 200


class GoneError(Exception):
    """HTTP 410: what that means depends on what was asked for."""


def is_worth_another_try(error: BaseException) -> bool:
    """Whether the same request may well succeed in a moment: Google asked to wait, failed, or did not answer."""
    if isinstance(error, HttpError):
        status = error.resp.status
        return status in (408, 429) or status >= 500 or is_haste(error)
    return isinstance(error, BROKEN_ANSWERS)


def is_haste(error: HttpError) -> bool:
    """Whether a request was refused (403) because there were too many."""
    return error.resp.status == 403 and bool(reasons(error) & _TOO_MUCH)


def is_about_the_project(error: HttpError) -> bool:
    """Whether a request was refused (403) because of the client's project: an API not enabled, today's quota."""
    return error.resp.status == 403 and bool(reasons(error) & (_NOT_ENABLED | {_TOO_MUCH_TODAY}))


def said_in(error: HttpError) -> str:
    """What a refusal says of itself, on one line."""
    return f"{_short(error.reason)} (HTTP {error.resp.status}{_named(reasons(error))})"


def retry_after_s(error: BaseException | None) -> int | None:
    """The seconds that a server asked to wait (RFC 9110 §10.2.3), None if it did not, or named a date."""
    text = str(error.resp.get("retry-after", "")) if isinstance(error, HttpError) else ""
    return int(text) if text.isdecimal() and len(text) < 7 else None


def reasons(error: HttpError) -> frozenset[str]:
    """The stable words of an error answer; none if it is of another form."""
    try:
        found = json.loads(error.content)["error"]
        listed = [*(found.get("errors") or ()), *(found.get("details") or ())]
        return frozenset(str(one["reason"]) for one in listed if "reason" in one)
    except (ValueError, KeyError, TypeError, AttributeError):
        return frozenset()


def explained(error: BaseException, what: str, person: str) -> AppError:
    """What a request's failure means; `what` is what could not be had. Raises `GoneError` for HTTP 410."""
    if isinstance(error, HttpError):
        return _explained_answer(error, what, person)
    if isinstance(error, RefreshError) and not error.retryable:
        return _not_accepted(error, person)
    if isinstance(error, GoogleAuthError) and not isinstance(error, TransportError):
        return UnavailableError(f"Google gives no access token for {person} now{_said(error)}")
    if isinstance(error, TimeoutError):
        return UnavailableError(f"Google did not answer in time when asked for {what}")
    if isinstance(error, ValueError):
        return UnavailableError(f"Google's answer for {what} breaks off or is no JSON")
    return UnavailableError(f"Google cannot be reached for {what}{_said(error)}")


def _not_accepted(error: RefreshError, person: str) -> ReconnectError:
    if "unauthorized_client" in str(error):  # domain-wide delegation is not set up, or for other scopes
        text = f"the service account may not act for {person}: a Workspace administrator has to allow it all scopes"
        return ReconnectError(text + _said(error))
    return ReconnectError(f"Google does not accept the login of {person} any more; connect it again{_said(error)}")


def _explained_answer(error: HttpError, what: str, person: str) -> AppError:
    status, said = error.resp.status, reasons(error)
    if status == 401:
        return ReconnectError(f"Google does not accept the login of {person} any more; connect it again")
    if status == 410:
        raise GoneError from error
    if status == 404:
        return NotFoundError(f"Google cannot find {what}, or {person} may not see that (any more)")
    if status == 403 and not is_worth_another_try(error):
        return _refused(error, said, what, person)
    wait = retry_after_s(error)
    if is_worth_another_try(error):
        return UnavailableError(f"Google cannot answer for {what} now (HTTP {status}{_named(said)})", wait)
    return UnavailableError(f"Google refuses {what} (HTTP {status}{_named(said)}): {_short(error.reason)}", wait)


def _refused(error: HttpError, said: frozenset[str], what: str, person: str) -> AppError:
    """HTTP 403 for another reason than haste."""
    if said & NOT_ALLOWED:
        return ReconnectError(f"the login of {person} does not cover {what}; connect it again and tick all boxes")
    if said & _NOT_ENABLED:
        return UnavailableError(
            f"the Google Cloud project of the client has an API not enabled: {_short(error.reason)}"
        )
    if _TOO_MUCH_TODAY in said:
        return UnavailableError(f"the Google Cloud project of the client has used up its quota of today, for {what}")
    return NotFoundError(f"{person} may not see {what} (any more){_named(said, ' (', ')')}")


def _named(said: frozenset[str], before: str = ", ", after: str = "") -> str:
    return f"{before}{_short(', '.join(sorted(said)))}{after}" if said else ""


def _said(error: BaseException) -> str:
    text = str(error.args[0]) if error.args else ""
    return f" ({_short(text)})" if text else ""


def _short(text: str) -> str:
    return " ".join(text.split())[:_MAX_TEXT]
