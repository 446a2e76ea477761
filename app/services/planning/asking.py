"""Drafts that ask people for something, and what to do besides: texts, never sent by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from zoneinfo import ZoneInfo

from app.domain.calendar.timespan import Timespan
from app.domain.meetings.meeting import Meeting
from app.domain.people.person import Person
from app.domain.plans.plan import Advice
from app.render.words import title as title_of
from app.services.packing.units.places import Setting
from app.services.packing.units.wording import day_name, names, when, you_or_name


@dataclass(frozen=True, slots=True)
class Asking:
    """What a meeting that breaks the pattern is asked for.

    `where` is the day that it should be on, empty if any but a meeting-free one will do; `place` a time that is free
    for the `known` of its `people`, the manager among them; `or_else` what else the manager could do.
    """

    where: str
    place: Timespan | None
    known: int
    people: int
    or_else: tuple[str, ...] = ()


_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def ask_to_move(meeting: Meeting, span: Timespan, asking: Asking, setting: Setting) -> Advice:
    """What to do about a meeting that breaks the pattern: a text and a draft, never sent."""
    day, organizer = day_name(span.in_zone(setting.zone).local_start), meeting.event.organizer
    why = f"{day} is your meeting-free day" if not asking.where else f"it belongs on {asking.where}"
    asked = f"{why}: {_request(organizer, asking, setting)}"
    text = "; ".join((asked, *(f"or {other}" for other in asking.or_else)))
    if organizer is None:
        return Advice(text, None)
    to = [organizer] if organizer != setting.manager else [*meeting.others(setting.manager)]
    title = title_of(meeting.event.title)
    return Advice(text, _mailto(to, title, _letter(title, day, asking, setting)))


def _request(organizer: str | None, asking: Asking, setting: Setting) -> str:
    """Whom to ask, and for which time."""
    wanted = f"a time on {asking.where}" if asking.where else "another day"
    if asking.place:
        wanted = f"{when(asking.place, setting.zone)}, {_free_for(asking)}"
    if organizer is None:
        return f"ask for {wanted}"
    if organizer == setting.manager:
        return f"agree on {wanted} with those who come"
    verb = "to move it to" if asking.place else "for"
    return f"ask {you_or_name(organizer, setting)} {verb} {wanted}"


def _letter(title: str, day: str, asking: Asking, setting: Setting) -> str:
    reason = f"I keep {day} free of meetings. " if not asking.where else ""
    place = (
        f"{when(asking.place, setting.zone)} ({setting.zone.key})" if asking.place else asking.where or "another day"
    )
    said = ""
    if asking.place and asking.known > 1:
        said = f" As far as I can see, that is {_free_for(asking)}."
    elif asking.place:
        said = " It suits me; whether it suits the others I cannot see."
    return f"Hello,\n\n{reason}Could {quoted(title)} move to {place}?{said}\n\nThank you"


def _free_for(asking: Asking) -> str:
    """`free for all six`, or for those whose calendars are known."""
    count = _NUMBERS[asking.known] if asking.known < len(_NUMBERS) else str(asking.known)
    if asking.known < min(asking.people, 2):
        return "free for you; no other calendar is known"
    if asking.known < asking.people:
        return f"free for the {count} whose calendars are known"
    return "free for both" if asking.people == 2 else f"free for all {count}"


def or_decline(delegate: Person | None, *, is_in_it: bool) -> tuple[str, ...]:
    """What to do if a meeting of others does not move: no one has to go, or somebody else does."""
    someone = (delegate.name or delegate.email) if delegate else "a delegate"
    return "decline it", f"send {someone}{', who is in it anyway' if is_in_it else ''}"


def or_hand_over(delegate: Person) -> tuple[str, ...]:
    """What to do if a meeting of the manager's own does not move."""
    return (f"let {delegate.name or delegate.email} hold it",)


def quoted(title: str) -> str:
    """A title within a sentence, whatever quotes it has itself."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{title}\N{RIGHT DOUBLE QUOTATION MARK}"


def write_it(spans: Sequence[Timespan], zone: ZoneInfo) -> Advice:
    """What to do about a stand-up on meeting-free days, said once."""
    days = names(day_name(s.in_zone(zone).local_start) for s in spans)
    minutes = sum(s.minutes for s in spans)
    return Advice(f"it takes {minutes} minutes of your meeting-free days: write it on {days}, or drop those days", None)


def ask_for_time(
    people: Sequence[str], title: str, places: Sequence[Timespan], setting: Setting, *, once: bool
) -> Advice:
    """A draft that asks people whose time is not known; of a series it names no week, as it may be sent later."""
    times = [when(span, setting.zone) for span in places]
    who = names(setting.person(e).name or e for e in people)
    when_from = f"in the week of {setting.week.monday}" if once else "from now on"
    body = f"Hello,\n\nwould one of these times ({setting.zone.key}) suit you for {quoted(title_of(title))}, "
    body += f"{when_from}?\n\n" + "\n".join(f"- {t}" for t in times) + "\n\nThank you"
    return Advice(f"ask {who} whether {names(times, 'or')} would do", _mailto(people, title, body))


def invite(people: Sequence[str], title: str, often: str, span: Timespan, setting: Setting) -> Advice:
    """A draft of an invitation: Clearweek creates nothing."""
    who = names(setting.person(e).name or e for e in people)
    day, time = f"{span.in_zone(setting.zone).local_start:%Y-%m-%d}", f"{when(span, setting.zone)} ({setting.zone.key})"
    asked = f"{time} on {day}" if often == "once" else f"{time}, {often} from {day},"
    body = f"Hello,\n\nwould {asked} suit you for {quoted(title_of(title))}?\n\nThank you"
    return Advice(f"invite {who} to it", _mailto(people, title, body))


def _mailto(people: Sequence[str], title: str, body: str) -> str:
    """A link that opens a mail, its lines apart by CRLF (RFC 6068 §5)."""
    body = body.replace("\n", "\r\n")
    return f"mailto:{quote(','.join(people), safe='@,')}?subject={quote(title)}&body={quote(body)}"
