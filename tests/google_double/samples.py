"""Bodies of events, in the week of Monday 23 November 2026, Berlin time."""

from __future__ import annotations

from typing import Any


def meeting(day: int = 23, hour: int = 10, **more: Any) -> dict[str, Any]:
    """An hour in November."""
    return {
        "summary": "Planning",
        "start": {"dateTime": f"2026-11-{day:02d}T{hour:02d}:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"2026-11-{day:02d}T{hour + 1:02d}:00:00+01:00", "timeZone": "Europe/Berlin"},
        **more,
    }


def weekly(day: int = 23, hour: int = 10, rule: str = "RRULE:FREQ=WEEKLY;COUNT=10", **more: Any) -> dict[str, Any]:
    """A series."""
    return meeting(day, hour, recurrence=[rule], **more)


def all_day(first: str, last: str, **more: Any) -> dict[str, Any]:
    """Whole days; the last is not among them."""
    return {"summary": "Away", "start": {"date": first}, "end": {"date": last}, **more}


def invited(*emails: str, status: str = "accepted") -> list[dict[str, Any]]:
    """Attendees who have answered."""
    return [{"email": email, "responseStatus": status} for email in emails]
