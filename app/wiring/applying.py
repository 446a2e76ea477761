"""What applying and undoing proposals needs, out of the database and the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from time import sleep
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain.calendar.connected import CalendarObject, StoredCalendar
from app.domain.calendar.timespan import IsoWeek
from app.domain.calendar.writing import Counter
from app.domain.people.person import Team
from app.domain.proposals.delivery import sender_of
from app.domain.proposals.proposal import Proposal, ProposalState
from app.errors import AppError, ChangedError, ClaimedError
from app.services.applying.aftermath import follow_up
from app.services.applying.finishing import is_to_be_proposed_anew
from app.services.applying.tools import Answers, Destination, Tools
from app.services.applying.work import Work, work_at_proposal
from app.services.proposals.desk import Desk, options_of
from app.services.proposals.following import applied, check, note_moved_back
from app.services.proposals.life import propose
from app.services.proposals.making.showing import CLEARWEEK
from app.services.proposals.writings import before
from app.settings import Settings
from app.wiring.connected import connections, sync_stored
from app.wiring.proposals import desk, proposals
from app.wiring.stored import team_of
from app.wiring.writing import editor_of, file_writer_of, mailer, writer_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.store.proposals.proposals import StoredProposals

LOOK_S = 0.25
"""Seconds between two looks at what a worker is at."""


def tools(engine: Engine, settings: Settings, holder: str | None = None) -> Tools:
    """What the work at a proposal needs, in a database that is ready; `holder` is who syncs calendars for it."""
    syncs = f"apply:{holder or token_hex(8)}"
    at_desk, store = desk(engine, settings), proposals(engine, settings)
    return Tools(
        store=store,
        destination=lambda proposal_id, calendar_id: _destination(proposal_id, calendar_id, store, engine, settings),
        kept=partial(_kept, engine),
        answers=_answers,
        sync=lambda calendar_id: sync_stored(calendar_id, engine, settings, holder=syncs),
        concerned=lambda proposal: _concerned(proposal, engine, settings),
        check=partial(check, at_desk),
        mailer=mailer(settings),
        now=lambda: datetime.now(UTC),
        ending=partial(_ending, at_desk, engine, settings, syncs),
        ended=partial(_ended, at_desk),
        room_names=lambda manager: _room_names(team_of(manager, engine, settings) or Team()),
    )


def work_of(engine: Engine, settings: Settings, proposal_id: str, holder: str) -> Work:
    """The work at a proposal, of which nothing is begun yet."""
    return Work(proposal_id, tools(engine, settings, holder), holder)


def see_through(
    proposal_id: str, engine: Engine, settings: Settings, pause: Callable[[float], object] = sleep
) -> Proposal:
    """Apply or undo a proposal in this process, or wait while a worker does; what it is then.

    Raises `UnavailableError` if something is in the way of a move, which a worker tries again.
    """
    own = tools(engine, settings)
    while True:
        try:
            return work_at_proposal(proposal_id, own, holder=f"local:{token_hex(8)}")
        except ChangedError:
            return own.store.get(proposal_id)
        except ClaimedError:
            pause(LOOK_S)


def look_after_proposals(
    engine: Engine, settings: Settings, counters: Callable[[str], Sequence[Counter]] = lambda _calendar: ()
) -> None:
    """End what is over, and see what became of what was applied; `counters` are those of `Tools`."""
    at_desk, now = desk(engine, settings), datetime.now(UTC)
    at_desk.proposals.expire(now)
    note_moved_back(at_desk)
    own = replace(tools(engine, settings), counters=counters)
    for proposal_id in own.store.followed(now):
        follow_up(proposal_id, own)


def _destination(
    proposal_id: str, calendar_id: str, store: StoredProposals, engine: Engine, settings: Settings
) -> Destination:
    """Where a calendar is written: a server that tells the guests, one that does not, or a file."""
    calendar, _ = connections(engine).calendar(calendar_id)
    sender = sender_of(calendar)
    if calendar.takes_moves:
        return Destination(calendar, writer_of(calendar, engine, settings), editor_of(calendar), sender)
    proposal = store.get(proposal_id)
    files = file_writer_of(
        calendar,
        engine,
        settings,
        undone=before(proposal.moves) if proposal.state is ProposalState.UNDOING else None,
        kept=lambda name: next((data for known, _, data in store.files(proposal_id) if known == name), None),
        keep=lambda name, kind, data: store.keep_file(proposal_id, name, kind, data, datetime.now(UTC)),
    )
    return Destination(calendar, files, editor_of(calendar), sender)


def _kept(engine: Engine, calendar_id: str, uid: str) -> Sequence[CalendarObject]:
    from app.adapters.store.calendars.objects import objects_of  # noqa: PLC0415

    return objects_of(engine, calendar_id, uid)


def _answers(texts: Sequence[str], floating: ZoneInfo) -> Answers:
    from app.adapters.ics_edit.answers import answers  # noqa: PLC0415

    return answers(texts, floating)


def _concerned(proposal: Proposal, engine: Engine, settings: Settings) -> list[StoredCalendar]:
    """The calendars that are kept of the people who have to be in the moves."""
    people = {email for move in proposal.accepted for email in move.people}
    team = team_of(proposal.manager, engine, settings) or Team()
    return [one for one, _ in connections(engine).calendars() if team.canonical(one.owner) in people]


def _room_names(team: Team) -> dict[str, str]:
    return {room.email: room.name for room in team.premises.rooms if room.name}


def _ending(at_desk: Desk, engine: Engine, settings: Settings, syncs: str, proposal: Proposal) -> None:
    """Read what was written, so that whatever is planned next begins with it, and have others plan anew around it."""
    for calendar_id in dict.fromkeys(move.calendar_id for move in proposal.accepted):
        with suppress(AppError):  # it is read when it is due
            sync_stored(calendar_id, engine, settings, holder=syncs)
    applied(at_desk, proposal)


def _ended(at_desk: Desk, proposal: Proposal) -> None:
    """Have what others changed of it be proposed anew, if that can be and was not done."""
    newest = at_desk.proposals.all(proposal.manager, proposal.week, limit=1)
    if is_to_be_proposed_anew(proposal) and [one.id for one in newest] == [proposal.id]:
        at = at_desk.now() + proposal.ahead if proposal.ahead else None
        with suppress(AppError):  # the manager sees what was left alone in any case, and can ask for a new plan
            propose(
                at_desk,
                proposal.manager,
                IsoWeek.parse(proposal.week),
                by=CLEARWEEK,
                at=at,
                options=options_of(proposal),
            )
