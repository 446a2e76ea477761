"""Proposals from end to end: connected calendars at Google's double, a plan, a yes, and what is there then."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from app import wiring
from app.adapters.google.credentials import SCOPES, WRITING_SCOPES
from app.adapters.store.proposals import proposals
from app.adapters.store.secrets import new_key
from app.domain.calendar.timespan import IsoWeek
from app.domain.proposals.delivery import CANNOT
from app.domain.proposals.proposal import MoveState, ProposalState
from app.errors import StateError
from app.services.proposals.desk import Desk
from app.services.proposals.life import apply, decide, propose, show, undo
from app.services.proposals.making.showing import CLEARWEEK
from app.wiring.applying import see_through, work_of
from app.wiring.connected import google_login, google_store
from app.wiring.proposals import desk
from tests.google_double import GoogleDouble, Json
from tests.google_double.recurrence import instances, is_cancelled
from tests.google_double.times import span
from tests.services.points import Points, do_job, ended_by_itself, pointed_requests, pointed_transactions

DANA, ANA = "dana@example.com", "ana@example.com"
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = IsoWeek.of(datetime.now(BERLIN).date()).plus(2)
EVENT = "dana1on1ana"
LEAST_POINTS = 15
TUESDAY = WEEK.monday + timedelta(days=1)


class Company:
    """Dana's calendar at the double, and kept here."""

    def __init__(self, google: GoogleDouble, folder: Path, scopes: Sequence[str] = WRITING_SCOPES) -> None:
        self.google = google
        self.settings = wiring.Settings(
            database_url=f"sqlite:///{folder / 'clearweek.sqlite'}",
            secret_keys=SecretStr(new_key()),
            google_api_url=google.url,
        )
        self.engine = wiring.prepared(self.settings)
        wiring.make_queues(self.settings)
        for person in (DANA, ANA):
            google.add_user(person)
        start = datetime.combine(TUESDAY - timedelta(weeks=3), time(10), BERLIN)
        self.event = google.add_event(DANA, _weekly(start))
        self.calendars = self.connect(scopes)

    @property
    def desk(self) -> Desk:
        return desk(self.engine, self.settings)

    def connect(self, scopes: Sequence[str]) -> list[str]:
        """The ids of the calendars of logins that cover something."""
        found = []
        for person in (DANA, ANA):
            secret = json.dumps(self.google.credentials(person, scopes)).encode()
            [kept] = wiring.connect_login(google_login(person), secret, (), None, self.engine, self.settings)
            found.append(kept.id)
        return found

    def accepted(self) -> str:
        for one in self.calendars:
            wiring.sync_stored(one, self.engine, self.settings, holder="test")
        shown = propose(self.desk, DANA, WEEK, by="local")
        decide(self.desk, shown.proposal.id, [], accept_all=True, by="local")
        return shown.proposal.id

    def occurrences(self) -> list[str]:
        """When the two meet from the planned week on, for four weeks, as Google says."""
        first = datetime.combine(WEEK.monday, time(), BERLIN)
        with self.google.world.open() as world:
            calendar = world.calendars[DANA]
            masters = [one.event for one in calendar.events.values() if "recurrence" in one.event]
            each = [one for event in masters for one in instances(calendar, event, first, first + timedelta(weeks=4))]
        return sorted(
            span(one, BERLIN)[0].astimezone(BERLIN).strftime("%a %H:%M") for one in each if not is_cancelled(one)
        )


def _weekly(start: datetime) -> Json:
    def moment(at: datetime) -> Json:
        return {"dateTime": at.isoformat(), "timeZone": "Europe/Berlin"}

    return {
        "id": EVENT,
        "summary": "Dana / Ana",
        "start": moment(start),
        "end": moment(start + timedelta(minutes=30)),
        "recurrence": ["RRULE:FREQ=WEEKLY"],
        "attendees": [{"email": DANA, "organizer": True, "responseStatus": "accepted"}, {"email": ANA}],
    }


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with GoogleDouble() as google:
        yield Company(google, tmp_path)


def test_a_series_moves_at_google_and_back(company: Company) -> None:
    """This and following is a new series and an end of the old one; each week has one meeting before and after."""
    assert company.occurrences() == ["Tue 10:00"] * 4
    proposal_id = company.accepted()
    apply(company.desk, proposal_id, by="local")
    ended = see_through(proposal_id, company.engine, company.settings)
    [move] = ended.moves
    assert move.apply is not None
    assert (ended.state, move.apply.state) == (ProposalState.APPLIED, MoveState.VERIFIED)
    new = move.to_start.astimezone(BERLIN)
    assert company.occurrences() == [f"{new:%a %H:%M}"] * 4
    assert see_through(proposal_id, company.engine, company.settings) == ended
    undo(company.desk, proposal_id, by="local")
    assert see_through(proposal_id, company.engine, company.settings).state is ProposalState.UNDONE
    assert company.occurrences() == ["Tue 10:00"] * 4


def test_who_plans_right_after_an_apply_or_an_undo_begins_with_what_it_wrote(company: Company) -> None:
    proposal_id = company.accepted()
    apply(company.desk, proposal_id, by="local")
    see_through(proposal_id, company.engine, company.settings)
    assert propose(company.desk, DANA, WEEK, by="local").proposal.moves == ()
    undo(company.desk, proposal_id, by="local")
    see_through(proposal_id, company.engine, company.settings)
    assert [one.uid for one in propose(company.desk, DANA, WEEK, by="local").proposal.moves] == [f"{EVENT}@google.com"]


def test_who_waits_for_a_worker_sees_what_it_did(company: Company) -> None:
    """Two who apply at once get one apply."""
    proposal_id = company.accepted()
    apply(company.desk, proposal_id, by="local")
    worker = work_of(company.engine, company.settings, proposal_id, "worker")
    numbers = worker.begin()
    pauses = []

    def meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        for number in numbers:
            worker.move(number)
        worker.finish()

    seen = see_through(proposal_id, company.engine, company.settings, meanwhile)
    assert (seen.state, len(pauses)) == (ProposalState.APPLIED, 1)


def test_a_worker_that_is_killed_at_any_point_is_gone_on_with(company: Company) -> None:
    """After SIGKILL between commits and requests, each edit is made once; every fifth point is tried."""
    for number in count(1, 5):
        proposal_id = company.accepted()
        apply(company.desk, proposal_id, by="local")
        company.engine.dispose()
        was_killed = not ended_by_itself(_child(company, proposal_id, number))
        if was_killed:
            do_job(work_of(company.engine, company.settings, proposal_id, "worker"))
        ended = company.desk.proposals.get(proposal_id)
        [move] = [one for one in ended.moves if one.is_accepted]
        assert (ended.state, company.occurrences()) == (
            ProposalState.APPLIED,
            [f"{move.to_start.astimezone(BERLIN):%a %H:%M}"] * 4,
        )
        undo(company.desk, proposal_id, by="local")
        assert see_through(proposal_id, company.engine, company.settings).state is ProposalState.UNDONE
        assert company.occurrences() == ["Tue 10:00"] * 4
        if not was_killed:
            break
    assert number > LEAST_POINTS


def _child(company: Company, proposal_id: str, number: int) -> int:
    """A worker that is killed at a point."""
    child = os.fork()
    if child:
        return child
    try:
        google_store.cache_clear()
        points = Points(number, lambda: os.kill(os.getpid(), signal.SIGKILL))
        engine = wiring.database(company.settings)
        with pointed_requests(points), pointed_transactions(points, proposals):
            do_job(work_of(engine, company.settings, proposal_id, "worker"))
        os._exit(0)
    finally:
        os._exit(1)


def test_a_login_that_may_only_read_is_said_before_the_yes(tmp_path: Path) -> None:
    """Nothing is begun; once it is connected to write, the same proposal is applied."""
    with GoogleDouble() as google:
        company = Company(google, tmp_path, SCOPES)
        proposal_id = company.accepted()
        [remark] = show(company.desk, proposal_id).remarks.values()
        assert remark.code == CANNOT
        assert "clearweek connect google --person dana@example.com --write" in remark.text
        with pytest.raises(StateError, match="may only read"):
            apply(company.desk, proposal_id, by="local")
        company.connect(WRITING_SCOPES)
        assert show(company.desk, proposal_id).remarks == {}
        apply(company.desk, proposal_id, by="local")
        assert see_through(proposal_id, company.engine, company.settings).state is ProposalState.APPLIED


def test_what_somebody_changed_is_proposed_anew_as_it_is_now(company: Company) -> None:
    """It is not written, and a new proposal for the same week is there to be decided on."""
    proposal_id = company.accepted()
    apply(company.desk, proposal_id, by="local")
    company.google.patch_event(DANA, EVENT, {"location": "Room 5"})
    ended = see_through(proposal_id, company.engine, company.settings)
    [move] = ended.moves
    assert move.apply is not None
    assert (ended.state, move.apply.state) == (ProposalState.PARTLY_APPLIED, MoveState.CHANGED_MEANWHILE)
    [newest, _] = company.desk.proposals.all(DANA)
    assert (newest.state, newest.created_by) == (ProposalState.DRAFT, CLEARWEEK)
    assert [one.uid for one in newest.moves] == [move.uid]
    work_of(company.engine, company.settings, proposal_id, "worker").finish()  # as if it had ended just before that
    assert [one.id for one in company.desk.proposals.all(DANA)] == [newest.id, proposal_id]
    with pytest.raises(StateError, match="a newer proposal took its place"):
        apply(company.desk, proposal_id, by="local")
