"""What a plan could not do, in words: the rule that binds, and what would help."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.domain.plans.plan import Plan, PlanMeeting, When
from app.render import words

LINK = re.compile(r"mailto:[!-~]{1,1900}")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A meeting that is not where it should be: what becomes of it, by which rule, and what would help.

    `meetings` are the ids of all that are alike.
    """

    title: str
    when: str
    what: str
    why: tuple[str, ...]
    helps: tuple[str, ...]
    mailto: str | None = None
    meetings: tuple[str, ...] = ()


def waiting(plan: Plan) -> tuple[Leftover, ...]:
    """Meetings with a place in the target that this step does not reach yet."""
    return tuple(_view(plan, m) for m in plan.meetings if _waits(m))


def leftovers(plan: Plan) -> tuple[Leftover, ...]:
    """What could not be done, each with the rule that binds and what would help; what is alike is said once."""
    found = [_view(plan, m) for m in plan.meetings if _is_left(plan, m) and not _waits(m)]
    groups: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], list[Leftover]] = {}
    for each in found:
        groups.setdefault((each.title, each.what, each.why, each.helps), []).append(each)
    return tuple(
        Leftover(title, words.listed([e.when for e in alike], 5), what, why, helps, alike[0].mailto, _ids(alike))
        for (title, what, why, helps), alike in groups.items()
    )


def _ids(alike: Sequence[Leftover]) -> tuple[str, ...]:
    return tuple(meeting for each in alike for meeting in each.meetings)


def _waits(meeting: PlanMeeting) -> bool:
    return meeting.action == "keep" and _later(meeting) is not None


def _later(meeting: PlanMeeting) -> When | None:
    """Another place that the target has for a meeting that this step leaves where it is."""
    return meeting.target if meeting.to is None and meeting.target != meeting.from_ else None


def _later_place(meeting: PlanMeeting, then: When) -> str:
    """A place in the target: on its day, or if its week is known by its weekday from then on."""
    if not meeting.target_week:
        return words.span(then)
    return f"{then.start:%a %H:%M}{words.DASH}{then.end:%H:%M}, from {meeting.target_week}"


def _is_left(plan: Plan, meeting: PlanMeeting) -> bool:
    if meeting.action in ("conflict", "unplaced", "skip", "suggest"):
        return True
    if meeting.action == "move" or meeting.from_ is None:
        return False
    on_free_day = meeting.from_.start.astimezone(ZoneInfo(plan.timezone)).date() in plan.pattern.meeting_free
    outside = meeting.movable and not meeting.in_block
    stays_there = on_free_day and meeting.recurring and meeting.kind != "standup"
    return bool(meeting.advice or meeting.relaxation or outside or stays_there)


def _view(plan: Plan, meeting: PlanMeeting) -> Leftover:
    zone = ZoneInfo(plan.timezone)
    place = meeting.to if meeting.action == "suggest" else meeting.from_
    when = words.span(words.local(place, zone)) if place else ""
    if later := _later(meeting):
        when = f"{when.partition(words.DASH)[0].rstrip()} → {_later_place(meeting, words.local(later, zone))}".lstrip()
    helps = [words.clean(each.text) for each in (meeting.relaxation, meeting.advice) if each]
    return Leftover(
        words.title(meeting.title),
        when,
        _what(plan, meeting),
        (*dict.fromkeys(words.clean(r.text) for r in meeting.reasons), *left_out(meeting)),
        tuple(helps),
        mailto(meeting),
        (meeting.id,),
    )


def left_out(meeting: PlanMeeting) -> tuple[str, ...]:
    """The occurrences that a series leaves out at its new place, each with why and what is proposed for it."""
    exceptions = meeting.series.exceptions if meeting.series else ()
    return tuple(
        f"not on {words.day(e.left_out.start.date())}: {words.clean(e.why)}"
        + (f", then {words.span(e.to)}" if e.to else "")
        for e in exceptions
    )


def why(meeting: PlanMeeting) -> str:
    """A meeting's reasons in one line."""
    return "; ".join(dict.fromkeys(words.clean(r.text) for r in meeting.reasons))


def mailto(meeting: PlanMeeting) -> str | None:
    """The advice's address to write to; no other kind of link is ever shown."""
    link = (meeting.advice.mailto if meeting.advice else None) or ""
    return link if LINK.fullmatch(link) else None


def _what(plan: Plan, meeting: PlanMeeting) -> str:
    if meeting.action not in ("keep", "pinned"):
        return words.ACTIONS[meeting.action]
    if meeting.from_ and meeting.from_.start.astimezone(ZoneInfo(plan.timezone)).date() in plan.pattern.meeting_free:
        return "stays on a meeting-free day"
    return "stays" if meeting.in_block else "stays outside its block"
