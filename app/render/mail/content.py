"""What the mails to managers say: plain values of ready words, cleaned of whatever came from a calendar.

Nothing of this is escaped; the template of the HTML does that.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing to do: it says what it does, and opens a page; nothing happens by that alone."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the week before the moves, and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MailMove:
    """One move: what, from where to where, why, at what price; `notes` is what to mind.

    `ticked` says that the button applies it; if not, `unticked` is why.
    """

    number: int
    title: str
    kind: str
    scope: str
    old: str
    new: str
    why: str
    price: str
    notes: tuple[str, ...]
    ticked: bool
    unticked: str


@dataclass(frozen=True, slots=True)
class MailDay:
    """A day of the week: how much of it there is with meetings before and after, and which leave, arrive and stay.

    What leaves and arrives has the number of its move behind it.
    """

    day: str
    note: str
    before: str
    after: str
    leaves: str
    arrives: str
    stays: str


@dataclass(frozen=True, slots=True)
class MailLeft:
    """What could not be done, by which rule, and what would help; `why` is empty for what an earlier mail said."""

    title: str
    when: str
    what: str
    why: str = ""
    helps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailFinding:
    """What the audit found: one line, what to do, and the hours that it would give back."""

    text: str
    advice: str
    gives_back: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The last weeks: what they are, what became of two figures, and all figures as the picture shows them."""

    heading: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class TakenFor:
    """What some meetings, or people, were taken for, to be corrected by the manager."""

    what: str
    names: str


@dataclass(frozen=True, slots=True)
class WeeklyMailContent:
    """Everything that a weekly mail says.

    `subject` is what will be true after the moves that the button makes, as figures, days and picture show it;
    `preheader` is what a list of mails shows beside it. `cost` is what they cost, `later` what waits for another week,
    `rest` and `more_findings` what is on the pages only. `taken_for` is in the first mail of a manager. `tells` are
    the keys of the findings and pinned meetings that it tells of, to be known to the next mail.
    """

    subject: str
    preheader: str
    week: str
    gist: str
    step: str
    figures: tuple[Figure, ...]
    moves: tuple[MailMove, ...]
    button: Button
    cost: tuple[str, ...]
    days: tuple[MailDay, ...]
    picture_alt: str
    left: tuple[MailLeft, ...]
    later: str
    findings: tuple[MailFinding, ...]
    trend: Trend | None
    taken_for: tuple[TakenFor, ...]
    rest: str
    more_findings: Button | None
    footer: str
    unsubscribe: str | None
    tells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a short mail: what, and what became of it; `tone` is `good`, `bad` or nothing."""

    what: str
    became: str
    tone: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShortMailContent:
    """Everything that a short mail says: a confirmation, a reminder, a code (six digits, to be typed elsewhere)."""

    subject: str
    preheader: str
    gist: str
    lines: tuple[str, ...]
    footer: str
    rows: tuple[Row, ...] = ()
    code: str = ""
    button: Button | None = None
    unsubscribe: str | None = None
