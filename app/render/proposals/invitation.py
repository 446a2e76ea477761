"""An invitation to a move as a mail that calendars understand (iMIP, RFC 6047): built of values, never of strings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from jinja2 import Environment, PackageLoader, StrictUndefined

from app.domain.plans.plan import Plan, PlanMeeting, When
from app.domain.proposals.proposal import Direction, Letter, ProposedMove
from app.errors import InputError
from app.render import words
from app.render.proposals.addresses import header_address, message_id
from app.render.proposals.messages import gained

_METHOD = re.compile(r"^METHOD:(REQUEST|CANCEL)\s*$", re.MULTILINE)
_ONE, _RULE = re.compile(r"^RECURRENCE-ID[:;]", re.MULTILINE), re.compile(r"^RRULE[:;]", re.MULTILINE)


def invitation(letter: Letter, move: ProposedMove, plan: Plan, direction: Direction, at: datetime) -> EmailMessage:
    """The mail that brings a letter about a move to its guests, from the organizer, written at a moment.

    The times are on the clock of the guest where there is only one whose zone the plan knows, else on the manager's.
    Raises `InputError` for an address that no mail can go to, and for a letter without a METHOD of RFC 5546.
    """
    method = _method(letter)
    people = {person.email: person for person in plan.people}
    names = {email: person.name or "" for email, person in people.items()}
    zone = ZoneInfo(people[letter.to[0]].timezone if len(letter.to) == 1 and letter.to[0] in people else plan.timezone)
    is_cancelled = method == "CANCEL"
    if move.scope == "series" and _ONE.search(letter.text) and not _RULE.search(letter.text):
        heading, rows = _told_of_one(letter, move, plan, direction, zone, is_cancelled=is_cancelled)
    else:
        heading, rows = _told(move, plan, direction, zone, is_cancelled=is_cancelled)
    message = EmailMessage()
    message["From"] = header_address(move.organizer, names.get(move.organizer, ""))
    message["To"] = [header_address(one, names.get(one, "")) for one in letter.to]
    message["Subject"] = heading
    message["Date"] = at
    message["Message-ID"] = message_id("\n".join([*letter.to, letter.text]), move.organizer)
    message["Auto-Submitted"] = "auto-generated"
    _fill(message, heading, rows, method, letter.text)
    return message


def _fill(message: EmailMessage, heading: str, rows: Mapping[str, str], method: str, text: str) -> None:
    """The parts as RFC 6047 §2.4 has them and as calendars look for them: the invitation beside the texts, and as file.

    Their boundaries, which no encoded part can have in it, are made of what the mail says: one letter, the same bytes.
    """
    closing = "Your calendar asks you for an answer." if method == "REQUEST" else "Your calendar takes it out."
    lines = [heading, "", *(f"{name}: {value}" for name, value in rows.items()), "", closing]
    message.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    page = _environment().get_template("invitation.html.j2").render(heading=heading, rows=rows.items(), closing=closing)
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    params = {"method": method, "charset": "UTF-8"}
    message.add_alternative(text.encode(), maintype="text", subtype="calendar", params=params, cte="base64")
    message.add_attachment(text.encode(), maintype="application", subtype="ics", filename="invite.ics", cte="base64")
    digest = sha256((heading + text).encode()).hexdigest()[:24]
    for part, mark in ((message, "mixed"), (next(message.iter_parts()), "alternative")):
        part.set_boundary(f"=_{mark}_{digest}")


def _told(
    move: ProposedMove, plan: Plan, direction: Direction, zone: ZoneInfo, *, is_cancelled: bool
) -> tuple[str, dict[str, str]]:
    """The heading, and what there is to say by name: from when, to when, since when, why."""
    meetings, title = _named(move, plan)
    old, new = When(move.start, move.end), When(move.to_start, move.to_end)
    if direction == "undo":
        old, new = new, old
    rows = {"From": _place(old, zone), "To": _place(new, zone), "Clock": words.clean(zone.key)}
    if move.scope == "series":
        rows["Since"] = f"{words.week_of(words.local(new, zone).start.date())}, and every time after it"
    rows["Why"] = _why(meetings, plan, direction)
    heading = f"Ended: {title}, {_place(old, zone)}" if is_cancelled else f"Moved: {title}, {_place(new, zone)}"
    return heading, {name: value for name, value in rows.items() if value}


def _told_of_one(
    letter: Letter, move: ProposedMove, plan: Plan, direction: Direction, zone: ZoneInfo, *, is_cancelled: bool
) -> tuple[str, dict[str, str]]:
    """The heading, and what there is to say, of a letter about one occurrence or some: nothing of the whole series."""
    meetings, title = _named(move, plan)
    start = _start_of(letter, is_cancelled=is_cancelled)
    place = f", {words.day(start.astimezone(zone))} {words.clock(start.astimezone(zone))}" if start else ""
    rows = {"Clock": words.clean(zone.key) if start else "", "Why": _why(meetings, plan, direction)}
    heading = f"{'Ended' if is_cancelled else 'Moved'}: {title}{place}"
    return heading, {name: value for name, value in rows.items() if value}


def _start_of(letter: Letter, *, is_cancelled: bool) -> datetime | None:
    """When the first occurrence of a letter is, or was by its name; None if it is on no known clock."""
    event: Any = Calendar.from_ical(letter.text).events[0]
    when = event["RECURRENCE-ID"].dt if is_cancelled else event.start
    return when if isinstance(when, datetime) and when.tzinfo is not None else None


def _named(move: ProposedMove, plan: Plan) -> tuple[list[PlanMeeting], str]:
    """The meetings of a move, and the title that its guests may read."""
    meetings = [one for one in plan.meetings if one.id in move.meetings]
    return meetings, "Our meeting" if any(one.private for one in meetings) else words.title(move.title)


def _why(meetings: list[PlanMeeting], plan: Plan, direction: Direction) -> str:
    if direction == "undo":
        return "the move was taken back"
    return words.capital(gained(meetings, ZoneInfo(plan.timezone)))


def _place(when: When, zone: ZoneInfo) -> str:
    return words.span(words.local(when, zone))


def _method(letter: Letter) -> str:
    """The METHOD of the text, which the mail has to repeat (RFC 6047 §2.4)."""
    found = _METHOD.findall(letter.text)
    if len(found) != 1:
        raise InputError("an invitation has to have one METHOD, REQUEST or CANCEL")
    return str(found[0])


@cache
def _environment() -> Environment:
    loader = PackageLoader("app", "render")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
