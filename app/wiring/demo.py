"""The bundled sample as a service: its calendars are connected and synced, its team is known, a week is proposed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.adapters.ics.calendar import IcsCalendar
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.access import EVERYONE
from app.services.proposals.life import propose
from app.settings import Settings, text_of
from app.wiring.connected import connect_login, feed_login, sync_stored
from app.wiring.proposals import desk
from app.wiring.queues import first_queues
from app.wiring.stored import configurations, prepared

HOLDER = "demo"


def prepare_demo(folder: Path, manager: str, week: IsoWeek, at: datetime, settings: Settings) -> str:
    """Fill an empty database with the calendars and the team of a folder; the id of a proposal for the manager's week.

    The proposal is made as of a moment, from which its clock goes on. The files are only read.
    """
    engine = prepared(settings)
    first_queues(engine, settings)
    configurations(engine).save("team", EVERYONE, text_of(folder / "team.toml"), datetime.now(UTC))
    for path in sorted(folder.glob("*.ics")):
        owner = IcsCalendar.read(path.name, path.read_bytes()).owner_hint or manager
        login, _ = feed_login(str(path), owner)
        for calendar in connect_login(login, None, (), None, engine, settings):
            sync_stored(calendar.id, engine, settings, holder=HOLDER)
    return propose(desk(engine, settings), manager, week, by="local", at=at).proposal.id
