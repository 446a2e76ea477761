"""A week that is a little different: what a what-if changes before anything is solved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import KINDS
from app.domain.meetings.classify import classify
from app.domain.meetings.meeting import Classified, Meeting, Reason
from app.domain.people.person import Team
from app.domain.plans.what_if import FreeDay, MadeOptional, NewMeeting, WhatIf
from app.domain.plans.wish import Wish
from app.errors import InputError
from app.services.packing.units.drafts import draft
from app.services.packing.units.places import Setting
from app.services.packing.units.wording import names
from app.services.planning.situation.naming import uid_named

OPTION = "what-if"
ASKED = Reason("what_if", "you asked what if it took place")


def with_free_days(pattern: Pattern, asked: Sequence[WhatIf]) -> Pattern:
    """The pattern with more meeting-free days; its blocks stay, though nothing is placed on these days."""
    rule = pattern.meeting_free_days
    more = (each.day for each in asked if isinstance(each, FreeDay))
    return replace(pattern, meeting_free_days=replace(rule, days=tuple(dict.fromkeys((*rule.days, *more)))))


def with_optional(
    meetings: Sequence[Meeting], asked: Sequence[WhatIf], team: Team, manager: str, own: Callable[[Meeting], bool]
) -> tuple[Meeting, ...]:
    """The meetings with some people no longer required in the manager's own ones.

    Raises `InputError` for the manager, and for who is required in none, or is the only one beside the manager.
    """
    for each in asked:
        if isinstance(each, MadeOptional):
            if team.canonical(each.email) == manager:
                raise InputError(f"{str(each)!r}: that is whose week it is; name somebody else", OPTION)
            mine = [m for m in meetings if own(m)]
            titles = {m.event.ref.uid: m.event.title for m in mine}
            uids = {uid_named(each.meeting, titles, OPTION)} if each.meeting else titles.keys()
            meetings = _without(meetings, team.canonical(each.email), uids, str(each))
    return tuple(meetings)


def _without(meetings: Sequence[Meeting], email: str, uids: Collection[str], asked: str) -> tuple[Meeting, ...]:
    changed = tuple(
        _let_off(m, email) if m.event.ref.uid in uids and email in m.required and len(m.required) > 2 else m
        for m in meetings
    )
    if changed == tuple(meetings):
        raise InputError(f"{asked!r}: {email} is not among three or more who must come to a meeting of yours", OPTION)
    return changed


def _let_off(meeting: Meeting, email: str) -> Meeting:
    return replace(meeting, people=tuple(replace(p, required=p.required and p.email != email) for p in meeting.people))


def people_of(asked: Sequence[WhatIf]) -> Iterator[str]:
    """Whose time matters besides: the people of new meetings."""
    for each in asked:
        if isinstance(each, NewMeeting):
            yield from (*each.people, *each.optional)


def wishes_of(asked: Sequence[WhatIf], setting: Setting, team: Team) -> Iterator[Wish]:
    """The new meetings that are asked for; what is said of no kind is known by its people and title."""
    for each in asked:
        if isinstance(each, NewMeeting):
            yield _wish(each, setting, team)


def _wish(asked: NewMeeting, setting: Setting, team: Team) -> Wish:
    people, optional = (
        tuple(dict.fromkeys(e for email in emails if (e := team.canonical(email)) != setting.manager))
        for emails in (asked.people, asked.optional)
    )
    if not people:
        raise InputError(f"{str(asked)!r}: name somebody beside yourself who must come", OPTION)
    title = asked.title or f"Meeting with {names(setting.person(e).name or e for e in people)}"
    wish = Wish(title, people, asked.minutes, Classified("other", ASKED), asked.often, ASKED, optional)
    return replace(wish, kind=_kind(asked, wish, setting, team))


def _kind(asked: NewMeeting, wish: Wish, setting: Setting, team: Team) -> Classified:
    if asked.kind is None:
        meeting = draft("new", wish, setting).lead
        return classify([meeting], setting.manager, team, setting.rules)[meeting.key]
    known = {*KINDS, *(rule.kind for rule in setting.rules.kind)}
    if asked.kind not in known:
        near = get_close_matches(asked.kind, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
        raise InputError(f"kind {asked.kind!r} is not known; {hint}", OPTION)
    one = asked.kind == "one_on_one" and len(wish.people) == 1
    relation = team.relation(setting.manager, wish.people[0]) if one else None
    return Classified(asked.kind, Reason("what_if", "you said so"), relation)
