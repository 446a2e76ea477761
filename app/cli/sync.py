"""Bringing what is kept of calendars up to date: once, or again and again."""

from __future__ import annotations

import json as json_text
import os
import secrets
import socket
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app import wiring
from app.cli.progress import stoppable
from app.domain.calendar.connected import StoredCalendar, SyncState, SyncStatus
from app.errors import CancelledError, ClaimedError, InputError, NotFoundError
from app.render.calendars import calendar_document, problem_of
from app.render.words import clean, count
from app.services.syncing.sync import Synced, SyncProgress

STOPPED = "stopped; what was not read whole is read again the next time"
LONGEST_PAUSE = timedelta(seconds=5)
"""After so long at most a watch looks again what is due: somebody may connect a calendar meanwhile."""


def sync(
    calendars: Annotated[
        list[str] | None, typer.Argument(help="Ids from `clearweek calendars`; without any, all calendars.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, each calendar when it is due, until Ctrl-C.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    accept_empty: Annotated[
        list[str] | None,
        typer.Option(metavar="CALENDAR", help="Believe that this calendar has no events any more; repeatable."),
    ] = None,
) -> None:
    """Read what changed in calendars; exit 1 if one of them could not be read, which then stays as it was.

    One that is being synced already is said and left to that sync; exit 1 only if it was named.
    Ctrl-C stops it: what was not read whole is not seen, and is read again the next time.
    """
    if watch and json:
        raise InputError("--watch has no end, and so no one document: leave --json out")
    empty = accept_empty or ()
    syncs = Syncs(wiring.Settings())
    named = [*(calendars or ()), *empty]
    chosen = syncs.chosen(named)
    with stoppable(STOPPED):
        done = [syncs.run(one, accept_empty=one.id in empty, say=not json) for one in chosen]
        if json:
            typer.echo(syncs.document(dict(zip((one.id for one in chosen), done, strict=True))), nl=False)
    if watch:
        syncs.watch({one.id for one in chosen} if calendars else None)
    elif not all(one.state is SyncState.SYNCED if one else not named for one in done):
        raise typer.Exit(1)


class Syncs:
    """Syncs by this process, one after another."""

    def __init__(self, settings: wiring.Settings) -> None:
        self._settings = settings
        self._engine = wiring.prepared(settings)
        self._kept = wiring.connections(self._engine)
        self._holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"

    def chosen(self, ids: Sequence[str]) -> list[StoredCalendar]:
        """The calendars of some ids, or all of them. Raises `NotFoundError`."""
        there = {one.id: one for one, _ in self._kept.calendars()}
        for one in ids:
            if one not in there:
                raise NotFoundError(f"{one}: there is no such calendar; `clearweek calendars` shows all")
        if not there:
            raise NotFoundError("nothing is connected; `clearweek connect --help` says how")
        return [there[one] for one in dict.fromkeys(ids or there)]

    def run(self, calendar: StoredCalendar, *, accept_empty: bool, say: bool) -> Synced | None:
        """Sync one calendar; None if somebody else is at it. What went wrong is said on standard error."""
        try:
            if accept_empty:
                wiring.accept_empty(calendar.id, self._engine)
            with _shown(calendar) as on_progress:
                synced = wiring.sync_stored(
                    calendar.id,
                    self._engine,
                    self._settings,
                    holder=self._holder,
                    on_progress=on_progress,
                )
        except ClaimedError as error:
            typer.echo(f"clearweek: {error}", err=True)
            return None
        status = SyncStatus(synced.state, problem=synced.problem, remedy=synced.remedy)
        if problem := problem_of(calendar, status):
            typer.echo(f"clearweek: {problem}", err=True)
        elif say:
            typer.echo(_line(calendar, synced))
        return synced

    def watch(self, only: Collection[str] | None) -> None:
        """Sync what is due, again and again, until Ctrl-C; without `only`, calendars connected meanwhile too."""
        try:
            with stoppable(STOPPED):
                while True:
                    time.sleep(self._pause().total_seconds())
                    there = {one.id: one for one, _ in self._kept.calendars()}
                    for due in wiring.due_calendars(self._engine):
                        if due in there and (only is None or due in only):
                            self.run(there[due], accept_empty=False, say=True)
        except CancelledError as error:
            typer.echo(f"clearweek: {error}", err=True)

    def document(self, done: dict[str, Synced | None]) -> str:
        """How the calendars stand now, with what their syncs changed; null where somebody else was at it."""
        now = datetime.now(UTC)
        entries = []
        for calendar, status in self._kept.calendars():
            if calendar.id in done:
                synced = done[calendar.id]
                changes = {"changed": synced and synced.changed, "removed": synced and synced.removed}
                entries.append({**calendar_document(calendar, status, now), **changes})
        return json_text.dumps({"calendars": entries}, indent=2) + "\n"

    def _pause(self) -> timedelta:
        """Until the next calendar is due."""
        now = datetime.now(UTC)
        waits = [status.next_try_at - now for _, status in self._kept.calendars() if status.next_try_at]
        return max(timedelta(seconds=1), min(LONGEST_PAUSE, *waits))


@contextmanager
def _shown(calendar: StoredCalendar) -> Iterator[Callable[[SyncProgress], None]]:
    """A bar on standard error, if that is a terminal, that shows how far the sync of a calendar is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(_stage(calendar, "reading"), total=None)

        def on_progress(step: SyncProgress) -> None:
            bar.update(task, description=_stage(calendar, step.stage), completed=step.done, total=step.total)

        yield on_progress


def _stage(calendar: StoredCalendar, stage: str) -> str:
    return f"{clean(calendar.name, 40)}: {stage} …".replace("[", "\\[")


def _line(calendar: StoredCalendar, synced: Synced) -> str:
    """`574cc6c5 Work: 83 events, 2 changed, 1 removed`."""
    changes = f"{synced.changed} changed, {synced.removed} removed"
    return clean(f"{calendar.id} {calendar.name}: {count(synced.events, 'event')}, {changes}")
