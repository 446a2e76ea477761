"""What the buttons of a proposal's page do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.calendar.writing import Notify
from app.domain.proposals.proposal import Choice, Correction, Decision, PinFor, ProposalState, Why
from app.domain.proposals.shown import Shown
from app.domain.proposals.ticks import possible
from app.errors import InputError
from app.render import words
from app.render.proposals.cards import Card, cards
from app.services.proposals import life as services
from app.services.proposals.desk import Desk
from app.web.visits import Deed, whole

UNDOING = (ProposalState.PARTLY_UNDONE,)


@dataclass(frozen=True)
class Question:
    """What has to be asked first: accepted moves would be lost. `fields` is the form that goes on all the same."""

    what: str
    lost: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    button: str


Next = dict[str, Any]
"""What to show next: the query of the page, or nothing."""


def acted(desk: Desk, shown: Shown, deed: Deed) -> Question | Next:
    """Do what a form says, to the version that it was made of; a question, or what to show next.

    Raises `InputError` for a form that none of our pages made, `ChangedError` and `StateError` if it is too late.
    """
    what, named, of = deed.text("do").partition(":")
    number = whole(of)
    if named and number is None:
        raise InputError("this page has no such button")
    proposal, by, version = shown.proposal, deed.visit.caller.by, _version(deed)
    match what, number:
        case "apply", None:
            return _apply(desk, shown, deed)
        case "resume", None if proposal.state in UNDOING:
            services.undo(desk, proposal.id, (), by=by, version=version)
        case "resume", None:
            services.apply(desk, proposal.id, by=by, version=version)
        case "undo", _:
            services.undo(desk, proposal.id, () if number is None else (number,), by=by, version=version)
        case (("reject" | "pin" | "correct"), int()):
            return _decide(desk, shown, deed, what, number)
        case "look", None:
            return {"again": "true", "tick": deed.numbers("tick"), "notify": _notify(deed).value}
        case _:
            raise InputError("this page has no such button")
    return {}


def _apply(desk: Desk, shown: Shown, deed: Deed) -> Question | Next:
    """Accept what is ticked and have it written, if the button said just that; else say first what it would do."""
    ticked, notify = deed.numbers("tick"), _notify(deed)
    if deed.text("told") != _told(ticked, notify):
        return {"again": "true", "tick": ticked, "notify": notify.value}
    by, version = deed.visit.caller.by, _version(deed)
    accepted, drop = _accepted(ticked), (*_dropped(shown, ticked), *deed.numbers("drop"))
    decided = services.decide(desk, shown.proposal.id, accepted, drop=drop, by=by, version=version)
    if decided.asks:
        return _question(decided, deed, "apply what is ticked")
    services.apply(desk, shown.proposal.id, by=by, version=decided.proposal.version, notify=notify)
    return {}


def _decide(desk: Desk, shown: Shown, deed: Deed, what: str, number: int) -> Question | Next:
    """Decide on one move; what is ticked besides stays as it is."""
    card = next((card for card in cards(shown) if card.number == number), None)
    if card is None or not card.meetings:
        raise InputError(f"there is no move {number}")
    ticked = deed.numbers("tick")
    kept = possible(shown.proposal, [each for each in ticked if each != number])
    corrections = _corrected(card, deed) if what == "correct" else ()
    refused = () if what == "correct" else (_refused(what, number, deed),)
    choices = (*_accepted(kept), *refused)
    drop = (*_dropped(shown, [*ticked, number]), *deed.numbers("drop"))
    found = services.decide(
        desk, shown.proposal.id, choices, corrections, drop=drop, by=deed.visit.caller.by, version=_version(deed)
    )
    return _question(found, deed, f"{what} move {number}") if found.asks else {}


def _question(found: Shown, deed: Deed, what: str) -> Question:
    titles = {card.number: card.title for card in cards(found)}
    lost = tuple(f"move {n}, {titles[n]}: {words.clean(reason.text)}" for n, reason in found.asks.items())
    ticked = [number for number in deed.numbers("tick") if number not in found.asks]
    kept = [(name, value) for name, value in deed.form.multi_items() if name not in ("tick", "told")]
    fields = [(name, value) for name, value in kept if isinstance(value, str)]
    fields += [("told", _told(ticked, deed.text("notify"))), *(("tick", str(number)) for number in ticked)]
    drops = [("drop", str(number)) for number in found.asks]
    numbers = words.listed([str(number) for number in found.asks])
    return Question(what, lost, (*fields, *drops), f"{words.capital(what)}, and give up move {numbers}")


def _notify(deed: Deed) -> Notify:
    try:
        return Notify(deed.text("notify") or Notify.ALL)
    except ValueError:
        raise InputError("this page offers no such choice of who gets mail") from None


def _told(ticked: Sequence[int], notify: str) -> str:
    """What a button says that it does, for programs."""
    return f"{' '.join(map(str, sorted(set(ticked))))} {notify}"


def _accepted(ticked: Sequence[int]) -> tuple[Choice, ...]:
    return tuple(Choice(number, Decision.ACCEPT) for number in ticked)


def _dropped(shown: Shown, ticked: Collection[int]) -> tuple[int, ...]:
    """What was accepted, and is not ticked any more."""
    return tuple(move.number for move in shown.proposal.accepted if move.number not in ticked)


def _refused(what: str, number: int, deed: Deed) -> Choice:
    try:
        if what == "pin":
            return Choice(number, Decision.PIN, pin=_pin(deed.text(f"pin-{number}")))
        why = deed.text(f"why-{number}")
        return Choice(number, Decision.REJECT, Why(why) if why else None)
    except ValueError:
        raise InputError("this page offers no such reason") from None


def _pin(text: str) -> PinFor:
    return "always" if text == "always" else "week"


def _corrected(card: Card, deed: Deed) -> tuple[Correction, ...]:
    """What somebody said differently of a meeting than the plan has it. Raises `InputError` if that is nothing."""
    n = card.number
    needed = (
        set(deed.form.getlist(f"required-{n}"))
        if len(card.people) > 1
        else {p.email for p in card.people if p.required}
    )
    report = {"yes": True, "no": False}.get(deed.text(f"report-{n}"))
    correction = Correction(
        card.meetings[0].id,
        deed.text(f"kind-{n}") or None,
        report,
        tuple(person.email for person in card.people if person.email in needed and not person.required),
        tuple(person.email for person in card.people if person.email not in needed and person.required),
    )
    if correction == Correction(card.meetings[0].id):
        raise InputError("say first what is different: its kind, who reports to you, or who has to be there")
    return (correction,)


def _version(deed: Deed) -> int:
    """The version of the proposal that a form was made of."""
    version = whole(deed.text("version"))
    if version is None:
        raise InputError("this page does not say which version of the proposal it shows: load it anew")
    return version
