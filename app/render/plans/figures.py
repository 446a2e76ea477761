"""The tables of a plan in words: kinds, hours of the blocks, metrics, warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from app.domain.plans.plan import Metrics, Plan, PlanBlock, PlanMeeting, When
from app.render import words


@dataclass(frozen=True, slots=True)
class KindView:
    """What a meeting was taken for, and whether it may move; `stays` is why not."""

    title: str
    when: str
    kind: str
    kind_id: str
    why: str
    movable: bool
    stays: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """The hours that some kinds need against those of their blocks, and what stays outside after this step.

    `share` is how much of the longer the shorter one is, in percent.
    """

    kinds: str
    blocks: str
    single: bool
    needed: str
    hours: str
    share: int
    fits: bool
    verdict: str
    outside: str


@dataclass(frozen=True, slots=True)
class MetricView:
    """One figure today, after this step and at the target; `better` is None where nothing changes or no side is."""

    name: str
    before: str
    after: str
    target: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class WarningView:
    """A warning, with what it is about."""

    text: str
    about: str


def kinds(plan: Plan) -> tuple[KindView, ...]:
    """What each meeting was taken for, by kind; the occurrences of a series that are alike stand together."""
    zone = ZoneInfo(plan.timezone)
    groups: dict[tuple[object, ...], list[PlanMeeting]] = {}
    for m in plan.meetings:
        stays = m.pinned_reason.text if m.pinned_reason else ""
        groups.setdefault((m.uid, m.title, m.kind, m.with_, m.kind_reason, m.movable, stays), []).append(m)
    found = (
        KindView(
            words.title(m.title),
            _times([words.local(each.from_, zone) for each in alike if each.from_]),
            words.kind(m.kind, m.with_),
            m.kind,
            words.clean(m.kind_reason),
            m.movable,
            "" if m.movable else words.clean(m.pinned_reason.text) if m.pinned_reason else "pinned",
        )
        for alike in groups.values()
        for m in alike[:1]
    )
    order = {kind: n for n, kind in enumerate(words.KINDS)}
    return tuple(sorted(found, key=lambda k: (order.get(k.kind_id, len(order)), k.kind, k.why)))


def _times(spans: Sequence[When]) -> str:
    """`Mon 13:00`; `Mon, Wed 09:15`."""
    days = {
        clock: [words.DAYS[s.start.weekday()] for s in spans if words.clock(s.start) == clock]
        for clock in dict.fromkeys(words.clock(s.start) for s in spans)
    }
    return "; ".join(f"{_days(names)} {clock}" for clock, names in days.items())


def _days(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    first = words.DAYS.index(unique[0])
    run = len(unique) > 2 and unique == list(words.DAYS[first : first + len(unique)])
    return f"{unique[0]}{words.DASH}{unique[-1]}" if run else ", ".join(unique)


def blocks(plan: Plan) -> tuple[BlockView, ...]:
    """Hours needed against hours there are, for blocks that take the same kinds."""
    ordered = sorted(plan.pattern.blocks, key=lambda b: b.kinds)
    groups = [tuple(found) for _, found in groupby(ordered, key=lambda b: b.kinds)]
    return tuple(_block(plan, found) for found in sorted(groups, key=lambda found: found[0].start))


def _block(plan: Plan, found: tuple[PlanBlock, ...]) -> BlockView:
    kinds = found[0].kinds
    needed, there = max(b.needed_minutes for b in found), sum(b.minutes for b in found)
    outside = [
        words.title(m.title)
        for m in plan.meetings
        if {m.kind, f"{m.kind}:{m.with_}"} & set(kinds) and m.movable and not m.in_block and m.action != "skip"
    ]
    spare = words.hours(abs(there - needed))
    return BlockView(
        kinds=words.capital(words.kinds(kinds)),
        blocks=words.listed([words.clean(b.name) for b in found]),
        single=len(found) == 1,
        needed=words.hours(needed),
        hours=words.hours(there),
        share=round(100 * min(needed, there) / max(needed, there, 1)),
        fits=needed <= there,
        verdict=f"{spare} to spare" if needed <= there else f"{spare} too much",
        outside=words.listed(list(dict.fromkeys(outside)), 4),
    )


def metrics(plan: Plan) -> tuple[MetricView, ...]:
    """The figures of the week before, after this step, and at the target."""
    rows: list[tuple[str, Callable[[Metrics], float], Callable[[float], str], int]] = [
        ("In their own block", lambda m: m.pattern_adherence, _percent, 1),
        ("Meetings outside their block", lambda m: m.meetings_outside_block, words.decimal, -1),
        *(
            (f"To clear on {words.clean(day).capitalize()}", _free_day(day), lambda v: words.duration(int(v)), -1)
            for day in plan.metrics.before.meeting_free_days
        ),
        ("Focus time", lambda m: m.focus_hours, _hours, 1),
        ("Fragmented time", lambda m: m.fragmented_hours, _hours, -1),
        ("Meetings", lambda m: m.meeting_hours, _hours, 0),
        ("1:1s", lambda m: m.one_on_one_hours, _hours, 0),
        ("Least slack on a day", lambda m: m.slack_hours_min, _hours, 1),
    ]
    return tuple(_metric(plan, *row) for row in rows)


def _metric(
    plan: Plan, name: str, value: Callable[[Metrics], float], text: Callable[[float], str], direction: int
) -> MetricView:
    old, new, target = (value(m) for m in (plan.metrics.before, plan.metrics.after, plan.target.metrics))
    better = None if text(old) == text(new) or not direction else (new - old) * direction > 0
    return MetricView(name, text(old), text(new), text(target), better)


def _free_day(day: str) -> Callable[[Metrics], float]:
    return lambda m: m.meeting_free_days.get(day, 0)


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _hours(value: float) -> str:
    return f"{words.decimal(value)} h"


def warnings(plan: Plan) -> tuple[WarningView, ...]:
    """The warnings, each with the title of the meeting or the source that it is about."""
    titles = {m.id: words.title(m.title) for m in plan.meetings}
    found = ((words.clean(w.text), w.ref or "") for w in plan.warnings)
    return tuple(WarningView(text, titles.get(ref, words.clean(ref))) for text, ref in found)
