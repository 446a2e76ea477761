"""The weekly mail of a proposal: what it says, and what is left to the page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.audit.finding import Finding, FindingRule, WeekFigures
from app.domain.mail import Links
from app.domain.plans.plan import Plan
from app.domain.proposals.proposal import DECIDABLE, Proposal
from app.domain.proposals.shown import Shown
from app.domain.proposals.ticks import lacks
from app.render import words
from app.render.mail import gist
from app.render.mail.content import Button, MailFinding, MailMove, TakenFor, Trend, WeeklyMailContent
from app.render.mail.days import NAME_LIMIT, days
from app.render.mail.left import LIMIT, TITLE, later, left
from app.render.mail.ticked import mailed, ticked
from app.render.picture.headline import alt_text, monday_of, recent, trend_title
from app.render.plans import figures, moves
from app.render.plans.moves import MoveView
from app.render.proposals.bill import Bill, bill
from app.render.proposals.cards import Card, cards
from app.render.proposals.proposals import Seen
from app.render.proposals.states import STATES

LOOK = "Look at the week"
FINDINGS = 3
"""So many of an audit are in a mail; the rest is on the page."""
MOST_MOVES = 12
MOST_NOTES, NOTE_LIMIT = 3, 140
FOOTER = "Nothing moves until you say so. Opening the page, or the file with this mail, changes nothing."


@dataclass(frozen=True, slots=True)
class History:
    """What earlier mails and weeks have to do with this one.

    `earlier` are the manager's proposals of other weeks; `told` the keys that earlier mails brought (`tells`);
    `is_first` says that the manager never had a weekly mail.
    """

    earlier: Sequence[Proposal] = ()
    told: Collection[str] = ()
    is_first: bool = False


def weekly(
    shown: Shown,
    links: Links,
    at: datetime,
    findings: Sequence[Finding] = (),
    trend: Sequence[WeekFigures] = (),
    history: History = History(),
    only_read: Collection[str] = (),
    all_findings: int = 0,
) -> WeeklyMailContent:
    """What a mail at a moment says of a proposal that nobody decided on.

    `findings` are those chosen of an audit, which has `all_findings`; one that names people is left to the page.
    `only_read` are the calendars that moves are not written into.
    """
    suggested = len(shown.plan.meetings) - len(mailed(shown).plan.meetings)
    seen = Seen(mailed(shown))
    found = [card for card in cards(shown, only_read=only_read) if card.view and not card.refused]
    cost = bill(shown.proposal, found, shown.proposal.notify)
    told = sorted((f for f in findings if not f.about), key=lambda f: -f.weight)[:FINDINGS]
    lines, keys, hidden = left(seen.plan, history.told)
    after = ticked(shown, found)
    does, step = button(found, cost), gist.step(after, gist.steps_before(seen.proposal.week, history.earlier))
    is_open = shown.proposal.state in DECIDABLE
    if not is_open:
        does, step = LOOK, f"There is nothing to decide on any more: it is {STATES[shown.proposal.state]}"
    return WeeklyMailContent(
        subject=gist.subject(after, at),
        preheader=f"{does}. {step}".strip(),
        week=moves.heading(seen.plan),
        gist=words.capital(gist.gist(after)),
        step=step,
        figures=gist.figures(after.plan) if found else (),
        moves=tuple(_move(card, card.view, _lacking(shown, card, cost)) for card in found[:MOST_MOVES] if card.view),
        button=Button(does, links.review),
        cost=(*cost.lines, *cost.problems) if cost.numbers and is_open else (),
        days=days(after.plan, seen.numbers),
        picture_alt=alt_text(after.plan, seen.numbers),
        left=lines,
        later=later(seen.plan),
        findings=tuple(_finding(each) for each in told),
        trend=_trend(trend),
        taken_for=tuple(_taken_for(seen.plan)) if history.is_first else (),
        rest=_rest(len(found[MOST_MOVES:]), hidden, suggested),
        more_findings=_more(told, all_findings, links.findings),
        footer=FOOTER,
        unsubscribe=links.unsubscribe,
        tells=(*(each.key for each in told), *keys),
    )


def button(found: Sequence[Card], cost: Bill) -> str:
    """What the page will offer; where nothing is ticked, just to look."""
    if cost.numbers:
        return cost.button
    return f"Decide on {words.count(len(found), 'move')}: nothing is ticked" if found else LOOK


def _move(card: Card, view: MoveView, lacking: Sequence[str]) -> MailMove:
    return MailMove(
        number=card.number,
        title=words.clean(card.title, TITLE),
        kind=words.clean(view.kind, TITLE),
        scope=view.scope,
        old=card.old,
        new=card.new,
        why=words.clean("; ".join(view.why), LIMIT),
        price=words.clean(view.price, LIMIT),
        notes=tuple(words.clean(each, NOTE_LIMIT) for each in (*view.besides, *view.helps)[:MOST_NOTES]),
        ticked=card.ticked and card.open,
        unticked="" if card.ticked and card.open else words.clean(_unticked(card, lacking), LIMIT),
    )


def _lacking(shown: Shown, card: Card, cost: Bill) -> list[str]:
    """The numbers of the moves that have to be made before it, and are not ticked."""
    missing = lacks(shown.proposal, {*cost.numbers, card.number})
    return [str(number) for number in missing.get(card.number, ())]


def _unticked(card: Card, lacking: Sequence[str]) -> str:
    if card.closed:
        return card.closed
    why = next((m.why_not_preticked for m in card.meetings if m.why_not_preticked), "")
    return why or f"{'move' if len(lacking) == 1 else 'moves'} {words.listed(lacking)} first"


def _finding(each: Finding) -> MailFinding:
    hours = each.hours_a_month if each.rule is not FindingRule.DELEGATE else None  # its text says them
    gives_back = f"gives back {words.person_hours(hours)} a month" if hours else ""
    return MailFinding(
        words.capital(words.clean(each.text, LIMIT)), words.capital(words.clean(each.advice, LIMIT)), gives_back
    )


def _trend(found: Sequence[WeekFigures]) -> Trend | None:
    """The last weeks, the oldest first; one alone is no trend."""
    near = recent(found) if found else []
    if len(near) < 2:
        return None
    (_, first), (_, last) = near[0], near[-1]
    taken = f"Meetings {words.decimal(first.meeting_hours)} → {words.decimal(last.meeting_hours)} h"
    focus = f"focus time {words.decimal(first.focus_hours)} → {words.decimal(last.focus_hours)} h"
    weeks = "; ".join(_week(each) for _, each in near)
    return Trend(trend_title(near), f"{taken}, {focus}", f"In hours, by week: {weeks}.")


def _week(each: WeekFigures) -> str:
    """`30 Nov meetings 18, focus time 9.5, on meeting-free days 5.7`."""
    free = words.decimal(each.free_day_minutes / 60)
    taken, focus = words.decimal(each.meeting_hours), words.decimal(each.focus_hours)
    return f"{words.short_date(monday_of(each))} meetings {taken}, focus time {focus}, on meeting-free days {free}"


def _taken_for(plan: Plan) -> Iterator[TakenFor]:
    """What was taken for what, for the first mail: reports, then the meetings by kind."""
    names = {person.email: person.name or person.email for person in plan.people}
    ones = [m for m in plan.meetings if m.with_ == "report" and not m.private]
    reports = dict.fromkeys(a.email for m in ones for a in m.attendees if a.email != plan.manager)
    listed = words.listed([words.clean(names[e], NAME_LIMIT) for e in reports], 12)
    yield TakenFor("Your reports", listed or "nobody was taken for your report")
    by_kind: dict[str, list[str]] = {}
    for each in figures.kinds(plan):
        if each.title != words.BUSY:
            by_kind.setdefault(words.capital(words.clean(each.kind, NAME_LIMIT)), []).append(
                words.clean(each.title, NAME_LIMIT)
            )
    for kind, titles in by_kind.items():
        yield TakenFor(kind, words.listed(list(dict.fromkeys(titles)), 5))


def _rest(moves: int, left: int, suggested: int) -> str:
    """`On the page, too: 1 more meeting that stays and 2 meetings that are suggested.`."""
    said = (
        (moves, "more move", "more moves"),
        (left, "more meeting that could not be moved", "more meetings that could not be moved"),
        (suggested, "meeting that is suggested", "meetings that are suggested"),
    )
    parts = [words.count(number, one, many) for number, one, many in said if number]
    return f"On the page, too: {words.listed(parts)}." if parts else ""


def _more(told: Sequence[Finding], number: int, url: str | None) -> Button | None:
    """The page of all findings, if there are more than a mail tells, or drafts of those."""
    more, drafts = max(0, number - len(told)), any(each.drafts for each in told)
    if url is None or not (more or drafts):
        return None
    text = f"{words.count(more, 'more finding')} on the page" if more else "The drafts are on the page"
    return Button(f"{text}, and the drafts are there" if more and drafts else text, url)
