"""A plan in the terminal: the week before and after, then what moves and why, what does not, and the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import groupby, zip_longest

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.domain.plans.plan import Plan
from app.render import words
from app.render.plans import comparison, figures, leftovers, moves
from app.render.plans.terminal_grid import bar_style, grid, plain
from app.render.plans.week import Week, weeks

NARROWEST = 40
WIDEST = 120
BESIDE = 166
GAP = 4
ASCII = str.maketrans("→●▪│┃┼─▌▖▘░·…⋮»\u2013", ">*=||+-||':..:>-")


def print_plan(plan: Plan, console: Console, next_step: str | None = None) -> None:
    """Show the plan on a console, in its width and with its colours; without UTF-8, in ASCII."""
    show(_screen(words.veiled(plan), next_step), console)


@dataclass(frozen=True, slots=True)
class Screen:
    """What is shown, from top to bottom: lines, the weeks that need the whole width, sections, and what to do next."""

    heading: Sequence[Text]
    weeks: tuple[Week, Week] | None
    sections: Sequence[tuple[str, RenderableType | None]]
    next_step: str | None


def show(screen: Screen, console: Console) -> None:
    """Show a screen on a console, in its width and with its colours; without UTF-8, in ASCII."""
    if console.options.ascii_only:
        shown = text_of(screen, width=console.width)
        console.file.write(shown.translate(ASCII).encode("ascii", "replace").decode())
        return
    width = max(NARROWEST, console.width)
    for line in screen.heading:
        console.print(line, highlight=False, width=width)
    if screen.weeks:
        for line in _side_by_side(screen.weeks, width):
            console.print(line, highlight=False, width=width, no_wrap=True, crop=False)
        console.print(_legend(screen.weeks), highlight=False, width=min(width, WIDEST))
    for title, body in screen.sections:
        if body is not None:
            console.print(Text(f"\n{title}", "bold underline"), highlight=False, width=min(width, WIDEST))
            console.print(body, highlight=False, width=min(width, WIDEST))
    if screen.next_step:
        console.print(_next(screen.next_step, width), highlight=False, soft_wrap=True)


def to_text(plan: Plan, *, width: int = 80, color: bool = False, next_step: str | None = None) -> str:
    """The same as a string; colours as ANSI codes if wanted."""
    return text_of(_screen(words.veiled(plan), next_step), width=width, color=color)


def text_of(screen: Screen, *, width: int = 80, color: bool = False) -> str:
    """A screen as a string; colours as ANSI codes if wanted."""
    file = StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=color,
        color_system="256" if color else None,
        no_color=not color,
        legacy_windows=False,
    )
    show(screen, console)
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def _screen(plan: Plan, next_step: str | None) -> Screen:
    return Screen(tuple(_heading(plan)), weeks(plan), _sections(plan), next_step)


def _next(next_step: str, width: int) -> Text:
    """What to do next; a command that would not fit behind its words stands on a line of its own, to be copied."""
    text = f"Next: {plain(words.clean(next_step))}"
    if cell_len(text) > width:
        text = ":\n  ".join(text.rsplit(": ", 1))
    return Text(f"\n{text}", "bold")


def _heading(plan: Plan) -> Iterator[Text]:
    about = plain(words.clean(f"{plan.manager} · {plan.timezone}"))
    yield Text(plain(moves.heading(plan)), "bold").append(f" · {about}", "not bold dim")
    yield from (Text(sentence) for sentence in moves.summary(plan))
    yield Text(moves.quality(plan), "dim")


def _side_by_side(both: tuple[Week, Week], width: int) -> Iterator[Text]:
    """Both weeks, one above the other, or beside each other where there is room."""
    before, after = both
    titles = Text("Before", "bold underline"), Text("After", "bold underline")
    yield Text()
    if width < BESIDE:
        yield from (titles[0], *grid(before, width), Text(), titles[1], *grid(after, width))
        return
    half = (width - GAP) // 2
    old, new = ([title, *grid(week, half)] for title, week in zip(titles, (before, after), strict=True))
    for left, right in zip_longest(old, new, fillvalue=Text()):
        yield left.copy().append(" " * (half + GAP - left.cell_len)).append_text(right)


def _legend(both: tuple[Week, Week]) -> Text:
    """What the signs and colours mean, of those that are there."""
    entries = [e for week in both for c in week.columns for e in c.entries]
    states, kinds = {e.state for e in entries}, {e.kind for e in entries}
    signs = [f"{sign} {words.SIGN_WORDS[state]}" for state, sign in words.SIGNS.items() if state in states]
    text = Text("  ".join([*signs, "┃ a block", "░ time of your own"]), "dim")
    for n, kind in enumerate(k for k in words.KINDS if k in kinds):
        text.append("  " if n else "\n").append("▌", f"not dim {bar_style(kind)}").append(words.kind(kind))
    return text


def _sections(plan: Plan) -> tuple[tuple[str, RenderableType | None], ...]:
    return (
        ("What if", _what_if(comparison.what_if(plan))),
        ("Moves", _moves(moves.moves(plan))),
        *left_over(plan),
        ("Hours needed, and hours of the blocks", _blocks(figures.blocks(plan))),
        (
            f"What each meeting was taken for ({words.SIGNS['pinned']} pinned; all others may move)",
            _kinds(figures.kinds(plan)),
        ),
        *measured(plan),
    )


def left_over(plan: Plan) -> tuple[tuple[str, RenderableType | None], ...]:
    """The sections about what does not move now."""
    return (
        ("Waits for a later week", _waiting(leftovers.waiting(plan))),
        ("What is left, and what would help", _leftovers(leftovers.leftovers(plan))),
    )


def measured(plan: Plan) -> tuple[tuple[str, RenderableType | None], ...]:
    """The sections about the week as figures, and what to know of them."""
    return (
        ("Figures", _metrics(figures.metrics(plan))),
        ("Warnings", _warnings(figures.warnings(plan))),
    )


def visible(text: str, style: str = "") -> Text:
    """Text in which nothing is hidden."""
    return Text(plain(text), style)


def listing() -> Table:
    """Numbered or marked lines: a narrow column, then the text."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True, width=2)
    table.add_column(overflow="fold")
    return table


def _what_if(found: comparison.WhatIfView | None) -> Table | None:
    """The target with the what-if beside the one without it."""
    if found is None:
        return None
    table = listing()
    for asked in found.asked:
        table.add_row("?", visible(asked, "bold"))
    changes = Table.grid(padding=(0, 3, 0, 0))
    changes.add_row("", Text("without", "dim"), Text("with", "dim"))
    for change in found.changes:
        changes.add_row(visible(change.name), Text(change.without), Text(change.with_))
    table.add_row("", changes if found.changes else Text("Nothing changes at the target."))
    for new in found.new:
        table.add_row(
            "+", visible(f"Best places of {new.title}" if new.places else f"{new.title} has no place", "bold")
        )
        for number, (when, text) in enumerate(new.places, start=1):
            table.add_row(Text(str(number), "dim"), visible(f"{when}: {text}"))
    for move in found.moves:
        table.add_row("→", visible(move))
    return table


def _moves(found: Sequence[moves.MoveView]) -> Table | None:
    if not found:
        return None
    table = listing()
    for move in found:
        head = visible(move.title, "bold").append(plain(f"  {move.kind}; {move.scope}"), "not bold dim")
        details = Table.grid(padding=(0, 1))
        for label, texts in (("why", move.why), ("price", (move.price,)), ("mind", move.notes)):
            if any(texts):
                details.add_row(Text(label, "dim"), visible("; ".join(texts)))
        for help_ in move.helps:
            details.add_row(Text("»", "green"), visible(words.capital(help_)))
        table.add_row(Text(str(move.number), "bold"), Group(head, Text(f"{move.old} → {move.new}", "cyan"), details))
    return table


def _waiting(found: Sequence[leftovers.Leftover]) -> Table | None:
    """What waits; the reason too where it is the same for all, as it names the place where it is not."""
    if not found:
        return None
    table = listing()
    places = Table.grid(padding=(0, 2))
    for each in found:
        places.add_row(visible(each.title, "bold"), Text(each.when))
    reasons = {each.why for each in found}
    table.add_row(
        "·", Group(*(visible(words.capital("; ".join(why)), "dim") for why in reasons if len(reasons) == 1), places)
    )
    return table


def _leftovers(found: Sequence[leftovers.Leftover]) -> Table | None:
    """What is left; what would help several in a row is said once."""
    if not found:
        return None
    table = listing()
    for (_, helps), group in groupby(found, key=lambda each: (each.what, each.helps)):
        alike = tuple(group)
        for each in alike:
            text = visible(each.title, "bold").append(f"  {each.when}", "not bold dim")
            text.append(plain(f"\n{words.capital(each.what)}: {'; '.join(each.why)}"), "not bold")
            table.add_row("·", text)
        whom = f"All {len(alike)}: " if len(alike) > 1 else ""
        for help_ in helps:
            table.add_row("", Text("» ", "green").append(plain(whom + words.capital(help_)), "default"))
    return table


def _blocks(rows: Sequence[figures.BlockView]) -> Table | None:
    if not rows:
        return None
    table = listing()
    for row in rows:
        have = f" need {row.needed}; {row.blocks} {'has' if row.single else 'have'} {row.hours}: "
        text = visible(row.kinds, "bold").append(plain(have), "not bold")
        text.append(row.verdict, "not bold" if row.fits else "bold yellow")
        if row.outside:
            text.append(plain(f"\noutside after this step: {row.outside}"), "not bold dim")
        table.add_row(Text("·") if row.fits else Text("!", "bold yellow"), text)
    return table


def _kinds(rows: Sequence[figures.KindView]) -> Table | None:
    """By kind and why it was taken for that; what is pinned has its mark and its reason."""
    if not rows:
        return None
    table = listing()
    widths = [
        min(34, max(cell_len(plain(text)) for text in texts))
        for texts in zip(*((r.title, r.when) for r in rows), strict=True)
    ]
    for (kind, why), group in groupby(rows, key=lambda row: (row.kind, row.why)):
        alike = tuple(group)
        name = Text("▌", bar_style(alike[0].kind_id)).append(plain(kind), "bold default")
        head = Table.grid(padding=(0, 2, 0, 0))
        head.add_column(no_wrap=True)
        head.add_row(name, visible(why, "dim"))
        table.add_row("", head)
        meetings = Table.grid(padding=(0, 2, 0, 0))
        for width in (1, *widths):
            meetings.add_column(overflow="ellipsis", no_wrap=True, width=width)
        meetings.add_column(overflow="fold")
        for row in alike:
            mark = "" if row.movable else words.SIGNS["pinned"]
            meetings.add_row(mark, visible(row.title), visible(row.when, "dim"), visible(row.stays, "dim"))
        table.add_row("", meetings)
    return table


def _metrics(rows: Sequence[figures.MetricView]) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(overflow="fold")
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    table.add_row("", Text("before", "dim"), Text("after", "dim"), Text("target", "dim"))
    for row in rows:
        style = {True: "bold green", False: "bold yellow", None: ""}[row.better]
        table.add_row(visible(f" {row.name}"), Text(row.before), Text(row.after, style), Text(row.target, "dim"))
    return table


def _warnings(rows: Sequence[figures.WarningView]) -> Table | None:
    if not rows:
        return None
    table = listing()
    for row in rows:
        about = plain(f"  {row.about}") if row.about else ""
        table.add_row(Text("!", "yellow"), visible(row.text).append(about, "dim"))
    return table
