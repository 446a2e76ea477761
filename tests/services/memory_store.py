"""A server of calendars in memory: it numbers its changes, answers in pages, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from app.domain.calendar.connected import CalendarObject, Page, RemoteCalendar
from app.errors import AppError, NotFoundError, StaleTokenError
from app.ports import Known


@dataclass
class MemoryCalendar:
    """One calendar: `objects` as they are, and what was changed in its order; tokens are numbers of changes.

    `zone` is what its answers say; None is nothing.
    """

    listed: RemoteCalendar
    objects: dict[str, CalendarObject] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    oldest_token: int = 0
    zone: ZoneInfo | None = None

    def put(self, href: str, uid: str, text: str) -> None:
        """Make an object, or change it."""
        self.history.append(href)
        self.objects[href] = CalendarObject(href, uid, text, etag=f'"{len(self.history)}"')

    def remove(self, href: str) -> None:
        """Delete an object."""
        del self.objects[href]
        self.history.append(href)

    def forget_tokens(self) -> None:
        """Know none of the tokens that were given so far."""
        self.history.append("")
        self.oldest_token = len(self.history)


class MemoryStore:
    """The calendars behind one login.

    `fault` is called before each request, with the number of requests so far; what it raises is the answer.
    `after` is called after each request was answered.
    """

    def __init__(self, *calendars: RemoteCalendar, page_size: int = 2) -> None:
        self.by_href = {one.href: MemoryCalendar(one) for one in calendars}
        self.page_size = page_size
        self.requests = 0
        self.fault: Callable[[int], None] = lambda _number: None
        self.after: Callable[[], object] = lambda: None

    def __getitem__(self, href: str) -> MemoryCalendar:
        return self.by_href[href]

    def fail(self, error: AppError, *, at: int) -> None:
        """Answer the n-th request from now on with an error."""
        first = self.requests + at

        def fault(number: int) -> None:
            if number == first:
                raise error

        self.fault = fault

    def calendars(self) -> Sequence[RemoteCalendar]:
        """All calendars."""
        self._request()
        return [one.listed for one in self.by_href.values()]

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        """What has changed since a token, in pages."""
        self._request()
        found = self._calendar(calendar)
        if token is not None and int(token) < found.oldest_token:
            raise StaleTokenError(f"{calendar}: the token {token} is not known any more")
        next_token = str(len(found.history))
        hrefs = list(dict.fromkeys(found.history[int(token) :] if token is not None else found.objects))
        total = len(hrefs)
        pages = [hrefs[first : first + self.page_size] for first in range(0, total, self.page_size)] or [[]]
        for number, some in enumerate(pages):
            if number:
                self._request()
            changed = tuple(found.objects[href] for href in some if href in found.objects)
            removed = tuple(href for href in some if href and href not in found.objects)
            is_last = number == len(pages) - 1
            self.after()
            yield Page(changed, removed, next_token if is_last else None, total, found.zone)

    def read(self, calendar: str, href: str) -> CalendarObject:
        """One object as it is now."""
        self._request()
        found = self._calendar(calendar).objects.get(href)
        if found is None:
            raise NotFoundError(f"{calendar}: there is no {href}")
        return replace(found)

    def _calendar(self, href: str) -> MemoryCalendar:
        if href not in self.by_href:
            raise NotFoundError(f"{href}: there is no such calendar")
        return self.by_href[href]

    def _request(self) -> None:
        self.requests += 1
        self.fault(self.requests)
