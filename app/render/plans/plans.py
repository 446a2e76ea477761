"""The plans of several managers in a terminal: a line for each."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.domain.plans.plan import Plan
from app.domain.plans.plans import Plans
from app.render import words

HEADINGS = ("moves", "later", "in their block", "to clear on free days", "focus time")


def print_plans(plans: Plans, console: Console) -> None:
    """Show what the plans come to, manager by manager."""
    week = words.clean(plans.plans[0].week)
    console.print(Text(f"Week {week}, {words.count(len(plans.plans), 'manager')}, planned as one", "bold"))
    cut = "; cut off by the clock" if plans.limited else ""
    console.print(Text(f"{words.capital(words.STATUS[plans.status])}{cut}.\n", "dim"))
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(overflow="fold")
    for _ in HEADINGS:
        table.add_column(justify="right", no_wrap=True)
    table.add_row("", *(Text(heading, "dim") for heading in HEADINGS))
    for plan in plans.plans:
        table.add_row(*(Text(cell) for cell in cells(plan)))
    console.print(table, highlight=False)
    for warning in (w for plan in plans.plans for w in plan.warnings if w.code == "manager_left_out"):
        console.print(Text(f"! {words.clean(warning.text)}", "yellow"), highlight=False)


def cells(plan: Plan) -> tuple[str, ...]:
    """A manager's line: who, how many moves now and later, and the figures before and after."""
    names = {p.email: p.name for p in plan.people}
    old, new = plan.metrics.before, plan.metrics.after
    clear = [words.duration(sum(figures.meeting_free_days.values())) for figures in (old, new)]
    return (
        words.clean(names.get(plan.manager) or plan.manager),
        str(len(plan.moves)),
        str(plan.target.moves_left),
        f"{old.pattern_adherence:.0%} → {new.pattern_adherence:.0%}",
        f"{clear[0]} → {clear[1]}",
        f"{words.decimal(old.focus_hours)} → {words.decimal(new.focus_hours)} h",
    )
