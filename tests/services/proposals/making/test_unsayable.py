"""No series is proposed for a move that its rule cannot say: why it stays is there before anybody decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.calendar.writing import MASTER, Versions
from app.domain.proposals.around import RULE_TOO_RICH
from app.services.proposals.desk import Desk
from app.services.proposals.life import decide, propose
from app.services.proposals.making.proposing import propose_together
from tests.services.conftest import Working
from tests.services.proposals.test_deciding import reject, two_to_move
from tests.services.weeks import DANA, WEEK

BESIDES = "RDATE:20270103T090000Z"
"""An additional date, of which no event tells until its week is looked at."""


def with_line(desk: Desk, uid: str, line: str) -> Desk:
    """The desk, with a line more of the recurrence of a series."""

    def versions(calendar_id: str, asked: str) -> Versions:
        found = desk.versions(calendar_id, asked)
        if asked != uid:
            return found
        return {MASTER: replace(found[MASTER], recurrence=(*found[MASTER].recurrence, line))}

    return replace(desk, versions=versions)


@pytest.mark.parametrize(
    ("line", "why"),
    [(BESIDES, "occurrences that its rule does not say (RDATE)"), ("RRULE:FREQ=DAILY", "several rules (RRULE)")],
)
def test_a_series_that_no_rule_can_move_stays_with_the_reason(working: Working, line: str, why: str) -> None:
    work = working(two_to_move())
    uids = {move.title: move.uid for move in work.propose().proposal.moves}
    desk = with_line(work.desk, uids["1:1 Ana"], line)
    shown = propose(desk, DANA, WEEK, by="local")
    assert [move.title for move in shown.proposal.moves] == ["1:1 Ben"]
    (kept,) = (m for m in shown.plan.meetings if m.uid == uids["1:1 Ana"])
    assert kept.pinned_reason is not None
    assert kept.pinned_reason.code == RULE_TOO_RICH
    assert why in kept.pinned_reason.text
    planned = len(work.asked)
    after = decide(desk, shown.proposal.id, reject(shown.proposal.moves[0].number), by=DANA)
    assert [move.title for move in after.proposal.moves] == ["1:1 Ben"]
    assert len(work.asked) == planned + 1, "what is known to stay is not looked for again"


def test_nor_in_a_plan_of_several_managers(working: Working) -> None:
    work = working(two_to_move())
    uids = {move.title: move.uid for move in work.propose().proposal.moves}
    desk = with_line(work.desk, uids["1:1 Ana"], BESIDES)
    [shown] = propose_together(desk, DANA, WEEK, "team", by="local")
    assert [move.title for move in shown.proposal.moves] == ["1:1 Ben"]
