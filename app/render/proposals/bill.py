"""What the moves that are ticked cost, before the yes, and the button that says what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.calendar.writing import Notify
from app.domain.plans.partly import ENDS_CLASH
from app.domain.proposals.delivery import NO_MAIL, is_in_the_way
from app.domain.proposals.proposal import Proposal
from app.domain.proposals.ticks import lacks
from app.render import words
from app.render.proposals.cards import Card


@dataclass(frozen=True, slots=True)
class Bill:
    """What some moves cost, before the yes: `button` says what it does, `lines` what that means for people.

    `focus` is the sum of what each does to focus time by itself, `problems` are what keeps it from being done.
    """

    button: str
    lines: tuple[str, ...]
    focus: tuple[str, ...]
    numbers: tuple[int, ...]
    problems: tuple[str, ...]


def bill(proposal: Proposal, found: Sequence[Card], notify: Notify) -> Bill:
    """The price of all moves that are ticked."""
    chosen = [card for card in found if card.ticked and card.open]
    numbers = tuple(card.number for card in chosen)
    prices = [m.price for card in chosen for m in card.meetings if m.price]
    mailed = [card for card in chosen if not card.by_file and not _has(card, NO_MAIL)]
    mails = [email for card in mailed for m in card.meetings if m.price for email in m.price.mailed]
    files = sum(card.by_file for card in chosen)
    resets = [email for price in prices for email in price.rsvps_reset]
    lines = [
        f"{words.count(len(resets), 'answer is', 'answers are')} asked for again, of "
        f"{words.count(len(set(resets)), 'person', 'people')}: they were for the old time"
        if resets
        else "No answer is asked for again",
        *_bad_hours(chosen),
        *_clashes_left(proposal, found, numbers),
        *_files(files),
        *_told([card for card in chosen if _has(card, NO_MAIL)]),
    ]
    focus = (
        *_focus("you", sum(price.focus_minutes_own for price in prices), len(chosen)),
        *_focus("others, taken together,", sum(price.focus_minutes_others for price in prices), len(chosen)),
    )
    problems = [
        f"Move {number} goes where {words.listed([str(need) for need in missing])} is today: tick both or neither"
        for number, missing in lacks(proposal, numbers).items()
    ]
    problems += _told([card for card in chosen if card.remark and is_in_the_way(card.remark, notify)])
    return Bill(_button(len(chosen), files, mails, notify), tuple(lines), focus, numbers, tuple(problems))


def _button(moves: int, files: int, mails: Sequence[str], notify: Notify) -> str:
    if not moves:
        return "Nothing is ticked"
    what = f"Apply {words.count(moves, 'move')}" + (f", {files} of them as files" if 0 < files < moves else "")
    if files == moves:
        what = f"Make files for {words.count(moves, 'move')}"
    if notify is Notify.NONE or not mails:
        return f"{what}: nobody gets mail"
    if notify is Notify.EXTERNAL_ONLY:
        return f"{what}: only people outside get mail"
    people = words.count(len(set(mails)), "person gets", "people get")
    return f"{what}: {people} {words.count(len(mails), 'mail')}"


def _focus(who: str, minutes: int, moves: int) -> list[str]:
    """What moves do to focus time; of several, the sum is not what they do together, and says so."""
    verb = "win" if minutes > 0 else "cost"
    does = f"It {verb}s" if moves == 1 else f"Taken one by one, they {verb}"
    return [f"{does} {who} {words.duration(abs(minutes))} of focus time"] if minutes else []


def _files(number: int) -> list[str]:
    what = "The calendar of this move is" if number == 1 else f"The calendars of {number} moves are"
    return [f"{what} only read here: you get files to open in yours, and to send to the others"] if number else []


def _has(card: Card, code: str) -> bool:
    return card.remark is not None and card.remark.code == code


def _told(found: Sequence[Card]) -> list[str]:
    """What has to be known of some moves, each once."""
    about: dict[str, list[str]] = {}
    for card in found:
        about.setdefault(card.remark.text if card.remark else "", []).append(str(card.number))
    return [
        f"{'Move' if len(numbers) == 1 else 'Moves'} {words.listed(numbers)}: {words.clean(text)}"
        for text, numbers in about.items()
    ]


def _bad_hours(chosen: Sequence[Card]) -> list[str]:
    outside = [
        f"{card.title} is at {words.clock(a.local_start)} for {_name(card, a.email)}, outside working hours"
        for card in chosen
        for m in card.meetings
        for a in m.attendees
        if a.at_bad_hour
    ]
    return list(dict.fromkeys(outside))


def _clashes_left(proposal: Proposal, found: Sequence[Card], numbers: Sequence[int]) -> list[str]:
    """The clashes that stay as nobody ticked what ends them, and what would."""
    return [
        f"A clash stays: {card.title} ({_clash_of(card)}); {_would_end(proposal, [*numbers, card.number], numbers)}"
        for card in found
        if numbers and card.open and card.number not in numbers and _clash_of(card)
    ]


def _clash_of(card: Card) -> str:
    """`it clashes with Vendor call`: what a move ends."""
    reasons = (reason for meeting in card.meetings for reason in meeting.reasons)
    return next((words.clean(reason.text) for reason in reasons if reason.code == ENDS_CLASH), "")


def _would_end(proposal: Proposal, wanted: list[int], numbers: Sequence[int]) -> str:
    """`moves 8 and 9 together would end it`."""
    while missing := [need for needs in lacks(proposal, wanted).values() for need in needs]:
        wanted = sorted({*wanted, *missing})
    more = [str(number) for number in wanted if number not in numbers]
    return f"move {more[0]} would end it" if len(more) == 1 else f"moves {words.listed(more)} together would end it"


def _name(card: Card, email: str) -> str:
    return next((person.name for person in card.people if person.email == email), email)
