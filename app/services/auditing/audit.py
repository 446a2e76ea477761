"""An audit of a manager's meetings: every rule asked, what they do not want to see left out, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.audit.finding import Audit, Finding, FindingRule
from app.domain.calendar.timespan import IsoWeek
from app.domain.proposals.around import Refused, Reserved
from app.errors import InputError
from app.ports import FindingStore
from app.services.auditing.decisions import no_decision_log
from app.services.auditing.meetings import MEETING_RULES
from app.services.auditing.meetings.stale import endings, stale_series
from app.services.auditing.one_on_ones import one_on_one_coverage
from app.services.auditing.quarter import quarter_meetings
from app.services.auditing.record import FirstUids, Record, Rule, record_of
from app.services.auditing.room import long_runs, no_slack, open_door
from app.services.auditing.team_figures import team_figures
from app.services.auditing.trend import trend
from app.services.planning.situation.request import Request

RULES: tuple[Rule, ...] = (
    *MEETING_RULES,
    one_on_one_coverage,
    no_slack,
    long_runs,
    open_door,
    quarter_meetings,
    no_decision_log,
)
"""Every rule of an audit (docs/audit.md)."""
TELL_AGAIN_AFTER = timedelta(weeks=4)
"""So long a mail does not bring again what a mail brought."""
IN_A_MAIL = 3
KEY_LIMIT = 2_000
"""Characters of a key that can be kept: those of a UID, and more."""


@dataclass(frozen=True)
class AuditDesk:
    """What an audit needs: `asked` as for proposals, what was said of findings, the real clock, and templates.

    `proposed` gives the places that open proposals want from a week on.
    """

    asked: Callable[[Sequence[str], IsoWeek, datetime], Request]
    findings: FindingStore
    now: Callable[[], datetime]
    agendas: Mapping[str, str] = field(default_factory=dict)
    proposed: Callable[[IsoWeek], Sequence[Reserved]] = lambda _week: ()


def audited(desk: AuditDesk, manager: str, week: IsoWeek, *, at: datetime | None = None) -> Audit:
    """Audit the meetings of a manager around a week, from the calendars that are kept, as of a moment.

    Raises `InputError` if no calendar of the manager was synced yet, and `StoreError`.
    """
    request = desk.asked([manager], week, at or desk.now())
    said = desk.findings
    return audit_of(request, said.dismissed(manager), said.first_uids(manager), desk.agendas, desk.proposed(week))


def dismiss(desk: AuditDesk, manager: str, key: str, *, by: str) -> None:
    """Note that a manager does not want to see a finding. Raises `InputError` for what is no key of one."""
    if key.partition(":")[0] not in list(FindingRule) or len(key) > KEY_LIMIT:
        raise InputError(f"{key[:100]!r} is no key of a finding; an audit shows the key of each")
    desk.findings.dismiss(manager, key, by, desk.now())


def audit_of(
    request: Request,
    dismissed: Collection[str] = (),
    first_uids: FirstUids | None = None,
    agendas: Mapping[str, str] | None = None,
    proposed: Iterable[Reserved] = (),
) -> Audit:
    """Audit what a plan would be made from, without the findings that were `dismissed`.

    None of its drafts has a place that is `proposed` for something else. Raises `InputError`.
    """
    record = record_of(request, first_uids, agendas, proposed)
    found = findings_of(record, dismissed)
    return Audit(
        record.manager,
        str(record.week),
        record.now.astimezone(record.zone),
        tuple(found),
        trend=tuple(trend(record)),
        team=tuple(team_figures(record)),
        dismissed=tuple(dismissed),
    )


def endings_of(desk: AuditDesk, request: Request) -> tuple[Refused, ...]:
    """The series that an audit of a plan's manager proposes to end, and that no plan moves; none that was dismissed.

    Raises `InputError`, and `StoreError`.
    """
    dismissed = desk.findings.dismissed(request.manager)
    found = stale_series(record_of(request, desk.findings.first_uids(request.manager)))
    return endings([finding for finding in found if finding.key not in dismissed])


def findings_of(record: Record, dismissed: Collection[str] = ()) -> list[Finding]:
    """What the rules find, the worst first, without what was `dismissed`; of one cause a meeting has one finding."""
    found = [each for rule in RULES for each in rule(record) if each.key not in dismissed]
    covered = {f"{rule}:{each.key.partition(':')[2]}" for each in found for rule in each.covers}
    told = (each for each in found if each.key not in covered)
    return sorted(told, key=lambda finding: (-finding.weight, finding.key))


def chosen(audit: Audit, told: Collection[str], most: int = IN_A_MAIL) -> tuple[Finding, ...]:
    """The findings that a mail brings, the worst first: none that names people, and none that was `told` lately.

    `told` are the keys that mails about other weeks brought in the last `TELL_AGAIN_AFTER`.
    """
    return tuple(each for each in audit.findings if not each.about and each.key not in told)[:most]
