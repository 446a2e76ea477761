"""Proposals of several managers' weeks, planned as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from app.adapters.store.proposals import rows
from app.domain.calendar.timespan import Timespan
from app.domain.people.grid import weeks_span
from app.domain.proposals.shown import Shown
from app.errors import ChangedError, StoreError
from app.render.plans.document import to_json
from app.services.proposals.following import check
from app.services.proposals.life import apply, propose_together
from app.services.proposals.making.planning_around import request_again
from tests.services.conftest import Working
from tests.services.desks import Work
from tests.services.proposals.test_deciding import ANA, BEN, CLEO, accept, decided, reject
from tests.services.weeks import BERLIN, DANA, WEEK, Office, office


def two_managers() -> Office:
    """Dana, to whom Ana and Ben report, and Ana, to whom Cleo does; everybody has something to move."""
    made = office("ana", "ben")
    made.people.append(replace(made.people[1], email=CLEO, name="Cleo", manager=ANA, team="web"))
    made.events[CLEO] = []
    made.meeting("Dana with Ben", [DANA, BEN], 1, time(10))
    made.meeting("Dana with Ana", [DANA, ANA], 1, time(11))
    made.meeting("Ana with Cleo", [ANA, CLEO], 3, time(10))
    return made


def needing_each_other() -> Office:
    """Dana's 1:1 with Ana fits only where Ana's team meets today, and that may go elsewhere."""
    made = two_managers()
    made.meeting("Web sync", [ANA, CLEO], 0, time(13), 120)
    made.block(ANA, 0, time(15), 150, title="Dentist of Ana")
    made.block(DANA, 4, time(13), 270, title="Dentist of Dana")
    return made


def together(work: Work) -> tuple[Shown, Shown]:
    danas, anas = propose_together(work.desk, DANA, WEEK, "team", by="local")
    return danas, anas


def numbers(shown: Shown, *titles: str) -> list[int]:
    return [move.number for title in titles for move in shown.proposal.moves if move.title == title]


def test_each_organizer_gets_their_part_of_one_group(working: Working) -> None:
    danas, anas = together(working(two_managers()))
    assert (danas.proposal.manager, anas.proposal.manager) == (DANA, ANA)
    assert danas.proposal.group is not None
    assert danas.proposal.group == anas.proposal.group
    assert {move.title for move in danas.proposal.moves} == {"Dana with Ben", "Dana with Ana"}
    assert {move.title for move in anas.proposal.moves} == {"Ana with Cleo"}


def test_a_move_names_the_move_of_another_organizer_that_has_to_be_made_first(working: Working) -> None:
    danas, anas = together(working(needing_each_other()))
    (sync,) = (move for move in anas.proposal.moves if move.title == "Web sync")
    (one,) = (move for move in danas.proposal.moves if move.title == "Dana with Ana")
    assert one.depends_on == (f"{anas.proposal.id}:{sync.number}",)


def test_what_is_planned_anew_still_waits_for_the_other_organizers_move(working: Working) -> None:
    work = working(needing_each_other())
    danas, _ = together(work)
    ben, one = numbers(danas, "Dana with Ben", "Dana with Ana")
    decided(work, danas, accept(one))
    again = decided(work, danas, reject(ben))
    assert again.asks == {}
    needs = danas.proposal.moves[one - 1].depends_on
    assert [(move.number, move.depends_on) for move in again.proposal.accepted] == [(one, needs)]
    assert check(work.desk, again.proposal).closed == {}


def test_what_another_organizer_refuses_makes_what_needs_it_impossible(working: Working) -> None:
    work = working(needing_each_other())
    danas, anas = together(work)
    (one,) = numbers(danas, "Dana with Ana")
    (sync,) = numbers(anas, "Web sync")
    shown = decided(work, danas, accept(one))
    decided(work, anas, reject(sync))
    assert work.store.get(danas.proposal.id).stale
    assert list(check(work.desk, shown.proposal).closed) == [one]


def test_a_series_that_is_moved_by_another_organizer_is_seen_at_its_new_place(working: Working) -> None:
    work = working(two_managers())
    danas, anas = together(work)
    (one,) = (m for m in danas.proposal.moves if m.title == "Dana with Ana")
    assert seen_by_ana(work, anas, "Dana with Ana") == [one.to_start, one.to_start + timedelta(weeks=1)]


def test_an_occurrence_that_somebody_moved_since_is_seen_where_it_is(working: Working) -> None:
    """Nobody will move it any more: its organizer said yes to the place before."""
    made = two_managers()
    made.meeting("Once", [DANA, ANA], 4, time(14))
    made.block(DANA, 4, time(14), 30)
    work = working(made)
    danas, anas = together(work)
    (once,) = (move for move in danas.proposal.moves if move.title == "Once")
    assert (once.scope, once.to_start in seen_by_ana(work, anas, "Once")) == ("occurrence", True)
    by_hand = Timespan.between(once.start - timedelta(hours=4), once.end - timedelta(hours=4), BERLIN)
    for events in work.office.events.values():
        events[:] = [
            replace(e, span=by_hand) if e.title == "Once" and e.span.start == once.start else e for e in events
        ]
    assert by_hand.start in seen_by_ana(work, anas, "Once")


def seen_by_ana(work: Work, anas: Shown, title: str) -> list[datetime]:
    """When a meeting begins in Ana's calendar, as her week is planned again."""
    request = request_again(work.desk, anas.proposal, anas.proposal.moves)
    (ana,) = (s.calendar for s in request.sources if s.calendar.owner_hint == ANA)
    return [e.span.start for e in ana.events(weeks_span(WEEK, 2, BERLIN), ANA, BERLIN).events if e.title == title]


def test_nobody_reads_of_what_they_do_not_attend(working: Working) -> None:
    danas, anas = together(working(needing_each_other()))
    for shown, hidden in ((danas, ("Web sync", "with Cleo", "Dentist")), (anas, ("with Ben", "Dentist"))):
        text = to_json(shown.plan) + repr(shown.proposal.moves)
        assert not [word for word in hidden if word in text], shown.proposal.manager


def test_all_or_nothing_if_one_of_them_is_being_applied(working: Working) -> None:
    work = working(two_managers())
    _, anas = together(work)
    decided(work, anas, accept(1))
    apply(work.desk, anas.proposal.id, by=ANA)
    with pytest.raises(ChangedError, match=r"is being applied for ana@example\.com"):
        together(work)
    assert len(work.store.all()) == 2


def test_all_or_nothing_if_it_ends_between_two_of_them(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    work = working(two_managers())
    insert, kept = rows.insert_new, iter([True])

    def dies_at_the_second(*values: Any) -> None:
        if not next(kept, False):
            raise StoreError("the database is away")
        insert(*values)

    monkeypatch.setattr(rows, "insert_new", dies_at_the_second)
    with pytest.raises(StoreError):
        together(work)
    assert work.store.all() == []
