"""What past weeks taught: a rejected move is not asked again so soon, and what was moved stays a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from app.domain.plans.plan import PlanMeeting
from app.domain.proposals.around import Around, Remembered
from app.domain.proposals.proposal import Decided, Decision, PinFor, Why
from app.services.planning.plan_week import plan_week
from tests.services.deciding import refused
from tests.services.weeks import BERLIN, DANA, NOW, Office, codes, office, only

ANA, BEN = "ana@example.com", "ben@example.com"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = range(4)
TWO_WEEKS, FIVE_WEEKS, NINE_WEEKS = (timedelta(weeks=n) for n in (2, 5, 9))


def one_on_one() -> Office:
    made = office("ana")
    made.meeting("1:1", [DANA, ANA], TUESDAY, time(10))
    return made


def first(made: Office) -> PlanMeeting:
    return only(made.plan(), "1:1")


def past(move: PlanMeeting, **changes: object) -> Remembered:
    """The same move as it was proposed some weeks ago, without a decision."""
    assert move.from_ is not None
    assert move.to is not None
    week = timedelta(weeks=3)
    known = Remembered(
        uids=("earlier", move.uid),
        recurrence_id=None,
        scope=move.scope,
        start=_before(move.from_.start, week),
        end=_before(move.from_.end, week),
        to_start=_before(move.to.start, week),
        to_end=_before(move.to.end, week),
        people=(DANA, ANA),
        had_clash=False,
        seen={},
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def _before(moment: datetime, weeks: timedelta) -> datetime:
    """The same wall time some weeks earlier."""
    local = moment.astimezone(BERLIN).replace(tzinfo=None) - weeks
    return local.replace(tzinfo=BERLIN).astimezone(UTC)


def said(decision: Decision, ago: timedelta, why: Why | None = None, pin: PinFor | None = None) -> Decided:
    return Decided(decision, DANA, NOW - ago, why, pin)


def again(made: Office, *remembered: Remembered) -> PlanMeeting:
    request = replace(made.request(), around=Around(remembered=remembered))
    return only(plan_week(request).plan, "1:1")


def code(meeting: PlanMeeting) -> str | None:
    return meeting.pinned_reason.code if meeting.pinned_reason else None


def test_what_was_rejected_is_not_proposed_at_all_for_four_weeks() -> None:
    made = one_on_one()
    kept = again(made, past(first(made), decided=said(Decision.REJECT, TWO_WEEKS)))
    assert (kept.action, code(kept)) == ("pinned", "rejected")
    assert kept.pinned_reason is not None
    assert "not asked again before 2026-12-10" in kept.pinned_reason.text


def test_after_four_weeks_it_is_proposed_for_other_half_days_only() -> None:
    made = one_on_one()
    before = first(made)
    moved = again(made, past(before, decided=said(Decision.REJECT, FIVE_WEEKS)))
    assert before.to is not None
    assert moved.to is not None
    assert moved.to.start.weekday() != before.to.start.weekday()


def test_after_eight_weeks_it_is_forgotten() -> None:
    made = one_on_one()
    before = first(made)
    assert again(made, past(before, decided=said(Decision.REJECT, NINE_WEEKS))).to == before.to


@pytest.mark.parametrize(
    "changed",
    [
        {"start": datetime(2026, 11, 10, 8, tzinfo=UTC), "end": datetime(2026, 11, 10, 8, 30, tzinfo=UTC)},
        {"people": (DANA, ANA, BEN)},
        {"uids": ("another",)},
    ],
    ids=["time", "people", "series"],
)
def test_a_rejection_of_what_has_changed_since_does_not_count(changed: dict[str, object]) -> None:
    made = one_on_one()
    before = first(made)
    assert again(made, past(before, decided=said(Decision.REJECT, TWO_WEEKS), **changed)).to == before.to


@pytest.mark.parametrize(("had_clash", "moves"), [(False, True), (True, False)])
def test_a_clash_that_is_new_is_a_reason_to_ask_again(had_clash: bool, moves: bool) -> None:
    made = one_on_one()
    before = first(made)
    made.meeting("Board", [BEN, DANA], TUESDAY, time(10), organizer=BEN)
    made.people.append(replace(made.people[1], email=BEN, name="Ben", manager=None, team=None))
    kept = again(made, past(before, decided=said(Decision.REJECT, TWO_WEEKS), had_clash=had_clash))
    assert (kept.action == "move") is moves


def test_what_was_moved_back_by_hand_counts_as_rejected() -> None:
    made = one_on_one()
    kept = again(made, past(first(made), applied_at=NOW - FIVE_WEEKS, moved_back_at=NOW - TWO_WEEKS))
    assert code(kept) == "rejected"
    assert kept.pinned_reason is not None
    assert kept.pinned_reason.text.startswith("somebody moved it back by hand on 2026-11-12")


def test_a_second_rejection_offers_to_pin_it_for_good() -> None:
    made = one_on_one()
    one = past(first(made), decided=said(Decision.REJECT, TWO_WEEKS))
    other = past(first(made), decided=said(Decision.REJECT, FIVE_WEEKS), to_start=one.to_start + timedelta(days=1))
    assert code(again(made, one, other)) == "rejected_twice"


def test_a_rejection_now_after_one_some_weeks_ago_is_the_second() -> None:
    made = one_on_one()
    old = past(first(made), decided=said(Decision.REJECT, FIVE_WEEKS))
    moved = again(made, old)
    around = Around(refused=(refused(moved),), remembered=(old,))
    kept = only(plan_week(replace(made.request(), around=around)).plan, "1:1")
    assert code(kept) == "rejected_twice"


def test_the_same_rejection_known_twice_counts_once() -> None:
    made = one_on_one()
    now = refused(first(made))
    assert now.start is not None
    known = past(first(made), decided=said(Decision.REJECT, timedelta(0)), to_start=now.start)
    around = Around(refused=(now,), remembered=(known,))
    assert code(only(plan_week(replace(made.request(), around=around)).plan, "1:1")) == "rejected"


def test_what_was_moved_does_not_move_again_for_eight_weeks() -> None:
    made = one_on_one()
    before = first(made)
    assert code(again(made, past(before, applied_at=NOW - FIVE_WEEKS))) == "moved_lately"
    assert again(made, past(before, applied_at=NOW - NINE_WEEKS)).to == before.to


def test_what_was_moved_moves_again_to_end_a_clash() -> None:
    made = one_on_one()
    before = first(made)
    made.meeting("Board", [BEN, DANA], TUESDAY, time(10), organizer=BEN)
    moved = again(made, past(before, applied_at=NOW - FIVE_WEEKS))
    assert moved.action == "move"
    assert "ends_clash" in codes(moved)


@pytest.mark.parametrize(
    ("decided", "stays"),
    [
        (said(Decision.REJECT, NINE_WEEKS, Why.NEVER), True),
        (said(Decision.PIN, NINE_WEEKS, pin="always"), True),
        (said(Decision.PIN, TWO_WEEKS, pin="week"), False),
    ],
)
def test_what_is_pinned_for_good_stays_and_for_a_week_only_that_week(decided: Decided, stays: bool) -> None:
    made = one_on_one()
    before = first(made)
    kept = again(made, past(before, decided=decided))
    assert (code(kept) == "pinned_by_you") is stays
    this_week = past(before, decided=said(Decision.PIN, timedelta(0), pin="week"))
    assert before.from_ is not None
    assert code(again(made, replace(this_week, start=before.from_.start, end=before.from_.end))) == "pinned_by_you"
