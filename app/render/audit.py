"""An audit in ready words, for a terminal and for pages, and as the document `clearweek.audit/1`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.domain.audit.finding import Audit, Draft, Finding, FindingRule, WeekFigures
from app.domain.calendar.timespan import IsoWeek
from app.domain.plans.plan import When
from app.render import words
from app.render.plans.document import Json, escaped, value_of
from app.render.plans.terminal import visible
from app.render.proposals.proposals import schema_of

SCHEMA = "clearweek.audit/1"
RULES = {
    FindingRule.NO_AGENDA: "no agenda",
    FindingRule.STATUS_ONLY: "status only",
    FindingRule.TOO_MANY_PEOPLE: "too many people",
    FindingRule.STALE_SERIES: "stale series",
    FindingRule.YES_TO_EVERYTHING: "yes to everything",
    FindingRule.DELEGATE: "could be delegated",
    FindingRule.MISSING_ONE_ON_ONE: "1:1s",
    FindingRule.NO_SLACK: "no slack",
    FindingRule.OPEN_DOOR: "open door",
    FindingRule.LONG_RUN: "long run",
    FindingRule.QUARTER: "quarter",
    FindingRule.NO_DECISION_LOG: "decision log",
}
NOTHING = "Nothing found: no rule has anything to say about these meetings."
INDENT = " " * 4
"""A key stands in a line that is not broken, so that it can be copied."""
TREND = ("week", "meetings", "focus time", "on free days", "out of block")


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft in ready words: when it would be, if it has a place, and what to send."""

    name: str
    when: str
    text: str
    mailto: str | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding in ready words, fit for showing; `saves` is empty where hours are not the point."""

    number: int
    key: str
    rule: str
    text: str
    evidence: tuple[str, ...]
    advice: str
    saves: str
    drafts: tuple[DraftView, ...]


def finding_views(audit: Audit) -> tuple[FindingView, ...]:
    """All findings, the worst first."""
    return tuple(finding_view(finding, number) for number, finding in enumerate(audit.findings, start=1))


def finding_view(finding: Finding, number: int) -> FindingView:
    """One finding; texts that came from calendars are cleaned."""
    return FindingView(
        number,
        finding.key,
        RULES[finding.rule],
        words.capital(words.clean(finding.text)),
        tuple(words.clean(line) for line in finding.evidence),
        words.clean(finding.advice),
        _saves(finding),
        tuple(_draft_view(draft) for draft in finding.drafts),
    )


def _saves(finding: Finding) -> str:
    """The hours that a finding would give back, but for one whose text says them."""
    hours = finding.hours_a_month if finding.rule is not FindingRule.DELEGATE else None
    return f"{words.person_hours(hours)} a month" if hours else ""


def trend_rows(audit: Audit) -> tuple[tuple[str, ...], ...]:
    """The figures of past weeks under the headings of `TREND`, the oldest first."""
    return tuple(_figures(week) for week in audit.trend)


def team_lines(audit: Audit) -> tuple[str, ...]:
    """The figures over the team, each with how many people it is of."""
    return tuple(f"{words.clean(one.text)} ({words.count(one.people, 'person', 'people')})" for one in audit.team)


def audit_document(audit: Audit) -> Json:
    """The audit as plain JSON values, "schema" first."""
    document: Json = value_of(audit)
    return {"schema": SCHEMA, **document}


def audit_schema(ref_template: str = "#/$defs/{model}") -> Json:
    """The JSON Schema of that document."""
    return schema_of(Audit, SCHEMA, ref_template)


def audit_to_json(audit: Audit) -> str:
    """That document as text; what a terminal would obey or not show is written as an escape."""
    return escaped(json.dumps(audit_document(audit), ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def print_audit(audit: Audit, console: Console, program: str = "clearweek", *, kept: bool = True) -> None:
    """Show an audit on a console; `program` is how the user calls the command.

    `kept` says that it is of kept calendars, so that "not this one" can be said to a finding.
    """
    views = finding_views(audit)
    console.print(Group(*_heading(audit), Text()), highlight=False)
    for view in views:
        console.print(_finding(view), highlight=False)
        console.print(visible(f"{INDENT}key {words.clean(view.key)}\n", "dim"), highlight=False, soft_wrap=True)
    console.print(_rest(audit, program, kept=kept), highlight=False)


def next_step(audit: Audit, program: str = "clearweek") -> str:
    """The one obvious thing to do: about the worst finding."""
    if not audit.findings:
        return f"plan the week: {program} propose --manager {words.clean(audit.manager)} --week {audit.week}"
    return f"{words.clean(audit.findings[0].advice)}"


def _rest(audit: Audit, program: str, *, kept: bool) -> RenderableType:
    """What stands below the findings."""
    parts: list[RenderableType] = [] if audit.findings else [Text(NOTHING)]
    if audit.trend:
        parts += [Text("\nThe last weeks", "bold"), _trend(audit)]
    if audit.team:
        parts += [Text("\nYour team", "bold"), *(visible(f"  {line}") for line in team_lines(audit))]
    parts.append(Text(f"\nNext: {next_step(audit, program)}", "bold"))
    if audit.findings and kept:
        parts.append(Text(f"Not this one: {program} audit --manager {words.clean(audit.manager)} --dismiss KEY", "dim"))
    return Group(*parts)


def _heading(audit: Audit) -> Iterator[Text]:
    found = words.count(len(audit.findings), "finding")
    left = f", {len(audit.dismissed)} dismissed" if audit.dismissed else ""
    monday = IsoWeek.parse(audit.week).monday
    yield Text(f"Audit of {words.clean(audit.manager)} around {words.week_of(monday)} {monday.year}", "bold")
    yield Text(f"{found}{left}, the worst first; only you see this.", "dim")


def _finding(view: FindingView) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", no_wrap=True, style="dim", width=2)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", style="dim", width=18)
    table.add_row(str(view.number), Group(*_lines(view)), view.rule)
    return table


def _lines(view: FindingView) -> Iterator[Text]:
    yield visible(view.text, "bold")
    for line in view.evidence:
        yield visible(line, "dim")
    if view.saves:
        yield visible(f"gives back {view.saves}")
    yield visible(f"→ {view.advice}")
    for draft in view.drafts:
        yield visible(f"+ {draft.name}{f', {draft.when}' if draft.when else ''}")


def _draft_view(draft: Draft) -> DraftView:
    when = words.span(When(draft.start, draft.end)) if draft.start and draft.end else ""
    return DraftView(words.title(draft.name), when, draft.text, draft.mailto)


def _trend(audit: Audit) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, heading in enumerate(TREND):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for row in trend_rows(audit):
        table.add_row(*row)
    return table


def _figures(week: WeekFigures) -> tuple[str, ...]:
    return (
        words.short_date(IsoWeek.parse(week.week).monday),
        f"{words.decimal(week.meeting_hours)} h",
        f"{words.decimal(week.focus_hours)} h",
        words.duration(week.free_day_minutes),
        str(week.outside_block),
    )
