"""A week as a grid of half hours in text; what starts or ends between the lines says its times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from app.render import words
from app.render.plans.week import Column, Entry, Week

ROW = 30
GUTTER = 5
WIDEST_CELL = 30
CORE = (8 * 60, 18 * 60)

BARS = {
    "one_on_one": 37,
    "team_sync": 69,
    "standup": 245,
    "sprint_start": 134,
    "sprint_check": 170,
    "cross_team": 178,
    "interview": 167,
    "network": 107,
    "external": 173,
}
CHIPS = {
    "one_on_one": 116,
    "team_sync": 111,
    "standup": 250,
    "sprint_start": 183,
    "sprint_check": 218,
    "cross_team": 222,
    "interview": 217,
    "network": 150,
    "external": 216,
}
OTHER_BAR, OTHER_CHIP = 245, 252


def plain(text: str) -> str:
    """Cleaned text of a width that every terminal agrees on: emoji are not joined or turned into pictures."""
    return "".join(char for char in text if char not in "\u200c\u200d\ufe0e\ufe0f")


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells, cut with an ellipsis."""
    text = plain(text)
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""
    return set_cell_size(text, width)


def bar_style(kind: str) -> str:
    """The colour of a kind's bar."""
    return f"color({BARS.get(kind.partition(':')[0], OTHER_BAR)})"


def grid(week: Week, width: int) -> list[Text]:
    """The week in lines of at most `width` cells."""
    cell = min(WIDEST_CELL, (width - GUTTER) // max(1, len(week.columns)) - 1)
    rows = [minute for minute in range(week.first, week.last, ROW) if not _is_foldable(week, minute)]
    scripts = {minute: [_script(c, minute, cell) for c in week.columns] for minute in rows}
    heights = {minute: max([1, *(len(script) for script in scripts[minute])]) for minute in rows}
    drawn = [_column(c, {m: scripts[m][n] for m in rows}, heights, cell) for n, c in enumerate(week.columns)]
    lines = _header(week, cell)
    for minute in rows:
        if minute - ROW not in heights and minute != week.first:
            lines.append(Text("    ⋮", "dim"))
        for n in range(heights[minute]):
            lines.append(_line(week, minute, n, [next(column) for column in drawn]))
    return lines


def _is_foldable(week: Week, minute: int) -> bool:
    """Whether a row outside the usual hours is empty for everyone."""
    return not CORE[0] <= minute < CORE[1] and not any(_touches(e, minute) for c in week.columns for e in c.entries)


def _touches(entry: Entry, minute: int) -> bool:
    return entry.start < minute + ROW and entry.end > minute


def _header(week: Week, cell: int) -> list[Text]:
    rows: list[list[tuple[str, str]]] = [[(words.day(c.day.date), "bold") for c in week.columns]]
    if any(c.note for c in week.columns):
        rows.append([(c.note, "green" if c.note == "meeting-free" else "yellow") for c in week.columns])
    rows.append([_load(c) for c in week.columns])
    rule = Text("─" * GUTTER + ("┼" + "─" * cell) * len(week.columns), "dim")
    return [*(_header_line(row, cell) for row in rows), rule]


def _load(column: Column) -> tuple[str, str]:
    if column.meeting_minutes:
        return f"{column.load} taken", "dim"
    return "clear", "bold green" if column.day.meeting_free else "dim"


def _header_line(row: Sequence[tuple[str, str]], cell: int) -> Text:
    line = Text(" " * GUTTER)
    for text, style in row:
        line.append("│", "dim").append(fit(f" {text}", cell), style)
    return line


# A script says, line by line of one row, whose text is shown; None: nobody's.
_Script = list[Entry | None]


def _script(column: Column, minute: int, cell: int) -> _Script:
    """What a day needs to say in a row: each entry that starts here on its own lines, one before for what goes on."""
    starting = [e for e in column.entries if minute <= e.start < minute + ROW]
    ending = any(e.start < minute < e.end and any(s.lane == e.lane for s in starting) for e in column.entries)
    lines: _Script = [None] * ending
    for entry in starting:
        lines += [entry] * _lines_wanted(entry, minute, cell)
    return lines


def _lines_wanted(entry: Entry, minute: int, cell: int) -> int:
    """Two if title and times find no room on one line, nor in the next row."""
    width = cell - entry.lanes
    times = _times(entry, width)
    if entry.lanes == 1 and entry.end > minute + ROW:
        return 1
    return 1 if cell_len(plain(_label(entry))) + bool(times) + cell_len(times) <= width else 2


def _times(entry: Entry, width: int) -> str:
    """The entry's times if the rows do not tell them."""
    if entry.start % ROW == 0 and entry.end % ROW == 0:
        return ""
    full = f"{words.clock_of(entry.start)}{words.DASH}{words.clock_of(entry.end)}"
    return full if len(full) <= width else f":{entry.start % 60:02d}{words.DASH}:{entry.end % 60:02d}"


def _label(entry: Entry) -> str:
    sign = words.SIGNS.get(entry.state, "")
    return f"{sign}{entry.number or ''} {entry.title}" if sign else entry.title


def _column(column: Column, scripts: dict[int, _Script], heights: dict[int, int], cell: int) -> Iterator[Text]:
    """The lines of one day, top to bottom."""
    full = {minute: _stretched(column, minute, script, heights[minute]) for minute, script in scripts.items()}
    owned = [entry for script in full.values() for entry in script if entry]
    texts = {entry: iter(_texts(entry, owned.count(entry), cell)) for entry in dict.fromkeys(owned)}
    for minute, script in full.items():
        active = [e for e in column.entries if _touches(e, minute)]
        shown = [e for e in active if e.start < minute]
        for owner in script:
            if owner:
                shown = [e for e in shown if e.lane != owner.lane] + [owner]
            if not active:
                yield _empty(column, cell)
            else:
                yield _filled(
                    shown, owner, next(texts[owner]) if owner else "", cell, minute if len(script) == 1 else None
                )


def _stretched(column: Column, minute: int, script: _Script, height: int) -> _Script:
    """The script in as many lines as the row has; what is alone goes on talking."""
    active = [e for e in column.entries if _touches(e, minute)]
    alone = active[0] if len(active) == 1 and (active[0].lanes == 1 or active[0].start >= minute) else None
    return script + [alone or (script[-1] if script else None)] * (height - len(script))


def _texts(entry: Entry, lines: int, cell: int) -> list[str]:
    """The entry's title over its lines, its times where the rows do not tell them, in exactly so many lines."""
    width = cell - entry.lanes
    times = _times(entry, width)
    label = plain(_label(entry))
    if times and cell_len(label) + 1 + cell_len(times) <= width:
        label, times = f"{label} {times}", ""
    wrapped = _wrapped(label, width, lines - bool(times)) if lines > bool(times) else [label]
    if times and lines > 1:
        wrapped.append(times)
    return [fit(text, width) for text in [*wrapped, *[""] * (lines - len(wrapped))]]


def _wrapped(text: str, width: int, lines: int) -> list[str]:
    """Break a title at spaces or hyphens into at most so many lines; the last is left whole, to be cut."""
    found: list[str] = []
    rest = text
    while len(found) < lines - 1 and cell_len(rest) > width:
        head = set_cell_size(rest, width).rstrip()
        whole = rest[len(head) : len(head) + 1] == " "
        cut = len(head) if whole else max(head.rfind(" "), head.rfind("-") + 1)
        cut = cut if cut * 3 >= len(head) else len(head)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest]


def _filled(shown: Sequence[Entry], owner: Entry | None, text: str, cell: int, minute: int | None) -> Text:
    """One line of a cell with something in it: a bar for each lane, then the owner's text."""
    lanes = max((e.lanes for e in shown), default=1)
    bars = {e.lane: e for e in shown}
    line = Text()
    for lane in range(lanes):
        entry = bars.get(lane)
        line.append(_bar(entry, minute) if entry else " ", _bar_style(entry) if entry else "")
    speaker = owner or (shown[0] if len(shown) == 1 else None)
    line.append(fit(text, cell - lanes), _text_style(speaker) if speaker else "")
    return line


def _bar(entry: Entry, minute: int | None) -> str:
    """A half-width bar; in a row of one line, only that half of it in which the entry lies."""
    if entry.state == "busy":
        return "░"
    if minute is not None and entry.start >= minute + ROW // 2:
        return "▖"
    return "▘" if minute is not None and entry.end <= minute + ROW // 2 else "▌"


def _bar_style(entry: Entry) -> str:
    return "dim" if entry.state in ("busy", "skip") else bar_style(entry.kind)


def _text_style(entry: Entry) -> str:
    if entry.state in ("arrives", "suggest"):
        return f"bold color(16) on color({CHIPS.get(entry.kind, OTHER_CHIP)})"
    if entry.state == "leaves":
        return "bold"
    if entry.state == "conflict":
        return "bold red"
    return "dim" if entry.state in ("busy", "skip") else ""


def _empty(column: Column, cell: int) -> Text:
    """An empty cell; on a meeting-free day it shows that it is meant to be empty."""
    return Text(fit(("  ·" * cell)[: cell - 1] if column.day.meeting_free else "", cell), "dim green")


def _line(week: Week, minute: int, number: int, cells: Sequence[Text]) -> Text:
    """One line of the grid: the hour, then each day behind a rule that is heavy inside a block."""
    label = f"{minute // 60:02d}:00" if minute % 60 == 0 else "  :30"
    line = Text().append(" " * GUTTER if number else label, "dim")
    for column, content in zip(week.columns, cells, strict=True):
        block = next((b for b in column.blocks if b.start < minute + ROW and b.end > minute), None)
        line.append("┃" if block else "│", bar_style(block.kinds[0]) if block and block.kinds else "dim")
        line.append_text(content)
    return line
