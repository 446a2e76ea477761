"""What it means when Google does not make a change: had it an effect, who is in the way, and what to do.

The reasons are those of https://developers.google.com/workspace/calendar/api/guides/errors.
"""

from __future__ import annotations

from google.auth.exceptions import GoogleAuthError, TransportError
from googleapiclient.errors import HttpError

from app.adapters.google.calls import faults
from app.adapters.google.calls.once import NotSentError
from app.errors import AppError, ChangedError, ReconnectError, RefusedError, UnansweredError


class TakenError(Exception):
    """HTTP 409: an event with this id is there, or was."""


def had_no_effect(error: BaseException) -> bool:
    """Whether a change surely was not made, and may well be when it is asked for again in a moment."""
    if isinstance(error, HttpError):
        return bool(error.resp.status == 429 or faults.is_haste(error))
    return isinstance(error, (NotSentError, TransportError))


def explained(error: BaseException, what: str, person: str) -> AppError:
    """What a change's failure means; `what` is what was to be changed.

    Raises `GoneError` if it is not there any more, and `TakenError` if its id is not free.
    """
    if isinstance(error, HttpError):
        return _explained_answer(error, what, person)
    if isinstance(error, (NotSentError, GoogleAuthError)):
        return faults.explained(error, what, person)
    return UnansweredError(f"Google did not answer whether it changed {what}")


def may_only_read(person: str) -> ReconnectError:
    """What to do with a login that does not cover changes."""
    return ReconnectError(
        f"the login of {person} at Google may only read; to have moves written, connect it again with "
        f"`clearweek connect google --person {person} --write`"
    )


def _explained_answer(error: HttpError, what: str, person: str) -> AppError:
    status = error.resp.status
    if status in (404, 410):
        raise faults.GoneError from error
    if status == 409 and "duplicate" in faults.reasons(error):
        raise TakenError from error
    if status in (409, 412):
        return ChangedError(f"{what} was changed meanwhile")
    if status == 408 or status >= 500:
        wait = faults.retry_after_s(error)
        return UnansweredError(f"Google failed at a change of {what}, and does not say whether it was made", wait)
    if status == 403:
        return _refused(error, what, person)
    return faults.explained(error, what, person) if status in (401, 429) else _never(error, what)


def _refused(error: HttpError, what: str, person: str) -> AppError:
    said = faults.reasons(error)
    if said & faults.NOT_ALLOWED:
        return may_only_read(person)
    if "forbiddenForNonOrganizer" in said:
        return RefusedError(f"only its organizer can change {what}, unless its guests are allowed to")
    if faults.is_haste(error) or faults.is_about_the_project(error):
        return faults.explained(error, what, person)
    if "requiredAccessLevel" in said:
        return RefusedError(f"{person} may not write there: {what} is for its owner to change")
    return _never(error, what)


def _never(error: HttpError, what: str) -> RefusedError:
    return RefusedError(f"Google refuses to change {what}: {faults.said_in(error)}")
