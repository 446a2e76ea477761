"""What writes: to a server, into files for whoever keeps a calendar that can only be read, and by mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.domain.calendar.connected import Backend, StoredCalendar
from app.domain.calendar.writing import Versions
from app.errors import ConfigError
from app.ports import CalendarWriter, EventEditor, Mailer
from app.settings import Settings
from app.wiring.connected import backend_of, opened

if TYPE_CHECKING:
    from sqlalchemy import Engine


def editor_of(calendar: StoredCalendar) -> EventEditor:
    """What edits the texts of a calendar."""
    from app.adapters.ics_edit.editor import IcsEditor  # noqa: PLC0415 - only an apply edits

    return IcsEditor(calendar.zone)


def writer_of(calendar: StoredCalendar, engine: Engine, settings: Settings) -> CalendarWriter:
    """What writes to the server of a calendar; raises as `opened` and `backend_of` do."""
    login, secret = opened(calendar.connection_id, engine, settings)
    backend = backend_of(login, secret, settings)
    if calendar.backend is Backend.GOOGLE:
        from app.adapters.google.calendar_store import GoogleStore  # noqa: PLC0415

        assert isinstance(backend, GoogleStore)  # noqa: S101 - its backend says so
        return backend
    from app.adapters.caldav.calendar_store import CaldavStore  # noqa: PLC0415 - an extra of the wheel

    assert isinstance(backend, CaldavStore)  # noqa: S101 - its backend says so
    return backend.writer(editor_of(calendar))


def file_writer_of(
    calendar: StoredCalendar,
    engine: Engine,
    settings: Settings,
    *,
    undone: Mapping[str, Versions] | None = None,
    kept: Callable[[str], bytes | None],
    keep: Callable[[str, str, bytes], object],
) -> CalendarWriter:
    """What writes into a file, for a calendar that can only be read; raises as `writer_of` does.

    `kept` gives the file of earlier edits by its name, `keep` takes a file: its name, media type and content. An undo
    makes another file than what it takes back; `undone` is what the events were before that, by UID.
    """
    from app.adapters.feed_files import MEDIA_TYPE, Earlier, FileWriter, file_name  # noqa: PLC0415
    from app.adapters.feed_store import FeedStore  # noqa: PLC0415

    name = file_name(calendar, is_undo=undone is not None)
    made = None if undone is None else kept(file_name(calendar, is_undo=False))
    earlier = None if undone is None or made is None else Earlier(made, undone)

    def write(data: bytes) -> None:
        keep(name, MEDIA_TYPE, data)

    editor = editor_of(calendar)
    if calendar.backend is not Backend.FEED:
        server = writer_of(calendar, engine, settings)
        return FileWriter(calendar, editor, kept=lambda: kept(name), keep=write, server=server, earlier=earlier)
    feed = backend_of(*opened(calendar.connection_id, engine, settings), settings)
    assert isinstance(feed, FeedStore)  # noqa: S101 - its backend says so
    return FileWriter(calendar, editor, kept=lambda: kept(name), keep=write, fresh=feed.whole, earlier=earlier)


def mailer(settings: Settings) -> Mailer | None:
    """The mail relay that is set up; None if there is none. Raises `ConfigError` for one that cannot be used."""
    if settings.smtp_url is None:
        return None
    if not settings.mail_from or "@" not in settings.mail_from:
        raise ConfigError("CLEARWEEK_SMTP_URL is set, so CLEARWEEK_MAIL_FROM has to be an address: mail comes from it")
    from app.adapters.smtp import SmtpMailer  # noqa: PLC0415 - few commands send mail

    return SmtpMailer(settings.smtp_url.get_secret_value(), settings.mail_from)
