"""The short mails to a manager: what became of an apply or an undo, a reminder, a line, a code for a new browser."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from app.domain.calendar.timespan import IsoWeek
from app.domain.mail import Links
from app.domain.proposals.proposal import ProposalState
from app.domain.proposals.shown import Shown
from app.render import words
from app.render.mail import gist
from app.render.mail.compose import FOOTER, button
from app.render.mail.content import Button, Row, ShortMailContent
from app.render.mail.left import LIMIT, TITLE
from app.render.mail.ticked import Ticked, ticked
from app.render.proposals.bill import bill
from app.render.proposals.cards import Card, WritingView, cards
from app.render.proposals.proposals import Seen

UNDOING = (ProposalState.UNDOING, ProposalState.UNDONE, ProposalState.PARTLY_UNDONE)
FILES = (
    "Calendars that are only read here are as they were: the page has the files to open in yours, and says to whom to "
    "send the invitations."
)
CODE_FOOTER = (
    "If it was not you who asked for it, pass it on to nobody: without it, the link in your mail opens nothing."
)


def confirmation(shown: Shown, links: Links, only_read: Collection[str] = ()) -> ShortMailContent:
    """What became of each move that was applied, or taken back; the link takes it back while that is possible.

    `only_read` are the ids of the calendars that moves are not written into.
    """
    undoing, seen = shown.proposal.state in UNDOING, Seen(shown)
    found = [(card, _standing(card, undoing=undoing)) for card in cards(shown, only_read=only_read)]
    rows = tuple(_became(card, standing) for card, standing in found if standing)
    done = sum(row.tone == "good" for row in rows)
    as_files = _all_files(found)
    headline = _what_became(done, len(rows), undoing=undoing, as_files=as_files)
    until = shown.proposal.undo_until
    may_undo = links.undo and until and any(card.undoable for card, _ in found)
    taken_back = f"It can be taken back until {words.moment(until.astimezone(seen.zone))}." if until else ""
    left = [
        words.clean(card.title, TITLE) for card, done_with in found if not done_with and _was_open(card) and not undoing
    ]
    left_out = f"Left out: {words.listed(left, 12)}." if left else ""
    lines = (left_out, FILES if any(map(_is_file, found)) else "", taken_back if may_undo else "")
    week = words.capital(words.week_of(IsoWeek.parse(shown.proposal.week).monday).removeprefix("the "))
    return ShortMailContent(
        subject=f"{week}: {headline}{f', {len(left)} left out' if left else ''}",
        preheader=f"Week {words.clean(shown.proposal.week)}",
        gist=headline,
        lines=tuple(filter(None, lines)),
        rows=rows,
        button=_button(links, may_undo=bool(may_undo), as_files=as_files and done > 0),
        footer="Opening the page changes nothing.",
        unsubscribe=links.unsubscribe,
    )


def reminder(shown: Shown, links: Links, at: datetime, only_read: Collection[str] = ()) -> ShortMailContent:
    """That moves wait for a decision: which, and what the button does."""
    found = [card for card in cards(shown, only_read=only_read) if card.open]
    headline = f"{words.count(len(found), 'move waits', 'moves wait')} for your decision"
    after = ticked(shown, found)
    return ShortMailContent(
        subject=gist.subject(after, at),
        preheader=headline,
        gist=headline,
        lines=(f"{words.capital(gist.gist(after))}.",),
        rows=tuple(Row(words.clean(card.title, TITLE), f"{card.old} → {card.new}") for card in found),
        button=Button(button(found, bill(shown.proposal, found, shown.proposal.notify)), links.review),
        footer=FOOTER,
        unsubscribe=links.unsubscribe,
    )


def line(shown: Shown, links: Links, at: datetime) -> ShortMailContent:
    """That there is nothing to do, for who wants a mail all the same."""
    nothing = Ticked(Seen(shown).plan, 0, 0)
    return ShortMailContent(
        subject=gist.subject(nothing, at),
        preheader="Nothing to decide",
        gist=words.capital(gist.gist(nothing)),
        lines=("There is nothing to decide.",),
        button=Button("Look at the week", links.review),
        footer="This mail comes because you asked for one in quiet weeks, too.",
        unsubscribe=links.unsubscribe,
    )


def code(digits: str, valid_for: timedelta) -> ShortMailContent:
    """The code that a new browser is asked for; the subject does not tell it."""
    minutes = words.duration(round(valid_for.total_seconds() / 60))
    return ShortMailContent(
        subject="Your code for Clearweek",
        preheader=f"Valid for {minutes}",
        gist="Your code",
        code=digits,
        lines=(f"Type it into the page that asks for it. It is valid for {minutes}, and once.",),
        footer=CODE_FOOTER,
    )


def _was_open(card: Card) -> bool:
    """Whether a move could be made that the manager did not refuse."""
    return card.view is not None and not card.refused


def _button(links: Links, *, may_undo: bool, as_files: bool) -> Button:
    if as_files:
        return Button("Get the files", links.review)
    return Button("Take it back", links.undo) if links.undo and may_undo else Button("Look at it", links.review)


def _standing(card: Card, *, undoing: bool) -> WritingView | None:
    return card.undone if undoing else card.written


def _became(card: Card, standing: WritingView) -> Row:
    old, new = (card.new, card.old) if standing is card.undone else (card.old, card.new)
    said = () if _is_file((card, standing)) else (standing.problem, standing.remedy, *standing.notes)
    notes = [text for text in said if text not in standing.text]
    what = f"{words.clean(card.title, TITLE)}: {old} → {new}"
    return Row(what, standing.text, standing.tone, tuple(words.clean(note, LIMIT) for note in notes))


def _is_file(each: tuple[Card, WritingView | None]) -> bool:
    """Whether a move was made as files: which, and to whom each is to be sent, is on the page."""
    card, standing = each
    return card.by_file and standing is not None and standing.tone == "good"


def _all_files(found: Sequence[tuple[Card, WritingView | None]]) -> bool:
    return all(card.by_file for card, standing in found if standing)


def _what_became(done: int, asked: int, *, undoing: bool, as_files: bool) -> str:
    """`5 moves are in your calendar`; `4 of 5 moves are taken back`."""
    where = "taken back" if undoing else "made as files" if as_files else "in your calendar"
    if done == asked:
        return f"{words.count(done, 'move is', 'moves are')} {where}"
    return f"{done} of {words.count(asked, 'move')} {'is' if done == 1 else 'are'} {where}"
