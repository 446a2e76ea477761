"""The examples of the OpenAPI description: a small calendar, a team and one problem of each kind."""

from __future__ import annotations

from pydantic import JsonValue

from app.api import problems
from app.api.problems import ProblemError, fault, refused

CALENDAR_EXAMPLE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Calendar//EN
X-WR-CALNAME:dana@example.com
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VEVENT
UID:dana-ana@example.com
DTSTAMP:20261102T080000Z
DTSTART;TZID=Europe/Berlin:20261103T100000
DTEND;TZID=Europe/Berlin:20261103T103000
RRULE:FREQ=WEEKLY
SUMMARY:Dana / Ana
ORGANIZER:mailto:dana@example.com
ATTENDEE;PARTSTAT=ACCEPTED:mailto:dana@example.com
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.com
END:VEVENT
END:VCALENDAR
"""

TEAM_EXAMPLE = """\
[[person]]
email = "ana@example.com"
manager = "dana@example.com"
timezone = "Europe/Berlin"
one_on_one = "weekly"
"""

PLANNING_EXAMPLE: dict[str, JsonValue] = {
    "schema": "clearweek.planning/1",
    "id": "5f0c7a9e3b1d4c2f8a6e0b9d7c5f3a1e",
    "state": "running",
    "version": 7,
    "created_at": "2026-11-26T08:00:00+00:00",
    "finished_at": None,
    "progress": {"tier": "pattern", "value": 490, "lower_bound": 480, "seconds": 3.2, "values": [0, 0, 490, 12, 8, 30]},
    "result": None,
    "problem": None,
}

REFUSAL_EXAMPLES: dict[int, tuple[ProblemError, ...]] = {
    400: (ProblemError(problems.MALFORMED, "Missing boundary in multipart."),),
    401: (ProblemError(problems.UNAUTHORIZED, "this is no key of this service, or it is revoked"),),
    403: (
        ProblemError(
            problems.FORBIDDEN, "the key does not open this; make one with `clearweek keys create NAME --scope plan`"
        ),
    ),
    404: (ProblemError(problems.NOT_FOUND, "there is nothing at this address; /docs lists all of them"),),
    405: (ProblemError(problems.METHOD, "use POST here"),),
    409: (ProblemError(problems.CONFLICT, "the same login brings Home, too; ask with_others=true to forget them all"),),
    412: (
        ProblemError(problems.CHANGED, "5f0c7a9e3b1d4c2f: was changed since you saw it (version 2, now 3); look again"),
    ),
    413: (ProblemError(problems.TOO_LARGE, "options is larger than 64,000 bytes"),),
    415: (ProblemError(problems.MEDIA, "send the calendars as the parts of a form: multipart/form-data"),),
    422: (
        refused([fault("week: is not an ISO week between 1970 and 2199; write it like 2026-W49", "options", "week")]),
        ProblemError(problems.LOGIN, "https://dav.example.com/ does not accept the password of ana"),
        ProblemError(problems.REUSED, "Idempotency-Key 7f3c was used for another request: take a new one"),
        refused([fault("jonas.ics is empty; expected an iCalendar (.ics) file", "calendars", 1)], problems.CALENDAR),
    ),
    500: (ProblemError(problems.INTERNAL, problems.INTERNAL_DETAIL),),
    502: (ProblemError(problems.DENIED, "the calendar may not be written by this login"),),
    503: (
        ProblemError(problems.BUSY, "the solver is busy with another plan; try again later"),
        ProblemError(problems.NO_ANSWER, "https://dav.example.com/ cannot be reached"),
        ProblemError(problems.NOT_READY, "the database cannot be used; `clearweek db status` says why"),
    ),
}
