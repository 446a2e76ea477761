"""An edit says what becomes of overrides that came, or went, after it was decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.calendar.writing import CANCELLED, MASTER, Rebase, Retime, SetRule
from app.services.surgery.edits import reversed_edits
from app.services.surgery.fitting import fitted
from tests.adapters.text import utc
from tests.services.edited import Texts, edits_from, moving
from tests.services.surgery.test_edits import KEY, WEEK, WEEKLY, of_week, override, starts, texts, wall

GUEST = "ATTENDEE:mailto:b@example.com"
DECLINED = "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.com"


def answer(day: str, hour: int) -> tuple[str, ...]:
    """An override of an occurrence that says no more than an answer."""
    return override(f"{day}T{hour}0000", f"{day}T{hour}0000", DECLINED)


def answered(given: Texts, day: str, hour: int) -> None:
    """Have a guest answer to one occurrence of what is in a calendar."""
    uid, text = next(iter(given.by_uid.items()))
    lines = "".join(f"{line}\r\n" for line in answer(day, hour))
    given.by_uid[uid] = text.replace("END:VCALENDAR", f"{lines}END:VCALENDAR")


def test_an_answer_before_the_end_of_a_series_ends_with_it() -> None:
    given = texts(WEEKLY, GUEST)
    insert, end = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    given.make(insert)
    answered(given, "20261208", 10)
    given.make(fitted(end, given.versions()))
    assert starts(given, WEEK) == ["12-02 14:00", "12-09 14:00", "12-16 14:00", "12-23 14:00"]


def test_an_answer_that_was_taken_back_has_no_end() -> None:
    given, gone = texts(WEEKLY, GUEST, more=answer("20261208", 10)), texts(WEEKLY, GUEST)
    _, end = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    assert fitted(end, given.versions()) == end
    gone.make(fitted(end, gone.versions()))
    assert starts(gone) == ["11-17 10:00", "11-24 10:00"]


def test_what_is_no_occurrence_of_the_rule_and_what_is_cancelled_stays_as_it_is() -> None:
    more = override("20261210T100000", "20261210T100000")
    given = texts(WEEKLY, more=more + override("20261208T100000", "20261208T100000", f"STATUS:{CANCELLED}"))
    end = SetRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T085959Z")
    assert fitted(end, given.versions()) == end


@pytest.mark.parametrize("rule", [WEEKLY, "RRULE:FREQ=WEEKLY"])
def test_an_answer_before_a_whole_series_moves_goes_along_and_back(rule: str) -> None:
    given = texts(rule, GUEST, start="20261201T100000")
    seen, before = given.versions(), starts(given)
    edits = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    answered(given, "20261208", 10)
    edits = tuple(fitted(edit, given.versions()) for edit in edits)
    given.make_all(edits)
    assert starts(given) == ["12-02 14:00", "12-09 14:00", "12-16 14:00", "12-23 14:00"]
    assert given.versions().keys() == {MASTER, "2026-12-09T13:00:00+00:00"}
    answered(given, "20261216", 14)
    given.make_all(fitted(edit, given.versions()) for edit in reversed_edits(edits, seen))
    assert starts(given) == before
    assert given.versions().keys() == {MASTER, "2026-12-08T09:00:00+00:00", "2026-12-15T09:00:00+00:00"}


def test_each_weekday_of_two_gets_its_own_answer_back() -> None:
    given = texts("RRULE:FREQ=WEEKLY;BYDAY=TU,TH", GUEST, start="20261201T100000")
    seen = given.versions()
    first, second = of_week(given)
    edits = edits_from(given, [moving(first, wall(2, 14)), moving(second, wall(4, 14))], WEEK)
    given.make_all(edits)
    answered(given, "20261211", 14)
    [back] = (fitted(edit, given.versions()) for edit in reversed_edits(edits, seen))
    assert isinstance(back, Rebase)
    assert back.moved == ((utc(2026, 12, 11, 13), utc(2026, 12, 10, 9)),)


def test_what_an_edit_says_already_is_not_said_twice() -> None:
    given = texts(WEEKLY, start="20261201T100000", more=override("20261208T100000", "20261211T153000"))
    [rebase] = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    assert fitted(rebase, given.versions()) == rebase
    assert isinstance(rebase, Rebase)
    dropped = replace(rebase, moved=(), dropped=(utc(2026, 12, 8, 9),))
    assert fitted(dropped, given.versions()) == dropped


def test_what_is_begun_stays_as_it_was_noted() -> None:
    given = texts(WEEKLY, more=answer("20261208", 10))
    insert, end = edits_from(given, [moving(of_week(given)[0], wall(2, 14))], WEEK)
    begun = texts("RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201T085959Z", more=answer("20261208", 10)).versions()
    assert fitted(end, begun) == end
    assert fitted(insert, begun) == insert
    assert fitted(Retime(KEY, wall(2, 14), wall(2, 15)), begun) == Retime(KEY, wall(2, 14), wall(2, 15))
    assert fitted(end, {}) == end
    rebased = texts(WEEKLY, start="20261201T100000", more=answer("20261208", 10))
    at_its_place = Rebase(wall(1, 10), wall(1, 10, 30), "FREQ=WEEKLY;BYDAY=TU")
    assert fitted(at_its_place, rebased.versions()) == at_its_place
