"""A plan as one page that needs nothing else: no script, no outside load."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from app.domain.plans.plan import Plan
from app.render import words
from app.render.plans import comparison, figures, leftovers, moves
from app.render.plans.boxes import boxes
from app.render.plans.week import Numbers, weeks


def to_html(plan: Plan, next_step: str | None = None) -> str:
    """The plan as a self-contained HTML page; whatever came from a calendar is cleaned and escaped."""
    plan = words.veiled(plan)
    return (
        templates()
        .get_template("plan.html.j2")
        .render(
            **grid_of(plan),
            heading=moves.heading(plan),
            summary=" ".join(moves.summary(plan)),
            quality=moves.quality(plan),
            manager=words.clean(plan.manager),
            zone=zone_of(plan),
            generated=words.moment(plan.generated_at.astimezone(ZoneInfo(plan.timezone))),
            generated_by=words.clean(plan.generated_by),
            what_if=comparison.what_if(plan),
            moves=moves.moves(plan),
            waiting=leftovers.waiting(plan),
            leftovers=leftovers.leftovers(plan),
            blocks=figures.blocks(plan),
            kinds=figures.kinds(plan),
            metrics=figures.metrics(plan),
            warnings=figures.warnings(plan),
            next_step=words.clean(next_step) if next_step else "",
        )
    )


def grid_of(plan: Plan, number: Numbers | None = None) -> dict[str, Any]:
    """What the grid of `parts.html.j2` shows: both weeks, and what their signs and colours mean.

    `number` are the names of the moves, by meeting, if they are not those of the plan.
    """
    before, after = weeks(plan, number)
    entries = [e for week in (before, after) for column in week.columns for e in column.entries]
    shown, states = {e.kind for e in entries}, {e.state for e in entries}
    return {
        "weeks": (("before", "Before", before), ("after", "After", after)),
        "legend": [(kind, word) for kind, word in words.KINDS.items() if kind in shown],
        "signs": [(sign, words.SIGN_WORDS[state]) for state, sign in words.SIGNS.items() if state in states],
    }


def zone_of(plan: Plan) -> str:
    """`Europe/Berlin (UTC+01:00)`; both offsets in a week in which they change."""
    offsets = [m.start.astimezone(ZoneInfo(plan.timezone)).isoformat()[-6:] for m in plan.pattern.blocks]
    seen = " and ".join(f"UTC{offset}" for offset in dict.fromkeys(offsets))
    return words.clean(plan.timezone) + (f" ({seen})" if seen else "")


def _kind_class(kind: str) -> str:
    """The style of a kind; one from the configuration looks like `other`."""
    base = kind.partition(":")[0]
    return base if base in words.KINDS else "busy" if base == "busy" else "other"


@cache
def templates(*folders: str) -> Environment:
    """The templates of this folder, and of others in the package; what they fill in is escaped."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("app", folder) for folder in (*folders, "render")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        clock=words.clock_of,
        day=words.day,
        boxes=boxes,
        kind_class=_kind_class,
        kind_word=words.kind,
        sign_of=words.SIGNS.get,
        sign_word=words.SIGN_WORDS.get,
        capital=words.capital,
    )
    return environment
