"""The mails as plain text: everything that the HTML says, in lines of at most 72 characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from app.render.mail.content import (
    MailDay,
    MailFinding,
    MailLeft,
    MailMove,
    Row,
    ShortMailContent,
    WeeklyMailContent,
)

WIDTH = 72
CORRECT = (
    "This is your first mail, and this is what your meetings were taken for. "
    "Correct it on the page: it holds from then on."
)


def weekly_text(content: WeeklyMailContent) -> str:
    """A weekly mail as text that ends with a line end."""
    return _joined(_weekly(content))


def short_text(content: ShortMailContent) -> str:
    """A short mail as text that ends with a line end."""
    return _joined(_short(content))


def _joined(paragraphs: Iterator[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def _weekly(content: WeeklyMailContent) -> Iterator[Sequence[str]]:
    yield [*_filled(content.gist), *_filled(content.week), *_filled(content.step)]
    yield [f"{figure.name}: {figure.before} → {figure.after}" for figure in content.figures]
    yield _headed("Moves", [line for move in content.moves for line in _move(move)])
    yield [*_filled(f"{content.button.text}:"), content.button.url]
    yield [line for text in content.cost for line in _item(text)]
    yield _headed("The week before and after", [line for day in content.days for line in _day(day)])
    yield _filled(f"Kept for later: {content.later}.") if content.later else []
    yield _headed("What could not be done", [line for left in content.left for line in _left(left)])
    yield _headed("The meetings themselves", [line for each in content.findings for line in _finding(each)])
    if content.trend:
        yield _headed(content.trend.heading, [*_filled(content.trend.summary), *_filled(content.trend.text)])
    if content.taken_for:
        asked = [line for each in content.taken_for for line in _item(f"{each.what}: {each.names}")]
        yield _headed("Is this right?", [*_filled(CORRECT), *asked])
    yield _filled(content.rest)
    if content.more_findings:
        yield [*_filled(f"{content.more_findings.text}:"), content.more_findings.url]
    yield _footer(content)


def _move(move: MailMove) -> Iterator[str]:
    tick = "x" if move.ticked else " "
    yield from wrap(f"[{tick}] {move.number}. {move.title}", WIDTH, subsequent_indent="    ")
    yield from _under(f"{move.kind}; {move.scope}")
    yield from _under(f"{move.old} → {move.new}")
    for label, text in (("why", move.why), ("price", move.price)):
        yield from _under(f"{label}: {text}") if text else ()
    yield from _under(f"not ticked ({move.unticked})") if move.unticked else ()
    for note in move.notes:
        yield from _under(f"mind: {note}")


def _day(day: MailDay) -> Iterator[str]:
    note = f" ({day.note})" if day.note else ""
    yield from _item(f"{day.day}{note}: {day.before} → {day.after}")
    for label, text in (("leaves", day.leaves), ("arrives", day.arrives), ("stays", day.stays)):
        yield from _under(f"{label}: {text}") if text else ()


def _left(left: MailLeft) -> Iterator[str]:
    when = f", {left.when}" if left.when else ""
    yield from _item(f"{left.title}{when}: {left.what}{f'; {left.why}' if left.why else ''}")
    for text in left.helps:
        yield from _under(f"» {text}")


def _finding(each: MailFinding) -> Iterator[str]:
    yield from _item(each.text)
    yield from _under(f"{each.advice} ({each.gives_back})" if each.gives_back else each.advice)


def _short(content: ShortMailContent) -> Iterator[Sequence[str]]:
    yield _filled(content.gist)
    yield [content.code] if content.code else []
    yield [line for text in content.lines for line in _filled(text)]
    yield [line for row in content.rows for line in _row(row)]
    if content.button:
        yield [*_filled(f"{content.button.text}:"), content.button.url]
    yield _footer(content)


def _row(row: Row) -> Iterator[str]:
    yield from _item(f"{row.what}: {row.became}")
    for note in row.notes:
        yield from _under(note)


def _footer(content: WeeklyMailContent | ShortMailContent) -> list[str]:
    stop = [f"No more of these mails: {content.unsubscribe}"] if content.unsubscribe else []
    return [*_filled(content.footer), *stop]


def _headed(heading: str, lines: Sequence[str]) -> list[str]:
    return [*_filled(heading), "-" * min(len(heading), WIDTH), *lines] if lines else []


def _filled(text: str) -> list[str]:
    return wrap(text, WIDTH)


def _item(text: str) -> list[str]:
    return wrap(f"- {text}", WIDTH, subsequent_indent="  ")


def _under(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")
