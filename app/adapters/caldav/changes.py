"""What has changed in one calendar: by sync-collection (RFC 6578), or by comparing tags where a server has none.

A token of ours says which way it is for: `sync:` and the server's token, or `ctag:` and the tag of the whole calendar
(CalendarServer's getctag; empty if there is none).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from app.adapters.caldav import webdav
from app.adapters.caldav.objects import event_object
from app.adapters.caldav.server import Server
from app.adapters.caldav.webdav import Member, Multistatus
from app.adapters.ics.source import shown_name
from app.domain.calendar.connected import CalendarObject, Page
from app.errors import NotFoundError, StaleTokenError, UnavailableError
from app.ports import Known

OBJECTS_AT_ONCE = 100
"""Objects that are asked for in one request."""
MAX_ANSWERS = 1_000
"""Answers that one list of changes may come in."""

_SYNC, _CTAG = "sync:", "ctag:"
_NO_REPORT = frozenset({400, 403, 405, 415, 501, 507})
_STALE = _NO_REPORT | {409, 410, 412}


class Changes:
    """One calendar at its server."""

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        self._url = url
        self._name = shown_name(url)

    def everything(self) -> Iterator[Page]:
        """All events, with a token."""
        about = self._about()
        pages = self._synced("", None) if webdav.SYNC_COLLECTION in about.names(webdav.REPORTS) else None
        yield from pages if pages is not None else self._compared(_CTAG + (about.text(webdav.CTAG) or ""), {})

    def since(self, token: str, known: Known) -> Iterator[Page]:
        """What has changed since a token."""
        if token.startswith(_SYNC):
            pages = self._synced(token.removeprefix(_SYNC), known)
            if pages is None:
                raise self._stale()
            yield from pages
        elif token.startswith(_CTAG):
            now = _CTAG + (self._about().text(webdav.CTAG) or "")
            yield from [Page(token=now)] if now == token != _CTAG else self._compared(now, known.etags())
        else:
            raise StaleTokenError(f"{self._name} was not read in this way before")

    def read(self, href: str) -> CalendarObject:
        """One object. Raises `NotFoundError` if there is none, or it is no event."""
        found, _ = self._fetched([href])
        if not found:
            raise NotFoundError(f"there is no event at {href} in {self._name}")
        return found[0]

    def _about(self) -> Member:
        """The calendar itself. Raises `NotFoundError` if it is none."""
        tags = (webdav.RESOURCE_TYPE, webdav.REPORTS, webdav.CTAG)
        answer = self._server.ask("PROPFIND", self._url, webdav.propfind(*tags), depth=0)
        member = answer.multistatus().faultless().member(answer.url)
        if member is None:
            raise UnavailableError(f"{self._name} answered with nothing")
        if webdav.CALENDAR not in member.names(webdav.RESOURCE_TYPE):
            raise NotFoundError(f"there is no calendar at {self._name}")
        return member

    def _synced(self, token: str, known: Known | None) -> Iterator[Page] | None:
        """Pages of changes by sync-collection; None if the server refuses the first request."""
        first = self._answer(token, _STALE if token else _NO_REPORT)
        return None if first is None else self._followed(first, token, known)

    def _stale(self) -> StaleTokenError:
        return StaleTokenError(f"{self._name} does not know the state any more that was read last")

    def _answer(self, token: str, refusable: Collection[int]) -> Multistatus | None:
        body = webdav.sync_collection(token)
        answer = self._server.ask("REPORT", self._url, body, depth=0, refusable=refusable)
        if answer.tree is None and answer.status in refusable:
            return None
        return answer.multistatus().faultless()

    def _followed(self, answer: Multistatus, token: str, known: Known | None) -> Iterator[Page]:
        """One answer and those that continue it (RFC 6578 §3.6)."""
        seen = {token}
        for number in range(MAX_ANSWERS):
            new = answer.sync_token
            if new is None or (answer.cut_short and new in seen):
                raise UnavailableError(f"{self._name} gave a part of its changes, and no token that leads on")
            seen.add(new)
            listed = [one for one in answer.members if webdav.same(one.href) != webdav.same(urlsplit(self._url).path)]
            self._check_is_no_full_list(listed, known.etags() if known and listed else {})
            yield from self._pages(listed, None if answer.cut_short else _SYNC + new, first=not token and not number)
            if not answer.cut_short:
                return
            following = self._answer(new, _STALE)
            if following is None:
                raise self._stale() if token else UnavailableError(f"{self._name} broke off its list of events")
            answer = following
        raise UnavailableError(f"{self._name} gave its changes in more than {MAX_ANSWERS:,} parts")

    def _check_is_no_full_list(self, listed: Sequence[Member], etags: Mapping[str, str | None]) -> None:
        """Some servers answer a token that they forgot with all that there is, and so hide what was deleted."""
        unchanged = sum(1 for one in listed if etags.get(one.href) and etags[one.href] == one.text(webdav.ETAG))
        if 2 * unchanged > len(etags):
            raise StaleTokenError(f"{self._name} lists all events instead of the changes since the last time")

    def _compared(self, token: str, etags: Mapping[str, str | None]) -> Iterator[Page]:
        """Pages of changes by the tags of all objects."""
        body = webdav.propfind(webdav.ETAG, webdav.RESOURCE_TYPE)
        answer = self._server.ask("PROPFIND", self._url, body, depth=1).multistatus().faultless()
        if not answer.members:
            raise UnavailableError(f"{self._name} answered with nothing")
        there = [one for one in answer.members if not one.gone and not one.names(webdav.RESOURCE_TYPE)]
        names = {one.href for one in there}
        changed = [
            one for one in there if one.text(webdav.ETAG) is None or one.text(webdav.ETAG) != etags.get(one.href)
        ]
        removed = [Member(href, 404, {}) for href in etags if href not in names]
        yield from self._pages([*changed, *removed], token, first=not etags)

    def _pages(self, listed: Sequence[Member], token: str | None, *, first: bool) -> Iterator[Page]:
        """What was listed, with the texts; the token comes with the last page."""
        there = dict.fromkeys(one.href for one in listed if not one.gone)
        removed = dict.fromkeys(one.href for one in listed if one.gone and one.href not in there)
        hrefs = list(there)
        chunks = [hrefs[n : n + OBJECTS_AT_ONCE] for n in range(0, len(hrefs), OBJECTS_AT_ONCE)] or [[]]
        for number, chunk in enumerate(chunks, start=1):
            found, missing = self._fetched(chunk) if chunk else ((), ())
            gone = (*removed, *missing) if number == 1 else missing
            yield Page(
                tuple(found),
                () if first else tuple(gone),
                token if number == len(chunks) else None,
                len(hrefs) if first else None,
            )

    def _fetched(self, hrefs: Sequence[str]) -> tuple[list[CalendarObject], list[str]]:
        """The events among some objects, and the names of those that are gone or are none."""
        answer = self._server.ask("REPORT", self._url, webdav.multiget(hrefs)).multistatus().faultless()
        by_name = {webdav.same(one.href): one for one in answer.members}
        found: list[CalendarObject] = []
        missing: list[str] = []
        for href in hrefs:
            member = by_name.get(webdav.same(href))
            if member is None:
                raise UnavailableError(f"{self._name} left {href} out of its answer")
            one = object_of(href, member)
            found += [one] if one else []
            missing += [] if one else [href]
        return found, missing


def object_of(href: str, member: Member) -> CalendarObject | None:
    """An event as an answer about several tells it; None for what is none, such as a task, or is gone."""
    data = member.text(webdav.CALENDAR_DATA)
    if data is None:
        return None
    return event_object(href, _with_line_ends(data), member.text(webdav.ETAG), member.text(webdav.SCHEDULE_TAG))


def _with_line_ends(text: str) -> str:
    """The text with CRLF as RFC 5545 §3.1 asks for; XML carries no CR (XML 1.0 §2.11)."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
