"""1:1 coverage: whose 1:1s are missing, late or cancelled again and again."""

from dataclasses import replace
from datetime import date, time

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.event import Partstat
from app.domain.people.person import Absence, Cadence
from app.services.auditing.one_on_ones import coverage
from tests.services.auditing.offices import ANA, BEN, found, office, one_on_one, record, report, weeks_but
from tests.services.weeks import DANA, WEEK, Office


def missing(it: Office, rules: str | None = None) -> list[Finding]:
    return found(it, FindingRule.MISSING_ONE_ON_ONE, rules=rules)


def test_who_has_the_1_1s_that_the_team_file_asks_for_is_no_finding() -> None:
    it = office(report(ANA), report(BEN, Cadence.TWICE_WEEKLY))
    one_on_one(it, ANA)
    one_on_one(it, BEN, 0, time(15))
    one_on_one(it, BEN, 4, time(15))
    assert missing(it) == []


def test_a_missing_1_1_has_a_draft_with_a_free_place_in_the_block() -> None:
    it = office(report(ANA), report(BEN))
    one_on_one(it, ANA, 0, time(13))
    (finding,) = missing(it)
    (draft,) = finding.drafts
    assert (finding.key, finding.about) == (f"missing_one_on_one:{BEN}", (BEN,))
    assert draft.start is not None
    assert draft.start.date() in (WEEK.monday, date(2026, 12, 4))
    assert draft.start.time() >= time(13)
    assert draft.start.time() != time(13) or draft.start.date() != WEEK.monday
    assert draft.mailto is not None
    assert draft.mailto.startswith(f"mailto:{BEN}?")


def test_nobody_whom_the_team_file_asks_no_1_1_for_is_told() -> None:
    it = office(report(ANA, Cadence.NONE), report(BEN))
    one_on_one(it, BEN)
    assert missing(it) == []


def test_every_report_without_one_is_told_not_only_as_many_as_a_plan_suggests() -> None:
    names = [f"p{number}@example.com" for number in range(5)]
    it = office(*(report(name) for name in names))
    it.meeting("team", [DANA, *names], 0, time(9), weeks=weeks_but())
    found_for = missing(it)
    assert {finding.about for finding in found_for} == {(name,) for name in names}
    starts = {draft.start for finding in found_for for draft in finding.drafts}
    assert len(starts - {None}) == len(names)


def test_one_that_was_left_out_three_times_is_told_with_how_long_it_is_ago() -> None:
    it = office(report(ANA))
    one_on_one(it, ANA, weeks=weeks_but(-3, -2, -1))
    (finding,) = missing(it)
    assert finding.text == "Ana: no 1:1 for 4 weeks"
    assert "last: Mon 2 Nov" in finding.evidence
    assert "next: Mon 30 Nov" in finding.evidence
    assert any(line.startswith("3 times in a row") for line in finding.evidence)


def test_one_left_out_long_ago_is_no_finding() -> None:
    it = office(report(ANA))
    one_on_one(it, ANA, weeks=weeks_but(-10, -9, -8))
    assert missing(it) == []


def test_one_that_was_declined_did_not_take_place() -> None:
    it = office(report(ANA))
    one_on_one(it, ANA)
    for owner, events in it.events.items():
        it.events[owner] = [
            replace(e, attendees=tuple(replace(a, partstat=_answer(a.email)) for a in e.attendees))
            if date(2026, 11, 1) < e.span.local_start.date() < WEEK.monday
            else e
            for e in events
        ]
    (finding,) = missing(it)
    assert finding.text == "Ana: no 1:1 for 5 weeks"


def _answer(email: str) -> Partstat:
    return Partstat.DECLINED if email == ANA else Partstat.ACCEPTED


def test_weeks_in_which_one_of_the_two_was_away_do_not_count() -> None:
    away = (Absence(date(2026, 11, 9), date(2026, 11, 29)),)
    it = office(report(ANA, away=away))
    one_on_one(it, ANA, weeks=weeks_but(-3, -2, -1))
    assert missing(it) == []
    other = office(report(ANA))
    one_on_one(other, ANA, weeks=weeks_but(-3, -2, -1))
    for week in (-3, -2, -1):
        for day in range(5):
            other.block(DANA, day, time(8), 10 * 60, week=week, title="Vacation")
    assert missing(other) == []


def test_a_series_of_which_the_second_of_two_a_week_is_always_left_out_is_told() -> None:
    it = office(report(ANA, Cadence.TWICE_WEEKLY))
    one_on_one(it, ANA, 0)
    one_on_one(it, ANA, 4, weeks=weeks_but(-3, -2, -1))
    (finding,) = missing(it)
    assert finding.text == "Ana: 2 1:1s in a row did not take place"


def test_a_1_1_that_was_moved_within_its_week_took_place() -> None:
    it = office(report(ANA))
    one_on_one(it, ANA)
    for owner, events in it.events.items():
        it.events[owner] = [
            replace(e, span=type(e.span)(e.span.start.replace(hour=8), e.span.end.replace(hour=8), e.span.zone))
            for e in events
        ]
    assert missing(it) == []


def test_every_other_week_is_as_often_as_every_other_week() -> None:
    it = office(report(ANA, Cadence.BIWEEKLY))
    it.meeting("1:1", [DANA, ANA], 0, time(14), weeks=range(-26, 14, 2), rrule="FREQ=WEEKLY;INTERVAL=2")
    assert missing(it) == []


def test_the_factor_of_the_rules_says_what_is_late() -> None:
    it = office(report(ANA))
    one_on_one(it, ANA, weeks=weeks_but(-1))
    assert len(missing(it)) == 1
    assert missing(it, rules="[audit]\ngap_factor = 3.0\n") == []


def test_juniors_come_first() -> None:
    it = office(report(BEN), report(ANA, level="junior"))
    it.meeting("team", [DANA, ANA, BEN], 0, time(9), weeks=weeks_but())
    assert [finding.about for finding in missing(it)] == [(ANA,), (BEN,)]


def test_what_is_known_of_each_report_is_the_last_and_the_next() -> None:
    it = office(report(ANA))
    one_on_one(it, ANA)
    (covered,) = coverage(record(it))
    assert (covered.last, covered.next, covered.gap, covered.missed) == (
        date(2026, 11, 23),
        date(2026, 11, 30),
        7,
        0,
    )


def test_an_absence_does_not_count_without_a_series_either() -> None:
    away = (Absence(date(2026, 11, 9), date(2026, 11, 29)),)
    for absences, told in ((away, 0), ((), 1)):
        it = office(report(ANA, away=absences))
        for week in (-5, -4, 0, 1):
            replace(it, events=it.events, week=WEEK.plus(week)).meeting(f"{week}", [DANA, ANA], 0, time(14), weeks=None)
        assert len(missing(it)) == told


def with_third(optional: str, *, required: bool = False) -> Office:
    """A weekly hour of Dana and Ana, to which somebody else may come, or has to."""
    it = office(report(ANA), report(BEN, Cadence.NONE))
    it.meeting("team", [DANA, ANA, BEN], 0, time(9), weeks=weeks_but())
    who = [DANA, ANA, optional] if required else [DANA, ANA]
    it.meeting("Ana weekly catch up", who, 1, time(12), weeks=weeks_but(), optional=[] if required else [optional])
    return it


def test_a_1_1_to_which_somebody_else_may_come_is_one() -> None:
    assert missing(with_third("hr@example.com")) == []
    assert missing(with_third("coach@elsewhere.example")) == []


def test_with_a_third_who_has_to_come_or_another_report_it_is_none() -> None:
    for it in (with_third("hr@example.com", required=True), with_third(BEN)):
        assert [one.about for one in missing(it)] == [(ANA,)]
