"""What every `CalendarStore` has to do, as tests that run against the real thing on its other side.

A back end joins by a subclass that gives a `remote`, and says in `cannot` what its kind of server does not have:

    class TestFeedStore(CalendarStoreContract):
        cannot = {Ability.LOGIN: "a feed asks for none"}

        @pytest.fixture
        def remote(self, site: str) -> Remote:
            return FeedRemote(site)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from random import Random
from typing import ClassVar

import pytest

from app.domain.calendar.connected import Page
from app.domain.calendar.event import Attendee, Cutype, Partstat
from app.errors import NotFoundError, ReconnectError, StaleTokenError, UnavailableError
from tests.adapters.remote import MONDAY, RETRY_AFTER_S, Fault, Given, Mirror, Remote, at
from tests.adapters.text import OWNER, starts

LEAD = "lead@example.com"
LUNCH = Given("lunch@example.com", "Lunch", at(0, 12))
REVIEW = Given("review@example.com", "Review", at(2, 15), minutes=45)
STANDUP = Given("standup@example.com", "Stand-up", at(0, 9), minutes=15, rrule="FREQ=DAILY;COUNT=5")
GUESTS = (
    Attendee("dana@example.com", "Dana", partstat=Partstat.ACCEPTED),
    Attendee("ana@example.com", "Ana Müller", required=False, partstat=Partstat.TENTATIVE),
    Attendee("blue@example.com", "Blue room", partstat=Partstat.ACCEPTED, cutype=Cutype.RESOURCE),
)


class Ability(StrEnum):
    """What not every kind of server has."""

    LOGIN = "a login that can be wrong"
    TOKENS = "tokens that it may forget"
    CALENDARS = "a calendar that can be removed"
    OBJECTS = "objects that can be missing"


class CalendarStoreContract:
    """The tests; a subclass gives the fixture `remote`, with an empty calendar on it."""

    cannot: ClassVar[Mapping[Ability, str]] = {}
    """What its kind of server does not have, and why."""

    @pytest.fixture
    def remote(self) -> Remote:
        raise NotImplementedError

    @pytest.fixture
    def mirror(self, remote: Remote) -> Mirror:
        """A copy that has seen a lunch, a review and a stand-up."""
        for given in (LUNCH, REVIEW, STANDUP):
            remote.put(given)
        mirror = Mirror(remote)
        mirror.sync()
        return mirror

    def needs(self, ability: Ability) -> None:
        """Leave out a test that this kind of server has said not to be able to do."""
        if ability in self.cannot:
            pytest.skip(f"not {ability}: {self.cannot[ability]}")

    # what there is

    def test_the_calendar_is_listed(self, remote: Remote) -> None:
        found = [one for one in remote.store().calendars() if one.href == remote.href]
        assert len(found) == 1
        assert found[0].name

    def test_an_empty_calendar_is_an_answer_with_a_token(self, remote: Remote) -> None:
        mirror = Mirror(remote)
        assert mirror.changed() == set()
        assert mirror.token is not None

    def test_the_first_listing_is_whole(self, mirror: Mirror) -> None:
        assert {one.uid for one in mirror.objects.values()} == {LUNCH.uid, REVIEW.uid, STANDUP.uid}
        assert [(e.title, e.span.minutes) for e in mirror.events()].count(("Stand-up", 15)) == 5
        assert starts(mirror.events(LUNCH.uid) + mirror.events(REVIEW.uid)) == ["11-24T11:00", "11-26T14:00"]

    def test_nothing_in_a_first_listing_is_removed_or_told_twice(self, remote: Remote) -> None:
        for given in (LUNCH, REVIEW, STANDUP):
            remote.put(given)
        pages = Mirror(remote).sync()
        hrefs = [one.href for page in pages for one in page.changed]
        assert len(hrefs) == len(set(hrefs)) == 3
        assert not any(page.removed for page in pages)

    def test_one_object_reads_as_it_was_listed(self, mirror: Mirror) -> None:
        for one in mirror.objects.values():
            assert mirror.store.read(mirror.remote.href, one.href) == one

    def test_another_store_gives_the_same_names_and_etags(self, mirror: Mirror) -> None:
        other = Mirror(mirror.remote)
        other.sync()
        assert other.objects == mirror.objects
        assert all(one.etag for one in mirror.objects.values())

    # what has changed

    def test_nothing_has_changed(self, mirror: Mirror) -> None:
        before = dict(mirror.objects)
        for _ in range(2):
            pages = mirror.sync()
            assert not any(page.changed or page.removed for page in pages)
        assert mirror.objects == before

    def test_nothing_new_costs_few_requests(self, mirror: Mirror) -> None:
        mirror.sync()
        before = mirror.remote.requests()
        mirror.sync()
        assert mirror.remote.requests() - before <= mirror.remote.requests_when_unchanged

    def test_another_store_goes_on_from_the_same_token(self, mirror: Mirror) -> None:
        mirror.store = mirror.remote.store()
        mirror.remote.put(replace(LUNCH, title="Late lunch"))
        assert mirror.changed() == {LUNCH.uid}

    def test_a_changed_event_comes_alone_and_with_another_etag(self, mirror: Mirror) -> None:
        (before,) = mirror.of(LUNCH.uid)
        mirror.remote.put(replace(LUNCH, start=at(0, 13), title="Late lunch", sequence=1))
        assert mirror.changed() == {LUNCH.uid}
        (after,) = mirror.of(LUNCH.uid)
        assert before.href == after.href
        assert before.etag != after.etag
        assert [e.title for e in mirror.events(LUNCH.uid)] == ["Late lunch"]
        assert starts(mirror.events(LUNCH.uid)) == ["11-24T12:00"]

    def test_a_new_event_comes_alone(self, mirror: Mirror) -> None:
        mirror.remote.put(Given("new@example.com", "New", at(3, 10)))
        assert mirror.changed() == {"new@example.com"}
        assert starts(mirror.events("new@example.com")) == ["11-27T09:00"]

    def test_a_deleted_event_is_removed_by_its_name(self, mirror: Mirror) -> None:
        (gone,) = mirror.of(LUNCH.uid)
        mirror.remote.delete(LUNCH.uid)
        pages = mirror.sync()
        assert [href for page in pages for href in page.removed] == [gone.href]
        assert not any(page.changed for page in pages)
        assert {one.uid for one in mirror.objects.values()} == {REVIEW.uid, STANDUP.uid}

    def test_all_that_happened_since_the_token_comes_at_once(self, mirror: Mirror) -> None:
        mirror.remote.delete(LUNCH.uid)
        mirror.remote.put(replace(REVIEW, minutes=60))
        mirror.remote.put(Given("new@example.com", "New", at(3, 10)))
        assert mirror.changed() == {REVIEW.uid, "new@example.com"}
        assert {e.title: e.span.minutes for e in mirror.events()} == {"Stand-up": 15, "Review": 60, "New": 30}

    def test_what_was_deleted_can_come_back(self, mirror: Mirror) -> None:
        mirror.remote.delete(LUNCH.uid)
        mirror.sync()
        mirror.remote.put(replace(LUNCH, title="Lunch again"))
        assert mirror.changed() == {LUNCH.uid}
        assert [e.title for e in mirror.events(LUNCH.uid)] == ["Lunch again"]

    def test_a_copy_stays_equal_to_what_is_there_whatever_happens(self, remote: Remote) -> None:
        chance = Random(4)
        mirror = Mirror(remote)
        there: dict[str, Given] = {}
        for step in range(12):
            uid = f"{chance.randrange(4)}@example.com"
            if uid in there and chance.random() < 0.3:
                remote.delete(uid)
                del there[uid]
            else:
                there[uid] = Given(uid, f"Step {step}", at(chance.randrange(5), chance.randrange(9, 17)), sequence=step)
                remote.put(there[uid])
            if chance.random() < 0.4 or step == 11:
                mirror.sync()
                assert {event.title for event in mirror.events()} == {one.title for one in there.values()}
        other = Mirror(remote)
        other.sync()
        assert other.etags() == mirror.etags()

    # series

    def test_a_series_comes_with_its_exceptions(self, remote: Remote) -> None:
        remote.put(replace(STANDUP, moved=((at(2, 9), at(2, 16)),), dropped=(at(3, 9),)))
        mirror = Mirror(remote)
        assert mirror.changed() == {STANDUP.uid}
        assert starts(mirror.events()) == ["11-24T08:00", "11-25T08:00", "11-26T15:00", "11-28T08:00"]
        assert [e.overridden for e in mirror.events()] == [False, False, True, False]

    def test_an_exception_made_later_is_a_change_of_its_series(self, mirror: Mirror) -> None:
        mirror.remote.put(replace(STANDUP, moved=((at(2, 9), at(2, 16)),)))
        assert mirror.changed() == {STANDUP.uid}
        assert starts(mirror.events(STANDUP.uid))[2] == "11-26T15:00"

    def test_a_deleted_series_takes_its_exceptions_with_it(self, mirror: Mirror) -> None:
        mirror.remote.put(replace(STANDUP, moved=((at(2, 9), at(2, 16)),)))
        mirror.sync()
        mirror.remote.delete(STANDUP.uid)
        mirror.sync()
        assert mirror.of(STANDUP.uid) == []

    # what an event says

    def test_people_are_read_with_their_answers(self, remote: Remote) -> None:
        remote.put(replace(LUNCH, organizer=LEAD, attendees=GUESTS))
        mirror = Mirror(remote)
        mirror.sync()
        (event,) = mirror.events()
        assert event.organizer == LEAD
        told = {
            one.email: (one.name, one.required, one.partstat, one.is_room)
            for one in event.attendees
            if one.email != LEAD
        }
        assert told == {one.email: (one.name, one.required, one.partstat, one.is_room) for one in GUESTS}

    def test_an_answer_is_a_change(self, remote: Remote) -> None:
        remote.put(replace(LUNCH, organizer=LEAD, attendees=GUESTS))
        mirror = Mirror(remote)
        mirror.sync()
        declined = replace(GUESTS[0], partstat=Partstat.DECLINED)
        remote.put(replace(LUNCH, organizer=LEAD, attendees=(declined, *GUESTS[1:])))
        assert mirror.changed() == {LUNCH.uid}
        dana = mirror.events()[0].attendee(OWNER)
        assert dana is not None
        assert dana.partstat is Partstat.DECLINED

    def test_wall_clocks_keep_their_zone(self, remote: Remote) -> None:
        remote.put(Given("tokyo@example.com", "Tokyo", at(1, 17), tzid="Asia/Tokyo", rrule="FREQ=WEEKLY;COUNT=2"))
        mirror = Mirror(remote)
        mirror.sync()
        assert starts(mirror.events()) == ["11-25T08:00", "12-02T08:00"]
        assert {e.span.zone.key for e in mirror.events()} == {"Asia/Tokyo"}

    def test_days_stay_days(self, remote: Remote) -> None:
        remote.put(Given("offsite@example.com", "Offsite", None, day=MONDAY))
        mirror = Mirror(remote)
        mirror.sync()
        (event,) = mirror.events()
        assert event.all_day
        assert event.span.local_start.date() == MONDAY

    def test_any_letters_come_through(self, remote: Remote) -> None:
        title = 'Überblick ☕ 週次 & <b>"1:1"</b>'
        remote.put(replace(LUNCH, title=title))
        mirror = Mirror(remote)
        mirror.sync()
        assert [e.title for e in mirror.events()] == [title]

    # what can go wrong

    def test_a_token_that_is_not_known_any_more_is_told(self, mirror: Mirror) -> None:
        self.needs(Ability.TOKENS)
        mirror.remote.forget_tokens()
        with pytest.raises(StaleTokenError):
            mirror.sync()
        mirror.token = None
        assert mirror.changed() == {LUNCH.uid, REVIEW.uid, STANDUP.uid}
        assert mirror.changed() == set()

    def test_a_login_that_is_wrong_has_to_be_renewed(self, mirror: Mirror) -> None:
        self.needs(Ability.LOGIN)
        mirror.store = mirror.remote.store(right_login=False)
        with pytest.raises(ReconnectError):
            mirror.store.calendars()
        with pytest.raises(ReconnectError):
            mirror.sync()
        with pytest.raises(ReconnectError):
            mirror.store.read(mirror.remote.href, mirror.of(LUNCH.uid)[0].href)

    def test_a_calendar_that_never_was_is_not_found(self, remote: Remote) -> None:
        self.needs(Ability.CALENDARS)
        with pytest.raises(NotFoundError):
            list(remote.store().changes(remote.missing_calendar, None, Mirror(remote)))

    def test_a_calendar_that_was_removed_is_not_found(self, mirror: Mirror) -> None:
        self.needs(Ability.CALENDARS)
        mirror.remote.remove_calendar()
        with pytest.raises(NotFoundError):
            mirror.sync()

    def test_an_object_that_is_gone_is_not_found(self, mirror: Mirror) -> None:
        self.needs(Ability.OBJECTS)
        with pytest.raises(NotFoundError):
            mirror.store.read(mirror.remote.href, mirror.remote.missing_object)

    @pytest.mark.parametrize("fault", Fault)
    def test_a_server_out_of_order_is_unavailable_and_nothing_is_lost(self, mirror: Mirror, fault: Fault) -> None:
        before, token = dict(mirror.objects), mirror.token
        with mirror.remote.failing(fault):
            with pytest.raises(UnavailableError) as told:
                mirror.sync()
            with pytest.raises(UnavailableError):
                mirror.store.read(mirror.remote.href, mirror.of(LUNCH.uid)[0].href)
            with pytest.raises(UnavailableError):
                mirror.remote.store().calendars()
        waits = fault in (Fault.BUSY, Fault.TOO_MANY)
        assert told.value.retry_after_s == (RETRY_AFTER_S if waits else None)
        assert "\n" not in str(told.value)
        assert (mirror.objects, mirror.token) == (before, token)
        mirror.remote.delete(LUNCH.uid)
        mirror.sync()
        assert mirror.of(LUNCH.uid) == []

    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.ERROR, Fault.CUT_OFF])
    def test_a_first_listing_that_breaks_off_has_said_nothing(self, mirror: Mirror, fault: Fault) -> None:
        """Whichever request it is that fails: there is no last page, with a token."""
        before = mirror.remote.requests()
        Mirror(mirror.remote).sync()
        seen: list[Page] = []
        for after in range(mirror.remote.requests() - before):
            with mirror.remote.failing(fault, after), pytest.raises(UnavailableError):
                seen.extend(mirror.remote.store().changes(mirror.remote.href, None, Mirror(mirror.remote)))
        assert not any(page.token for page in seen)
