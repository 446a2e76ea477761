"""Everything that a plan says of some of its meetings, each on its own: `clearweek plan --explain`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from app.domain.plans.plan import Alternative, Plan, PlanAttendee, PlanMeeting, When
from app.render import words
from app.render.plans.document import escaped, value_of
from app.render.plans.leftovers import left_out

SCHEMA = "clearweek.explanation/1"
WIDEST = 120
AVAILABILITY = {
    "known": "calendar known",
    "free_busy": "only free and busy known",
    "inferred": "known from others' calendars",
    "unknown": "calendar not known",
}


def explanation_json(plan: Plan, uids: Collection[str]) -> str:
    """The meetings asked about as one document, each as in the plan."""
    meetings = [value_of(m) for m in _asked(words.veiled(plan), uids)]
    about = {"plan": plan.id, "manager": plan.manager, "week": plan.week, "status": plan.status}
    return escaped(json.dumps({"schema": SCHEMA, **about, "meetings": meetings}, ensure_ascii=False, indent=2)) + "\n"


def print_explanation(plan: Plan, uids: Collection[str], console: Console) -> None:
    """Show the meetings asked about: what each is, where it is, what binds, whom it involves, what else there is."""
    plan = words.veiled(plan)
    for number, meeting in enumerate(_asked(plan, uids)):
        if number:
            console.print()
        for part in _parts(plan, meeting):
            console.print(part, highlight=False, width=min(console.width, WIDEST))


def rows(plan: Plan, meeting: PlanMeeting) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Labels, each with what there is to say under it."""
    zone = ZoneInfo(plan.timezone)
    yield "what", (f"{words.kind(meeting.kind, meeting.with_)}: {words.clean(meeting.kind_reason)}",)
    yield "when", (_place(meeting, zone),)
    yield "why", tuple(dict.fromkeys(words.clean(r.text) for r in meeting.reasons))
    yield "but", left_out(meeting)
    yield "beside", tuple(_events(plan, meeting, zone))
    yield "who", tuple(_person(plan, attendee, zone) for attendee in meeting.attendees)
    yield "helps", tuple(words.clean(each.text) for each in (meeting.relaxation, meeting.advice) if each)
    yield "or", tuple(_alternative(each, zone) for each in meeting.alternatives)


def _asked(plan: Plan, uids: Collection[str]) -> list[PlanMeeting]:
    return [m for m in plan.meetings if m.uid in uids]


def _parts(plan: Plan, meeting: PlanMeeting) -> Iterator[RenderableType]:
    yield Text(words.title(meeting.title), "bold")
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True, width=7)
    table.add_column(overflow="fold")
    for label, texts in rows(plan, meeting):
        for number, text in enumerate(texts):
            table.add_row("" if number else label, Text(text))
    yield table


def _place(meeting: PlanMeeting, zone: ZoneInfo) -> str:
    """`Tue 1 Dec 09:00-09:30, moves to Mon 30 Nov 13:00-13:30 (series)`."""
    old = _when(meeting.from_, zone)
    new = _when(meeting.to, zone)
    scope = "series" if meeting.scope == "series" else "this once"
    if meeting.action == "move":
        return f"{old}, moves to {new} ({scope})"
    later = _when(meeting.target, zone)
    weekly = f", meant for {later} from {words.clean(meeting.target_week or '')}" if later else ""
    return ", ".join(text for text in (old or new, words.ACTIONS[meeting.action]) if text) + weekly


def _when(when: When | None, zone: ZoneInfo) -> str:
    return words.span(words.local(when, zone)) if when else ""


def _events(plan: Plan, meeting: PlanMeeting, zone: ZoneInfo) -> Iterator[str]:
    """The meetings that its reasons name, and where they end up."""
    named = {ref for reason in meeting.reasons for ref in reason.refs} - {meeting.id}
    for other in plan.meetings:
        if other.id in named:
            yield f"{words.title(other.title)}: {_when(other.to or other.from_, zone)}"


def _person(plan: Plan, attendee: PlanAttendee, zone: ZoneInfo) -> str:
    """`Ana, 08:30 there, optional; calendar known`: the hour where it is another."""
    names = {p.email: p.name for p in plan.people}
    name = words.clean(names.get(attendee.email) or attendee.email, words.TITLE_LIMIT)
    here = attendee.local_start.astimezone(zone).utcoffset() == attendee.local_start.utcoffset()
    there = "" if here else f", {words.clock(attendee.local_start)} there"
    hours = ", outside working hours" if attendee.outside_hours else ""
    optional = "" if attendee.required else ", optional"
    return f"{name}{there}{hours}{optional}; {AVAILABILITY[attendee.availability]}"


def _alternative(found: Alternative, zone: ZoneInfo) -> str:
    place = words.span(words.local(When(found.start, found.end), zone))
    return f"{place}, {words.clean(found.text)}"
