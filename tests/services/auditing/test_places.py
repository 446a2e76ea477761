"""Where drafts would have what does not exist yet, and what is said of who is free then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.domain.audit.finding import Draft, Finding, FindingRule
from app.domain.calendar.timespan import IsoWeek
from app.domain.people.person import Cadence
from app.domain.proposals.around import Reserved
from app.services.auditing.audit import audit_of, findings_of
from app.services.auditing.one_on_ones import one_on_one_coverage
from tests.services.auditing.offices import ANA, BEN, found, office, record, report, weeks_but
from tests.services.weeks import DANA, Office

ONE_ON_ONE, QUARTER = FindingRule.MISSING_ONE_ON_ONE, FindingRule.QUARTER


def in_december(*names: str) -> Office:
    """Before the quarter ends, with a team sync of all, and no 1:1."""
    week = IsoWeek(2026, 50)
    before = datetime.combine(week.plus(-1).days[3], time(9), ZoneInfo("Europe/Berlin"))
    it = replace(office(*map(report, names)), week=week, now=before)
    it.meeting("team", [DANA, *names], 0, time(9), weeks=weeks_but())
    return it


def placed(findings: list[Finding]) -> list[Draft]:
    return [draft for finding in findings for draft in finding.drafts if draft.start is not None]


def test_whose_calendar_is_here_is_said_to_be_free() -> None:
    ones, quarters = (found(in_december(ANA, BEN), rule) for rule in (ONE_ON_ONE, QUARTER))
    assert {one.advice.partition(" the draft")[2] for one in ones} == {": its place is free for both of you."}
    assert {one.advice for one in quarters} == {
        "Invite your reports: the draft has a place that is free for all of you."
    }


def test_whose_calendar_is_not_known_is_asked() -> None:
    it = replace(in_december(ANA, BEN), without_calendar=frozenset({ANA, BEN}))
    assert {one.advice for one in found(it, ONE_ON_ONE)} == {
        "Ask Ana with the draft: its place is free as far as your calendar says; theirs is not known.",
        "Ask Ben with the draft: its place is free as far as your calendar says; theirs is not known.",
    }
    for one in found(it, QUARTER):
        assert one.advice.startswith("Ask your reports with the draft: its place is free as far as can be seen; ")
        assert one.advice.endswith("; the calendars of your reports are not known.")


def test_one_report_without_a_calendar_is_counted_and_not_named() -> None:
    it = replace(in_december(ANA, BEN), without_calendar=frozenset({BEN}))
    for one in found(it, QUARTER):
        assert one.advice.endswith("; the calendar of 1 of your 2 reports is not known.")


def test_others_calendars_that_name_somebody_do_not_say_when_they_are_free() -> None:
    it = replace(in_december(ANA, BEN), without_calendar=frozenset({BEN}))
    it.meeting("pair", [ANA, BEN], 2, time(10), weeks=weeks_but())
    assert any("Ben with the draft" in one.advice and "not known" in one.advice for one in found(it, ONE_ON_ONE))


def test_no_two_drafts_have_the_same_place() -> None:
    it = in_december(*(f"p{number}@example.com" for number in range(6)))
    spans = sorted((draft.start, draft.end) for draft in placed(findings_of(record(it))) if draft.start and draft.end)
    assert len(spans) > 7
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_a_rule_that_is_asked_again_gives_the_same_places() -> None:
    it = record(in_december(ANA, BEN))
    assert [*one_on_one_coverage(it)] == [*one_on_one_coverage(it)]


def test_a_place_that_an_open_proposal_wants_is_given_to_no_draft() -> None:
    it = office(report(ANA), report(BEN, Cadence.NONE))
    it.meeting("team", [DANA, ANA, BEN], 0, time(9), weeks=weeks_but())
    (first,) = placed(found(it, ONE_ON_ONE))
    assert first.start is not None
    assert first.end is not None

    def starts(*people: str) -> set[datetime | None]:
        wanted = Reserved("other", first.start or first.end or it.now, first.end or it.now, people)
        return {draft.start for one in audit_of(it.request(), proposed=[wanted]).findings for draft in one.drafts}

    assert first.start not in starts(DANA, "zed@example.com")
    assert first.start in starts("zed@example.com")
