from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar.event import EventType, Partstat
from app.domain.configuration.rules import Pins
from app.domain.meetings.classify import classify
from app.domain.meetings.meeting import Meeting, Reason
from app.domain.meetings.movability import Case, pin_reason
from app.domain.people.person import Person, Team
from tests.domain.given import BERLIN, DANA, MONDAY, RULES, TEAM, email, guests, meeting

THURSDAY_BEFORE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
OTHER_KINDS = Pins(kinds=())


def pinned(
    one: Meeting, pins: Pins = RULES.pins, *, now: datetime = THURSDAY_BEFORE, team: Team = TEAM
) -> Reason | None:
    kind = classify([one], DANA, team, RULES)[one.key]
    return pin_reason(Case(one, kind, team.canonical(DANA), team, pins, now, BERLIN))


def code(one: Meeting, pins: Pins = RULES.pins, *, now: datetime = THURSDAY_BEFORE) -> str | None:
    reason = pinned(one, pins, now=now)
    return reason.code if reason else None


def test_a_one_on_one_of_the_manager_s_own_may_move() -> None:
    assert pinned(meeting("Sync", "dana ana")) is None


class TestDoesNotTakePlace:
    def test_cancelled(self) -> None:
        assert code(meeting(cancelled=True)) == "does_not_take_place"

    def test_fewer_than_two_people_who_did_not_decline(self) -> None:
        assert code(meeting(attendees=guests("dana ana", {"ana": Partstat.DECLINED}))) == "does_not_take_place"
        assert code(meeting(attendees=guests("dana ana ben", {"ana": Partstat.DECLINED}))) is None

    def test_the_manager_declined(self) -> None:
        assert code(meeting(attendees=guests("dana ana ben", {"dana": Partstat.DECLINED}))) == "declined"


class TestNoMeeting:
    def test_all_day(self) -> None:
        assert code(meeting(all_day=True)) == "all_day"

    @pytest.mark.parametrize("kind", [EventType.FOCUS, EventType.OUT_OF_OFFICE, EventType.WORKING_LOCATION])
    def test_marks_on_the_calendar(self, kind: EventType) -> None:
        assert code(meeting(event_type=kind)) == "no_meeting"

    @pytest.mark.parametrize("names", ["", "dana", "dana room-1"])
    def test_a_hold_keeps_its_place(self, names: str) -> None:
        assert code(meeting("Focus", names), OTHER_KINDS) == "nobody_else"


class TestByName:
    def test_uid(self) -> None:
        assert code(meeting(uid="abc"), Pins(uids=("abc",))) == "pinned_uid"
        assert code(meeting(uid="abcd"), Pins(uids=("abc",))) is None

    def test_person_by_any_address(self) -> None:
        reason = pinned(meeting("Sync", "dana ana ben"), Pins(with_people=("Ana.K@acme-labs.example",)))
        assert reason == Reason("pinned_person", "you pinned what you have with Ana", (email("ana"),))
        assert code(meeting("Sync", "dana ben"), Pins(with_people=(email("ana"),))) is None


class TestKind:
    @pytest.mark.parametrize(
        ("title", "names", "kind"),
        [
            ("Interview", "dana ana", "interviews stay where they are"),
            ("Coffee", "dana kit@mail.example", "meetings with people outside stay where they are"),
            ("Sync", "dana kim@client.example", "meetings with other companies stay where they are"),
            ("Town hall", "dana ana pete", "it stays: an event for many (Town hall), not only your team"),
        ],
    )
    def test_kinds_of_the_rules_stay(self, title: str, names: str, kind: str) -> None:
        assert pinned(meeting(title, names)) == Reason("kind", kind)

    def test_each_has_its_switch(self) -> None:
        assert code(meeting("Interview", "dana ana"), Pins(kinds=("team_sync",))) is None


class TestPeople:
    def test_someone_from_outside_who_must_be_there(self) -> None:
        reason = pinned(meeting("Sync", "dana ana kim@client.example"), OTHER_KINDS)
        assert reason == Reason("external", "kim@client.example is not of your company", ("kim@client.example",))

    def test_someone_from_outside_who_may_be_there(self) -> None:
        people = guests("dana ana kim@client.example", optional=("kim@client.example",))
        assert code(meeting(attendees=people), OTHER_KINDS) is None

    def test_an_alias_is_of_the_company(self) -> None:
        assert code(meeting("Sync", "dana ana.k@acme-labs.example")) is None

    def test_someone_else_organizes_it(self) -> None:
        reason = pinned(meeting("Sync", "dana ana", organizer=email("ana")))
        assert reason == Reason("not_organizer", "Ana organizes it; ask them to move it", (email("ana"),))

    def test_nobody_is_said_to_organize_it(self) -> None:
        assert code(meeting("Sync", "dana ana", organizer=None)) == "not_organizer"

    def test_the_manager_organizes_it_under_another_address(self) -> None:
        people = (*TEAM.person[1:], replace(TEAM.person[0], aliases=("d.hoff@acme.example",)))
        aliased = replace(TEAM, person=people)
        assert pinned(meeting("Sync", "dana ana", organizer="d.hoff@acme.example", team=aliased), team=aliased) is None

    @pytest.mark.parametrize("boss", ["ruth", "zoe"])
    def test_anyone_above_the_manager(self, boss: str) -> None:
        one = meeting("Sync", f"dana ana {boss}")
        assert code(one) == "above"
        assert code(one, Pins(with_above=False)) is None

    def test_someone_above_who_declined_does_not_count(self) -> None:
        assert code(meeting(attendees=guests("dana ana ben ruth", {"ruth": Partstat.DECLINED}))) is None

    def test_many_people(self) -> None:
        ten = " ".join(["dana", *(f"p{n}" for n in range(9))])
        assert code(meeting("Sync", ten)) is None
        reason = pinned(meeting("Sync", f"{ten} p9"))
        assert reason == Reason("many_people", "11 people have to be there; ask them before you move it")
        assert code(meeting("Sync", f"{ten} p9"), Pins(over_people=11)) is None

    def test_optional_people_are_not_many(self) -> None:
        names = [f"p{n}" for n in range(20)]
        assert code(meeting(attendees=guests(["dana", "ana", *names], optional=names))) is None

    def test_another_manager_s_reports(self) -> None:
        reason = pinned(meeting("Sync", "dana ana quin"))
        assert reason == Reason(
            "foreign_reports", "Quin reports to Pete; ask them before you move it", (email("quin"),)
        )
        assert code(meeting("Sync", "dana ana quin"), Pins(foreign_reports=False)) is None

    @pytest.mark.parametrize("names", ["dana ana pete", "dana ana dev", "dana ana stranger", "dana quin"])
    def test_peers_own_people_strangers_and_pairs_are_no_foreign_reports(self, names: str) -> None:
        assert code(meeting("Sync", names)) is None


class TestFrozen:
    def test_within_a_working_day(self) -> None:
        sunday = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
        reason = pinned(meeting(day=MONDAY), now=sunday)
        assert reason == Reason("frozen", "it starts within 1 working day: too short a notice")
        assert code(meeting(day=date(2026, 12, 1)), now=sunday) is None

    def test_as_many_days_as_the_rules_say(self) -> None:
        friday = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
        assert code(meeting(day=MONDAY), Pins(freeze_working_days=2), now=friday) == "frozen"
        assert code(meeting(day=MONDAY), Pins(freeze_working_days=0), now=friday) is None

    def test_what_has_begun_says_so(self) -> None:
        later = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
        for days in (0, 1):
            reason = pinned(meeting(day=MONDAY), Pins(freeze_working_days=days), now=later)
            assert reason == Reason("frozen", "it has begun already")

    def test_the_slowest_of_the_required_people_counts(self) -> None:
        away = Person(email("ana"), "Ana", DANA, timezone=ZoneInfo("America/Los_Angeles"))
        team = replace(TEAM, person=(*(p for p in TEAM.person if p.email != away.email), away))
        friday_evening = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
        reason = pinned(meeting(day=MONDAY, clock=time(16, 30), team=team), team=team, now=friday_evening)
        assert reason is not None
        assert reason.code == "frozen"
