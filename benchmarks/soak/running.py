"""One random week from the first sync to the undo, and the rules that hold after each step."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Engine

from app.adapters.ics.object_reader import ObjectReader
from app.adapters.store.calendars.objects import objects_of
from app.domain.calendar.connected import Access, Backend, StoredCalendar, SyncState
from app.domain.meetings.busy import BusyRules
from app.domain.plans.plan import PlanMeeting
from app.domain.proposals.proposal import WORKING, Choice, Decision, Proposal, ProposedMove, Why
from app.domain.proposals.shown import Shown
from app.errors import UnavailableError
from app.services.applying.work import work_at_proposal
from app.services.proposals import life as proposals
from app.services.proposals.desk import Desk
from app.settings import Settings, load_rules
from app.wiring.applying import tools
from app.wiring.connected import connections, sync_stored
from app.wiring.proposals import desk
from app.wiring.stored import configurations, secrets
from benchmarks.soak.places import ZONE, Place
from benchmarks.soak.seen import (
    BrokenError,
    Occurrence,
    Seen,
    check_free,
    check_times,
    expected,
    look,
    occurrences,
    texts,
    times,
)
from benchmarks.soak.weeks import LATE, NOW, WEEK, Week, meddle, random_week, take_a_place

TRIES, HEALED_AFTER = 12, 6
"""How often the work at a proposal is taken up again, and after how many times nothing goes wrong any more."""


@dataclass
class Soak:
    """Where the weeks are kept, and what was seen of them."""

    engine: Engine
    settings: Settings
    places: Sequence[Place]
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._desk: Desk = desk(self.engine, self.settings)
        self._tools = replace(tools(self.engine, self.settings), pause=lambda _seconds: None)
        self.reader = ObjectReader(BusyRules(load_rules(None, self.settings).words))

    def week(self, seed: int) -> None:
        """Live through one week. Raises `BrokenError` for a rule that did not hold."""
        rng = random.Random(seed)
        place = self.places[0] if rng.random() < 0.85 else self.places[-1]  # Radicale takes ten times as long
        week = random_week(rng, seed)
        with self.kept(place, week):
            shown = self._decided(rng, week)
            meddled = set(meddle(rng, week, place))
            if shown is not None:
                self._applied(rng, place, week, shown, meddled)
        self.counts["weeks"] += 1
        self.counts[f"weeks at {place.backend}"] += 1

    @contextmanager
    def kept(self, place: Place, week: Week) -> Iterator[None]:
        """The week on its server, connected and synced; afterwards all of it is gone."""
        place.add_people(week.everyone)
        for meeting in week.meetings:
            place.add(meeting)
        configurations(self.engine).save("team", week.manager, week.team, NOW)
        for person in week.everyone:
            self._connect(place, person)
        self._sync(week)
        try:
            yield
        finally:
            place.heal()
            for person in week.everyone:
                connections(self.engine).forget(_login_id(person))
            place.remove_people(week.everyone)

    def _connect(self, place: Place, person: str) -> None:
        name = _login_id(person)
        login, secret = place.login(person, name, NOW)
        one = StoredCalendar(
            name, name, place.backend, place.href(person), person, person, ZONE, Access.DETAILS, writable=True,
            schedules=place.backend is Backend.GOOGLE,
        )  # fmt: skip
        connections(self.engine).keep(login, secrets(self.settings).seal(secret), [one], NOW)

    def _sync(self, week: Week) -> None:
        for person in week.everyone:
            done = sync_stored(_login_id(person), self.engine, self.settings, holder="soak")
            if done.state is not SyncState.SYNCED:
                raise BrokenError(f"{person}: {done.problem}")

    def _decided(self, rng: random.Random, week: Week) -> Shown | None:
        """A proposal with a yes or a no to some of its moves; None if nothing is accepted."""
        shown = proposals.propose(self._desk, week.manager, WEEK, by=week.manager, at=NOW)
        self.counts["moves proposed"] += len(shown.proposal.moves)
        for _ in range(rng.randint(1, 2)):
            choices = _choices(rng, shown)
            if choices:
                answer = proposals.decide(self._desk, shown.proposal.id, choices, by=week.manager)
                drop = list(answer.asks)
                if drop:
                    self.counts["asked back"] += 1
                    answer = proposals.decide(self._desk, shown.proposal.id, choices, drop=drop, by=week.manager)
                shown = answer
        return shown if shown.proposal.accepted else None

    def _applied(self, rng: random.Random, place: Place, week: Week, shown: Shown, meddled: set[str]) -> None:
        before = look(place, week, self.reader)
        place.break_some(rng)
        proposals.apply(self._desk, shown.proposal.id, by=week.manager)
        done = self._worked(place, shown.proposal.id)
        after = look(place, week, self.reader)
        self._check_applied(place, before, after, shown, done, meddled)
        self.check_store(place, week)
        if rng.random() < 0.7 and any(move.apply and move.apply.state.is_done for move in done.moves):
            take_a_place(rng, week, place, [move for move in done.moves if move.is_made])
            after = look(place, week, self.reader)
            place.break_some(rng)
            proposals.undo(self._desk, done.id, by=week.manager)
            undone = self._worked(place, done.id)
            self._check_undone(before, after, look(place, week, self.reader), undone)
            self.check_store(place, week)

    def _worked(self, place: Place, proposal_id: str) -> Proposal:
        """The proposal once all that could be done was done, whatever went wrong meanwhile."""
        for number in range(TRIES):
            if number == HEALED_AFTER:
                place.heal()
            try:
                return work_at_proposal(proposal_id, self._tools, holder="soak")
            except UnavailableError:
                self.counts["taken up again"] += 1
        place.heal()
        found = self._desk.proposals.get(proposal_id)
        raise BrokenError(f"{proposal_id}: is still {found.state} after {TRIES} tries")

    def _check_applied(
        self, place: Place, before: Seen, after: Seen, shown: Shown, done: Proposal, meddled: set[str]
    ) -> None:
        """Nothing was lost, doubled or moved without a yes; nobody is double-booked; everything else is reported."""
        if done.state in WORKING:
            raise BrokenError(f"{done.id}: is still {done.state}")
        made = {move.title: move for move in done.moves if move.apply and move.apply.state.is_done}
        for move in done.accepted:
            self.counts[f"{place.backend}: apply {move.apply.state if move.apply else 'none'}"] += 1
        for title, move in made.items():
            if not move.is_accepted:
                raise BrokenError(f"{title}: was moved, and nobody said yes")
            wanted = expected(before[title], _meeting(shown, move), _starts(shown, move))
            check_times(title, after.get(title, ()), wanted)
            check_free(title, _new(before[title], after[title]), after)
        for title, there in before.items():
            if title not in made:
                check_times(title, after.get(title, ()), times(there))
        if extra := after.keys() - before.keys():
            raise BrokenError(f"{extra} came from nowhere")
        self.counts["left alone, as others changed it"] += len(
            meddled & {move.title for move in done.accepted if move.title not in made}
        )

    def _check_undone(self, before: Seen, after: Seen, now: Seen, undone: Proposal) -> None:
        """What was undone is as it was before, and in nobody's way; all else is as it was after."""
        back = {move.title: move for move in undone.moves if move.undo and move.undo.state.is_done}
        for move in undone.moves:
            if move.undo:
                self.counts[f"undo {move.undo.state}"] += 1
        for title, there in after.items():
            check_times(title, now.get(title, ()), times(before[title] if title in back else there))
            if title in back and not back[title].had_clash:
                check_free(title, _new(there, now[title]), {LATE: now.get(LATE, ())})

    def check_store(self, place: Place, week: Week) -> None:
        """After a sync, what is kept says the same as the servers do."""
        place.heal()
        self._sync(week)
        for person in week.everyone:
            there = texts(place, person)
            kept = {uid: self._kept_texts(person, uid) for uid in there}
            for uid in there:
                if occurrences(kept[uid], person, self.reader) != occurrences(there[uid], person, self.reader):
                    raise BrokenError(f"{person}: what is kept of {uid} is not what the server has")

    def _kept_texts(self, person: str, uid: str) -> list[str]:
        return [item.text for item in objects_of(self.engine, _login_id(person), uid)]


def _login_id(person: str) -> str:
    return person.partition("@")[0][:16]


def _choices(rng: random.Random, shown: Shown) -> list[Choice]:
    """Decisions on some of the moves that have none yet; a yes goes with one to what has to make way first."""
    open_ones = {m.number: m for m in shown.proposal.moves if not m.decided and m.meetings}
    said = {number: rng.random() for number in open_ones if number not in shown.closed}
    accepted = _with_those_before({number for number, what in said.items() if what < 0.6}, open_ones)
    if accepted & shown.closed.keys():
        return []
    rejected = (Choice(n, Decision.REJECT, rng.choice((None, *Why))) for n, what in said.items() if 0.6 < what < 0.8)
    pinned = (Choice(n, Decision.PIN) for n, what in said.items() if 0.8 < what < 0.9)
    noes = [choice for choice in (*rejected, *pinned) if choice.number not in accepted]
    return [*(Choice(number, Decision.ACCEPT) for number in sorted(accepted)), *noes]


def _with_those_before(wanted: set[int], moves: Mapping[int, ProposedMove]) -> set[int]:
    """Some moves, with those of the same proposal that have to be made before them."""
    first = {int(n) for number in wanted for n in moves[number].depends_on if int(n) in moves}
    return wanted if first <= wanted else _with_those_before(wanted | first, moves)


def _meeting(shown: Shown, move: ProposedMove) -> PlanMeeting:
    """What the plan that was decided on says of a move."""
    return next(meeting for meeting in shown.plan.meetings if meeting.id == move.meetings[0])


def _starts(shown: Shown, move: ProposedMove) -> date:
    return shown.starts.get(move.number, WEEK.monday)


def _new(before: Sequence[Occurrence], after: Sequence[Occurrence]) -> list[Occurrence]:
    """The occurrences at places where none was before."""
    old = set(times(before))
    return [one for one in after if (one.start, one.end) not in old]
