"""What the page of one proposal shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.calendar.writing import Notify
from app.domain.proposals.proposal import DECIDABLE, WORKING, Direction, ProposalState, TrailLine
from app.domain.proposals.shown import Shown
from app.render import words
from app.render.plans import figures, leftovers, moves
from app.render.plans.html import grid_of, zone_of
from app.render.proposals.bill import bill
from app.render.proposals.cards import MAILS, WHYS, Card, cards
from app.render.proposals.messages import messages
from app.render.proposals.next_steps import has_to_be_sent, next_step
from app.render.proposals.proposals import Seen
from app.render.proposals.states import AS_FILES, STATES, TONES, tally

NEXT = {
    "decide": "look at each move, untick what should stay as it is, then apply",
    "decide_again": "some of what you said yes to is not possible any more: look at what is ticked, then apply",
    "apply": "apply what is ticked",
    "wait": "nothing to do: this page follows what is being written",
    "resume": "try the rest again, or take back what is there",
    "undo": "nothing to do; what was written can be taken back below",
    "send": "send the invitations below; what was written can be taken back",
    "files": "open the file of your calendar in it, and send the invitations; nothing is in any calendar yet",
    "newer": "decide on the new proposal of this week",
    "propose": "propose this week anew on the first page",
    "none": "nothing to do: no meeting has to move",
}
MARKS = ("key", "asked")
"""By what a trail knows a request of a program again: nothing for people."""
KINDS = tuple(words.KINDS.items())


def review(
    shown: Shown,
    *,
    ticked: Collection[int] | None,
    notify: Notify,
    trail: Sequence[TrailLine],
    files: Sequence[str],
    only_read: Collection[str],
    now: datetime,
) -> dict[str, Any]:
    """All that the template needs; what came from a calendar is cleaned here and escaped there."""
    seen, proposal = Seen(shown), shown.proposal
    found = cards(shown, ticked, only_read)
    made = [card for card in found if card.written]
    step = next_step(shown).code
    as_files = proposal.state is ProposalState.APPLIED and all(card.by_file for card in made)
    return {
        "proposal": proposal,
        "manager": words.clean(proposal.manager),
        "heading": moves.heading(seen.plan),
        "summary": " ".join(moves.summary(seen.plan)),
        "quality": moves.quality(seen.plan),
        "zone": zone_of(seen.plan),
        "state": AS_FILES if as_files else STATES[proposal.state],
        "tone": TONES[proposal.state],
        "next_text": NEXT["files" if as_files else "send" if step == "undo" and has_to_be_sent(proposal) else step],
        "newer": shown.newer if step == "newer" else None,
        "differences": proposal.differences if proposal.state in DECIDABLE and proposal.revision > 1 else (),
        "metrics": figures.metrics(seen.plan),
        **grid_of(seen.plan, seen.numbers),
        "waiting": leftovers.waiting(seen.plan),
        "leftovers": leftovers.leftovers(seen.plan),
        "messages": messages(proposal, seen.plan, seen.ticked),
        "files": files,
        "only_invitations": all(name.startswith("invitation-") for name in files),
        "trail": [_line(each, seen.zone) for each in trail],
        **_to_decide(shown, found, notify),
        **_to_follow(shown, found, seen.zone, now),
    }


def _to_decide(shown: Shown, found: Sequence[Card], notify: Notify) -> dict[str, Any]:
    """What can be decided, and what it costs."""
    alive = [card for card in found if card.view and not card.refused]
    return {
        "decidable": shown.proposal.state in DECIDABLE,
        "open": [card for card in alive if not card.unconfirmed],
        "unconfirmed": [card for card in alive if card.unconfirmed],
        "settled_moves": [card for card in found if card not in alive],
        "bill": bill(shown.proposal, found, notify),
        "notify": notify.value,
        "mails": [(each.value, text) for each, text in MAILS.items()],
        "whys": [(why.value, text) for why, text in WHYS.items()],
        "kinds": KINDS,
    }


def _to_follow(shown: Shown, found: Sequence[Card], zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What became of what was accepted, and whether it can be taken back."""
    proposal = shown.proposal
    undoing = proposal.state in (ProposalState.UNDOING, ProposalState.PARTLY_UNDONE)
    direction: Direction = "undo" if undoing else "apply"
    writings = [writing for move in proposal.moves if (writing := move.writing(direction))]
    settled = sum(writing.state not in ("planned", "writing") for writing in writings)
    results = [card for card in found if card.written or card.undone]
    in_time = proposal.undo_until is not None and now + proposal.ahead < proposal.undo_until
    ended = proposal.state in (ProposalState.APPLIED, ProposalState.PARTLY_APPLIED, ProposalState.PARTLY_UNDONE)
    return {
        "working": proposal.state in WORKING,
        "results": results,
        "settled": settled,
        "progress": tally(writings, direction),
        "may_resume": next_step(shown).code == "resume",
        "may_undo": ended and in_time and any(card.undoable for card in results),
        "undo_until": words.moment(proposal.undo_until.astimezone(zone)) if proposal.undo_until else "",
    }


def _line(line: TrailLine, zone: ZoneInfo) -> dict[str, str]:
    about = f" (move {line.move})" if line.move is not None else ""
    detail = "; ".join(f"{name}: {value}" for name, value in line.detail.items() if name not in MARKS)
    what = words.clean(line.what.replace("_", " ")) + about
    return {
        "when": words.moment(line.at.astimezone(zone)),
        "by": words.clean(line.by),
        "what": f"{what}: {words.clean(detail)}" if detail else what,
    }
