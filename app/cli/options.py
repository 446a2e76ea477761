"""The options and arguments that several commands have, and the sample that their help and the demo are about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.domain.plans.asked import PlanScope

DEMO_NOW = "2026-11-26T09:00:00+01:00"
DEMO_WEEK = "2026-W49"
DEMO_MANAGER = "dana@example.com"

Week = Annotated[str | None, typer.Option(help=f"ISO week like {DEMO_WEEK}; next week by default.")]
Now = Annotated[str | None, typer.Option(help=f"Plan as of this moment, like {DEMO_NOW}.")]
Timezone = Annotated[str | None, typer.Option(help="The manager's zone, like Europe/Berlin.")]
TeamFile = Annotated[Path | None, typer.Option(help="The people, as a team.toml.")]
PatternFile = Annotated[Path | None, typer.Option(help="The wanted week, as a pattern.toml.")]
RulesFile = Annotated[Path | None, typer.Option(help="What may move and what it costs, as a rules.toml.")]
Scope = Annotated[
    PlanScope,
    typer.Option(help="Whose weeks: one manager's, with those of the managers who report to them, or everyone's."),
]
Series = Annotated[bool, typer.Option("--series", help="Propose moves of whole series only.")]
Occurrence = Annotated[
    bool, typer.Option("--occurrence", help="Propose moves of this week's occurrences only; series stay.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The id of the proposal; its first characters may do.")]
