"""Why a meeting moves or stays, what would free it, and where else it could be: the one truth of every face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Alternative, Relaxation
from app.services.packing.packing import Member, OtherPlace
from app.services.packing.units import wording
from app.services.packing.units.places import Setting, minutes_on_free_days
from app.services.planning.document.entry import when_of
from app.services.planning.document.occurrence import Occurrence
from app.services.planning.document.outcome import Outcome

CODES: dict[str, set[str]] = {
    "contradiction": {"order", "not_same_day"},
    "no_room": {"seats", "busy", "working"},
    "block_full": {"task"},
    "no_common_time": {"people", "travel"},
    "freeze": {"earliest"},
    "meeting_free_day": {"closed"},
}
"""What a conflict is called by the rules in it; `busy` and `working` are those of rooms, beside people's time."""


def reasons(it: Occurrence) -> Iterator[Reason]:
    """Why it moves, or why it stays: what is gained, and the rule that binds what is not."""
    if it.clashes:
        yield wording.clash_stays([it.outcome.called(c) for c in it.clashes], it.outcome.refs(it.clashes))
    if it.action == "skip":
        yield wording.away(it.absent(it.new), it.setting)
    yield from _why_moved(it) if it.moved else _why_kept(it)
    if it.misplaced and it.unit.governed and not it.packed.waits(it.number):
        yield _binding(it)


def unplaced(outcome: Outcome, number: int) -> Reason | None:
    """Why something new has no place at all: the smallest set of rules that leaves it none. None if it could have one.

    People's time is one thing, whatever of it is in the way: nobody's hours or absence are told.
    """
    found = outcome.relaxations.conflict(number)
    if found is None:
        return None
    people = [m for m in found.members if _is_of_people(m, outcome)]
    others = [m for m in found.members if m not in people]
    setting = outcome.setting
    names = (
        "you" if m.culprits[0] == setting.manager else setting.person(m.culprits[0]).name or m.culprits[0]
        for m in people
    )
    parts = [wording.member(m.rule, [outcome.called(c) for c in m.culprits]) for m in others]
    refs = outcome.refs(dict.fromkeys(c for m in found.members for c in m.culprits))
    return wording.unplaced(_code(people, others), [*dict.fromkeys(names)], parts, refs)


def _is_of_people(member: Member, outcome: Outcome) -> bool:
    """Whether a rule is about the time of a person, not of a room."""
    return member.rule in ("busy", "working") and member.culprits[0] in outcome.setting.time


def _code(people: Sequence[Member], others: Sequence[Member]) -> str:
    """The stable code of a conflict: what of it is most out of the ordinary."""
    rules: set[str] = {m.rule for m in others}
    rules |= {"people"} if people else set()
    return next((code for code, among in CODES.items() if rules & among), "no_place")


def relaxation(it: Occurrence) -> Relaxation | None:
    """The smallest change of the manager's own rules that frees it; None if it needs none, or nothing small helps."""
    unit = it.unit
    is_about = unit.governed or (unit.pinned is not None and unit.recurring and not unit.keeps_days)
    lacks = it.packed.waits(it.number) or any(it.score(it.packed.goal[it.number]))
    return it.outcome.relaxations.of(it.number) if is_about and lacks else None


def alternatives(it: Occurrence) -> Iterator[Alternative]:
    """The best other places that are free for everyone beside the rest of this plan; of the target if it waits."""
    yield from (alternative(other, it.nth, it.setting) for other in it.others_free)


def alternative(other: OtherPlace, nth: int, setting: Setting) -> Alternative:
    """Another place of the `nth` occurrence of a meeting, with what it costs more."""
    place = when_of(other.spans[nth], setting)
    return Alternative(place.start, place.end, other.tier, other.cost, wording.other_place(other.tier, other.cost))


def _why_moved(it: Occurrence) -> Iterator[Reason]:
    if minutes_on_free_days(it.old, it.setting) and not minutes_on_free_days(it.new, it.setting):
        yield wording.off_free_day(it.old, it.setting.zone)
    if it.outside(it.old) and not it.outside(it.new):
        yield wording.into_block(it.block_name(it.new) or "")
    if not it.score(it.unit.spans) > it.score(it.packed.after[it.number]) and not it.unit.clashes:
        followers = it.followers()
        yield wording.makes_room([it.outcome.called(f) for f in followers], it.outcome.refs(followers))
    if it.unit.clashes:
        titles = [it.outcome.called(c) for c in it.unit.clashes]
        yield wording.ends_clash(titles, it.outcome.refs(it.unit.clashes))


def _why_kept(it: Occurrence) -> Iterator[Reason]:
    if it.unit.pinned is not None:
        yield it.unit.pinned
    elif it.packed.waits(it.number):
        yield _why_later(it, it.packed.goal[it.number][it.nth])
    elif it.unit.keeps_days and not it.clashes:
        yield Reason("standup", "a stand-up keeps its days, and its time unless it clashes every week")
    elif not it.unit.recurring:
        yield Reason("arranged", "somebody arranged this one: it moves only to end a clash")
    elif not it.misplaced:
        yield _fine(it)


def _why_later(it: Occurrence, goal: Timespan) -> Reason:
    if not it.packed.is_blocked(it.number):
        return wording.waits(goal, it.outcome.later_week(it.number), it.setting.zone)
    own = {unit.id for unit in it.packed.units if unit.movable}
    others = [ref for ref in it.outcome.rivals(it.number, goal, it.packed.spots_after) if ref not in own]
    titles = [it.outcome.called(other) for other in others]
    return wording.waits_for_other(goal, titles, it.outcome.refs(others), it.setting.zone)


def _fine(it: Occurrence) -> Reason:
    name = it.block_name(it.new)
    return Reason("in_block", f"it is in its block, {name}") if name else Reason("no_block", "its kind has no block")


def _binding(it: Occurrence) -> Reason:
    """The rule that keeps it from all better places."""
    packed = it.packed
    current = it.score(packed.goal[it.number])
    wanted = [n for n, spans in enumerate(packed.places[it.number]) if n and it.score(spans) < current]
    return it.outcome.binding(it.number, wanted, where="in its block" if it.blocks else "on another day")
