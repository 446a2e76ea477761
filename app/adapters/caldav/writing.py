"""The events of one calendar as they are changed: read with their tags, and written only on the tag just read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import quote, urljoin, urlsplit

from app.adapters.caldav import webdav
from app.adapters.caldav.changes import object_of
from app.adapters.caldav.objects import event_object
from app.adapters.caldav.server import Server
from app.adapters.ics.source import shown_name
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import Edit, Insert, Notify, Remove
from app.errors import ChangedError, NotFoundError, ParseError, RefusedError
from app.ports import EventEditor

TRIES = 3
"""How often a write is begun at most, as guests may answer meanwhile."""


class Writing:
    """One calendar at its server, written through an editor of texts; `now` is the clock of DTSTAMPs."""

    def __init__(self, server: Server, url: str, editor: EventEditor, now: Callable[[], datetime]) -> None:
        self._server = server
        self._url = url.rstrip("/") + "/"
        self._editor = editor
        self._now = now

    def current(self, uid: str, href: str | None) -> list[CalendarObject]:
        """The object of a UID, from where it was last seen or would be by its name, else from where it is found."""
        found = self._object(href or self._name(uid))
        if found is None or found.uid != uid:
            place = self._place(uid)
            found = self._object(place) if place else None
        return [found] if found is not None and found.uid == uid else []

    def write(self, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:
        """Make one edit of an object; see `CalendarWriter`."""
        if not seen and isinstance(edit, Remove):
            return
        if not seen:
            raise ChangedError(f"what was to be changed in {shown_name(self._url)} is not there any more")
        self._check_notify(seen[0], notify)
        if isinstance(edit, Insert):
            self._insert(edit, seen[0])
        elif isinstance(edit, Remove):
            self._remove(seen[0])
        else:
            self._edit(edit, seen[0])

    def _check_notify(self, seen: CalendarObject, notify: Notify) -> None:
        """A server that sends invitations (RFC 6638) cannot be asked to leave some out."""
        if notify is Notify.ALL or seen.schedule_tag is None:
            return
        if any(one.addresses for one in self._editor.versions([seen.text]).values()):
            name = shown_name(urljoin(self._url, seen.href))
            raise RefusedError(f"{name} is on a server that tells all guests itself; apply it with notify = all")

    def _insert(self, edit: Insert, source: CalendarObject) -> None:
        """Put a new object where only its UID can be; one that is there already is this one."""
        text = self._editor.edited(source.text, edit, self._now())
        try:
            self._server.put(urljoin(self._url, self._name(edit.uid)), text.encode(), {"If-None-Match": "*"})
        except (ChangedError, RefusedError):
            if not self.current(edit.uid, None):
                raise

    def _remove(self, seen: CalendarObject) -> None:
        try:
            self._server.delete(urljoin(self._url, seen.href), _conditions(seen, self._url))
        except ChangedError:
            if self._object(seen.href) is not None:
                raise

    def _edit(self, edit: Edit, seen: CalendarObject, tries: int = TRIES) -> None:
        """Write the edited text on the tag of the text that it was made of; answers of guests only begin it again."""
        text = self._editor.edited(seen.text, edit, self._now())
        try:
            self._server.put(urljoin(self._url, seen.href), text.encode(), _conditions(seen, self._url))
        except ChangedError:
            now = self._object(seen.href) if tries > 1 else None
            if now is None or not self._is_approved(seen, now):
                raise
            self._edit(edit, now, tries - 1)

    def _is_approved(self, seen: CalendarObject, now: CalendarObject) -> bool:
        """Whether all that an approval covers is as it was: then only answers, or texts, are different."""
        if seen.schedule_tag != now.schedule_tag or seen.etag == now.etag:
            return False
        return self._editor.versions([seen.text]) == self._editor.versions([now.text])

    def _object(self, href: str) -> CalendarObject | None:
        """An event with its very bytes; None if there is none."""
        try:
            answer = self._server.get(urljoin(self._url, href))
        except NotFoundError:
            return None
        try:
            text = answer.content.decode()
        except UnicodeDecodeError:
            raise ParseError(f"{shown_name(answer.url)} is not UTF-8, so it cannot be changed without loss") from None
        return event_object(href, text, answer.headers.get("ETag"), answer.headers.get("Schedule-Tag"))

    def _place(self, uid: str) -> str | None:
        """Where the event of a UID is, by asking for it. Raises `NotFoundError` if the calendar is gone."""
        answer = self._server.ask("REPORT", self._url, webdav.query_by_uid(uid), depth=1)
        for member in answer.multistatus().faultless().members:
            found = object_of(member.href, member)
            if found is not None and found.uid == uid:
                return member.href
        return None

    def _name(self, uid: str) -> str:
        """The href of a new object, which the same UID always gets."""
        return f"{urlsplit(self._url).path}{quote(uid, safe='@')}.ics"


def _conditions(seen: CalendarObject, url: str) -> dict[str, str]:
    """On what a write depends: the entity tag of what was edited, and that of its schedule (RFC 6638 §8.3).

    Both, as not every server that knows the latter also keeps the answers that came meanwhile, as its §3.2.10 asks.
    """
    if seen.etag is None or seen.etag.startswith("W/"):
        kind = "no ETag" if seen.etag is None else "only a weak ETag"
        raise RefusedError(f"{shown_name(urljoin(url, seen.href))} has {kind}, without which nothing is written")
    tags = {"If-Match": seen.etag, "If-Schedule-Tag-Match": seen.schedule_tag}
    return {name: tag for name, tag in tags.items() if tag is not None}
