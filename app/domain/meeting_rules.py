"""What counts as a finding about a single meeting or series: the settings of `[audit.meetings]` in the rules."""

from __future__ import annotations

from dataclasses import dataclass

NEED_AGENDA = ("one_on_one", "team_sync", "sprint_start", "sprint_check", "cross_team", "external")


@dataclass(frozen=True)
class MeetingRules:
    """Limits of the rules about meetings: those of `agenda_kinds` need an agenda."""

    agenda_kinds: tuple[str, ...] = NEED_AGENDA
