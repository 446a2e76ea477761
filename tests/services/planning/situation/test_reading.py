"""Sources put together: what the team file says is kept, whatever it leaves out."""

from dataclasses import replace

from app.domain.people.person import Team
from app.domain.people.rooms import Room
from app.services.planning.situation.situation import read_week
from tests.services.auditing.offices import ANA, office, report
from tests.services.weeks import DANA


def test_a_team_without_internal_domains_keeps_all_else() -> None:
    it = office(report(ANA))
    it.block(DANA, 0, it.now.time(), 30)
    own = Team((*it.people,), room=(Room("room@example.com"),), okr_dashboard="a", decision_log="b")
    read = read_week(replace(it.request(), team=own)).team
    assert read == replace(own, internal_domains=("example.com",))
