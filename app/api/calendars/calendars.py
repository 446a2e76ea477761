"""Calendars that are kept in sync: connecting, listing, syncing and forgetting them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response
from fastapi import Request as HttpRequest
from fastapi.responses import PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from app.api.access import needs
from app.api.addresses import CALLBACK
from app.api.calendar_schemas import (
    CALENDAR_EXAMPLE,
    FORGOTTEN_EXAMPLE,
    SIGN_IN_EXAMPLE,
    CaldavLogin,
    Calendar,
    Calendars,
    FeedLogin,
    Forgotten,
    GoogleSignIn,
    SignIn,
    SyncOptions,
)
from app.api.ids import CalendarId
from app.api.openapi.description import refusals
from app.api.parts import ApiParts, PartsDep
from app.api.problems import CONFLICT, ProblemError, fault, no_answer, not_ready, refused
from app.domain.calendar.connected import StoredCalendar, SyncStanding
from app.domain.configuration.access import Scope
from app.errors import ConfigError, InputError, NotFoundError, StoreError, UnavailableError
from app.render.calendars import calendar_document

LOOK_EVERY_S = 0.5
PREFIX = "/v1/calendars"
_COMMON = (401, 403, 422, 500, 503)
_FIELDS = {"calendar": "calendars", "timezone": "timezone", "person": "person"}
"""Where in a request stands what the command line calls so."""

router = APIRouter(prefix=PREFIX, tags=["calendars"], dependencies=[needs(Scope.CALENDARS)])
landing = APIRouter(tags=["calendars"])
Json = dict[str, Any]


def _example(value: object, media_type: str = "application/json") -> Json:
    return {"content": {media_type: {"example": value}}}


_ONE, _ALL = _example(CALENDAR_EXAMPLE), _example({"calendars": [CALENDAR_EXAMPLE]})
_EVENT = f"event: syncing\ndata: {json.dumps({**CALENDAR_EXAMPLE, 'syncing': True, 'written': 120})}\n\n"


@router.get("", operation_id="listCalendars", summary="List the calendars", responses={200: _ALL, **refusals(*_COMMON)})
def list_calendars(parts: PartsDep) -> Calendars:
    """All calendars that are kept, by owner and name; where something is wrong, what it is and what to do about it."""
    return _documents(parts, [calendar.id for calendar, _ in parts.calendars.all()])


@router.post(
    "/caldav",
    operation_id="connectCaldav",
    summary="Connect calendars of a CalDAV server",
    status_code=201,
    responses={201: _ALL, **refusals(400, 413, *_COMMON)},
)
def connect_caldav(login: CaldavLogin, parts: PartsDep, response: Response) -> Calendars:
    """Log in, keep the calendars, and have them synced. A login that is kept already is renewed: nothing is doubled."""
    with _pointed():
        return _connected(parts.calendars.connect_caldav(login), parts, response)


@router.post(
    "/feed",
    operation_id="connectFeed",
    summary="Connect a feed",
    status_code=201,
    responses={201: _ALL, **refusals(400, 413, *_COMMON)},
)
def connect_feed(login: FeedLogin, parts: PartsDep, response: Response) -> Calendars:
    """Read an .ics file on the web, keep it, and have it synced. One that is kept already is renewed."""
    with _pointed():
        return _connected(parts.calendars.connect_feed(login), parts, response)


@router.post(
    "/google",
    operation_id="connectGoogle",
    summary="Begin to connect calendars of a Google account",
    responses={200: _example(SIGN_IN_EXAMPLE), **refusals(400, 413, *_COMMON)},
)
def connect_google(wanted: GoogleSignIn, parts: PartsDep) -> SignIn:
    """Where to send the browser of the person: they sign in at Google, and come back to this service."""
    with _pointed():
        url, expires_at = parts.calendars.begin_google(wanted)
    return SignIn(url=url, expires_at=expires_at)


@landing.get(
    CALLBACK,
    operation_id="finishGoogle",
    summary="Where Google sends the browser back",
    response_class=PlainTextResponse,
    responses={
        200: _example("Connected: Ana (ana@example.com). You may close this window.\n", "text/plain"),
        **refusals(422, 500, 503),
    },
)
def finish_google(
    asked: HttpRequest,
    parts: PartsDep,
    state: Annotated[str, Query(max_length=500, description="What the sign-in was begun with; it is good once.")] = "",
) -> Response:
    """End a sign-in. It needs no key: its `state` is known to nobody else, holds for ten minutes and is good once."""
    with _pointed():
        found = parts.calendars.finish_google(state, dict(asked.query_params))
    names = ", ".join(f"{calendar.name} ({calendar.owner})" for calendar in found)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return PlainTextResponse(f"Connected: {names}. You may close this window.\n", headers=headers)


@router.get(
    "/{calendar_id:hex8}",
    operation_id="readCalendar",
    summary="Read how a calendar stands",
    responses={200: _ONE, **refusals(404, *_COMMON)},
)
def read_calendar(calendar_id: CalendarId, parts: PartsDep) -> Calendar:
    """The calendar, when it was last read, when it will be again, what is wrong with it and what to do about that."""
    return Calendar.model_validate(_document(parts.calendars.standing(calendar_id), parts.now()))


@router.post(
    "/{calendar_id:hex8}/sync",
    operation_id="syncCalendar",
    summary="Sync a calendar now",
    status_code=202,
    responses={202: _ONE, **refusals(400, 404, 413, *_COMMON)},
)
def sync_calendar(
    calendar_id: CalendarId,
    parts: PartsDep,
    response: Response,
    options: Annotated[SyncOptions | None, Body()] = None,
) -> Calendar:
    """Have a calendar synced as soon as a worker has time; its `events` say how far that is."""
    found = parts.calendars.standing(calendar_id)
    parts.calendars.sync(calendar_id, accept_empty=options is not None and options.accept_empty)
    response.headers["Location"] = f"{PREFIX}/{calendar_id}"
    return Calendar.model_validate(_document(found, parts.now()))


@router.delete(
    "/{calendar_id:hex8}",
    operation_id="forgetCalendar",
    summary="Disconnect a calendar and forget it",
    responses={200: _example(FORGOTTEN_EXAMPLE), **refusals(404, 409, *_COMMON)},
)
def forget_calendar(
    calendar_id: CalendarId,
    parts: PartsDep,
    with_others: Annotated[bool, Query(description="Also forget the other calendars of the same login.")] = False,
) -> Forgotten:
    """Forget the login that brings the calendar, and all that was read through it."""
    connection = parts.calendars.standing(calendar_id).calendar.connection_id
    others = [one.name for one, _ in parts.calendars.all() if one.connection_id == connection and one.id != calendar_id]
    if others and not with_others:
        text = f"the same login brings {', '.join(others)}, too; ask with_others=true to forget them all"
        raise ProblemError(CONFLICT, text)
    gone = parts.calendars.forget(connection)
    return Forgotten(connection=connection, calendars=gone.calendars, events=gone.objects)


def _standing(calendar_id: CalendarId, parts: PartsDep) -> SyncStanding:
    return parts.calendars.standing(calendar_id)


@router.get(
    "/{calendar_id:hex8}/events",
    operation_id="watchCalendar",
    summary="Watch the sync of a calendar",
    response_description="Server-sent events.",
    responses={200: _example(_EVENT, "text/event-stream"), **refusals(404, *_COMMON)},
    response_class=EventSourceResponse,
)
async def watch_calendar(
    standing: Annotated[SyncStanding, Depends(_standing)], parts: PartsDep
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `syncing` as long as a sync is due or running, then one named as the `state`; then it ends.

    Each has the calendar as its data, with how many events that sync has `written`.
    """
    seen: SyncStanding | None = None
    while True:
        if standing != seen:
            seen = standing
            data = _document(standing, parts.now()) | {"written": standing.written}
            yield ServerSentEvent(data=data, event="syncing" if standing.pending else standing.status.state)
        if not standing.pending:
            return
        await asyncio.sleep(LOOK_EVERY_S)
        standing = await run_in_threadpool(parts.calendars.standing, standing.calendar.id)


@contextmanager
def _pointed() -> Iterator[None]:
    """Say of what cannot be connected where in the request it stands, or whose server does not answer."""
    try:
        yield
    except NotFoundError as error:
        raise refused([fault(str(error), "url")]) from None
    except ConfigError as error:
        raise not_ready(str(error)) from None
    except InputError as error:
        raise refused([fault(str(error), _FIELDS.get(error.option or "", "url"))]) from None
    except StoreError:
        raise
    except UnavailableError as error:
        raise no_answer(error) from None


def _connected(found: Sequence[StoredCalendar], parts: ApiParts, response: Response) -> Calendars:
    """The answer to a connection, with the address of its first calendar."""
    response.headers["Location"] = f"{PREFIX}/{found[0].id}"
    return _documents(parts, [calendar.id for calendar in found])


def _documents(parts: ApiParts, ids: Sequence[str]) -> Calendars:
    now = parts.now()
    found = [calendar_document(one, status, now) for one, status in parts.calendars.all() if one.id in ids]
    return Calendars.model_validate({"calendars": found})


def _document(standing: SyncStanding, now: datetime) -> Json:
    return calendar_document(standing.calendar, standing.status, now)
