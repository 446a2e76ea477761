"""How managers want their weekly mail: versions of their own TOML text, in which all else stays as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import tomlkit

from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.schedule import WeeklyMail
from app.domain.mail import weekly_key
from app.services.mailing.desk import MailDesk
from app.services.mailing.due import LOOK_AHEAD, next_mail
from app.services.mailing.presence import presence_on, zone_of

TABLE = "weekly_mail"


@dataclass(frozen=True)
class NextMail:
    """When the next weekly mail is due on the manager's clock, and which week it is about."""

    at: datetime
    week: IsoWeek


def set_schedule(desk: MailDesk, manager: str, changes: Mapping[str, object]) -> WeeklyMail:
    """Keep some keys as a manager wants them, None for what is to be left out; the mail as it is then.

    Raises `ConfigError` for a value that cannot be, and then nothing is kept.
    """
    known = desk.wanted(manager).text
    text = with_changes(known, changes)
    mail = desk.read(text)
    if text != known:
        desk.desk.configured.save("schedule", manager, text, desk.now())
    return mail


def with_changes(text: str, changes: Mapping[str, object]) -> str:
    """The TOML text in which some keys have new values; None takes a key out."""
    document = tomlkit.parse(text)
    table: Any = document.setdefault(TABLE, tomlkit.table())
    for name, value in changes.items():
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value
    return tomlkit.dumps(document)


def next_of(desk: MailDesk, manager: str) -> NextMail | None:
    """The next weekly mail of a manager; None if it is off, or they are away for as far as can be seen.

    Raises `InputError` if no calendar of theirs was synced yet, or nobody says their time zone.
    """
    mail, now = desk.wanted(manager).mail, desk.now()
    if not mail.on:
        return None
    request = desk.desk.asked([manager], IsoWeek.of(now.date()), now)
    zone = zone_of(request, mail.timezone)
    first = IsoWeek.of(now.astimezone(zone).date()).monday
    days = [first + timedelta(days=n) for n in range(7 * LOOK_AHEAD)]
    found = next_mail(mail, zone, presence_on(request, days, zone), now, lambda week: _is_made(desk, manager, week))
    return _on_clock(found, zone) if found else None


def _is_made(desk: MailDesk, manager: str, week: IsoWeek) -> bool:
    """Whether there is a weekly mail about a week, as one that was sent by hand before its time."""
    return desk.mails.of_key(weekly_key(manager, str(week))) is not None


def _on_clock(found: tuple[datetime, IsoWeek], zone: ZoneInfo) -> NextMail:
    moment, week = found
    return NextMail(moment.astimezone(zone), week)
