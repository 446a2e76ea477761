"""Series at Google: as a whole, with an end, split, and back again, whatever becomes of their exceptions there."""

from __future__ import annotations

import pytest

from app.domain.calendar.writing import Insert, Override, Rebase, Remove, RoomChange, SetRule
from app.errors import ChangedError, RefusedError, UnansweredError
from tests.adapters.google.desk import ANA, BEN, BLUE, ID, RED, Desk, at, body, invited, utc, weekly
from tests.adapters.google.given_events import Json
from tests.adapters.google.remote import DANA
from tests.google_double import faults
from tests.google_double.double import GoogleDouble

KEY = "0123456789abcdef0123456789abcdef"
UID = f"{KEY}@google.com"
FIRST, SECOND, THIRD = (f"{ID}_{day}T090000Z" for day in ("20261123", "20261130", "20261207"))


@pytest.fixture(params=[False, True], ids=["exceptions dropped", "exceptions kept"])
def desk(double: GoogleDouble, request: pytest.FixtureRequest) -> Desk:
    """Dana's desk, with a series on six Mondays at ten; Google does either with exceptions of a changed rule."""
    double.world.keeps_exceptions = request.param
    for email in (ANA, BEN):
        double.add_user(email)
    for room in (BLUE, RED):
        double.add_room(room)
    double.add_event(DANA, weekly(at(23, 10), attendees=invited(DANA, ANA, BLUE)))
    return Desk(double)


def times(day: int, hour: int, month: int = 11) -> Json:
    found = body(at(day, hour, month=month))
    return {name: found[name] for name in ("start", "end")}


WEDNESDAYS = Rebase(at(25, 14), at(25, 15), "FREQ=WEEKLY;COUNT=6")


def test_a_series_moves_as_one_request(desk: Desk) -> None:
    desk.write(WEDNESDAYS)
    assert desk.starts() == ["11-25 14:00", "12-02 14:00", "12-09 14:00", "12-16 14:00", "12-23 14:00", "12-30 14:00"]
    assert desk.writes() == ["events.patch"]
    assert desk.sent()[0].keys() == {"start", "end", "recurrence"}
    assert desk.event()["start"]["timeZone"] == "Europe/Vienna"


def test_exceptions_that_stay_are_not_lost_with_the_old_times(double: GoogleDouble, desk: Desk) -> None:
    """Exceptions hang on original starts, and nobody says what becomes of them when these are others."""
    double.patch_event(DANA, FIRST, {**times(24, 8), "summary": "Kick-off", "location": "Attic"})
    double.delete_event(DANA, SECOND)
    double.patch_event(DANA, THIRD, {"summary": "Review"})
    weeks = [(23, 25, 11, 11), (30, 2, 11, 12), (7, 9, 12, 12)]
    moved = tuple((at(old, 10, month=m), at(new, 14, month=n)) for old, new, m, n in weeks)
    edit = Rebase(at(25, 14), at(25, 15), "FREQ=WEEKLY;COUNT=6", moved)
    desk.write(edit)
    assert desk.starts() == ["11-24 08:00", "12-09 14:00", "12-16 14:00", "12-23 14:00", "12-30 14:00"]
    kick_off = double.event(DANA, f"{ID}_20261125T130000Z")
    assert (kick_off["summary"], kick_off["location"]) == ("Kick-off", "Attic")
    assert double.event(DANA, f"{ID}_20261209T130000Z")["summary"] == "Review"
    desk.write(Rebase(at(23, 10), at(23, 11), "FREQ=WEEKLY;COUNT=6", tuple((new, old) for old, new in moved)))
    assert desk.starts() == ["11-24 08:00", "12-07 10:00", "12-14 10:00", "12-21 10:00", "12-28 10:00"]
    assert double.event(DANA, FIRST)["location"] == "Attic"


def test_an_exception_does_not_stand_for_another_occurrence(double: GoogleDouble, desk: Desk) -> None:
    """A new rule may have an occurrence just where an old one was moved away, or cancelled."""
    rule = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"
    double.add_event(DANA, weekly(at(23, 10), id="pairs0", recurrence=[f"RRULE:{rule}"]))
    double.patch_event(DANA, "pairs0_20261125T090000Z", times(26, 8))
    double.delete_event(DANA, "pairs0_20261202T090000Z")
    moved = ((at(25, 10), at(27, 10)), (at(2, 10, month=12), at(4, 10, month=12)))
    edit = Rebase(at(25, 10), at(25, 11), "FREQ=WEEKLY;BYDAY=WE,FR;COUNT=4", moved)
    desk.write(edit, desk.seen("pairs0"))
    assert desk.starts("pairs0") == ["11-25 10:00", "11-26 08:00", "12-02 10:00"]


def test_exceptions_that_an_undone_move_made_go_with_it(double: GoogleDouble, desk: Desk) -> None:
    elsewhere = Override(at(2, 14, month=12), (at(3, 9, month=12), at(3, 10, month=12)))
    left_out = Override(at(9, 14, month=12), None)
    desk.write(Rebase(at(25, 14), at(25, 15), "FREQ=WEEKLY;COUNT=6", overrides=(elsewhere, left_out)))
    assert desk.starts() == ["11-25 14:00", "12-03 09:00", "12-16 14:00", "12-23 14:00", "12-30 14:00"]
    dropped = (elsewhere.original, left_out.original)
    desk.write(Rebase(at(23, 10), at(23, 11), "FREQ=WEEKLY;COUNT=6", dropped=dropped))
    assert desk.starts() == ["11-23 10:00", "11-30 10:00", "12-07 10:00", "12-14 10:00", "12-21 10:00", "12-28 10:00"]


def test_what_somebody_only_answered_is_not_left_out_on_the_way_back(double: GoogleDouble, desk: Desk) -> None:
    double.patch_event(DANA, SECOND, {"attendees": invited(DANA, BLUE) + invited(ANA, comment="late")})
    moved = ((at(30, 10), at(2, 14, month=12)),)
    desk.write(Rebase(at(25, 14), at(25, 15), "FREQ=WEEKLY;COUNT=6", moved))
    desk.write(Rebase(at(23, 10), at(23, 11), "FREQ=WEEKLY;COUNT=6", ((moved[0][1], moved[0][0]),)))
    assert desk.starts() == ["11-23 10:00", "11-30 10:00", "12-07 10:00", "12-14 10:00", "12-21 10:00", "12-28 10:00"]


def test_what_broke_off_goes_on_though_the_rule_is_written_in_another_order(double: GoogleDouble, desk: Desk) -> None:
    """Nobody says that a server gives a rule back as it was sent."""
    double.add_event(DANA, weekly(at(23, 10), id="pairs0", recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"]))
    double.patch_event(DANA, "pairs0_20261125T090000Z", times(26, 8))
    edit = Rebase(at(25, 10), at(25, 11), "FREQ=WEEKLY;BYDAY=WE,FR;COUNT=4", ((at(25, 10), at(27, 10)),))
    double.fault(faults.reset(), on="events.[pd]*", nth=2, times=None)
    with pytest.raises(UnansweredError):
        desk.write(edit, desk.seen("pairs0"))
    double.heal()
    double.patch_event(DANA, "pairs0", {"recurrence": ["RRULE:COUNT=4;BYDAY=FR,WE;WKST=MO;FREQ=WEEKLY"]})
    sent = len(desk.sent())
    desk.write(edit, desk.seen("pairs0"))
    assert not [body for body in desk.sent()[sent:] if "recurrence" in body]


def test_the_rooms_of_a_series_change_with_it(desk: Desk) -> None:
    """Whole entries, for all occurrences at once."""
    desk.write(Rebase(at(25, 14), at(25, 15), "FREQ=WEEKLY;COUNT=6", rooms=RoomChange((BLUE,), (RED,))))
    assert set(desk.answers()) == {DANA, ANA, RED}
    assert set(desk.answers(f"{ID}_20261202T130000Z")) == {DANA, ANA, RED}


# An end, and a series that goes on.


def split(**more: object) -> Insert:
    """From 9 December on, Wednesdays at two."""
    found: dict[str, object] = {"rrule": "FREQ=WEEKLY;COUNT=4", **more}
    return Insert(UID, at(9, 14, month=12), at(9, 15, month=12), **found)  # type: ignore[arg-type]


END = SetRule("FREQ=WEEKLY;UNTIL=20261207T085959Z")


def test_other_lines_of_the_recurrence_stay(double: GoogleDouble, desk: Desk) -> None:
    lines = ["EXDATE;TZID=Europe/Vienna:20261130T100000", "RRULE:FREQ=WEEKLY;COUNT=6"]
    double.patch_event(DANA, ID, {"recurrence": lines})
    desk.write(END)
    assert desk.event()["recurrence"] == [lines[0], f"RRULE:{END.rrule}"]
    assert desk.sent()[0].keys() == {"recurrence"}


def test_no_exception_outlives_the_end_of_its_series_and_undo_brings_it_back(double: GoogleDouble, desk: Desk) -> None:
    """After a split, an exception that is left behind would take place beside its successor."""
    double.patch_event(DANA, THIRD, times(8, 8, month=12))
    desk.write(SetRule(END.rrule, ended=(at(7, 10, month=12),)))
    assert desk.starts() == ["11-23 10:00", "11-30 10:00"]
    third, fourth = at(7, 10, month=12), at(14, 10, month=12)
    back = Override(third, (at(8, 8, month=12), at(8, 9, month=12)), utc(third), "CONFIRMED")
    gone = Override(fourth, None, utc(fourth), "CANCELLED")
    desk.write(SetRule("FREQ=WEEKLY;COUNT=6", overrides=(back, gone)))
    assert desk.starts() == ["11-23 10:00", "11-30 10:00", "12-08 08:00", "12-21 10:00", "12-28 10:00"]


def test_a_new_series_has_all_that_the_old_one_says(double: GoogleDouble, desk: Desk) -> None:
    meet = {"conferenceId": "abc", "entryPoints": [{"entryPointType": "video", "uri": "https://meet.example.com/abc"}]}
    said = {
        "description": "Agenda",
        "location": "Room 1",
        "colorId": "4",
        "visibility": "private",
        "transparency": "opaque",
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
        "guestsCanModify": True,
        "guestsCanInviteOthers": False,
        "guestsCanSeeOtherGuests": False,
        "attachments": [{"fileUrl": "https://drive.example.com/notes"}],
        "extendedProperties": {"private": {"theirs": "1"}, "shared": {"all": "2"}},
    }
    double.patch_event(DANA, ID, {**said, "conferenceData": {**meet, "createRequest": {"requestId": "old"}}})
    desk.write(split())
    made = desk.event(KEY)
    assert {name: made[name] for name in said if name != "extendedProperties"} == {
        name: value for name, value in said.items() if name != "extendedProperties"
    }
    assert made["conferenceData"] == meet
    assert made["extendedProperties"]["shared"] == {"all": "2"}
    assert made["extendedProperties"]["private"]["theirs"] == "1"
    assert (made["start"]["timeZone"], made["iCalUID"], made["summary"]) == ("Europe/Vienna", UID, "Planning")
    (request,) = (request for request in double.requests if request.name == "events.insert")
    assert (request.query["conferenceDataVersion"], request.query["supportsAttachments"]) == (["1"], ["true"])


def test_the_guests_of_a_new_series_are_invited_anew(double: GoogleDouble, desk: Desk) -> None:
    """The guest list is sent whole, and nobody has answered what they never saw."""
    double.patch_event(DANA, ID, {"attendees": [*invited(DANA), *invited(ANA, optional=True, comment="late")]})
    desk.write(split())
    assert desk.answers(KEY) == {DANA: "accepted", ANA: "needsAction"}
    (ana,) = (line for line in desk.event(KEY)["attendees"] if line["email"] == ANA)
    assert ana == {"email": ANA, "optional": True, "responseStatus": "needsAction"}


def test_only_what_is_inserted_is_marked(desk: Desk) -> None:
    """The mark is private to the calendar, and no title is touched."""
    desk.write(split())
    desk.write(END)
    assert desk.event(KEY)["extendedProperties"] == {"private": {"clearweekMove": KEY}}
    assert "extendedProperties" not in desk.event()
    assert desk.event(KEY)["summary"] == desk.event()["summary"]


def test_overrides_come_with_a_split(double: GoogleDouble, desk: Desk) -> None:
    double.patch_event(DANA, THIRD, {**times(8, 8, month=12), "summary": "Retro"})
    other = Override(at(9, 14, month=12), (at(8, 8, month=12), at(8, 9, month=12)), utc(at(7, 10, month=12)))
    answered = Override(at(23, 14, month=12), (at(23, 14, month=12), at(23, 15, month=12)), utc(at(21, 10, month=12)))
    edit = split(overrides=(other, Override(at(16, 14, month=12), None), answered))
    seen = desk.seen()
    for _ in range(2):
        desk.write(edit, seen)
        assert desk.starts(KEY) == ["12-08 08:00", "12-23 14:00", "12-30 14:00"]
    assert double.event(DANA, f"{KEY}_20261209T130000Z")["summary"] == "Retro"
    assert desk.writes() == ["events.insert", "events.patch", "events.insert"]


def test_a_split_that_broke_off_is_completed(double: GoogleDouble, desk: Desk) -> None:
    other = Override(at(16, 14, month=12), (at(17, 9, month=12), at(17, 10, month=12)))
    seen = desk.seen()
    double.fault(faults.too_many(60), on="events.patch")
    with pytest.raises(UnansweredError, match="only in part"):
        desk.write(split(overrides=(other,)), seen)
    desk.write(split(overrides=(other,)), seen)
    assert desk.starts(KEY) == ["12-09 14:00", "12-17 09:00", "12-23 14:00", "12-30 14:00"]


@pytest.mark.parametrize(
    "change", [times(10, 14, month=12), {"extendedProperties": {"private": {"clearweekMove": "?"}}}]
)
def test_an_id_that_is_taken_by_something_else_is_told(double: GoogleDouble, desk: Desk, change: Json) -> None:
    """409 says that the id was used, and not by whom, or what became of it since."""
    desk.write(split())
    double.patch_event(DANA, KEY, change)
    with pytest.raises(ChangedError, match="was made before"):
        desk.write(split())
    double.delete_event(DANA, KEY)
    with pytest.raises(ChangedError, match="was made before"):
        desk.write(split())


def test_a_guest_does_not_split_a_series_even_if_they_may_change_it(double: GoogleDouble, desk: Desk) -> None:
    """What a guest inserts is organized by the guest."""
    double.add_event(ANA, weekly(at(23, 12), id="anas0", attendees=invited(DANA), guestsCanModify=True))
    with pytest.raises(RefusedError, match=f"only {ANA}"):
        desk.write(split(), desk.seen("anas0"))
    assert desk.writes() == []


def test_a_split_does_not_lose_guests_that_are_not_shown(double: GoogleDouble, desk: Desk) -> None:
    """A guest list is inserted whole, or not at all."""
    double.put_event(DANA, {**desk.event(), "attendeesOmitted": True})
    with pytest.raises(RefusedError, match="hidden guests"):
        desk.write(split())
    assert desk.writes() == []


def test_nothing_is_deleted_that_was_not_inserted_here(desk: Desk) -> None:
    with pytest.raises(RefusedError, match="not made by Clearweek"):
        desk.write(Remove(f"{ID}@google.com"))
    desk.write(split())
    desk.write(Remove(UID), desk.seen(KEY))
    desk.write(Remove(UID), [])
    assert desk.writes() == ["events.insert", "events.delete"]
    assert desk.seen(KEY) == []


def test_several_rules_are_refused(double: GoogleDouble, desk: Desk) -> None:
    double.patch_event(DANA, ID, {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3", "RRULE:FREQ=MONTHLY;COUNT=3"]})
    with pytest.raises(RefusedError, match="several rules"):
        desk.write(WEDNESDAYS)
    assert desk.writes() == []
