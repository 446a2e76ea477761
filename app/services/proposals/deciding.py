"""What a manager says of the moves of a proposal, and the plan anew around it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from app.domain.meetings.meeting import Reason
from app.domain.proposals.proposal import (
    DECIDABLE,
    Change,
    Choice,
    Correction,
    Decided,
    Decision,
    PinFor,
    Proposal,
    ProposalState,
    ProposedMove,
    TrailLine,
    Why,
)
from app.domain.proposals.shown import Shown
from app.domain.proposals.ticks import ticked
from app.errors import ChangedError, InputError, ReusedError, StateError
from app.render import words
from app.render.plans.document import document
from app.services.proposals.correcting import own_with
from app.services.proposals.desk import Desk, trail_line
from app.services.proposals.making.planning_around import planned_again, request_again, wake_group
from app.services.proposals.making.proposed import name_of
from app.services.proposals.making.showing import TRIES, current, limits_of, shown

CANNOT = {
    ProposalState.APPLYING: "it is being applied just now",
    ProposalState.APPLIED: "it was applied; to take it back, undo it",
    ProposalState.PARTLY_APPLIED: "a part of it was applied; apply it again, or undo it",
    ProposalState.UNDOING: "it is being undone just now",
    ProposalState.UNDONE: "it was undone; propose the week anew",
    ProposalState.PARTLY_UNDONE: "a part of it was undone; undo it again, or propose the week anew",
    ProposalState.EXPIRED: "its week is over",
    ProposalState.SUPERSEDED: "a newer proposal took its place; decide on that one",
}
"""Why nothing can be decided of a proposal, and what can be done."""


@dataclass(frozen=True)
class Deciding:
    """Decisions that somebody makes at once.

    `drop` are accepted moves that may become undecided for them; `mark` is by what the audit trail knows the request
    again, if it came with an idempotency key.
    """

    by: str
    choices: tuple[Choice, ...]
    corrections: tuple[Correction, ...] = ()
    accept_all: bool = False
    drop: tuple[int, ...] = ()
    mark: Mapping[str, str] = field(default_factory=dict)


def decide(
    desk: Desk,
    proposal_id: str,
    choices: Sequence[Choice],
    corrections: Sequence[Correction] = (),
    *,
    accept_all: bool = False,
    drop: Collection[int] = (),
    by: str,
    version: int | None = None,
    idempotency_key: str | None = None,
) -> Shown:
    """Decide on moves of a proposal, all of this or nothing.

    What is rejected, pinned or corrected has the week planned anew around it. If that makes accepted moves impossible,
    nothing is stored and `Shown.asks` names them: ask again with their numbers as `drop`. `accept_all` accepts what is
    ticked beforehand and not decided yet. What is decided so already changes nothing; nor does what an idempotency key
    did before, whatever was decided since.

    Raises `NotFoundError`, `InputError` for what cannot be meant, `ReusedError` for a key of something else,
    `StateError` for what cannot be decided (any more),
    and `ChangedError` if the proposal has another than the expected version; without one it is tried again.
    """
    wanted = Deciding(by, tuple(choices), tuple(corrections), accept_all, tuple(sorted(set(drop))))
    if idempotency_key is not None:
        wanted = replace(wanted, mark={"key": idempotency_key, "asked": sha256(repr(wanted).encode()).hexdigest()[:16]})
    for _ in range(TRIES):
        if wanted.mark and _was_asked(desk, proposal_id, wanted.mark):
            return shown(desk, desk.proposals.get(proposal_id))
        proposal = current(desk, proposal_id)
        _check(proposal, version)
        try:
            return _decided(desk, proposal, wanted)
        except ChangedError:
            continue
    raise ChangedError(f"{proposal_id}: others are deciding on it all the time; try again")


def check_state(proposal: Proposal, allowed: Collection[ProposalState]) -> None:
    """Refuse what is not possible in the state of a proposal. Raises `StateError`."""
    if proposal.state not in allowed:
        raise StateError(f"{proposal.id}: {CANNOT.get(proposal.state, f'it is {proposal.state}')}")


def check_version(proposal: Proposal, version: int | None) -> None:
    """Refuse what was meant for another version. Raises `ChangedError`."""
    if version is not None and proposal.version != version:
        raise ChangedError(
            f"{proposal.id}: was changed since you saw it (version {version}, now {proposal.version}); look again"
        )


def _was_asked(desk: Desk, proposal_id: str, mark: Mapping[str, str]) -> bool:
    """Whether just this was decided with its key before. Raises `ReusedError` if the key was of something else."""
    details = [line.detail for line in desk.proposals.trail(proposal_id) if line.detail.get("key") == mark["key"]]
    if any(detail["asked"] != mark["asked"] for detail in details):
        raise ReusedError(f"Idempotency-Key {mark['key']} was used for another request: take a new one")
    return bool(details)


def _check(proposal: Proposal, version: int | None) -> None:
    check_state(proposal, DECIDABLE)
    check_version(proposal, version)


def _decided(desk: Desk, proposal: Proposal, wanted: Deciding) -> Shown:
    chosen = _chosen(desk, proposal, wanted)
    accepted = {move.number for move in proposal.accepted}
    wanted = replace(wanted, drop=tuple(number for number in wanted.drop if number in accepted.difference(chosen)))
    own = own_with(desk, proposal, _pinned_for_good(proposal, chosen.values()), wanted.corrections)
    if not (chosen or wanted.drop or own):
        return shown(desk, proposal)
    moves = tuple(_with_choice(desk, proposal, move, chosen, wanted) for move in proposal.moves)
    _check_accepted(moves, chosen)
    if not (own or _needs_plan(proposal, chosen, wanted)):
        return shown(desk, _stored(desk, proposal, Change(moves=moves), chosen, wanted))
    request, texts = own.over(request_again(desk, proposal, moves))
    again = planned_again(desk, proposal, moves, request, besides=chosen)
    if again.impossible:
        return shown(desk, proposal, again.impossible)
    plan = document(again.plan)
    change = Change(plan=plan, moves=again.moves, differences=again.differences, stale=False, own=texts)
    stored = _stored(desk, proposal, change, chosen, wanted)
    wake_group(desk, stored)
    return shown(desk, stored)


def _chosen(desk: Desk, proposal: Proposal, wanted: Deciding) -> dict[int, Choice]:
    """What is wanted of each move that is not decided so, by number; named goes before ticked beforehand."""
    chosen: dict[int, Choice] = {}
    for choice in wanted.choices:
        move = proposal.move(choice.number)
        if move is None:
            raise InputError(f"there is no move {choice.number} in {proposal.id}: {_numbers(proposal)}")
        if chosen.get(choice.number, choice) != choice:
            raise InputError(f"move {choice.number} is named twice: say one thing of it")
        chosen[choice.number] = choice
    closed = limits_of(desk, proposal).closed
    for choice in chosen.values():
        if choice.decision is Decision.ACCEPT and choice.number in closed:
            raise StateError(f"move {choice.number} cannot be accepted: {closed[choice.number].text}")
    new = {move.number: chosen[move.number] for move in proposal.moves if _is_new(move, chosen.get(move.number))}
    return new | _ticked(proposal, closed, chosen) if wanted.accept_all else new


def _is_new(move: ProposedMove, choice: Choice | None) -> bool:
    """Whether something else is wanted of a move than was decided."""
    if choice is None or move.decided is None:
        return choice is not None
    return (move.decided.decision, move.decided.why, move.decided.pin) != (choice.decision, *_why_and_pin(choice))


def _why_and_pin(choice: Choice) -> tuple[Why | None, PinFor | None]:
    """Of a rejection why, of a pin for how long."""
    why = choice.why if choice.decision is Decision.REJECT else None
    return why, choice.pin if choice.decision is Decision.PIN else None


def _ticked(proposal: Proposal, closed: Mapping[int, Reason], chosen: Mapping[int, Choice]) -> dict[int, Choice]:
    """What is ticked beside what is chosen, and not decided yet."""
    said = {number: choice.decision is Decision.ACCEPT for number, choice in chosen.items()}
    open_ = {move.number for move in proposal.moves if move.decided is None}.difference(said)
    return {n: Choice(n, Decision.ACCEPT) for n in ticked(proposal, closed, said) if n in open_}


def _own_needs(move: ProposedMove) -> Iterator[str]:
    return (name for name in move.depends_on if ":" not in name)


def _numbers(proposal: Proposal) -> str:
    numbers = [move.number for move in proposal.moves]
    return f"it has {min(numbers)} to {max(numbers)}" if numbers else "it moves nothing"


def _with_choice(
    desk: Desk, proposal: Proposal, move: ProposedMove, chosen: Mapping[int, Choice], wanted: Deciding
) -> ProposedMove:
    choice = chosen.get(move.number)
    if choice is None:
        return replace(move, decided=None) if move.is_accepted and move.number in wanted.drop else move
    return replace(move, decided=Decided(choice.decision, wanted.by, proposal.clock(desk.now()), *_why_and_pin(choice)))


def _check_accepted(moves: Sequence[ProposedMove], chosen: Mapping[int, Choice]) -> None:
    """Refuse a yes that cannot be carried out beside what is decided of the other moves."""
    accepted = {str(move.number): move for move in moves if move.is_accepted}
    for move in accepted.values():
        undecided = {str(each.number) for each in moves if each.decided is None}
        lacking = [name for name in _own_needs(move) if name in undecided]
        if lacking and move.number in chosen:
            also = " and ".join(lacking)
            raise StateError(f"move {move.number} goes where {also} is today: accept {also} too, or leave it out")
    names = [name_of(move) for move in accepted.values()]
    for name, move in zip(names, accepted.values(), strict=True):
        if names.count(name) > 1:
            raise InputError(f"{words.title(move.title)} cannot move to two places: accept one of its moves")


def _pinned_for_good(proposal: Proposal, chosen: Iterable[Choice]) -> tuple[str, ...]:
    """The UIDs of what is never to move."""
    uids = {move.number: move.uid for move in proposal.moves}
    return tuple(
        uids[choice.number]
        for choice in chosen
        if (choice.decision is Decision.PIN and choice.pin == "always")
        or (choice.decision is Decision.REJECT and choice.why is Why.NEVER)
    )


def _needs_plan(proposal: Proposal, chosen: Mapping[int, Choice], wanted: Deciding) -> bool:
    """Whether the plan as it is does not fit what is decided."""
    if wanted.drop:
        return True
    refused = any(choice.decision is not Decision.ACCEPT for choice in chosen.values())
    gone = any(move.number in chosen and not move.meetings for move in proposal.moves)
    return refused or gone


def _stored(desk: Desk, proposal: Proposal, change: Change, chosen: Mapping[int, Choice], wanted: Deciding) -> Proposal:
    state = ProposalState.DECIDED if chosen or wanted.drop else proposal.state
    whole = replace(change, state=state, trail=tuple(_trail(desk, proposal, chosen, wanted)))
    return desk.proposals.change(proposal.id, proposal.version, whole, desk.now())


def _trail(desk: Desk, proposal: Proposal, chosen: Mapping[int, Choice], wanted: Deciding) -> Iterator[TrailLine]:
    for number, choice in chosen.items():
        pin = choice.pin if choice.decision is Decision.PIN else None
        yield trail_line(
            desk, proposal, wanted.by, choice.decision.value, number, why=choice.why, pin=pin, **wanted.mark
        )
    for number in sorted(wanted.drop):
        yield trail_line(desk, proposal, wanted.by, "drop", number, **wanted.mark)
    for each in wanted.corrections:
        detail = {
            "kind": each.kind,
            "report": each.report,
            "required": each.required,
            "optional": each.optional,
            **wanted.mark,
        }
        yield trail_line(desk, proposal, wanted.by, "correct", None, meeting=each.meeting, **detail)
