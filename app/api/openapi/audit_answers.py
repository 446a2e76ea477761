"""The answers about audits as the OpenAPI description has them, with an example."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.audit.finding import Audit, Draft, Finding, FindingRule, TeamFigure, WeekFigures
from app.render.audit import SCHEMA, audit_document

Json = dict[str, Any]

ANSWER: Json = {"$ref": "#/components/responses/Audit"}
NOTED: Json = {"description": "It is noted, and in the audit trail."}
KEY_EXAMPLE = "quarter:okr_planning:2027-Q1"
_ZONE = ZoneInfo("Europe/Berlin")


def audit_answer(ref_template: str) -> Json:
    """The answer, with its schema."""
    return {
        "description": f"The audit, `{SCHEMA}`.",
        "headers": {"Cache-Control": {"description": "Never cached.", "schema": {"const": "no-store"}}},
        "content": {
            "application/json": {
                "schema": {"$ref": ref_template.format(model="Audit")},
                "example": audit_document(_example()),
            }
        },
    }


def _example() -> Audit:
    start, end = (datetime(2026, 12, 18, 9, minute, tzinfo=_ZONE) for minute in (0, 45))
    finding = Finding(
        key=KEY_EXAMPLE,
        rule=FindingRule.QUARTER,
        text="there is no OKR planning Q1 2027 in the calendar",
        evidence=("looked for between Fri 18 Dec and Fri 15 Jan",),
        advice="Invite your reports: the draft has a place that is free for all of you.",
        weight=0.6,
        drafts=(Draft("OKR planning Q1 2027", "Friday 09:00", "mailto:ana@example.com", start, end),),
    )
    return Audit(
        manager="dana@example.com",
        week="2026-W49",
        made_at=datetime(2026, 11, 26, 9, tzinfo=_ZONE),
        findings=(finding,),
        trend=(WeekFigures("2026-W48", 14.5, 13.4, 385, 13),),
        team=(TeamFigure("busy_hours", "about 12.5 busy hours each in the planned week", 8, 12.5),),
        dismissed=("long_run:monday",),
    )
