"""What requests about calendars may say, and their answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from app.api.schemas import Email, Name, Zone
from app.domain.calendar.connected import Access, Backend, SyncState

Url = Annotated[str, Field(min_length=1, max_length=2_000)]


class _Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Email = Field(description="Whose calendars they are.")
    timezone: Zone | None = Field(
        default=None, description="The IANA zone of calendars of which neither the server nor the team file says one."
    )


class _Several(_Wanted):
    calendars: list[Name] = Field(
        default_factory=list, max_length=50, description="Only these, by name; without it, all of the person's own."
    )


class CaldavLogin(_Several):
    """Calendars of a CalDAV server."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://dav.example.com/",
                    "user": "ana",
                    "password": "correct horse battery staple",
                    "person": "ana@example.com",
                    "calendars": ["Work"],
                    "timezone": "Europe/Berlin",
                }
            ]
        }
    )

    url: Url = Field(
        description="A server, a calendar, or an address like ana@example.com, of which the server says it."
    )
    user: Name = Field(description="Whom to log in as.")
    password: SecretStr = Field(min_length=1, max_length=1_000, description="Kept sealed, and never shown.")


class FeedLogin(_Wanted):
    """One calendar as an .ics file on the web, which can only be read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"url": "https://calendar.example.com/ana/a1b2c3/basic.ics", "person": "ana@example.com"},
            ]
        }
    )

    url: Url = Field(
        pattern="^([Hh][Tt][Tt][Pp]|[Ww][Ee][Bb][Cc][Aa][Ll])[Ss]?://",
        description="Its address, which is kept sealed: it is often a secret. Private addresses are refused.",
    )


class GoogleSignIn(_Several):
    """Calendars of a Google account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"person": "ana@example.com", "write": True}]})

    write: bool = Field(
        default=False, strict=True, description="Also ask to be allowed to write moves that were accepted."
    )


class SyncOptions(BaseModel):
    """How to sync."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"accept_empty": False}]})

    accept_empty: bool = Field(
        default=False, strict=True, description="Believe that a calendar in the state `confirm` is empty now."
    )


class Calendar(BaseModel):
    """A calendar that is kept, and how its sync stands."""

    id: str
    connection: str = Field(description="The login that brings it.")
    backend: Backend
    name: str
    owner: str
    timezone: str
    access: Access = Field(description="What is kept of it: `details`, or only when its owner is `busy`.")
    writable: bool
    state: SyncState = Field(description="`new`, `synced`, `retrying`; or what waits for somebody: see `remedy`.")
    syncing: bool = Field(description="Whether a sync is running, since `last_try_at`.")
    events: int
    last_success_at: AwareDatetime | None
    lag_s: int | None = Field(description="How old what is kept is, in seconds.")
    last_try_at: AwareDatetime | None
    next_try_at: AwareDatetime | None
    problem: str | None = Field(description="What is wrong.")
    remedy: str | None = Field(description="What to do about it.")


class Calendars(BaseModel):
    """Calendars, by owner and name."""

    calendars: list[Calendar]


class SignIn(BaseModel):
    """A sign-in that has begun."""

    url: str = Field(description="Where to send the browser of the person.")
    expires_at: AwareDatetime = Field(description="When it is too late to come back.")


class Forgotten(BaseModel):
    """What was forgotten."""

    connection: str
    calendars: int
    events: int


Json = dict[str, Any]
CALENDAR_EXAMPLE: Json = {
    "id": "5f0c7a9e",
    "connection": "3b1d4c2f",
    "backend": "caldav",
    "name": "Work",
    "owner": "ana@example.com",
    "timezone": "Europe/Berlin",
    "access": "details",
    "writable": True,
    "state": "synced",
    "syncing": False,
    "events": 412,
    "last_success_at": "2026-11-26T08:00:00+00:00",
    "lag_s": 240,
    "last_try_at": "2026-11-26T08:00:00+00:00",
    "next_try_at": "2026-11-26T08:16:00+00:00",
    "problem": None,
    "remedy": None,
}
SIGN_IN_EXAMPLE: Json = {
    "url": "https://accounts.google.com/o/oauth2/auth?response_type=code&state=…",
    "expires_at": "2026-11-26T08:10:00+00:00",
}
FORGOTTEN_EXAMPLE: Json = {"connection": "3b1d4c2f", "calendars": 1, "events": 412}
