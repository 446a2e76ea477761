from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from app.domain.calendar.event import Attendee, Cutype, Event, EventRef, EventType, Partstat
from app.domain.meetings.meeting import is_meeting_like, meeting_key, merge, takes_place
from app.domain.people.person import Group, Team
from tests.domain.given import DANA, MONDAY, TEAM, email, event, guests, meeting

ANA = email("ana")
OWNERS = {DANA: DANA, ANA: ANA}


def copy(original: Event, calendar: str, **changes: object) -> Event:
    ref = EventRef(calendar, original.ref.uid, original.ref.recurrence_id)
    return replace(original, ref=ref, **changes)  # type: ignore[arg-type]


class TestCopies:
    def test_copies_of_one_occurrence_are_one_meeting(self) -> None:
        own = event("Sync")
        found = merge([own, copy(own, ANA)], OWNERS, TEAM)
        assert [len(m.copies) for m in found] == [2]

    def test_occurrences_of_a_series_are_several(self) -> None:
        both = [event("Sync", series=True, day=MONDAY + timedelta(days=n)) for n in (0, 7)]
        assert len({m.key for m in merge(both, OWNERS, TEAM)}) == 2

    def test_the_organizer_s_copy_gives_the_time(self) -> None:
        own = event("Sync", clock=time(10, 0))
        stale = copy(own, ANA, span=event("x", clock=time(15, 0)).span, sequence=9)
        assert merge([stale, own], OWNERS, TEAM)[0].event == own

    def test_the_organizer_is_known_by_an_alias(self) -> None:
        theirs = event("Sync", clock=time(9, 0), organizer="ana.k@acme-labs.example", calendar=ANA)
        mine = copy(theirs, DANA, span=event("x", clock=time(15, 0)).span, sequence=9)
        assert merge([mine, theirs], OWNERS, TEAM)[0].event == theirs

    def test_without_the_organizer_s_the_newest_copy_counts_then_the_first(self) -> None:
        first = event("Sync", organizer="ruth@acme.example")
        newer = copy(first, ANA, sequence=2)
        assert merge([first, newer], OWNERS, TEAM)[0].event == newer
        assert merge([first, copy(first, ANA)], OWNERS, TEAM)[0].event == first

    def test_each_answer_is_taken_from_the_own_copy(self) -> None:
        own = event("Sync", attendees=guests("dana ana", {"ana": Partstat.NEEDS_ACTION}))
        theirs = copy(own, ANA, attendees=guests("dana ana", {"ana": Partstat.DECLINED, "dana": Partstat.DECLINED}))
        people = merge([own, theirs], OWNERS, TEAM)[0].people
        assert [p.partstat for p in people] == [Partstat.ACCEPTED, Partstat.DECLINED]

    def test_meetings_are_in_order_of_time(self) -> None:
        late, early = event("a", clock=time(15, 0)), event("b", clock=time(9, 0))
        assert [m.event for m in merge([late, early], OWNERS, TEAM)] == [early, late]

    def test_keys_of_single_timed_and_all_day_occurrences(self) -> None:
        assert meeting_key(event("Sync", uid="u")) == ("u", "")
        assert meeting_key(event("Sync", uid="u", series=True)) == ("u", "2026-11-30T09:00:00+00:00")
        days = event("Off", uid="u", series=True, recurrence_id=date(2026, 11, 30))
        assert meeting_key(days) == ("u", "2026-11-30")


class TestPeople:
    def test_rooms_are_no_people(self) -> None:
        one = meeting("Sync", "dana ana room-1")
        assert ([p.email for p in one.people], one.rooms) == ([DANA, ANA], (email("room-1"),))

    def test_an_alias_is_its_person_under_the_name_of_the_team_file(self) -> None:
        one = meeting(attendees=(Attendee(DANA), Attendee("ana.k@acme-labs.example", "A. K.")))
        assert [(p.email, p.name) for p in one.people] == [(DANA, "Dana"), (ANA, "Ana")]

    def test_a_group_is_its_members_who_are_persons(self) -> None:
        list_ = Attendee(email("platform"), "Platform", cutype=Cutype.GROUP, partstat=Partstat.ACCEPTED)
        people = meeting(attendees=(list_,)).people
        assert [p.email for p in people] == [DANA, ANA, email("ben"), email("fay")]
        assert {(p.cutype, p.partstat) for p in people} == {(Cutype.INDIVIDUAL, Partstat.NEEDS_ACTION)}

    def test_the_own_line_of_a_member_counts_for_their_answer_in_either_order(self) -> None:
        own = Attendee(ANA, "Ana", partstat=Partstat.DECLINED)
        for lines in ((own, Attendee(email("platform"))), (Attendee(email("platform")), own)):
            ana = next(p for p in meeting(attendees=lines).people if p.email == ANA)
            assert ana.partstat == Partstat.DECLINED

    def test_required_by_either_line_is_required(self) -> None:
        optional = Attendee(ANA, required=False)
        for lines in ((optional, Attendee(email("platform"))), (Attendee(email("platform")), optional)):
            assert ANA in meeting(attendees=lines).required
        group = Team(group=(Group("g@x.example", (ANA,)),))
        assert meeting(attendees=(replace(optional, email="g@x.example"),), team=group).optional == (ANA,)

    def test_those_who_declined_are_neither_required_nor_optional(self) -> None:
        answers = {"ana": Partstat.DECLINED, "ben": Partstat.DECLINED}
        one = meeting(attendees=guests("dana ana ben cleo", answers, optional=("ben", "cleo")))
        assert (one.required, one.optional) == ((DANA,), (email("cleo"),))
        assert one.others(DANA) == (ANA, email("ben"), email("cleo"))


def test_who_got_it_for_information_takes_no_part_and_gets_the_mails() -> None:
    told = replace(guests("ben")[0], informed=True)
    one = merge([event("Sync", attendees=(*guests("dana ana"), told))], OWNERS, TEAM)[0]
    assert [p.email for p in one.people] == [DANA, ANA]
    assert one.informed == (email("ben"),)


def test_a_meeting_takes_place_with_two_who_come() -> None:
    assert takes_place(meeting("Sync", "dana ana"))
    assert takes_place(meeting("Hold", "dana"))
    assert not takes_place(meeting(attendees=guests("dana ana", {"ana": Partstat.DECLINED})))


def test_marks_on_the_calendar_are_not_like_a_meeting() -> None:
    assert is_meeting_like(event())
    assert not is_meeting_like(event(cancelled=True))
    assert not is_meeting_like(event(all_day=True))
    assert not is_meeting_like(event(event_type=EventType.FOCUS))
