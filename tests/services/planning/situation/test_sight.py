"""What was seen of a week is seen again as long as nothing that it shows is another."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from app.domain.proposals.around import Around
from app.services.planning.situation.request import Request
from app.services.planning.situation.sight import RecentSights, Sight
from app.services.planning.situation.situation import read_week
from tests.services.weeks import DANA, Office, office

ANA = "ana@example.com"


def one_on_one() -> Office:
    made = office("ana")
    made.meeting("Ana", [DANA, ANA], 1, time(10))
    return made


def seen(recent: RecentSights, request: Request) -> Sight:
    return recent.of(request, read_week(request))


def test_a_later_moment_and_other_decisions_show_the_same() -> None:
    request, recent = one_on_one().request(), RecentSights()
    first = seen(recent, request)
    assert seen(recent, replace(request, now=request.now + timedelta(hours=1))) is first
    assert seen(recent, replace(request, around=Around(remembered=()))) is first


def test_another_calendar_and_other_rules_do_not() -> None:
    request, recent = one_on_one().request(), RecentSights()
    first = seen(recent, request)
    other = one_on_one()
    other.block(ANA, 0, time(13), 60)
    assert seen(recent, replace(request, sources=other.request().sources)).time[ANA] != first.time[ANA]
    words = replace(request.rules.words, focus=("deep work",))
    assert seen(recent, replace(request, rules=replace(request.rules, words=words))) is not first
