"""An audit as a whole: every rule asked, dismissed findings left out, and what of it a mail may bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

import pytest

from app.domain.audit.finding import Audit, Finding, FindingRule
from app.domain.calendar.timespan import IsoWeek
from app.errors import InputError, NotFoundError
from app.services.auditing.audit import RULES, AuditDesk, audit_of, audited, chosen, dismiss
from app.services.auditing.record import record_of
from app.services.planning.situation.request import Request
from tests.services.auditing.offices import ANA, BEN, office, report, weeks_but
from tests.services.weeks import DANA, NOW, WEEK, Office


@dataclass
class MemoryFindings:
    """The in-memory reference of the `FindingStore` port."""

    said: dict[tuple[str, str], str] = field(default_factory=dict)
    brought: dict[tuple[str, str], tuple[datetime, tuple[str, ...]]] = field(default_factory=dict)
    uids: Mapping[str, str] = field(default_factory=dict)

    def dismiss(self, manager: str, key: str, by: str, now: datetime) -> None:
        self.said.setdefault((manager.lower(), key), by)

    def restore(self, manager: str, key: str, by: str, now: datetime) -> None:
        if self.said.pop((manager.lower(), key), None) is None:
            raise NotFoundError(key)

    def dismissed(self, manager: str) -> Sequence[str]:
        return sorted(key for whose, key in self.said if whose == manager.lower())

    def told(self, manager: str, week: str, keys: Sequence[str], now: datetime) -> None:
        self.brought[manager.lower(), week] = now, tuple(keys)

    def told_since(self, manager: str, since: datetime, but: str) -> Sequence[str]:
        mine = [(week, *rest) for (whose, week), rest in self.brought.items() if whose == manager.lower()]
        return sorted({key for week, at, keys in mine if week != but and at >= since for key in keys})

    def first_uids(self, manager: str) -> Mapping[str, str]:
        return self.uids


def busy_office() -> Office:
    """Dana's, in which nobody has a 1:1."""
    it = office(report(ANA), report(BEN))
    it.meeting("team", [DANA, ANA, BEN], 0, time(9), weeks=weeks_but())
    return it


def desk_of(it: Office) -> AuditDesk:
    def asked(people: Sequence[str], week: IsoWeek, now: datetime) -> Request:
        return replace(it.request(), manager=people[0], week=week, now=now)

    return AuditDesk(asked, MemoryFindings(), lambda: NOW)


def finding(key: str, weight: float, about: tuple[str, ...] = ()) -> Finding:
    return Finding(key, FindingRule.NO_AGENDA, key, (), "", weight, about=about)


def audit_with(*findings: Finding) -> Audit:
    return Audit(DANA, str(WEEK), NOW, findings)


def test_an_audit_is_in_order_of_weight() -> None:
    found = audit_of(busy_office().request()).findings
    assert found
    assert list(found) == sorted(found, key=lambda each: (-each.weight, each.key))


def test_no_two_findings_have_the_same_key() -> None:
    keys = [each.key for each in audit_of(busy_office().request()).findings]
    assert len(keys) == len(set(keys))


def test_a_key_is_the_same_a_week_later() -> None:
    it = busy_office()
    now, later = (audited(desk_of(it), DANA, week).findings for week in (WEEK, WEEK.plus(1)))
    named = FindingRule.MISSING_ONE_ON_ONE
    assert {each.key for each in now if each.rule is named} == {each.key for each in later if each.rule is named}


def test_what_was_dismissed_is_left_out_until_it_is_restored() -> None:
    desk = desk_of(busy_office())
    key = f"missing_one_on_one:{ANA}"
    dismiss(desk, DANA, key, by=DANA)
    without = audited(desk, DANA, WEEK)
    assert key not in {each.key for each in without.findings}
    assert without.dismissed == (key,)
    desk.findings.restore(DANA, key, DANA, NOW)
    assert key in {each.key for each in audited(desk, DANA, WEEK).findings}


@pytest.mark.parametrize("key", ["", "nonsense", "nonsense:a", "no_agenda:" + "x" * 2_000])
def test_what_is_no_key_of_a_finding_cannot_be_dismissed(key: str) -> None:
    with pytest.raises(InputError, match="no key of a finding"):
        dismiss(desk_of(busy_office()), DANA, key, by=DANA)


@pytest.mark.parametrize("week", [IsoWeek(1970, 30), IsoWeek(2199, 1)])
def test_a_week_at_the_end_of_all_years_is_refused(week: IsoWeek) -> None:
    with pytest.raises(InputError, match="1971-2198"):
        audited(desk_of(busy_office()), DANA, week)


def test_a_week_without_any_meeting_can_be_audited() -> None:
    found = audited(desk_of(busy_office()), DANA, WEEK.plus(13))
    assert found.week == str(WEEK.plus(13))


def test_it_is_made_as_of_a_moment() -> None:
    assert audited(desk_of(busy_office()), DANA, WEEK).made_at == NOW
    assert audited(desk_of(busy_office()), DANA, WEEK, at=NOW.replace(day=25)).made_at.day == 25


def test_a_mail_brings_the_three_worst() -> None:
    several = [finding(name, weight) for name, weight in (("a", 0.9), ("b", 0.8), ("c", 0.7), ("d", 0.6))]
    assert [each.key for each in chosen(audit_with(*several), ())] == ["a", "b", "c"]


def test_a_mail_names_nobody_and_tells_nothing_twice() -> None:
    several = [finding("a", 0.9, about=(ANA,)), finding("b", 0.8), finding("c", 0.7)]
    assert [each.key for each in chosen(audit_with(*several), ("b",))] == ["c"]


def test_a_series_that_was_split_is_one() -> None:
    it = office()
    it.meeting("old", [DANA, ANA], 2, time(10), weeks=range(-5, 0))
    it.meeting("new", [DANA, ANA], 2, time(11), weeks=range(5))
    record = record_of(it.request(), {"old": "old", "new": "old"})
    assert {uid: len(meetings) for uid, meetings in record.series.items()} == {"old": 10}


def test_no_two_rules_are_the_same() -> None:
    assert len(set(RULES)) == len(RULES)
