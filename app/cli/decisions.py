"""What the options of `clearweek decide` say, as decisions. Whatever cannot be meant raises `InputError`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import Choice, Correction, Decision, PinFor, Proposal, Why
from app.errors import InputError
from app.services.planning.situation.naming import uid_named

ALL = "all"
FIELDS = "kind=…, report=yes, report=no, required=EMAIL or optional=EMAIL"


def choices_of(accept: Sequence[str], reject: Sequence[str], pin: Sequence[str]) -> tuple[list[Choice], bool]:
    """The choices, and whether all that is ticked is to be accepted, too."""
    wanted = list(_items(accept))
    chosen = [Choice(_number(text, "accept"), Decision.ACCEPT) for text in wanted if text != ALL]
    chosen += [_rejected(text) for text in _items(reject)]
    chosen += [_pinned(text) for text in _items(pin)]
    return chosen, ALL in wanted


def numbers_of(given: Sequence[str], option: str) -> list[int]:
    """Numbers of moves, as lists with commas."""
    return [_number(text, option) for text in _items(given)]


def corrections_of(given: Sequence[str], proposal: Proposal, plan: Plan) -> list[Correction]:
    """The corrections, one for each meeting that is named by the number of its move, its title or its UID."""
    found: dict[str, Correction] = {}
    for text in given:
        name, mark, said = text.rpartition(":")
        field, equals, value = said.partition("=")
        if not (mark and equals and value):
            raise InputError(f"--correct {text!r} is not MEETING:FIELD=VALUE; write {FIELDS} for FIELD=VALUE")
        meeting = _meeting(name, proposal, plan)
        found[meeting] = _corrected(found.get(meeting, Correction(meeting)), field, value.strip())
    return list(found.values())


def _items(given: Iterable[str]) -> Iterator[str]:
    for text in given:
        yield from (item.strip() for item in text.split(",") if item.strip())


def _number(text: str, option: str) -> int:
    if not text.isdecimal():
        more = f" or {ALL}" if option == "accept" else ""
        raise InputError(f"--{option} {text!r} is no number of a move; give numbers with commas between them{more}")
    return int(text)


def _rejected(text: str) -> Choice:
    number, _, why = text.partition(":")
    if why and why not in list(Why):
        raise InputError(f"--reject {text!r}: {why!r} is no reason; give one of {', '.join(Why)}, or none")
    return Choice(_number(number, "reject"), Decision.REJECT, Why(why) if why else None)


def _pinned(text: str) -> Choice:
    number, _, until = text.partition(":")
    spans: dict[str, PinFor] = {"": "week", "week": "week", "always": "always"}
    if until not in spans:
        raise InputError(f"--pin {text!r}: a move is pinned for the week or always, not {until!r}")
    return Choice(_number(number, "pin"), Decision.PIN, pin=spans[until])


def _meeting(name: str, proposal: Proposal, plan: Plan) -> str:
    """The id of a meeting in the plan."""
    move = proposal.move(int(name)) if name.isdecimal() else None
    titles = {meeting.uid: meeting.title for meeting in plan.meetings}
    uid = move.uid if move else uid_named(name, titles, "correct")
    return next((meeting.id for meeting in plan.meetings if meeting.uid == uid), name)


def _corrected(correction: Correction, field: str, value: str) -> Correction:
    if field == "kind":
        return replace(correction, kind=value)
    if field == "report" and value in ("yes", "no"):
        return replace(correction, report=value == "yes")
    if field == "required" and "@" in value:
        return replace(correction, required=(*correction.required, value.lower()))
    if field == "optional" and "@" in value:
        return replace(correction, optional=(*correction.optional, value.lower()))
    raise InputError(f"--correct: {field}={value} is not known; write {FIELDS}")
