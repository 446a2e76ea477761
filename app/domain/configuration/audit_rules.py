"""What counts as a finding of an audit: the settings of `[audit]` in the rules (docs/audit.md says each in words)."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.configuration.meeting_rules import MeetingRules

LEAST = {
    "gap_factor": 1,
    "cancelled_in_row": 1,
    "longest_run_hours": 0.5,
    "break_minutes": 1,
    "open_door_minutes": 15,
    "quarter_first_month": 1,
}
MOST = {"longest_run_hours": 24, "break_minutes": 240, "open_door_minutes": 240, "quarter_first_month": 3}


@dataclass(frozen=True)
class AuditRules:
    """Limits and words of the rules of an audit; words stand in titles, in several languages.

    `gap_factor`: a report's 1:1 is late after so many times its cadence; `cancelled_in_row`: so many in a row that did
    not take place are told. `longest_run_hours` of meetings are enough, without a break of `break_minutes`.
    `open_door_minutes` are offered a week if nothing in the calendar has one of the `open_door_words`.
    A quarter begins in `quarter_first_month` (1, 2 or 3), and every three months after it.
    A meeting about one has one of the `quarter_words`, and one of those of what it is.
    A meeting decides that has one of `decision_words` in its title, or is of one of `decision_kinds` and has one of
    them in its description; a sprint check also with one of `ending_words` in its title. One of `decision_log_words` in
    its description says where decisions are written down.
    `meetings` are the limits of the rules about single meetings and series.
    """

    meetings: MeetingRules = field(default_factory=MeetingRules)
    gap_factor: float = 1.5
    cancelled_in_row: int = 2
    longest_run_hours: float = 4.0
    break_minutes: int = 10
    open_door_minutes: int = 60
    open_door_words: tuple[str, ...] = ()
    quarter_first_month: int = 1
    quarter_words: tuple[str, ...] = ()
    okr_planning_words: tuple[str, ...] = ()
    mid_quarter_words: tuple[str, ...] = ()
    retrospective_words: tuple[str, ...] = ()
    decision_kinds: tuple[str, ...] = ("cross_team", "sprint_check")
    decision_words: tuple[str, ...] = ()
    ending_words: tuple[str, ...] = ()
    decision_log_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, least in LEAST.items():
            value = getattr(self, name)
            if value < least:
                raise ValueError(f"{name} must be {least} or more, not {value}")
            if value > MOST.get(name, value):
                raise ValueError(f"{name} must be {MOST[name]} or less, not {value}")
