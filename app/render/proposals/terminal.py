"""A proposal in the terminal: its moves by number with what was decided of them, the week, and what to type next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from app.domain.meetings.meeting import Reason
from app.domain.proposals.delivery import TELLS_ALL, is_in_the_way
from app.domain.proposals.proposal import (
    DECIDABLE,
    Decided,
    Decision,
    Direction,
    Letter,
    LetterState,
    Proposal,
    ProposalState,
    ProposedMove,
    Writing,
)
from app.domain.proposals.shown import Shown
from app.render import words
from app.render.plans import moves
from app.render.plans.terminal import Screen, left_over, listing, measured, show, visible
from app.render.plans.terminal_grid import plain
from app.render.plans.week import weeks
from app.render.proposals.messages import Message, messages
from app.render.proposals.next_steps import next_step
from app.render.proposals.proposals import Seen
from app.render.proposals.states import LETTERS, STATES, WRITTEN, tally

MARKS = {Decision.ACCEPT: "yes", Decision.REJECT: "no", Decision.PIN: "pin"}
OPEN, TICKED, CLOSED = "ask", "tick", "shut"
"""Marks of moves that nobody decided on."""
MEANINGS = {
    TICKED: "accepted by --accept all",
    OPEN: "accepted by its number alone",
    CLOSED: "not possible any more",
}
HEADINGS = ("id", "manager", "week", "state", "moves", "accepted", "made")


def print_proposal(shown: Shown, console: Console, program: str = "clearweek") -> None:
    """Show a proposal on a console; `program` is how the user calls the command."""
    show(_screen(Seen(shown), program), console)


def print_outcome(shown: Shown, direction: Direction, console: Console, program: str = "clearweek") -> None:
    """Show what became of each move that was to be written, or taken back: a line each, with the reason."""
    show(_outcome(Seen(shown), direction, program), console)


def print_proposals(found: Sequence[Proposal], console: Console, program: str = "clearweek") -> None:
    """Show proposals, a line each, and how to see one of them whole: the first that can be decided, if any can."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in HEADINGS:
        justify: Literal["left", "right"] = "right" if heading in ("moves", "accepted") else "left"
        table.add_column(heading, overflow="fold", no_wrap=heading != "manager", justify=justify)
    for it in found:
        made = it.created_at.astimezone()
        cells = (it.id, it.manager, it.week, it.state, str(len(it.moves)), str(len(it.accepted)))
        table.add_row(*(visible(words.clean(cell)) for cell in cells), Text(words.short_date(made)))
    console.print(table, highlight=False)
    first = next((it for it in found if it.state in DECIDABLE), found[0])
    step = "see its moves, and decide on them" if first.state in DECIDABLE else "see its moves"
    console.print(f"\nNext: {step}: {program} proposals {words.clean(first.id)}", highlight=False, soft_wrap=True)


def _screen(seen: Seen, program: str) -> Screen:
    plan = seen.plan
    return Screen(
        tuple(_heading(seen)),
        weeks(plan, seen.numbers),
        (
            ("What this plan changes against the one before", _differences(seen.proposal)),
            ("Moves", _moves(seen)),
            ("To tell people, in your own words or these", _messages(_to_tell(seen))),
            *left_over(plan),
            *measured(plan),
        ),
        _next(seen, program),
    )


def _outcome(seen: Seen, direction: Direction, program: str) -> Screen:
    asked = [move for move in seen.proposal.moves if move.writing(direction)]
    title = words.capital(tally(filter(None, (move.writing(direction) for move in asked)), direction))
    return Screen((_title(seen),), None, ((title, _writings(seen, asked, direction)),), _next(seen, program))


def _next(seen: Seen, program: str) -> str | None:
    step = next_step(seen.shown)
    return f"{step.text}: {program}{step.command.removeprefix('clearweek')}" if step.command else step.text


def _heading(seen: Seen) -> Iterator[Text]:
    yield _title(seen)
    yield from (Text(sentence) for sentence in moves.summary(seen.plan))
    yield Text(moves.quality(seen.plan), "dim")


def _title(seen: Seen) -> Text:
    it, zone = seen.proposal, seen.zone
    about = [it.manager, seen.plan.timezone, STATES[it.state]]
    if it.undo_until and it.state is not ProposalState.UNDONE:
        about.append(f"can be undone until {_moment(it.undo_until, zone)}")
    if it.ahead:
        about.append("by a clock of its own")
    head = Text(f"Proposal {words.clean(it.id)} · {words.clean(moves.heading(seen.plan))}", "bold")
    return head.append("".join(f" · {plain(words.clean(each))}" for each in about), "not bold dim")


def _moment(when: datetime, zone: ZoneInfo) -> str:
    local = when.astimezone(zone)
    return f"{words.day(local)} {words.clock(local)}"


def _differences(it: Proposal) -> Table | None:
    if not it.differences:
        return None
    table = listing()
    for each in it.differences:
        sign = {"added": "+", "gone": "-", "elsewhere": "→"}[each.kind]
        table.add_row(Text(sign), visible(words.clean(each.text)))
    return table


def _moves(seen: Seen) -> Group | None:
    if not seen.proposal.moves:
        return None
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True, width=2)
    table.add_column(no_wrap=True, width=4)
    table.add_column(overflow="fold")
    marks = {move.number: mark_of(seen, move) for move in seen.proposal.moves}
    for move in seen.proposal.moves:
        mark = marks[move.number]
        table.add_row(Text(str(move.number), "bold"), Text(mark, _STYLES.get(mark, "")), _move(seen, move))
    told = [f"{mark}: {meaning}" for mark, meaning in MEANINGS.items() if mark in marks.values()]
    return Group(table, *([Text("; ".join(told), "dim")] if told else []), *_remarks(seen))


def _remarks(seen: Seen) -> Iterator[Text]:
    """What has to be known before anything is applied, each once with the moves that it is about."""
    about: dict[Reason, list[str]] = {}
    for number, remark in seen.shown.remarks.items():
        if remark.code != TELLS_ALL or is_in_the_way(remark, seen.proposal.notify):
            about.setdefault(remark, []).append(str(number))
    for remark, numbers in about.items():
        head = f"{'move' if len(numbers) == 1 else 'moves'} {words.listed(numbers)}: "
        style = "yellow" if is_in_the_way(remark, seen.proposal.notify) else "dim"
        yield visible(f"{words.capital(head)}{words.clean(remark.text)}", style)


_STYLES = {"yes": "bold green", "no": "bold red", "pin": "bold yellow", TICKED: "green", CLOSED: "dim"}


def mark_of(seen: Seen, move: ProposedMove) -> str:
    """What was decided of a move in one short word: `yes`, `no`, `pin`, `tick`, `ask` or `shut`."""
    if move.decided:
        return MARKS[move.decided.decision]
    if move.number in seen.shown.closed:
        return CLOSED
    return TICKED if move.number in seen.ticked else OPEN


def _move(seen: Seen, move: ProposedMove) -> Group:
    views = [moves.move_view(seen.plan, m, seen.numbers) for m in seen.meetings(move) if m.action == "move"]
    head = visible(words.title(seen.title(move)), "bold")
    if views:
        head.append(plain(f"  {views[0].kind}; {views[0].scope}"), "not bold dim")
    style = "dim" if move.number in seen.shown.closed else "cyan"
    places = [f"{view.old} → {view.new}" for view in views] or [_places(seen, move)]
    details = Table.grid(padding=(0, 1))
    for label, text in _details(seen, move, views):
        details.add_row(Text(label, "dim"), visible(text))
    helps = [Text("» ", "green").append(plain(words.capital(each))) for view in views for each in view.helps]
    return Group(head, *(Text(each, style) for each in dict.fromkeys(places)), details, *helps)


def _places(seen: Seen, move: ProposedMove) -> str:
    return " → ".join(seen.path(move))


def _details(seen: Seen, move: ProposedMove, views: Sequence[moves.MoveView]) -> Iterator[tuple[str, str]]:
    """What there is to say of a move, each with its label."""
    for label, texts in (
        ("why", [text for view in views for text in view.why]),
        ("price", [view.price for view in views[:1] if view.price]),
        ("mind", [text for view in views for text in view.notes]),
    ):
        if texts:
            yield label, "; ".join(dict.fromkeys(texts))
    if move.decided:
        yield "said", _said(move.decided, seen.zone)
    if reason := seen.shown.closed.get(move.number):
        yield "shut", words.clean(reason.text)
    for direction in _DIRECTIONS:
        if writing := move.writing(direction):
            yield "now", _stands(writing, direction)


_DIRECTIONS: tuple[Direction, ...] = ("apply", "undo")


def _said(decided: Decided, zone: ZoneInfo) -> str:
    """`yes, by dana@example.com, Thu 26 Nov 09:05`."""
    words_ = [MARKS[decided.decision]]
    if decided.why:
        words_.append(decided.why.replace("_", " "))
    if decided.pin:
        words_.append("always" if decided.pin == "always" else "this week")
    return f"{', '.join(words_)}, by {words.clean(decided.by)}, {_moment(decided.at, zone)}"


def _stands(writing: Writing, direction: Direction) -> str:
    """How it stands in the calendar, what is wrong and what to do about it, in one line."""
    told = [WRITTEN[direction][writing.state]]
    told += [words.clean(each) for each in (writing.problem, writing.remedy, *writing.notes) if each]
    told += [_mailed(letter) for letter in writing.letters if letter.state is not LetterState.KEPT]
    return "; ".join(told)


def _mailed(letter: Letter) -> str:
    """`mail to ana@example.com: sent`."""
    problem = f" ({words.clean(letter.problem)})" if letter.problem else ""
    return f"mail to {words.listed([words.clean(to) for to in letter.to])}: {LETTERS[letter.state]}{problem}"


def _writings(seen: Seen, asked: Sequence[ProposedMove], direction: Direction) -> Table | None:
    if not asked:
        return None
    table = listing()
    for move in asked:
        if writing := move.writing(direction):
            head = visible(words.title(seen.title(move)), "bold").append(f"  {_places(seen, move)}", "not bold dim")
            style = "green" if writing.state.is_done else "yellow"
            stands = visible(words.capital(_stands(writing, direction)), style)
            table.add_row(Text(str(move.number), "bold"), Group(head, stands))
    return table


def _to_tell(seen: Seen) -> tuple[Message, ...]:
    """What to tell people, as soon as something is decided."""
    return messages(seen.proposal, seen.plan, seen.ticked) if seen.proposal.accepted else ()


def _messages(found: Sequence[Message]) -> Table | None:
    if not found:
        return None
    table = listing()
    for message in found:
        head = visible(words.clean(f"{message.name or message.email} <{message.email}>"), "bold")
        table.add_row("·", Group(head, *(visible(line) for line in message.text.split("\n"))))
    return table
