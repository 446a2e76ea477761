"""Proposals in the database: what one transaction changes, who may change it, and what is remembered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from app.adapters.store.claims import CLAIM
from app.adapters.store.proposals.proposals import StoredProposals
from app.domain.calendar.writing import (
    MASTER,
    Edit,
    Fingerprint,
    Insert,
    Notify,
    Override,
    Rebase,
    Remove,
    Restore,
    Retime,
    RoomChange,
    SetRule,
)
from app.domain.proposals.proposal import (
    Change,
    Decided,
    Decision,
    Difference,
    Letter,
    LetterState,
    MoveState,
    Proposal,
    ProposalState,
    ProposedMove,
    Step,
    TrailLine,
    Why,
    Writing,
)
from app.errors import ChangedError, ClaimedError, NotFoundError

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
START, END = NOW + timedelta(days=5), NOW + timedelta(days=5, minutes=30)
TO, TO_END = NOW + timedelta(days=4), NOW + timedelta(days=4, minutes=30)
HOUR = timedelta(hours=1)
DANA, BEN = "dana@example.com", "ben@example.com"
SEEN = Fingerprint(START, END, "Europe/Berlin", ("RRULE:FREQ=WEEKLY",), "CONFIRMED", DANA, (BEN, DANA), "Room 1", 3)
ACCEPTED = Decided(Decision.ACCEPT, DANA, NOW)
REJECTED = Decided(Decision.REJECT, DANA, NOW, Why.WRONG_DAY)
EDITS: tuple[Edit, ...] = (
    Retime(MASTER, START, END, RoomChange(("a@example.com",), ("b@example.com",))),
    Rebase(START, END, "FREQ=WEEKLY", ((START, TO),), (Override(TO, None), Override(START, (TO, TO_END)))),
    Insert("u@example.com", START, END, "FREQ=WEEKLY;BYDAY=MO"),
    SetRule("FREQ=WEEKLY;UNTIL=20261201T000000Z"),
    Restore("2026-12-01T09:00:00+00:00", START, END),
    Remove("u@example.com"),
)


def a_move(number: int = 1, uid: str = "standup@example.com", **values: object) -> ProposedMove:
    move = ProposedMove(
        number=number,
        meetings=(f"m{number}",),
        title="Planning",
        organizer=DANA,
        calendar_id="c1",
        uid=uid,
        recurrence_id=None,
        scope="series",
        start=START,
        end=END,
        to_start=TO,
        to_end=TO_END,
        preticked=True,
        people=(BEN, DANA),
        seen={MASTER: SEEN},
    )
    return replace(move, **values)  # type: ignore[arg-type]


def a_proposal(proposal_id: str = "p1", *moves: ProposedMove, **values: object) -> Proposal:
    new = Proposal(
        id=proposal_id,
        manager=DANA,
        week="2026-W49",
        state=ProposalState.DRAFT,
        version=1,
        revision=1,
        plan={"schema": "clearweek.plan/1", "id": "plan-1"},
        created_at=NOW,
        created_by=DANA,
        expires_at=NOW + timedelta(days=11),
        moves=moves or (a_move(),),
    )
    return replace(new, **values)  # type: ignore[arg-type]


@pytest.fixture
def queued() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def store(database: Engine, queued: list[tuple[str, int]]) -> StoredProposals:
    def enqueue(proposal_id: str, version: int, _: Connection) -> None:
        queued.append((proposal_id, version))

    return StoredProposals(database, enqueue)


def added(store: StoredProposals, new: Proposal | None = None) -> Proposal:
    return store.add(new or a_proposal(), None, (), NOW)


def applying(store: StoredProposals, proposal_id: str = "p1", *moves: ProposedMove) -> Proposal:
    kept = added(store, a_proposal(proposal_id, *moves))
    kept = store.change(kept.id, kept.version, Change(ProposalState.DECIDED), NOW)
    return store.change(kept.id, kept.version, Change(ProposalState.APPLYING, enqueue=True), NOW)


def test_what_is_kept_comes_back_as_it_was(store: StoredProposals) -> None:
    whole = a_proposal(
        "p1",
        a_move(1, decided=replace(REJECTED, pin=None)),
        a_move(2, decided=Decided(Decision.PIN, BEN, NOW, pin="always"), depends_on=("1", "p7:2"), moved_back_at=NOW),
        ahead=-timedelta(days=3),
        notify=Notify.EXTERNAL_ONLY,
        options={"moves": "series"},
        group="g1",
        differences=(Difference("added", "m1", "Planning: new"),),
    )
    assert added(store, whole) == whole == store.get("p1")


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_every_edit_comes_back_as_it_was(store: StoredProposals, edit: Edit) -> None:
    applying(store)
    writing = Writing(
        MoveState.WRITTEN,
        (Step(edit, MoveState.WRITTEN),),
        (Letter((BEN,), "BEGIN:VCALENDAR", LetterState.UNKNOWN, "no answer"),),
        "why",
        "what to do",
        ("a note",),
        {"standup@example.com": {MASTER: SEEN}},
        NOW,
        {MASTER: (BEN,)},
    )
    store.journal(store.claim("p1", "me", NOW), 1, "undo", writing, NOW)
    assert store.get("p1").moves[0].undo == writing


def test_a_new_proposal_supersedes_the_open_one(store: StoredProposals) -> None:
    added(store)
    new = added(store, a_proposal("p2"))
    assert (new.supersedes, store.get("p1").state) == ("p1", ProposalState.SUPERSEDED)
    other_week = added(store, a_proposal("p3", week="2026-W50"))
    assert (other_week.supersedes, store.get("p2").state) == (None, ProposalState.DRAFT)


def test_one_that_is_being_applied_is_not_superseded(store: StoredProposals) -> None:
    applying(store)
    with pytest.raises(ChangedError, match="is being applied just now"):
        added(store, a_proposal("p2"))
    assert store.all() == [store.get("p1")]


def test_the_same_key_makes_one_proposal(store: StoredProposals) -> None:
    first = store.add(a_proposal("p1"), "once", (TrailLine(NOW, DANA, "proposed", "p1"),), NOW)
    assert store.add(a_proposal("p2"), "once", (TrailLine(NOW, DANA, "proposed", "p2"),), NOW) == first
    assert [entry.what for entry in store.trail("p1")] == ["proposed"]
    assert store.trail("p2") == []


def test_a_change_is_for_one_version_only(store: StoredProposals) -> None:
    kept = added(store)
    decided = a_move(decided=ACCEPTED)
    lines = (TrailLine(NOW, DANA, "accepted", "p1", 1, {"why": None}),)
    changed = store.change("p1", 1, Change(ProposalState.DECIDED, moves=(decided,), trail=lines), NOW)
    assert changed == replace(kept, state=ProposalState.DECIDED, version=2, moves=(decided,))
    with pytest.raises(ChangedError, match="p1: was changed meanwhile"):
        store.change("p1", 1, Change(moves=(a_move(decided=REJECTED),)), NOW)
    assert (store.get("p1"), store.trail("p1")) == (changed, list(lines))


def test_a_state_follows_only_where_it_may(store: StoredProposals) -> None:
    added(store)
    with pytest.raises(ChangedError, match="is draft, and so cannot become applied"):
        store.change("p1", 1, Change(ProposalState.APPLIED), NOW)
    with pytest.raises(NotFoundError):
        store.change("p9", 1, Change(stale=True), NOW)


def test_each_plan_stays_as_it_was_made(store: StoredProposals) -> None:
    added(store)
    said = (Difference("gone", "m1", "Planning stays"),)
    changed = store.change("p1", 1, Change(plan={"id": "plan-2"}, differences=said), NOW)
    assert (changed.revision, changed.plan, changed.differences) == (2, {"id": "plan-2"}, said)
    assert store.change("p1", 2, Change(stale=True), NOW).plan == {"id": "plan-2"}


def test_an_apply_is_queued_with_the_version_that_it_is_for(
    store: StoredProposals, queued: list[tuple[str, int]]
) -> None:
    assert applying(store).version == 3
    assert queued == [("p1", 3)]


def test_two_who_apply_get_one_apply(store: StoredProposals, queued: list[tuple[str, int]]) -> None:
    kept = added(store)
    kept = store.change("p1", kept.version, Change(ProposalState.DECIDED), NOW)
    store.change("p1", kept.version, Change(ProposalState.APPLYING, enqueue=True), NOW)
    with pytest.raises(ChangedError):
        store.change("p1", kept.version, Change(ProposalState.APPLYING, enqueue=True), NOW)
    assert len(queued) == 1


def test_an_older_proposal_is_not_resumed_beside_a_newer_one(store: StoredProposals) -> None:
    applying(store)
    partly = store.finish(store.claim("p1", "me", NOW), Change(ProposalState.PARTLY_APPLIED), NOW)
    added(store, a_proposal("p2"))
    with pytest.raises(ChangedError, match="there is a newer proposal"):
        store.change("p1", partly.version, Change(ProposalState.APPLYING), NOW)


def test_one_works_at_it_at_a_time(store: StoredProposals) -> None:
    applying(store)
    first = store.claim("p1", "one", NOW)
    with pytest.raises(ClaimedError, match="somebody else is applying it"):
        store.claim("p1", "two", NOW + CLAIM - HOUR / 60)
    again = store.claim("p1", "one", NOW)
    with pytest.raises(ClaimedError, match="was taken over"):
        store.journal(first, 1, "apply", Writing(), NOW)
    assert store.unfinished(NOW) == []
    assert store.unfinished(NOW + CLAIM) == ["p1"]
    store.release(again)
    assert store.unfinished(NOW) == ["p1"]


def test_a_sign_of_life_keeps_the_claim(store: StoredProposals) -> None:
    applying(store)
    working = store.claim("p1", "one", NOW)
    later = NOW + CLAIM - HOUR / 60
    store.journal(working, 1, "apply", Writing(MoveState.WRITING), later)
    with pytest.raises(ClaimedError):
        store.claim("p1", "two", NOW + CLAIM)
    assert store.claim("p1", "two", later + CLAIM).fence.startswith("two/")


def test_there_is_nothing_to_claim_before_and_after(store: StoredProposals) -> None:
    added(store)
    with pytest.raises(ChangedError, match="is draft; there is nothing to do for it"):
        store.claim("p1", "me", NOW)
    with pytest.raises(NotFoundError):
        store.claim("p9", "me", NOW)


def test_it_is_followed_until_it_cannot_be_undone_any_more(store: StoredProposals) -> None:
    applying(store)
    done = Change(ProposalState.APPLIED, applied_at=NOW, undo_until=NOW + timedelta(days=7))
    ended = store.finish(store.claim("p1", "me", NOW), done, NOW)
    assert (ended.state, ended.applied_at) == (ProposalState.APPLIED, NOW)
    assert store.unfinished(NOW) == []
    assert store.followed(NOW + timedelta(days=6)) == ["p1"]
    assert store.followed(NOW + timedelta(days=7)) == []


def test_what_nobody_decided_expires_with_its_week_by_its_own_clock(store: StoredProposals) -> None:
    added(store)
    added(store, a_proposal("p2", week="2026-W50", ahead=timedelta(days=-30)))
    week_over = NOW + timedelta(days=11)
    assert store.expire(week_over - HOUR) == 0
    assert store.expire(week_over) == 1
    assert [one.state for one in (store.get("p1"), store.get("p2"))] == [ProposalState.EXPIRED, ProposalState.DRAFT]


def test_only_open_ones_become_stale(store: StoredProposals) -> None:
    added(store)
    added(store, a_proposal("p2"))
    store.make_stale(["p1", "p2"])
    assert [store.get(one).stale for one in ("p1", "p2")] == [False, True]


def test_rejections_and_moves_are_remembered_and_undone_ones_are_not(store: StoredProposals) -> None:
    moves = [a_move(n, uid=f"{n}@example.com") for n in (1, 2, 3, 4)]
    applying(store, "p1", replace(moves[0], decided=REJECTED), *moves[1:])
    working = store.claim("p1", "me", NOW)
    for number, direction, state in (
        (2, "apply", MoveState.VERIFIED),
        (3, "apply", MoveState.WRITTEN),
        (3, "undo", MoveState.WRITTEN),
        (4, "apply", MoveState.CHANGED_MEANWHILE),
    ):
        store.journal(working, number, direction, Writing(state), NOW)  # type: ignore[arg-type]
    found = store.remembered(DANA, NOW - HOUR)
    assert [(one.uids, one.decided, one.applied_at) for one in found] == [
        (("1@example.com",), REJECTED, None),
        (("2@example.com",), None, NOW),
    ]
    assert found[0].seen == {MASTER: SEEN}
    assert store.remembered(DANA, NOW + HOUR) == []
    assert store.remembered(BEN, NOW - HOUR) == []


def test_a_note_about_a_move_does_not_make_it_a_later_one(store: StoredProposals) -> None:
    applying(store)
    store.journal(working := store.claim("p1", "me", NOW), 1, "apply", Writing(MoveState.VERIFIED, updated_at=NOW), NOW)
    ended = store.finish(working, Change(ProposalState.APPLIED), NOW)
    noted = replace(ended.moves[0], apply=Writing(MoveState.VERIFIED, notes=("declined",), updated_at=NOW))
    store.change("p1", ended.version, Change(moves=(noted,)), NOW + HOUR)
    assert [one.applied_at for one in store.remembered(DANA, NOW)] == [NOW]


def test_a_series_is_known_under_all_its_uids(store: StoredProposals) -> None:
    added(store, a_proposal("p1", a_move(uid="b@example.com", decided=REJECTED)))
    store.join(DANA, "a@example.com", "b@example.com")
    store.join(DANA, "b@example.com", "c@example.com")
    store.join(DANA, "b@example.com", "c@example.com")
    store.join(BEN, "b@example.com", "d@example.com")
    assert store.remembered(DANA, NOW)[0].uids == ("a@example.com", "b@example.com", "c@example.com")


def test_the_places_of_others_open_proposals_are_reserved(store: StoredProposals) -> None:
    added(store, a_proposal("p1", a_move(1), a_move(2, decided=REJECTED), a_move(3, meetings=())))
    added(store, a_proposal("p2", manager=BEN))
    found = store.reserved("2026-W49", BEN)
    assert [(one.proposal_id, one.start, one.end, one.people) for one in found] == [("p1", TO, TO_END, (BEN, DANA))]
    assert store.reserved("2026-W50", BEN) == []
    store.expire(NOW + timedelta(days=11))
    assert store.reserved("2026-W49", BEN) == []


def test_files_are_kept_by_name(store: StoredProposals) -> None:
    added(store)
    for data in (b"old", b"new"):
        store.keep_file("p1", "work.ics", "text/calendar", data, NOW)
    store.keep_file("p1", "1.ics", "text/calendar", b"x", NOW)
    assert store.files("p1") == [("1.ics", "text/calendar", b"x"), ("work.ics", "text/calendar", b"new")]
    with pytest.raises(NotFoundError):
        store.keep_file("p9", "work.ics", "text/calendar", b"", NOW)


def test_lists_are_of_one_manager_or_week(store: StoredProposals) -> None:
    added(store, a_proposal("p1", group="g"))
    added(store, a_proposal("p2", manager=BEN, created_at=NOW + HOUR, group="g"))
    assert [one.id for one in store.all()] == ["p2", "p1"]
    assert [one.id for one in store.all(DANA, "2026-W49")] == ["p1"]
    assert store.all(week="2026-W50") == []
    assert [one.id for one in store.all(limit=1)] == ["p2"]
    assert [one.id for one in store.of_group("g")] == ["p2", "p1"]


def test_those_of_one_team_plan_are_kept_together_or_not_at_all(store: StoredProposals) -> None:
    applying(store)
    with pytest.raises(ChangedError, match="is being applied just now"):
        store.add_together([a_proposal("q1"), a_proposal("q2", manager=BEN, group="g2")], (), NOW)
    assert [one.id for one in store.all()] == ["p1"]


def test_those_of_one_team_plan_take_the_places_of_the_open_ones(store: StoredProposals) -> None:
    added(store, a_proposal("p1"))
    bens, danas = a_proposal("p2", manager=BEN, group="g1"), a_proposal("p3", group="g1")
    assert [one.supersedes for one in store.add_together([danas, bens], (), NOW)] == ["p1", None]
    assert [one.id for one in store.of_group("g1")] == ["p2", "p3"]
