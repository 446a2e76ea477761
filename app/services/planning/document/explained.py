"""The plan with all that can be said of the meetings that somebody asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from app.domain.plans.plan import Alternative, Plan
from app.services.planning.document import explaining
from app.services.planning.document.occurrence import Occurrence
from app.services.planning.document.outcome import Outcome
from app.services.planning.situation.naming import uid_named
from app.services.planning.situation.situation import Situation


def asked_about(names: Sequence[str], situation: Situation) -> tuple[str, ...]:
    """The UIDs of the meetings that are meant, each once. Raises `InputError`."""
    meetings = (*situation.meetings, *(unit.lead for unit in situation.drafts))
    titles = {m.event.ref.uid: m.event.title for m in meetings}
    return tuple(dict.fromkeys(uid_named(name, titles, "explain") for name in names))


def with_alternatives(plan: Plan, outcome: Outcome, uids: Collection[str]) -> Plan:
    """The plan in which the meetings asked about have other places named even if they stay."""
    found = dict(_alternatives(outcome, uids))
    meetings = tuple(replace(m, alternatives=found.get(m.id, m.alternatives)) for m in plan.meetings)
    return replace(plan, meetings=meetings) if found else plan


def _alternatives(outcome: Outcome, uids: Collection[str]) -> Iterator[tuple[str, tuple[Alternative, ...]]]:
    for number, unit in enumerate(outcome.packed.units):
        for nth, meeting in enumerate(() if unit.wish else unit.meetings):
            if meeting.event.ref.uid in uids:
                occurrence = Occurrence(outcome, number, nth)
                yield outcome.ids(number)[nth], tuple(explaining.alternatives(occurrence))
