"""What is kept of a sign-in at Google, and the credentials that it gives.

The secret of a connection is JSON: `{"type": "authorized_user", …}` with what a user allowed, or
`{"type": "service_account", "file": …, "subject": …, "write": …}` for a person whom a service account stands for.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.auth.exceptions import RefreshError, TransportError
from google.oauth2 import credentials, service_account

from app.errors import ConfigError

EVENTS = "https://www.googleapis.com/auth/calendar.events.readonly"
"""Events of the calendars that a person can see, and push channels for them: that is what is planned from."""
CALENDAR_LIST = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
"""Which calendars there are, whose, in which time zone, and what of them may be seen."""
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"
"""When people are busy whose events cannot be read."""
DIRECTORY = "https://www.googleapis.com/auth/admin.directory.user.readonly"
"""Names, addresses and managers of a domain's people, for the team; only if it is asked for."""
WRITTEN_EVENTS = "https://www.googleapis.com/auth/calendar.events"
"""The same events, to be changed, too: for moves that were agreed on. It covers `EVENTS`."""
EVERYTHING = "https://www.googleapis.com/auth/calendar"
"""All of somebody's calendars: never asked for, but a login made elsewhere may have it."""
SCOPES = (EVENTS, CALENDAR_LIST, FREE_BUSY)
"""The least that reading needs; nothing here may write."""
WRITING_SCOPES = (WRITTEN_EVENTS, CALENDAR_LIST, FREE_BUSY)
"""The least that reading and writing need."""


def scopes_for(*, write: bool) -> tuple[str, ...]:
    """What to ask for, to read events or to `write` them, too."""
    return WRITING_SCOPES if write else SCOPES


# google-auth says nothing of its types.
_TRANSPORT_ERROR: Any = TransportError


class _Checked:
    """Credentials that take for a refusal only what is one: a server's word in JSON, not a front end's page."""

    def refresh(self, request: Any) -> None:
        """Renew the access token. Raises `TransportError` if the answer is no JSON object; else as google-auth does."""
        heard: list[bytes] = []

        def ask(*args: Any, **named: Any) -> Any:
            answer = request(*args, **named)
            heard.append(answer.data)
            return answer

        try:
            super().refresh(ask)  # type: ignore[misc]
        except (RefreshError, TypeError) as error:  # a TypeError where it looks for a token in a text
            if heard and not _is_object(heard[-1]):
                raise _TRANSPORT_ERROR("its answer breaks off or is no JSON") from error
            raise


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), Mapping)
    except ValueError:
        return False


class _User(_Checked, credentials.Credentials):
    pass


class _ServiceAccount(_Checked, service_account.Credentials):
    pass


_USER: Any = _User
_KEY_FILE: Any = _ServiceAccount.from_service_account_file


def credentials_of(secret: bytes, subjects: Collection[str] = (), scopes: Sequence[str] | None = None) -> Any:
    """The credentials (of google-auth) in a connection's secret.

    `subjects` are the people for whom a service account may stand, in lower case, and `scopes` what it asks for, if not
    what the secret says. Raises `ConfigError` for a secret of
    another form, a file that cannot be used, and a subject that is not listed, before anything is sent.
    """
    try:
        said = json.loads(secret)
        kind = said["type"]
        if kind == "authorized_user":
            return _user(said)
        if kind == "service_account":
            wanted = scopes or scopes_for(write=bool(said.get("write")))
            return delegated(str(said["file"]), str(said["subject"]), subjects, wanted)
    except (ValueError, KeyError, TypeError):
        raise ConfigError("the stored login at Google cannot be read; disconnect it and connect it again") from None
    raise ConfigError(f"the stored login at Google is of an unknown type ({str(kind)[:40]!r}); connect it again")


def delegation(file: Path | None, subject: str, *, write: bool = False) -> bytes:
    """The secret of a connection by which a service account acts for a person. Raises `ConfigError` without a file."""
    if file is None:
        raise ConfigError("acting for people needs a service account: set CLEARWEEK_GOOGLE_SERVICE_ACCOUNT_FILE")
    said = {"type": "service_account", "file": str(file.absolute()), "subject": subject, "write": write}
    return json.dumps(said).encode()


def is_delegated(secret: bytes) -> bool:
    """Whether a secret is that of a service account."""
    return bool(json.loads(secret).get("type") == "service_account")


def may_write(secret: bytes) -> bool:
    """Whether events may be changed by a login, as far as its secret says."""
    said = json.loads(secret)
    return bool(said.get("write")) or not {WRITTEN_EVENTS, EVERYTHING}.isdisjoint(said.get("scopes") or ())


def delegated(file: str, subject: str, subjects: Collection[str], scopes: Sequence[str] = SCOPES) -> Any:
    """A service account's credentials in the name of a person (domain-wide delegation).

    A key can act for everyone in the domain, so the people are listed. Raises `ConfigError` as `credentials_of` does.
    """
    if subject.lower() not in subjects:
        raise ConfigError(
            f"{subject} is not one of the people that the service account may act for; "
            "add the address to CLEARWEEK_GOOGLE_SUBJECTS"
        )
    try:
        return _KEY_FILE(file, scopes=list(scopes), subject=subject.lower())
    except OSError as error:
        raise ConfigError(f"{file}: the key of the service account cannot be read: {error.strerror}") from None
    except ValueError:
        raise ConfigError(f"{file}: is no key of a service account (JSON, from the Google Cloud console)") from None


def _user(said: Mapping[str, Any]) -> Any:
    """As `from_authorized_user_info`, which would replace the token endpoint by Google's."""
    needed = {name: str(said[name]) for name in ("refresh_token", "token_uri", "client_id", "client_secret")}
    return _USER(said.get("token"), **needed, scopes=said.get("scopes"), expiry=_expiry(said))


def _expiry(said: Mapping[str, Any]) -> datetime | None:
    """When the access token ends, without a zone, as google-auth counts in UTC."""
    return datetime.fromisoformat(said["expiry"]).astimezone(UTC).replace(tzinfo=None) if said.get("expiry") else None
