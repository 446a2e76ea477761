"""What a worker does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.settings import Settings
from app.wiring.applying import look_after_proposals, work_of
from app.wiring.connected import due_calendars, sync_stored
from app.wiring.inboxes import Inboxes
from app.wiring.proposals import proposals
from app.wiring.pushed import keep_channels
from app.wiring.queues import make_queues
from app.wiring.serving import forget_old_plans, plannings, work_at_plan
from app.wiring.stored import prepared

if TYPE_CHECKING:
    from threading import Event

    from sqlalchemy import Engine

    from app.jobs.work import Work


def work_until(stop: Event, settings: Settings) -> None:
    """Be a worker until an event is set.

    Raises `ClaimedError` if the database has all the workers that it can have, `ConfigError` if it is of another
    version, `UnavailableError` if it cannot be used.
    """
    from app.adapters.store.database import open_for_jobs  # noqa: PLC0415
    from app.jobs.slots import take_slot  # noqa: PLC0415
    from app.jobs.worker import work_until  # noqa: PLC0415

    engine, jobs = prepared(settings), open_for_jobs(settings.database_url)
    slot = take_slot(jobs)
    if jobs.dialect.name == "sqlite":
        make_queues(settings)
    work_until(stop, jobs, _work(engine, settings), slot)


def _work(engine: Engine, settings: Settings) -> Work:
    """What there is to do for a worker."""
    from app.jobs.work import Work  # noqa: PLC0415
    from app.wiring.mailing import look_after_mails, send_mail, unsent  # noqa: PLC0415

    inboxes = Inboxes(engine, settings, lambda: datetime.now(UTC))
    return Work(
        sync=lambda calendar_id, holder: sync_stored(calendar_id, engine, settings, holder=holder),
        plan=lambda planning_id: work_at_plan(planning_id, settings),
        due=lambda: due_calendars(engine),
        waiting=plannings(engine, settings).unfinished,
        apply=lambda proposal_id, holder: work_of(engine, settings, proposal_id, holder),
        unapplied=lambda: proposals(engine, settings).unfinished(datetime.now(UTC)),
        mail=lambda mail_id: send_mail(mail_id, engine, settings),
        unsent=lambda: unsent(engine),
        upkeep={
            "channels": lambda: keep_channels(engine, settings),
            "plans": lambda: forget_old_plans(engine, settings),
            "mails": lambda: look_after_mails(engine, settings),
            "proposals": lambda: look_after_proposals(engine, settings, inboxes.counters),
        },
    )
