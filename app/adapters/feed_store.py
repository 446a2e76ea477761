"""A feed: one calendar as an .ics file, by URL or path, that can only be read whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from app.adapters.ics.calendar import own_zone, owner_hint, zone_hint
from app.adapters.ics.download import Answer, Download, LoginNeededError, Validators
from app.adapters.ics.objects import FORM, objects
from app.adapters.ics.source import MAX_BYTES, TOTAL_TIMEOUT_S, is_url, read_source, shown_name
from app.adapters.ics.text import Scan, scan
from app.domain.calendar.connected import CalendarObject, Page, RemoteCalendar
from app.errors import InputError, NotFoundError, ReconnectError, StaleTokenError, UnavailableError
from app.ports import Known

HREF = "feed"
"""The one calendar of a feed: its address may be secret, and may change."""
PAGE_SIZE = 500
"""Objects in one page."""


class FeedStore:
    """A `CalendarStore` of the one calendar that a URL or a path holds.

    From what comes without its end nothing is concluded: it raises `UnavailableError`. A web page, or anything else
    that is no calendar, a private address, a feed that is too large and a file without permission raise `InputError`.
    """

    def __init__(
        self,
        name: str,
        *,
        allow_private: bool,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        limit: int = MAX_BYTES,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self._name = name
        self._shown = shown_name(name)
        self._allow_private = allow_private
        self._now = now
        self._limit = limit
        self._total_timeout_s = total_timeout_s

    def calendars(self) -> Sequence[RemoteCalendar]:
        """The one calendar, which can only be read."""
        body, _ = self._fetch(Validators())
        scanned = self._whole(body or b"")
        named = (one.properties.get("X-WR-CALNAME") for one in scanned.calendars)
        name = next(filter(None, named), None) or self._last_part()
        return (RemoteCalendar(HREF, name, owner_hint(scanned, self._name), zone_hint(scanned), primary=True),)

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        """What differs from what is known; a server that knows validators is asked only for a changed feed.

        What is listed no more is removed, unless it lies before the time that the feed shows: many feeds drop what is
        past. An empty feed has no such time, and removes all.
        """
        self._check(calendar)
        before = _Token.read(token)
        body, validators = self._fetch(before.validators)
        if body is None:
            yield Page(token=token)
            return
        after = _Token(validators, hashlib.sha256(body).hexdigest())
        if after.sha256 == before.sha256:
            yield Page(token=after.written())
            return
        scanned = self._whole(body)
        zone = own_zone(scanned)
        listed = {one.href: one for one in objects(scanned)}
        etags = {} if token is None else known.etags()
        changed = [one for href, one in listed.items() if etags.get(href) != one.etag]
        gone = etags.keys() - listed.keys()
        if gone and listed:
            gone -= set(known.past(_beginning(scanned, self._now())))
        for first in range(0, len(changed), PAGE_SIZE):
            yield Page(tuple(changed[first : first + PAGE_SIZE]), total=len(listed), zone=zone)
        yield Page(removed=tuple(sorted(gone)), token=after.written(), total=len(listed), zone=zone)

    def read(self, calendar: str, href: str) -> CalendarObject:
        """One object as it is now. Raises `NotFoundError` if it is gone."""
        self._check(calendar)
        body, _ = self._fetch(Validators())
        for one in objects(self._whole(body or b"")):
            if one.href == href:
                return one
        raise NotFoundError(f"{self._shown} has no event {href[:200]!r}")

    def whole(self) -> bytes:
        """All of the feed as it is now, byte by byte; raises as `read` does."""
        body = self._fetch(Validators()).body or b""
        self._whole(body)
        return body

    def _check(self, calendar: str) -> None:
        if calendar != HREF:
            raise NotFoundError(f"{self._shown} has no calendar {calendar!r}; its only one is {HREF!r}")

    def _fetch(self, known: Validators) -> Answer:
        if self._name == "-":
            raise InputError("standard input is read once; connect a path or a URL")
        if not is_url(self._name):
            return Answer(read_source(self._name, limit=self._limit), Validators())
        download = Download(self._name, self._limit, self._total_timeout_s, allow_private=self._allow_private)
        try:
            return download.since(known)
        except LoginNeededError as error:
            raise ReconnectError(str(error)) from None

    def _whole(self, body: bytes) -> Scan:
        """The feed taken apart. Raises `ParseError` if it is none, `UnavailableError` if it ends too early."""
        scanned = scan(self._shown, body)
        cut = next((warning.text for warning in scanned.warnings if warning.code == "cut_off"), None)
        if cut is not None:
            raise UnavailableError(cut)
        return scanned

    def _last_part(self) -> str:
        """What to call a calendar without a name: its file."""
        path = unquote(urlsplit(self._shown).path) if is_url(self._name) else self._name
        return PurePath(path).stem or self._shown


@dataclass(frozen=True, slots=True)
class _Token:
    """The state of a feed that is stored: what its server calls it, and the digest of its bytes.

    One of another `FORM` says nothing, so that the feed is compared with what is stored.
    """

    validators: Validators = field(default_factory=Validators)
    sha256: str = ""

    @classmethod
    def read(cls, token: str | None) -> _Token:
        """A token as it was written. Raises `StaleTokenError` for anything else."""
        if token is None:
            return cls()
        try:
            form, sha256, etag, modified = json.loads(token)
        except (ValueError, TypeError):
            raise StaleTokenError("the token of a feed cannot be read") from None
        return cls(Validators(etag, modified), sha256) if form == FORM else cls()

    def written(self) -> str:
        return json.dumps([FORM, self.sha256, self.validators.etag, self.validators.modified])


def _beginning(scanned: Scan, now: datetime) -> datetime:
    """Since when a feed shows everything: since its earliest single event ended, with two days for time zones.

    A series proves nothing of the kind, because its first occurrence may be long past. Never later than now.
    """
    single = (raw for raw in scanned.events if not raw.is_recurring and not raw.is_override)
    first = min((raw.days[1] for raw in single if raw.days), default=now.date())
    return min(datetime.combine(first, time(), UTC), now)
