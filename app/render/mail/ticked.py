"""What the button of a mail does, and so what the mail shows as the week after: the moves that are ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.plans.partly import made_in_part
from app.domain.plans.plan import Plan
from app.domain.proposals.shown import Shown
from app.render.proposals.cards import Card, cards
from app.render.proposals.proposals import Seen


@dataclass(frozen=True, slots=True)
class Ticked:
    """The plan with the moves that are ticked, of those that can be; where none is, with all of them.

    `made` and `of` are how many.
    """

    plan: Plan
    made: int
    of: int


def ticked(shown: Shown, found: Sequence[Card] | None = None) -> Ticked:
    """What becomes of a proposal's week by its ticks; it says nothing of suggested 1:1s.

    `found` are the moves that are shown, if they are known already.
    """
    plan = Seen(mailed(shown)).plan
    there = [c for c in (cards(shown) if found is None else found) if c.view and not c.refused]
    made = [card for card in there if card.ticked and card.open]
    ids = {meeting.id for card in made for meeting in card.meetings}
    return Ticked(made_in_part(plan, ids) if made else plan, len(made), len(there))


def mailed(shown: Shown) -> Shown:
    """A proposal as a mail shows it: without suggested 1:1s, which name whom the manager meets too rarely."""
    kept = tuple(m for m in shown.plan.meetings if m.action != "suggest")
    return replace(shown, plan=replace(shown.plan, meetings=kept))
