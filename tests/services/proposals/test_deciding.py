"""What a manager says of the moves of a proposal, and what it changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from app.domain.mail import Links
from app.domain.people.person import Team
from app.domain.proposals.proposal import Change, Choice, Correction, Decision, PinFor, ProposalState, Why
from app.domain.proposals.shown import Shown
from app.errors import ChangedError, InputError, ReusedError, StateError
from app.render.mail.compose import weekly
from app.render.proposals.cards import cards
from app.render.proposals.proposals import proposal_document
from app.render.proposals.terminal import print_proposal
from app.render.team_file import team_file
from app.services.packing.packing import Watch
from app.services.planning.plan_week import Planned
from app.services.planning.situation.request import Request
from app.services.proposals.desk import Desk
from app.services.proposals.life import apply, decide, show
from tests.services.conftest import Working
from tests.services.desks import Work
from tests.services.weeks import DANA, Office, office

ANA, BEN, CLEO = (f"{name}@example.com" for name in ("ana", "ben", "cleo"))


def two_to_move() -> Office:
    """Two 1:1s on meeting-free days, and one where it belongs."""
    made = office("ana", "ben", "cleo")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    made.meeting("1:1 Ben", [DANA, BEN], 3, time(10))
    made.meeting("1:1 Cleo", [DANA, CLEO], 0, time(13))
    return made


def in_a_row() -> Office:
    """A 1:1 that goes where another one is today, which goes elsewhere."""
    made = office("ana", "ben")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    made.meeting("Staff", [DANA, ANA, BEN], 0, time(13), 240, title="Team sync")
    return made


def accept(*numbers: int) -> list[Choice]:
    return [Choice(number, Decision.ACCEPT) for number in numbers]


def reject(number: int, why: Why | None = None) -> list[Choice]:
    return [Choice(number, Decision.REJECT, why)]


def pin(number: int, for_: PinFor = "week") -> list[Choice]:
    return [Choice(number, Decision.PIN, pin=for_)]


def decided(work: Work, shown: Shown, choices: list[Choice]) -> Shown:
    return decide(work.desk, shown.proposal.id, choices, by=DANA)


def yes(shown: Shown) -> set[int]:
    return {move.number for move in shown.proposal.accepted}


def moving(shown: Shown) -> dict[int, str]:
    """What the newest plan moves, by number."""
    return {move.number: move.title for move in shown.proposal.moves if move.meetings}


def test_a_yes_is_kept_with_who_said_it_and_when_and_plans_nothing_anew(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    assert moving(first) == {1: "1:1 Ana", 2: "1:1 Ben"}
    shown = decided(work, first, accept(1))
    move = shown.proposal.move(1)
    assert move is not None
    assert move.decided is not None
    assert (move.decided.by, move.decided.at) == (DANA, work.now)
    assert (shown.proposal.state, shown.proposal.revision, len(work.asked)) == (ProposalState.DECIDED, 1, 1)
    assert show(work.desk, first.proposal.id) == shown


def test_a_no_plans_anew_around_it_and_what_was_accepted_stays(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1))
    shown = decided(work, first, reject(2, Why.NOT_NOW))
    assert shown.proposal.revision == 2
    assert (yes(shown), moving(shown)) == ({1}, {1: "1:1 Ana"})
    assert shown.proposal.moves[0].to_start == first.proposal.moves[0].to_start
    assert shown.plan.previous is not None
    assert shown.plan.previous.id == first.plan.id


def test_of_a_move_to_the_wrong_time_another_one_is_proposed_under_a_new_number(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    shown = decided(work, first, reject(2, Why.WRONG_DAY))
    assert moving(shown) == {1: "1:1 Ana", 3: "1:1 Ben"}
    assert [line.kind for line in shown.proposal.differences] == ["elsewhere"]
    assert "instead of" in shown.proposal.differences[0].text
    assert shown.proposal.moves[2].to_start.date() != first.proposal.moves[1].to_start.date()


def test_a_no_can_be_taken_back(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, reject(2, Why.WRONG_TIME))
    shown = decided(work, first, accept(2))
    assert yes(shown) == {2}
    assert shown.proposal.moves[1].to_start == first.proposal.moves[1].to_start
    assert 3 in shown.closed


def test_what_is_pinned_for_the_week_stays_and_becomes_no_rule(working: Working) -> None:
    work = working(two_to_move())
    shown = decided(work, work.propose(), pin(2))
    assert moving(shown) == {1: "1:1 Ana"}
    assert work.own.texts == {}


@pytest.mark.parametrize("choices", [pin(2, "always"), reject(2, Why.NEVER)])
def test_what_is_never_to_move_becomes_a_rule(working: Working, choices: list[Choice]) -> None:
    work = working(two_to_move())
    decided(work, work.propose(), choices)
    assert work.own.rules(DANA).pins.uids == ("1:1 Ben",)
    later = work.propose()
    assert moving(later) == {1: "1:1 Ana"}


def test_all_that_is_ticked_is_accepted_at_once(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    shown = decide(work.desk, first.proposal.id, reject(2, Why.NOT_NOW), accept_all=True, by=DANA)
    assert yes(shown) == {1}


def test_what_asks_somebody_whose_time_is_not_known_is_not_part_of_all(working: Working) -> None:
    made = two_to_move()
    made.without_calendar = frozenset({ANA})
    work = working(made)
    first = work.propose()
    assert [move.preticked for move in first.proposal.moves] == [False, True]
    shown = decide(work.desk, first.proposal.id, [], accept_all=True, by=DANA)
    assert yes(shown) == {2}


def test_what_was_meant_for_another_version_is_refused_and_what_names_none_is_tried_again(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1))
    with pytest.raises(ChangedError, match="was changed since you saw it"):
        decide(work.desk, first.proposal.id, accept(2), by=DANA, version=first.proposal.version)
    assert yes(decided(work, first, accept(2))) == {1, 2}


def test_what_cannot_be_meant_is_refused_in_one_line(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    with pytest.raises(InputError, match="there is no move 9"):
        decided(work, first, accept(9))
    with pytest.raises(InputError, match="move 1 is named twice"):
        decided(work, first, [*accept(1), *reject(1)])
    assert show(work.desk, first.proposal.id).proposal.version == first.proposal.version


def test_nothing_is_decided_once_it_is_being_applied(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, accept(1))
    apply(work.desk, first.proposal.id, by=DANA)
    with pytest.raises(StateError, match="being applied just now"):
        decided(work, first, accept(2))


def test_what_would_cost_an_accepted_move_its_place_asks_first(working: Working) -> None:
    work = working(in_a_row())
    first = work.propose()
    (ana,) = (m.number for m in first.proposal.moves if m.title == "1:1 Ana")
    (staff,) = (m.number for m in first.proposal.moves if m.title == "Team sync")
    assert first.proposal.moves[ana - 1].depends_on == (str(staff),)
    both = decided(work, first, accept(ana, staff))
    asked = decided(work, first, reject(staff))
    assert list(asked.asks) == [ana]
    assert asked.proposal == both.proposal
    said = decide(work.desk, first.proposal.id, reject(staff), drop=[ana], by=DANA)
    assert (said.asks, yes(said)) == ({}, set())
    assert said.proposal.moves[staff - 1].decided is not None


def test_a_move_into_a_place_that_is_not_free_yet_needs_the_other_one(working: Working) -> None:
    work = working(in_a_row())
    first = work.propose()
    (ana,) = (m.number for m in first.proposal.moves if m.title == "1:1 Ana")
    with pytest.raises(StateError, match=r"accept \d too, or leave it out"):
        decided(work, first, accept(ana))


def test_a_correction_of_the_kind_becomes_a_rule_and_plans_anew(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    (ana,) = (m.id for m in first.plan.meetings if m.title == "1:1 Ana")
    shown = decide(work.desk, first.proposal.id, [], [Correction(ana, kind="external")], by=DANA)
    assert moving(shown) == {2: "1:1 Ben"}
    assert [line.text for line in shown.proposal.differences] == [
        "1:1 Ana stays at Tue 1 Dec 10:00\N{EN DASH}10:30: meetings with other companies stay where they are"
    ]
    assert [each.kind for each in work.own.rules(DANA).correction] == ["external"]
    assert shown.proposal.state is ProposalState.DRAFT


def test_a_correction_of_who_has_to_be_there_plans_anew(working: Working) -> None:
    made = two_to_move()
    made.meeting("Trio", [DANA, ANA, BEN], 1, time(14))
    work = working(made)
    first = work.propose()
    (trio,) = (m.id for m in first.plan.meetings if m.title == "Trio")
    shown = decide(work.desk, first.proposal.id, [], [Correction(trio, optional=(BEN,))], by=DANA)
    (meeting,) = (m for m in shown.plan.meetings if m.title == "Trio")
    assert {line.email: line.required for line in meeting.attendees}[BEN] is False


def test_a_correction_of_who_reports_becomes_a_line_of_the_own_team(working: Working) -> None:
    work = working(two_to_move())
    work.own.save("team", DANA, team_file(work.office.request().team or Team()), work.now)
    first = work.propose()
    (ana,) = (m for m in first.plan.meetings if m.title == "1:1 Ana")
    assert ana.with_ == "report"
    shown = decide(work.desk, first.proposal.id, [], [Correction(ana.id, report=False)], by=DANA)
    (after,) = (m for m in shown.plan.meetings if m.title == "1:1 Ana")
    assert after.with_ == "peer"
    back = decide(work.desk, first.proposal.id, [], [Correction(after.id, report=True)], by=DANA)
    assert [m.with_ for m in back.plan.meetings if m.title == "1:1 Ana"] == ["report"]


def test_a_correction_of_who_reports_writes_down_the_team_that_was_guessed(working: Working) -> None:
    work = working(two_to_move())
    work.own.guesses = True
    first = work.propose()
    (ana,) = (m for m in first.plan.meetings if m.title == "1:1 Ana")
    decide(work.desk, first.proposal.id, [], [Correction(ana.id, report=True)], by=DANA)
    team = work.own.team(DANA)
    assert team is not None
    assert team.relation(DANA, ANA) == "report"
    assert team.knows(BEN)


def test_what_asks_for_too_much_stores_no_rule_either(working: Working) -> None:
    work = working(in_a_row())
    first = work.propose()
    decided(work, first, accept(1, 2))
    (staff,) = (m.number for m in first.proposal.moves if m.title == "Team sync")
    assert decided(work, first, pin(staff, "always")).asks
    assert work.own.texts == {}


def test_a_correction_of_what_is_not_there_or_no_one_on_one_is_refused(working: Working) -> None:
    work = working(in_a_row())
    first = work.propose()
    (staff,) = (m.id for m in first.plan.meetings if m.title == "Team sync")
    with pytest.raises(InputError, match="there is no meeting 'm99'"):
        decide(work.desk, first.proposal.id, [], [Correction("m99", kind="other")], by=DANA)
    with pytest.raises(InputError, match=r"the correction of move \d, Team sync: it is no 1:1"):
        decide(work.desk, first.proposal.id, [], [Correction(staff, report=True)], by=DANA)
    (number,) = (m.number for m in first.proposal.moves if m.title == "Team sync")
    named = f"the correction of move {number}, Team sync: "
    with pytest.raises(InputError, match=f"{named}'chess' is no kind; it is one of .*interview"):
        decide(work.desk, first.proposal.id, [], [Correction(staff, kind="chess")], by=DANA)
    with pytest.raises(InputError, match=f"{named}cleo@example.com is not in it; there are .*{BEN}"):
        decide(work.desk, first.proposal.id, [], [Correction(staff, required=(CLEO,))], by=DANA)
    assert work.own.texts == {}


def test_what_needs_a_move_that_is_not_ticked_is_not_part_of_all(working: Working) -> None:
    made = in_a_row()
    made.without_calendar = frozenset({BEN})
    work = working(made)
    first = work.propose()
    ticked = {move.title: (move.number, move.preticked, move.depends_on) for move in first.proposal.moves}
    staff, _, _ = ticked["Team sync"]
    assert {title: rest[1:] for title, rest in ticked.items()} == {
        "Team sync": (False, ()),
        "1:1 Ana": (True, (str(staff),)),
    }
    assert yes(decide(work.desk, first.proposal.id, [], accept_all=True, by=DANA)) == set()
    assert yes(decide(work.desk, first.proposal.id, accept(staff), accept_all=True, by=DANA)) == {1, 2}


def faces(shown: Shown) -> dict[str, set[int]]:
    """What each face says is ticked, by the number of the move."""
    document = proposal_document(shown)
    text = StringIO()
    print_proposal(shown, Console(file=text, width=100))
    links = Links("https://example.com/r", "https://example.com/u", "https://example.com/s", "https://example.com/f")
    mail = weekly(shown, links, shown.proposal.created_at)
    return {
        "terminal": {int(n) for n in re.findall(r"^ *(\d+) tick ", text.getvalue(), re.MULTILINE)},
        "JSON": {move["number"] for move in document["moves"] if move["preticked"]},
        "letters": {number for message in document["messages"] for number in message["moves"]},
        "page": {card.number for card in cards(shown) if card.ticked},
        "mail": {move.number for move in mail.moves if move.ticked},
    }


def test_every_face_ticks_just_what_all_accepts(working: Working) -> None:
    made = office("ana", "ben", "cleo")
    made.meeting("1:1 Ana", [DANA, ANA], 1, time(10))
    made.meeting("Staff", [DANA, ANA, BEN], 0, time(13), 240, title="Team sync")
    made.meeting("1:1 Cleo", [DANA, CLEO], 3, time(10))
    made.without_calendar = frozenset({BEN})
    work = working(made)
    first = work.propose()
    numbers = {move.title: move.number for move in first.proposal.moves}
    ana = first.proposal.move(numbers["1:1 Ana"])
    assert ana
    assert (ana.preticked, ana.depends_on) == (True, (str(numbers["Team sync"]),))
    ticked = {numbers["1:1 Cleo"]}
    assert faces(first) == dict.fromkeys(("terminal", "JSON", "letters", "page", "mail"), ticked)
    assert yes(decide(work.desk, first.proposal.id, [], accept_all=True, by=DANA)) == ticked


def test_what_the_newest_plan_does_not_move_any_more_is_not_part_of_all(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    (ana,) = (m.id for m in first.plan.meetings if m.title == "1:1 Ana")
    shown = decide(work.desk, first.proposal.id, [], [Correction(ana, kind="external")], by=DANA)
    assert moving(shown) == {2: "1:1 Ben"}
    after = decide(work.desk, first.proposal.id, [], accept_all=True, by=DANA)
    assert (yes(after), after.proposal.revision) == ({2}, shown.proposal.revision)


def with_another_change(work: Work, proposal_id: str, times: int) -> Desk:
    """A desk at which somebody else changes a proposal while the week is planned, so many times."""
    others = iter(range(times))

    def plan(request: Request, watch: Watch) -> Planned:
        planned = work.desk.plan(request, watch)
        for _ in zip([0], others, strict=False):
            work.store.change(proposal_id, work.store.get(proposal_id).version, Change(), work.now)
        return planned

    return replace(work.desk, plan=plan)


def test_what_is_refused_as_another_change_came_first_stores_no_rule(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    seen = first.proposal
    (ana,) = (m.id for m in first.plan.meetings if m.title == "1:1 Ana")
    desk = with_another_change(work, seen.id, 1)
    with pytest.raises(ChangedError, match="was changed since you saw it"):
        decide(desk, seen.id, reject(1, Why.NEVER), [Correction(ana, kind="other")], by=DANA, version=seen.version)
    assert work.own.texts == {}
    assert all(move.decided is None for move in work.store.get(seen.id).moves)


def test_a_rule_of_a_decision_that_is_tried_again_is_stored_once(working: Working) -> None:
    work = working(two_to_move())
    seen = work.propose().proposal
    decide(with_another_change(work, seen.id, 1), seen.id, reject(1, Why.NEVER), by=DANA)
    (kept,) = (work.own.stored.of("rules", DANA),)
    assert (kept and kept.version, work.own.rules(DANA).pins.uids) == (1, ("1:1 Ana",))


def test_rules_that_somebody_else_changed_meanwhile_are_not_lost(working: Working) -> None:
    work = working(two_to_move())
    work.own.save("rules", DANA, "", work.now)
    seen = work.propose().proposal
    said = iter(["[pins]\nfreeze_working_days = 2\n"])

    def plan(request: Request, watch: Watch) -> Planned:
        for text in said:
            work.own.save("rules", DANA, text, work.now)
        return work.desk.plan(request, watch)

    decide(replace(work.desk, plan=plan), seen.id, reject(1, Why.NEVER), by=DANA, version=seen.version)
    pins = work.own.rules(DANA).pins
    assert (pins.freeze_working_days, pins.uids) == (2, ("1:1 Ana",))


@pytest.mark.parametrize("choices", [accept(1), reject(1), reject(1, Why.WRONG_TIME), reject(1, Why.NEVER), pin(1)])
def test_the_same_decision_again_changes_nothing(working: Working, choices: list[Choice]) -> None:
    work = working(two_to_move())
    first = work.propose()
    once = decided(work, first, choices)
    trail, plans = work.store.trail(first.proposal.id), len(work.asked)
    assert decided(work, first, choices) == once
    assert (work.store.trail(first.proposal.id), len(work.asked)) == (trail, plans)


def test_the_same_correction_again_changes_nothing(working: Working) -> None:
    work = working(two_to_move())
    work.own.save("team", DANA, team_file(work.office.request().team or Team()), work.now)
    first = work.propose()
    (ana,) = (m.id for m in first.plan.meetings if m.title == "1:1 Ana")
    said = [Correction(ana, kind="other"), Correction(ana, report=False)]
    once = decide(work.desk, first.proposal.id, [], said, by=DANA)
    assert decide(work.desk, first.proposal.id, [], said, by=DANA) == once


def test_another_reason_for_a_no_is_another_decision(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    decided(work, first, reject(1))
    shown = decided(work, first, reject(1, Why.WRONG_DAY))
    assert [move.decided and move.decided.why for move in shown.proposal.moves][:1] == [Why.WRONG_DAY]


def test_what_a_key_decided_is_not_decided_again(working: Working) -> None:
    work = working(two_to_move())
    first = work.propose()
    wanted: dict[str, Any] = {"by": DANA, "version": first.proposal.version, "idempotency_key": "k1"}
    decide(work.desk, first.proposal.id, reject(1), **wanted)
    since = decided(work, first, accept(1))
    assert decide(work.desk, first.proposal.id, reject(1), **wanted) == since
    with pytest.raises(ReusedError, match="Idempotency-Key k1 was used for another request"):
        decide(work.desk, first.proposal.id, reject(2), by=DANA, idempotency_key="k1")
