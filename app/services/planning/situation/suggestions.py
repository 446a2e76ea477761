"""The 1:1s that the team file says should be there and are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.domain.meetings.meeting import Classified, Meeting, Reason, is_one_on_one
from app.domain.people.grid import weeks_span
from app.domain.people.person import Cadence, Person, Team
from app.domain.plans.wish import Often, Wish
from app.services.packing.units.places import Setting

OFTEN: dict[Cadence, tuple[int, int, Often, str]] = {
    Cadence.TWICE_WEEKLY: (2, 1, "weekly", "two 1:1s a week"),
    Cadence.WEEKLY: (1, 1, "weekly", "a 1:1 a week"),
    Cadence.BIWEEKLY: (1, 2, "biweekly", "a 1:1 every other week"),
    Cadence.MONTHLY: (1, 5, "monthly", "a 1:1 a month"),
}
"""How many 1:1s there should be in how many weeks, what to suggest if there are fewer, and how to call that."""
NUMBERS = ("none", "one")


def missing_one_on_ones(
    meetings: Sequence[Meeting],
    happening: Sequence[Meeting],
    kinds: Mapping[tuple[str, str], Classified],
    team: Team,
    setting: Setting,
) -> list[Wish]:
    """One wish for each report with too few 1:1s, those first who should have the most; as many as the rules allow.

    `happening` are those of the meetings that take place. Without weeks enough to know, nothing is missing.
    """
    found: list[tuple[int, Wish]] = []
    taking_place = {m.key for m in happening}
    for person in team.reports_of(setting.manager):
        email = team.canonical(person.email)
        own = [m for m in meetings if is_one_on_one(m, kinds[m.key], setting.manager, email, team)]
        found += _missing(person, email, own, [m for m in own if m.key in taking_place], setting)
    found.sort(key=lambda each: each[0])
    return [wish for _, wish in found[: setting.rules.suggestions.most]]


def _missing(
    person: Person, email: str, own: Sequence[Meeting], held: Sequence[Meeting], setting: Setting
) -> Iterator[tuple[int, Wish]]:
    cadence = person.one_on_one or Cadence.NONE
    if cadence == Cadence.NONE or not _is_there(email, setting):
        return
    wanted, weeks, often, words = OFTEN[cadence]
    if weeks > setting.rules.packing.weeks:
        return
    window = weeks_span(setting.week, weeks, setting.zone)
    has = sum(m.span.overlaps(window) for m in held)
    if has >= wanted:
        return
    series = {m.event.ref.uid for m in own if m.event.recurring}
    name = person.name or email
    reason = Reason("missing_one_on_one", f"{name} should have {words} and has {NUMBERS[has]}", (email,))
    minutes = held[0].span.minutes if held else setting.rules.suggestions.minutes
    kind = Classified("one_on_one", Reason("suggested", "a 1:1 that the team file asks for"), "report")
    title = f"1:1 {setting.person(setting.manager).name or setting.manager} / {name}"
    once: Often = "once" if len(series) >= wanted else often
    yield list(OFTEN).index(cadence), Wish(title, (email,), minutes, kind, once, reason)


def _is_there(email: str, setting: Setting) -> bool:
    """Whether both have some of the week left to meet in."""
    if any(setting.time[e].is_gone for e in (email, setting.manager)):
        return False
    return setting.freeze_ends((email, setting.manager)) < weeks_span(setting.week, 1, setting.zone).end
