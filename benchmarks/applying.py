"""`python -m benchmarks.applying [--moves N] [--proposals N] [--workers N]`: what applying costs beside the waiting.

The first part applies moves of one-offs at a double of Google in a process of its own, which waits 50 ms before each
answer; what is our own is all but the time within its requests. The second has several processes decide and apply the
same proposals on PostgreSQL, two of them each, and counts what a user would see of the others.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from google_auth_httplib2 import AuthorizedHttp
from pydantic import SecretStr

from app import wiring
from app.adapters.google.credentials import WRITING_SCOPES
from app.adapters.ics_edit.editor import IcsEditor
from app.adapters.store.database import open_database
from app.adapters.store.proposals.proposals import StoredProposals
from app.adapters.store.secrets import new_key
from app.adapters.store.upgrades import upgrade
from app.domain.calendar.connected import CalendarObject
from app.domain.calendar.writing import Versions
from app.domain.proposals.proposal import Change, ProposalState
from app.errors import AppError, ChangedError, ClaimedError, StateError
from app.services.applying.work import work_at_proposal
from app.services.proposals.life import apply, decide
from app.services.proposals.making.closing import Closing
from app.services.proposals.writings import to_apply
from app.wiring.applying import tools
from app.wiring.connected import google_login
from app.wiring.proposals import proposals
from tests.adapters.store.kept import ANA, BERLIN
from tests.databases import new_database, running_server
from tests.google_double import GoogleDouble
from tests.google_double.apart import apart
from tests.services.desks import Work
from tests.services.rehearsal import Rehearsal, Wanted, at, proposal_of
from tests.services.weeks import office

LATENCY_S = 0.05
Kept = Callable[[str, str], Sequence[CalendarObject]]


def google_with(google: GoogleDouble, moves: int) -> str:
    """Ana with so many one-offs on her calendar; her login."""
    google.add_user(ANA)
    google.add_user("ben@example.com")
    for number in range(moves):
        start = _start(number)
        times = {"start": _moment(start), "end": _moment(start + timedelta(minutes=30))}
        people = [{"email": ANA, "responseStatus": "accepted"}, {"email": "ben@example.com"}]
        google.add_event(ANA, {"id": f"event{number:04}", "summary": f"Event {number}", "attendees": people, **times})
    return json.dumps(google.credentials(ANA, WRITING_SCOPES))


def far_away(google: GoogleDouble) -> None:
    """Have each answer wait."""
    google.wait_before_answers(LATENCY_S)


def _moment(start: datetime) -> dict[str, str]:
    return {"dateTime": start.isoformat(), "timeZone": "Europe/Berlin"}


class Waiting:
    """Time within requests."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.requests = 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count all requests of this process."""
        request = AuthorizedHttp.request

        def timed(*given: Any, **more: Any) -> Any:
            began = time.perf_counter()
            try:
                return request(*given, **more)
            finally:
                self.seconds += time.perf_counter() - began
                self.requests += 1

        with mock.patch.object(AuthorizedHttp, "request", timed):
            yield


def one_apply(moves: int, where: str | None) -> dict[str, float]:
    """Apply so many moves at a double that waits; what was our own of it, a move. The database is in a new folder."""
    with TemporaryDirectory(dir=where) as folder, apart() as google:
        settings = wiring.Settings(
            database_url=f"sqlite:///{Path(folder) / 'clearweek.sqlite'}",
            secret_keys=SecretStr(new_key()),
            google_api_url=google.url,
        )
        engine = wiring.prepared(settings)
        wiring.make_queues(settings)
        secret = google.do(partial(google_with, moves=moves)).encode()
        [kept] = wiring.connect_login(google_login(ANA), secret, (), None, engine, settings)
        wiring.sync_stored(kept.id, engine, settings, holder="benchmark")
        store = proposals(engine, settings)
        own = replace(
            tools(engine, settings),
            check=lambda _proposal: Closing({}, {}),
            concerned=lambda _proposal: (),
            ended=lambda _proposal: None,
        )
        proposal_id = _proposed(store, own.kept, kept.id, moves)
        google.do(far_away)
        waiting = Waiting()
        began, worked = time.perf_counter(), time.process_time()
        with waiting.counted():
            ended = work_at_proposal(proposal_id, own, holder="benchmark")
        took, worked = time.perf_counter() - began, time.process_time() - worked
        assert ended.state is ProposalState.APPLIED
        engine.dispose()
    return {
        "s": took,
        "requests": waiting.requests,
        "own_ms_a_move": (took - waiting.seconds) / moves * 1000,
        "cpu_ms_a_move": worked / moves * 1000,
    }


def _proposed(store: StoredProposals, kept: Kept, calendar_id: str, moves: int) -> str:
    """A proposal that is being applied: each event goes to the afternoon."""
    editor, now = IcsEditor(BERLIN), datetime.now(UTC)
    wanted = [Wanted(f"event{n:04}@google.com", _start(n), _start(n) + timedelta(hours=5)) for n in range(moves)]

    def versions(uid: str) -> Versions:
        return editor.versions([one.text for one in kept(calendar_id, uid)])

    new = store.add(proposal_of(1, wanted, versions, now, calendar_id), None, (), now)
    change = Change(ProposalState.APPLYING, moves=to_apply(new.moves))
    return store.change(new.id, new.version, change, now).id


def _start(number: int) -> datetime:
    return at(number % 5, 8) + timedelta(minutes=30 * (number // 5))


def crowd(count: int, workers: int) -> Counter[str]:
    """Decide and apply so many proposals, two processes at a time the same ones; what they said and did."""
    with running_server() as server:
        url = new_database(server.url)
        engine = open_database(url)
        upgrade(engine)
        rehearsal = Rehearsal(engine, is_synced=False)
        ids = []
        for number in range(count):
            uid = f"event{number}"
            rehearsal.event(uid, at(1, 10))
            new = proposal_of(number + 1, [Wanted(uid, at(1, 10), at(0, 14))], rehearsal.versions, rehearsal.now)
            open_ = replace(new, state=ProposalState.DRAFT, moves=tuple(replace(m, decided=None) for m in new.moves))
            ids.append(rehearsal.store.add(open_, None, (), rehearsal.now).id)
        engine.dispose()
        said = _all_at_once(rehearsal, url, ids, workers)
        check = StoredProposals(engine, lambda *_: None)
        said["applied"] = sum(check.get(one).state is ProposalState.APPLIED for one in ids)
        engine.dispose()
    return said


def _all_at_once(rehearsal: Rehearsal, url: str, ids: list[str], workers: int) -> Counter[str]:
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    began = time.perf_counter()
    for n in range(workers):
        mine = ids[n::workers] + ids[(n + 1) % workers :: workers]
        context.Process(target=lambda some=mine: answers.put(one_of_many(rehearsal, url, some))).start()
    said: Counter[str] = sum((answers.get() for _ in range(workers)), Counter())
    said["milliseconds"] = round((time.perf_counter() - began) * 1000)
    return said


def one_of_many(rehearsal: Rehearsal, url: str, ids: list[str]) -> Counter[str]:
    """Decide, press apply and work, as a user and as a worker, at each of some proposals."""
    rehearsal.use(open_database(url))
    people = Work(office("ana"), rehearsal.engine, rehearsal.now)
    said: Counter[str] = Counter()
    for proposal_id in random.Random(os.getpid()).sample(ids, len(ids)):
        said["decided"] += _asked(partial(decide, people.desk, proposal_id, [], accept_all=True, by=ANA), said)
        said["pressed"] += _asked(partial(apply, people.desk, proposal_id, by=ANA), said)
        with suppress(ClaimedError, ChangedError):  # the other one is at it, or did it
            rehearsal.work(proposal_id, f"worker-{os.getpid()}")
    said["written"] = len(rehearsal.writer.done)
    rehearsal.engine.dispose()
    return said


def _asked(ask: Callable[[], object], said: Counter[str]) -> int:
    """Whether a user got an answer; what they got instead is counted by its kind."""
    try:
        ask()
    except StateError:
        said["told that it is applied already"] += 1
        return 0
    except AppError as error:
        said[f"conflict: {type(error).__name__}"] += 1
        return 0
    return 1


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--moves", type=int, default=25)
    parser.add_argument("--folder", help="where to put the SQLite file: on a disk, or in memory (/dev/shm)")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--proposals", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    for _ in range(options.runs):
        print(", ".join(f"{name} {value:.1f}" for name, value in one_apply(options.moves, options.folder).items()))
    for what, count in sorted(crowd(options.proposals, options.workers).items()):
        print(f"{count:>8} {what}")


if __name__ == "__main__":
    main()
