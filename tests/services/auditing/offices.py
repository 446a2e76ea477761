"""Half a year of a manager's meetings, and how to audit it, for tests of the rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import time

from app.domain.audit.finding import Finding, FindingRule
from app.domain.people.person import Cadence, Person
from app.services.auditing.audit import findings_of
from app.services.auditing.record import Record, record_of
from tests.services.weeks import DANA, Office

ANA, BEN = "ana@example.com", "ben@example.com"
PAST, AHEAD = range(-26, 0), range(14)


def office(*reports: Person) -> Office:
    """Dana's, with some reports."""
    return Office([Person(DANA, "Dana"), *reports])


def report(email: str, often: Cadence = Cadence.WEEKLY, **more: object) -> Person:
    """Somebody who reports to Dana, and should have a 1:1 so often."""
    name = email.partition("@")[0].capitalize()
    return Person(email, name, manager=DANA, one_on_one=often, **more)  # type: ignore[arg-type]


def weeks_but(*left_out: int) -> list[int]:
    """All weeks of an audit but some; 0 is the planned one."""
    return [week for week in (*PAST, *AHEAD) if week not in left_out]


def one_on_one(
    it: Office, email: str, day: int = 0, clock: time = time(14), weeks: Sequence[int] | None = None
) -> None:
    """A weekly 1:1 of Dana's."""
    it.meeting(f"1:1 {email} {day}", [DANA, email], day, clock, weeks=weeks_but() if weeks is None else weeks)


def record(it: Office, rules: str | None = None) -> Record:
    """What an audit of Dana's meetings looks at."""
    return record_of(it.request(rules=rules))


def found(it: Office, *wanted: FindingRule, rules: str | None = None) -> list[Finding]:
    """What some rules find, the worst first."""
    return [finding for finding in findings_of(record(it, rules)) if finding.rule in wanted]


def about(findings: Collection[Finding]) -> set[str]:
    """Whom findings name."""
    return {email for finding in findings for email in finding.about}
