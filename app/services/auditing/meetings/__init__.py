"""What single meetings and series say about themselves, one rule a module."""

from __future__ import annotations

from app.services.auditing.meetings.accepting import delegates, yes_to_everything
from app.services.auditing.meetings.agenda import no_agenda
from app.services.auditing.meetings.crowd import too_many_people
from app.services.auditing.meetings.stale import stale_series
from app.services.auditing.meetings.status_only import status_only
from app.services.auditing.record import Rule

MEETING_RULES: tuple[Rule, ...] = (
    no_agenda,
    status_only,
    too_many_people,
    stale_series,
    yes_to_everything,
    delegates,
)
"""The rules about meetings."""
