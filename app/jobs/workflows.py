"""The workflows: a step is one call of a use case."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore

from dbos import DBOS, StepOptions
from dbos import error as engine_error

from app.errors import AppError, ChangedError, ClaimedError, UnavailableError
from app.jobs.queues import Queues
from app.jobs.work import APPLY, MAIL, PLAN, SYNC, TICK, UPKEEP, Applying, Work

SYNCS_AT_ONCE = 4
"""Syncs of one worker that run at the same time; a first sync of a large calendar takes much memory."""
RECOVERIES = 10
"""How often a job is taken up after its worker died: what kills every worker has to stop."""

log = logging.getLogger("clearweek.jobs")


def _later_may_help(error: BaseException) -> bool:
    return isinstance(error, UnavailableError)


PATIENT = StepOptions(retries_allowed=True, max_attempts=7, should_retry=_later_may_help)
"""Tried for about a minute while an outside system, or another one at the same work, is in the way."""


def _unless_claimed(error: BaseException) -> bool:
    return _later_may_help(error) and not isinstance(error, ClaimedError)


STEADY = StepOptions(retries_allowed=True, max_attempts=7, should_retry=_unless_claimed)
"""The same, but what somebody else is at is theirs."""


class Steps:
    """The steps of the workflows; they take ids, as all that they are given is kept in the database."""

    def __init__(self, work: Work, queues: Queues) -> None:
        self._work = work
        self._queues = queues
        self._at_once = BoundedSemaphore(SYNCS_AT_ONCE)

    def sync(self, calendar_id: str, holder: str) -> None:
        """Sync a calendar, when it is its turn."""
        with self._at_once:
            self._work.sync(calendar_id, holder)

    def plan(self, planning_id: str) -> None:
        """Work at a planning."""
        self._work.plan(planning_id)

    def apply(self, proposal_id: str, holder: str) -> Applying:
        """The work at a proposal; nothing of it is begun yet."""
        return self._work.apply(proposal_id, holder)

    def finish(self, work: Applying) -> None:
        """End it."""
        work.finish()

    def mail(self, mail_id: str) -> None:
        """Send a mail."""
        self._work.mail(mail_id)

    def upkeep(self, name: str) -> None:
        """Look after something."""
        self._work.upkeep[name]()

    def due(self) -> None:
        """Queue all that may be due; what is queued already is not queued again."""
        for calendar_id in self._work.due():
            self._queues.due(calendar_id)
        for planning_id in self._work.waiting():
            self._queues.plan(planning_id)
        for proposal_id in self._work.unapplied():
            self._queues.apply(proposal_id)
        for mail_id in self._work.unsent():
            self._queues.mail(mail_id)
        for name in self._work.upkeep:
            self._queues.upkeep(name)


def register(steps: Steps) -> None:
    """Make the workflows known to the engine of this process, before it is launched."""

    @DBOS.workflow(name=SYNC, max_recovery_attempts=RECOVERIES)
    def sync(calendar_id: str) -> None:
        with _told(f"{SYNC} of {calendar_id}"):
            DBOS.run_step(PATIENT, steps.sync, calendar_id, DBOS.workflow_id or calendar_id)

    @DBOS.workflow(name=PLAN, max_recovery_attempts=RECOVERIES)
    def plan(planning_id: str) -> None:
        with _told(f"{PLAN} {planning_id}"):
            DBOS.run_step(PATIENT, steps.plan, planning_id)

    @DBOS.workflow(name=APPLY, max_recovery_attempts=RECOVERIES)
    def apply(proposal_id: str) -> None:
        with _told(f"{APPLY} of {proposal_id}"), _unless_done():
            work = steps.apply(proposal_id, DBOS.workflow_id or proposal_id)
            for number in DBOS.run_step(STEADY, work.begin):
                DBOS.run_step(STEADY, work.move, number)
            DBOS.run_step(None, steps.finish, work)

    @DBOS.workflow(name=MAIL, max_recovery_attempts=RECOVERIES)
    def mail(mail_id: str) -> None:
        with _told(f"{MAIL} {mail_id}"):
            DBOS.run_step(None, steps.mail, mail_id)

    @DBOS.workflow(name=UPKEEP, max_recovery_attempts=RECOVERIES)
    def upkeep(name: str) -> None:
        with _told(f"{UPKEEP} of {name}"):
            DBOS.run_step(None, steps.upkeep, name)

    @DBOS.workflow(name=TICK, max_recovery_attempts=RECOVERIES)
    def tick() -> None:
        with _told(TICK):
            DBOS.run_step(None, steps.due)


@contextmanager
def _unless_done() -> Iterator[None]:
    """Leave a proposal that somebody else is at, or that is done, to them: a tick looks whether anything is left."""
    with suppress(ChangedError, ClaimedError):
        yield


@contextmanager
def _told(job: str) -> Iterator[None]:
    """Say which job failed and why, at length if that is a defect of ours; the next tick finds what is still to do."""
    try:
        yield
    except Exception as error:
        reason = error.errors[-1] if isinstance(error, engine_error.DBOSMaxStepRetriesExceeded) else error
        log.warning("%s failed: %s", job, reason, exc_info=not isinstance(reason, AppError))
        raise
