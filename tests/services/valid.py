"""What makes a week after valid, said again from the calendars themselves, without the code that planned it."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from app.domain.calendar.event import Cutype, Event, Partstat
from app.domain.plans.plan import Plan, PlanMeeting, When
from app.services.planning.situation.request import Request
from tests.services.weeks import MemoryCalendar


def problems(plan: Plan, request: Request) -> list[str]:
    """Everything that is wrong with the week after; empty for a valid plan."""
    return [text for rule in RULES for text in rule(plan, request)]


def _lengths(plan: Plan, request: Request) -> Iterator[str]:
    for m in plan.meetings:
        if m.from_ and m.to and m.to.end - m.to.start != m.from_.end - m.from_.start:
            yield f"{m.title} changes its length"


def _pinned_untouched(plan: Plan, request: Request) -> Iterator[str]:
    for m in plan.meetings:
        if m.action == "suggest":
            continue
        if not m.movable and (m.to is not None or m.action == "move"):
            yield f"{m.title} is pinned and moves"
        if (m.action == "move") != (m.to is not None):
            yield f"{m.title}: action {m.action} does not fit its new time"


def _new(plan: Plan) -> list[PlanMeeting]:
    """What gets a new place: the moves and what is suggested."""
    return [m for m in plan.meetings if m.action in ("move", "suggest")]


def _meeting_free(plan: Plan, request: Request) -> Iterator[str]:
    for m in _new(plan):
        if m.to and request.pattern.is_meeting_free(m.to.start.weekday()):
            yield f"{m.title} moves to a meeting-free day"


def _working_hours(plan: Plan, request: Request) -> Iterator[str]:
    for m in _new(plan):
        assert m.to is not None
        yield from _outside_hours(m, m.to, plan, request)


def _outside_hours(m: PlanMeeting, when: When, plan: Plan, request: Request) -> Iterator[str]:
    assert request.team is not None
    for a in (a for a in m.attendees if a.required and a.partstat != Partstat.DECLINED):
        person = request.team.find(a.email)
        zone = person.timezone or request.team.find(plan.manager).timezone
        start, end = when.start.astimezone(zone), when.end.astimezone(zone)
        hours = [h for h in person.working_hours if start.strftime("%A").lower() in h.days]
        if not any(h.start <= start.time() and end.time() <= h.end for h in hours):
            yield f"{m.title} at {start} is outside the hours of {a.email}"


def _double_booked(plan: Plan, request: Request) -> Iterator[str]:
    """No new place, of this week or of the weeks after, meets anything that a required attendee has then."""
    after = dict(_occurrences_after(plan, request))
    for m in plan.moves:
        for key, start, end, people in _occurrences(request, after):
            if key[0] != m.uid or (m.scope == "occurrence" and key[1] != m.recurrence_id) or key not in after:
                continue
            for other, s, e, who in _occurrences(request, after):
                if other != key and start < e and s < end and people & who:
                    yield f"{m.title} at {start} meets {other[0]} for {sorted(people & who)}"


def _suggested_double_booked(plan: Plan, request: Request) -> Iterator[str]:
    """No suggestion meets anything, in any week; biweekly and monthly ones are looked at in their first."""
    after = dict(_occurrences_after(plan, request))
    for m in (m for m in plan.meetings if m.action == "suggest"):
        assert m.to is not None
        people = {a.email for a in m.attendees if a.required}
        weekly = m.series is not None and m.series.after.startswith("weekly")
        for week in range(m.series.occurrences_checked if m.series and weekly else 1):
            start, end = (
                (t.replace(tzinfo=None) + timedelta(weeks=week)).replace(tzinfo=t.tzinfo).astimezone(UTC)
                for t in (m.to.start, m.to.end)
            )
            if m.series and start.isoformat() in {e.recurrence_id for e in m.series.exceptions}:
                continue
            for other, s, e, who in _occurrences(request, after):
                if start < e and s < end and people & who:
                    yield f"{m.title} at {start} meets {other[0]} for {sorted(people & who)}"
        for other_one in plan.meetings:
            both = people & {a.email for a in other_one.attendees}
            if other_one.action == "suggest" and other_one.id != m.id and both and _meet(m, other_one):
                yield f"{m.title} meets {other_one.title}"


def _meet(one: PlanMeeting, other: PlanMeeting) -> bool:
    return bool(one.to and other.to and one.to.start < other.to.end and other.to.start < one.to.end)


def _occurrences_after(plan: Plan, request: Request) -> Iterator[tuple[tuple[str, str], datetime | None]]:
    """The new start of every occurrence that the moves change, by UID and RECURRENCE-ID; None if it is skipped."""
    for m in plan.moves:
        assert m.from_ is not None
        assert m.to is not None
        shift = _wall(m.to) - _wall(m.from_)
        exceptions = {e.recurrence_id: e.to for e in m.series.exceptions} if m.series else {}
        for event in _events(request):
            same = event.ref.uid == m.uid and event.span.local_start.weekday() == m.from_.start.weekday()
            if same and (m.scope == "series" or _key(event)[1] == (m.recurrence_id or "")):
                if (recurrence_id := _key(event)[1]) in exceptions:
                    other = exceptions[recurrence_id]
                    yield _key(event), other.start.astimezone(UTC) if other else None
                    continue
                zone = m.from_.start.tzinfo
                local = event.span.start.astimezone(zone).replace(tzinfo=None) + shift
                if m.scope == "series" and "MONTHLY" in (event.rrule or ""):
                    local = _same_in_month(_wall(m.to), event.span.start.astimezone(zone).date(), str(event.rrule))
                yield _key(event), local.replace(tzinfo=zone).astimezone(UTC)


def _same_in_month(new: datetime, old: date, rrule: str) -> datetime:
    """The day of a month that stands where the new place stands in its own: the second Friday, say."""
    days = [date(old.year, old.month, n) for n in range(1, 32) if n <= monthrange(old.year, old.month)[1]]
    alike = [d for d in days if d.weekday() == new.weekday()]
    return datetime.combine(alike[-1] if "-1" in rrule else alike[(new.day - 1) // 7], new.time())


def _rooms(plan: Plan, request: Request) -> Iterator[str]:
    """A room that a move takes is as large as it must be, on the same site, and nobody else's then, in any week."""
    assert request.team is not None
    after, known = dict(_occurrences_after(plan, request)), {r.email: r for r in request.team.room}
    rooms = {m.uid: m.rooms.to for m in plan.moves}
    held = _at(request, after, lambda e: rooms.get(e.ref.uid) or _booked(e, request))
    for m in plan.moves:
        old, new = ([known[r] for r in side if r in known] for side in (m.rooms.from_, m.rooms.to))
        if len(m.rooms.from_) != len(m.rooms.to) or [r.site for r in old] != [r.site for r in new]:
            yield f"{m.title} goes from {m.rooms.from_} to {m.rooms.to}"
        people = len([a for a in m.attendees if a.partstat != Partstat.DECLINED])
        if any((r.seats or 0) < min(people, o.seats or 0) for o, r in zip(old, new, strict=True)):
            yield f"{m.title}: {m.rooms.to} is too small for {people}"
        for key, start, end, own in (held[key] for key in held if key in after and key[0] == m.uid):
            for other, s, e, theirs in held.values():
                if other != key and start < e and s < end and {*own} & {*theirs}:
                    yield f"{m.title} at {start} meets {other[0]} in {own}"


def _booked(event: Event, request: Request) -> tuple[str, ...]:
    assert request.team is not None
    owner = event.ref.calendar_id.removesuffix(".ics")
    own = (owner,) if owner in {r.email for r in request.team.room} and not event.attendees else ()
    lines = tuple(a.email for a in event.attendees if a.cutype == Cutype.ROOM)
    named = tuple(r.email for r in request.team.room if r.name and r.name in event.location.replace(",", " ").split())
    return own or lines or named


Held = dict[tuple[str, str], tuple[tuple[str, str], datetime, datetime, tuple[str, ...]]]


def _at(
    request: Request,
    after: dict[tuple[str, str], datetime | None],
    what: Callable[[Event], tuple[str, ...]],
) -> Held:
    """Every occurrence after the moves with something that its event says."""
    found: Held = {}
    for event in _events(request):
        start = after.get(_key(event), event.span.start)
        if start is not None:
            found[_key(event)] = (_key(event), start, start + (event.span.end - event.span.start), what(event))
    return found


def _travel(plan: Plan, request: Request) -> Iterator[str]:
    """Who must be in a meeting that moves has the time to get there, and from there to the next one."""
    assert request.team is not None
    team, after = request.team, dict(_occurrences_after(plan, request))
    ways = {frozenset(d.between): timedelta(minutes=d.minutes) for d in team.distance}
    site_of = {r.email: r.site for r in team.room}
    held = _at(request, after, lambda e: _site(e, request, site_of))
    people = {key: who for key, _, _, who in _occurrences(request, after)}
    for key, start, end, here in (at for at in held.values() if at[0] in after):
        for other, s, e, there in held.values():
            way = ways.get(frozenset((*here, *there)), timedelta())
            if other != key and people[key] & people[other] and start < e + way and s < end + way:
                yield f"{key[0]} at {start} is too near to {other[0]}"


def _site(event: Event, request: Request, site_of: dict[str, str | None]) -> tuple[str, ...]:
    assert request.team is not None
    rooms = [site for room in _booked(event, request) if (site := site_of.get(room))]
    return tuple(rooms or [s.name for s in request.team.site if s.name in event.location])[:1]


def _exceptions(plan: Plan, request: Request) -> Iterator[str]:
    """At most two of eight occurrences are exceptions; each stays in its week, where everyone works."""
    assert request.team is not None
    for m in plan.meetings:
        for e in m.series.exceptions if m.series else ():
            if e.to is None:
                continue
            zone = e.to.start.tzinfo
            if (
                e.to.start.isocalendar()[:2]
                != datetime.fromisoformat(e.recurrence_id).astimezone(zone).isocalendar()[:2]
            ):
                yield f"{m.title}: the exception {e.recurrence_id} leaves its week"
            if request.pattern.is_meeting_free(e.to.start.weekday()):
                yield f"{m.title}: the exception {e.recurrence_id} is on a meeting-free day"
            yield from _outside_hours(m, e.to, plan, request)
        taken = [e for e in m.series.exceptions if "taken" in e.why] if m.series else []
        if m.series and len(taken) * 4 > m.series.occurrences_checked:
            yield f"{m.title}: {len(taken)} exceptions of {m.series.occurrences_checked}"


def _wall(when: When) -> datetime:
    return when.start.replace(tzinfo=None)


def _occurrences(
    request: Request, after: dict[tuple[str, str], datetime | None]
) -> Iterator[tuple[tuple[str, str], datetime, datetime, set[str]]]:
    """Every occurrence after the moves, with the people for whom it is hard busy."""
    seen: dict[tuple[str, str], tuple[datetime, datetime, set[str]]] = {}
    for source in request.sources:
        calendar = source.calendar
        assert isinstance(calendar, MemoryCalendar)
        for event in calendar.held:
            start = after.get(_key(event), event.span.start)
            if start is None:
                continue
            required = {a.email for a in event.attendees if a.required} or {calendar.owner_hint or ""}
            seen[_key(event)] = (start, start + (event.span.end - event.span.start), required)
    for key, (start, end, people) in seen.items():
        yield key, start, end, people


def _events(request: Request) -> Iterator[Event]:
    for source in request.sources:
        assert isinstance(source.calendar, MemoryCalendar)
        yield from source.calendar.held


def _key(event: Event) -> tuple[str, str]:
    recurrence_id = event.ref.recurrence_id
    return event.ref.uid, recurrence_id.isoformat() if recurrence_id else ""


def _freeze(plan: Plan, request: Request) -> Iterator[str]:
    soon = request.now + timedelta(days=1)
    for m in _new(plan):
        assert m.to is not None
        later = m.series.effective_from - request.week.monday if m.series else timedelta(0)
        if min(m.from_.start if m.from_ else m.to.start, m.to.start) + later < soon:
            yield f"{m.title} moves within the freeze window"


def _budget(plan: Plan, request: Request) -> Iterator[str]:
    rule = request.rules.budget
    if rule.mode == "none":
        return
    charged = {m.uid: m for m in plan.moves if not _ends_clash(m)}
    if len(charged) > rule.max_moves:
        yield f"{len(charged)} moves"
    people = Counter(email for m in charged.values() if m.price for email in m.price.mailed)
    yield from (f"{n} moves for {email}" for email, n in people.items() if n > rule.max_moves_per_person)
    if len(people) > rule.max_people_mailed:
        yield f"{len(people)} people mailed"


def _ends_clash(m: PlanMeeting) -> bool:
    return any(r.code == "ends_clash" for r in m.reasons)


def _reasons(plan: Plan, request: Request) -> Iterator[str]:
    for m in plan.meetings:
        if not m.reasons:
            yield f"{m.title} has no reason"


RULES = (
    _lengths,
    _pinned_untouched,
    _meeting_free,
    _working_hours,
    _double_booked,
    _exceptions,
    _rooms,
    _travel,
    _suggested_double_booked,
    _freeze,
    _budget,
    _reasons,
)
