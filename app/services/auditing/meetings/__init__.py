"""What single meetings and series say about themselves, one rule a module."""

from __future__ import annotations

from app.services.auditing.meetings.agenda import no_agenda
from app.services.auditing.record import Rule

MEETING_RULES: tuple[Rule, ...] = (no_agenda,)
"""The rules about meetings."""
