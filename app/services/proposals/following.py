"""What proposals mean to each other and to the calendar: what is possible still, what became stale, what went back."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from app.domain.calendar.rrule import parse_rrule
from app.domain.calendar.writing import MASTER, Fingerprint, Versions
from app.domain.configuration.pattern import WEEKDAYS
from app.domain.proposals.proposal import Change, Proposal, ProposedMove
from app.errors import ChangedError
from app.services.planning.situation.unheld import unheld
from app.services.proposals.desk import Desk, trail_line
from app.services.proposals.going_back import going_back, taken
from app.services.proposals.making.closing import Closing, closing
from app.services.proposals.making.planning_around import impossible, notice_of, request_again
from app.services.proposals.making.showing import CLEARWEEK


def check(desk: Desk, proposal: Proposal) -> Closing:
    """What of the accepted moves that are not made yet is possible, by what is stored now; nothing is solved.

    If some are to be taken back, it is only these that are looked at. Raises as `plan_week` does.
    """
    if back := going_back(proposal):
        return Closing(taken(desk, proposal, back), {})
    open_ = [move for move in proposal.moves if not (move.apply and move.apply.state.is_done)]
    limits = closing(open_, notice_of(desk, proposal), proposal.clock(desk.now()))
    found = impossible(open_, unheld(request_again(desk, proposal, open_)))
    accepted = {move.number for move in open_ if move.is_accepted}
    closed = {number: reason for number, reason in limits.closed.items() if number in accepted}
    return Closing(found | closed, {number: day for number, day in limits.starts.items() if number in accepted})


def applied(desk: Desk, proposal: Proposal) -> None:
    """Have all that shares people with what was moved, or moved back, planned anew before it is shown."""
    moved = [move for move in proposal.moves if _was_written(move)]
    people = {email for move in moved for email in move.people}
    if people:
        desk.proposals.make_stale(desk.proposals.sharing(people, proposal.id))


def _was_written(move: ProposedMove) -> bool:
    return any(writing is not None and writing.state.is_done for writing in (move.apply, move.undo))


def note_moved_back(desk: Desk) -> None:
    """Take note of series that somebody moved back by hand after they were moved here: that is a rejection."""
    now = desk.now()
    for proposal_id in desk.proposals.followed(now):
        proposal = desk.proposals.get(proposal_id)
        back = {move.number for move in proposal.moves if _is_back(desk, move)}
        if not back:
            continue
        moment = proposal.clock(now)
        moves = tuple(replace(m, moved_back_at=moment) if m.number in back else m for m in proposal.moves)
        lines = tuple(trail_line(desk, proposal, CLEARWEEK, "moved_back", number) for number in sorted(back))
        try:
            desk.proposals.change(proposal.id, proposal.version, Change(moves=moves, trail=lines), now)
        except ChangedError:
            continue  # the next look finds it


def _is_back(desk: Desk, move: ProposedMove) -> bool:
    """Whether a series that was moved is at its old place again, and we did not put it there."""
    made = move.apply is not None and move.apply.state.is_done
    if not made or move.apply is None or move.undo is not None or move.moved_back_at or move.scope != "series":
        return False
    before = move.seen.get(MASTER)
    return before is not None and any(
        _went_back(before, written, desk.versions(move.calendar_id, uid)) for uid, written in move.apply.seen.items()
    )


def _went_back(before: Fingerprint, written: Versions, now: Versions) -> bool:
    ours, theirs = written.get(MASTER), now.get(MASTER)
    if ours is None or theirs is None or _place(ours) == _place(before):
        return False
    return _place(theirs) == _place(before)


def _place(series: Fingerprint) -> tuple[str, str]:
    """When a series takes place in its weeks: on which weekdays, and at what time of its own clock."""
    local = series.start.astimezone(ZoneInfo(series.tzid)) if series.tzid else series.start
    rules = (line.removeprefix("RRULE:") for line in series.recurrence if line.startswith("RRULE:"))
    days = parse_rrule(next(rules, None)).byday
    return ",".join(days) or WEEKDAYS[local.weekday()][:2].upper(), f"{local:%H:%M}"
