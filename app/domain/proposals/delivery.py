"""How a calendar takes moves, and its guests the news: what has to be known of that before the yes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.domain.calendar.connected import Backend, StoredCalendar
from app.domain.calendar.writing import Notify
from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import ProposedMove

CANNOT, AS_FILES, NO_MAIL, TELLS_ALL = "cannot_be_written", "as_files", "no_mail", "tells_all"
"""Codes of what there is to know of a move."""
_TEXTS = {
    AS_FILES: "its calendar is only read here: files are made, to open in yours and to send to the others",
    NO_MAIL: "nobody is told of it by mail: its server sends none, and no relay is set up (CLEARWEEK_SMTP_URL); "
    "invitations are made as files, for you to send",
    TELLS_ALL: "its server tells all guests itself, and cannot be asked to tell fewer",
}


class Sender(StrEnum):
    """Who tells the guests: the server (Google, RFC 6638), Clearweek by mail, or the manager with files from us."""

    SERVER = "server"
    LETTERS = "letters"
    FILES = "files"


def sender_of(calendar: StoredCalendar) -> Sender:
    """Who tells the guests of what is in a calendar: one of these, so that nobody is mailed twice, or never."""
    if not calendar.takes_moves:
        return Sender.FILES
    is_told = calendar.backend is Backend.GOOGLE or calendar.schedules
    return Sender.SERVER if is_told else Sender.LETTERS


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a calendar takes moves as it is connected now.

    `tells_all` is a server that tells all guests, whatever it is asked for; `has_relay` says whether mail can be sent
    from here. `problem` is why nothing can be written there, and what to do about it, in one line.
    """

    sender: Sender = Sender.SERVER
    tells_all: bool = False
    has_relay: bool = True
    problem: str | None = None


def remarks(moves: Iterable[ProposedMove], of: Callable[[str], Delivery]) -> dict[int, Reason]:
    """What has to be known of moves, by number, before they are applied; `of` is asked once a calendar, by its id."""
    known = cache(of)
    found = ((move.number, _remark(move, known(move.calendar_id))) for move in moves)
    return {number: remark for number, remark in found if remark is not None}


def _remark(move: ProposedMove, to: Delivery) -> Reason | None:
    if to.problem is not None:
        return Reason(CANNOT, to.problem)
    if to.sender is Sender.FILES:
        return Reason(AS_FILES, _TEXTS[AS_FILES])
    if not set(move.people) - {move.organizer}:
        return None
    if to.sender is Sender.LETTERS and not to.has_relay:
        return Reason(NO_MAIL, _TEXTS[NO_MAIL])
    return Reason(TELLS_ALL, _TEXTS[TELLS_ALL]) if to.tells_all else None


def is_in_the_way(remark: Reason, notify: Notify) -> bool:
    """Whether a move cannot be written so, with mail to those who are to get it."""
    return remark.code == CANNOT or (remark.code == TELLS_ALL and notify is not Notify.ALL)
