"""What counts as a finding about a single meeting or series: the settings of `[audit.meetings]` in the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NEED_AGENDA = ("one_on_one", "team_sync", "sprint_start", "sprint_check", "cross_team", "external")
STATUS_KINDS = ("team_sync", "cross_team", "external")
COUNTS = ("status_people", "listeners", "quiet_times", "stale_days", "least_times", "least_invitations")
SHARES = ("stale_share", "neglected_share", "accepted_share")


@dataclass(frozen=True)
class MeetingRules:
    """Limits of the rules about meetings; words are in several languages, shares are between 0 and 1.

    Meetings of `agenda_kinds` need an agenda. A series of `status_kinds` is status only if its agenda has nothing but
    `status_words`, none of the `work_words`, and `status_people` or more are in it; or it has no agenda, and either
    `listeners` or more are in it or half are optional. `most_people` is the limit of each kind; who did not answer, or
    declined, `quiet_times` in a row need not be invited. An endless series is to end if `stale_share` of its times did
    not take place, of `least_times` at least; it is too often if nobody changed it for `stale_days`, and it has no
    agenda or `neglected_share` did not take place. To say yes to `accepted_share` of `least_invitations` or more is to
    say yes to everything. A meeting that has one of the `leader_words` in its title nobody but the manager can go to.
    """

    agenda_kinds: tuple[str, ...] = NEED_AGENDA
    status_kinds: tuple[str, ...] = STATUS_KINDS
    status_people: int = 5
    listeners: int = 8
    status_words: tuple[str, ...] = ()
    work_words: tuple[str, ...] = ()
    most_people: Mapping[str, int] = field(default_factory=dict)
    quiet_times: int = 3
    stale_days: int = 365
    stale_share: float = 0.5
    neglected_share: float = 0.25
    least_times: int = 4
    least_invitations: int = 12
    accepted_share: float = 0.9
    leader_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in COUNTS:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, not {getattr(self, name)}")
        for name in SHARES:
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must be above 0 and at most 1, not {getattr(self, name)}")
        wrong = next((kind for kind, most in self.most_people.items() if most < 1), None)
        if wrong is not None:
            raise ValueError(f"most_people.{wrong} must be 1 or more, not {self.most_people[wrong]}")
