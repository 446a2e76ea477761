"""Applies and undos that end at every point: what becomes of them is what becomes of those that nothing disturbs."""

from __future__ import annotations

import multiprocessing
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from difflib import unified_diff
from email.message import EmailMessage
from itertools import zip_longest
from multiprocessing.connection import Connection
from pprint import pformat
from typing import Any

from app.domain.calendar.writing import Insert
from app.domain.proposals.proposal import WORKING, Direction, Letter, LetterState, Proposal, ProposalState
from app.services.proposals import life
from benchmarks.soak.seen import BrokenError, Seen, check_free, check_times, expected, look, texts
from benchmarks.soak.weeks import WEEK
from tests.databases import Server
from tests.soak.apply_worker import CRASH, work
from tests.soak.office import MANAGER, OFFICE, Office, google_office, radicale_office

OFFICES: Mapping[str, Callable[[Server], AbstractContextManager[Office]]] = {
    "google": google_office,
    "radicale, with letters": radicale_office,
}
TRIES = 3
"""How often a job is taken up again that an error ended."""
CRASHES = 8
"""Of so many points, at one PostgreSQL crashes, and not the process."""
DIRECTIONS: tuple[Direction, Direction] = ("apply", "undo")
SAID_EVERY = 10
_OWN = re.compile(r"commit of proposals|request (PUT|PATCH|POST|DELETE)|mail")
"""The points of what an apply writes and sends."""
_STAMPS = re.compile(r"(DTSTAMP|LAST-MODIFIED|CREATED):\w+\r\n")


@dataclass(frozen=True)
class Outcome:
    """All that an apply or an undo leaves behind, but for times of the clock."""

    state: ProposalState
    moves: Sequence[str]
    trail: Sequence[tuple[str, str, str]]
    stale: bool
    calendars: Mapping[str, Sequence[str]]
    told: Counter[str]


@dataclass
class Applies:
    """One office, and what was seen of it."""

    office: Office
    server: Server
    name: str
    say: Callable[[str], object]
    counts: Counter[str] = field(default_factory=Counter)
    wanted: dict[Direction, Outcome] = field(default_factory=dict)
    letters: dict[Direction, Counter[str]] = field(default_factory=dict)
    points: dict[Direction, list[str]] = field(default_factory=dict)

    def run(self, chance: random.Random, end: float) -> None:
        """End each apply and each undo at another point, in any order, until all were tried, or a moment came.

        What the apply itself writes and sends comes before its reading, and the syncs, which are killed elsewhere, too.
        """
        self._undisturbed()
        orders = [_order(self.points[direction], chance) for direction in DIRECTIONS]
        for done, numbers in enumerate(zip_longest(*orders), 1):
            if time.monotonic() >= end:
                break
            self._ended_at(dict(zip(DIRECTIONS, numbers, strict=True)), crashes=done % CRASHES == 0)
            if done % SAID_EVERY == 0:
                self.say(f"{self.name}: {done} of {max(map(len, orders))} applies and undos were ended")
        self.counts[f"{self.name}: points, before and after what is written, sent and read"] = sum(map(len, orders))

    def _undisturbed(self) -> None:
        """What has to come of it, which is what the plan says."""
        self.office.go_back()
        before = look(self.office.place, OFFICE, self.office.soak.reader)
        for direction in DIRECTIONS:
            self.points[direction], ended = self._work()
            if ended != "done":
                raise BrokenError(f"{self.name}: {direction}: {ended}")
            self._check_plan(before, direction)
            self.wanted[direction] = self._outcome(direction)
            self.letters[direction] = self._letters()
            self._turn_round(direction)

    def _ended_at(self, numbers: Mapping[Direction, int | None], *, crashes: bool) -> None:
        self.office.go_back()
        for direction, number in numbers.items():
            try:
                if number:
                    self._fall(number, crashes=crashes)
                self._go_on()
                self._check(direction)
            except BrokenError as error:
                where = self.points[direction][number - 1] if number else "undisturbed"
                raise BrokenError(f"{self.name}: {direction}, point {number} ({where}): {error}") from None
            self._turn_round(direction)

    def _turn_round(self, direction: Direction) -> None:
        """After the apply comes the undo, whose letters are counted anew."""
        self.office.mail.taken.clear()
        if direction == "apply":
            life.undo(self.office.desk, self._proposal.id, by=MANAGER)

    def _fall(self, number: int, *, crashes: bool) -> None:
        """Work until a point, at which the process or the database ends."""
        passed, what = self._work(number, crashes=crashes)
        if what == CRASH:
            self.counts["crashes of PostgreSQL"] += 1
        elif len(passed) == number:
            self.counts[f"{self.name}: kills at a {_kind(passed[-1])}"] += 1
            self.counts["kills"] += 1
        else:
            raise BrokenError(f"the point was not reached: {what}")

    def _work(self, at: int = 0, *, crashes: bool = False) -> tuple[list[str], str]:
        """Have a process work; the points that it passed, and how it ended, or what happened at the last of them."""
        context = multiprocessing.get_context("forkserver")
        here, there = context.Pipe()
        given = (self.office.settings, self.office.shown.proposal.id, at, crashes, there)
        process = context.Process(target=work, args=given)
        process.start()
        there.close()
        with here:
            said = self._heard(here)
        process.join()
        process.close()
        return said

    def _heard(self, pipe: Connection) -> tuple[list[str], str]:
        try:
            said: tuple[list[str], str] = pipe.recv()
            if said[1] == CRASH:
                self.server.stop()
                self.server.start()
                pipe.send(None)
                self.counts[f"after a crash: {pipe.recv()[1].partition(':')[0]}"] += 1
        except EOFError:
            raise BrokenError("the process failed; see above") from None
        return said

    def _go_on(self) -> None:
        """What the next process does with it; an error is tried again, as the engine does it."""
        for _ in range(TRIES):
            _, ended = self._work()
            if self._proposal.state not in WORKING:
                return
        raise BrokenError(f"it is still {self._proposal.state}: {ended}")

    @property
    def _proposal(self) -> Proposal:
        return self.office.desk.proposals.get(self.office.shown.proposal.id)

    def _check_plan(self, before: Seen, direction: Direction) -> None:
        """After the apply everything is where the plan wants it, after the undo where it was."""
        after = look(self.office.place, OFFICE, self.office.soak.reader)
        planned = {meeting.id: meeting for meeting in self.office.shown.plan.meetings}
        moved = {move.title: planned[move.meetings[0]] for move in self.office.shown.proposal.moves}
        for title, there in before.items():
            wanted = sorted((one.start, one.end) for one in there)
            if direction == "apply" and title in moved:
                wanted = expected(there, moved[title], WEEK.monday)
                check_free(title, [one for one in after[title] if one not in there], after)
            check_times(title, after.get(title, ()), wanted)
        if self._proposal.state not in (ProposalState.APPLIED, ProposalState.UNDONE):
            raise BrokenError(f"{self.name}: {direction}: it is {self._proposal.state}")

    def _check(self, direction: Direction) -> None:
        wanted, found = self.wanted[direction], self._outcome(direction)
        for one in fields(Outcome):
            expected_lines, lines = (pformat(getattr(it, one.name)).splitlines() for it in (wanted, found))
            if differing := list(unified_diff(expected_lines, lines, "expected", "found", lineterm="")):
                raise BrokenError("\n".join([f"{one.name} is not as without the fall:", *differing]))
        self._check_letters(direction)

    def _check_letters(self, direction: Direction) -> None:
        """Each letter was sent once, or it is said that nobody knows; that is one at most."""
        noted = Counter(letter.state for letter in _noted(self._proposal, direction))
        taken = self._letters()
        missing, odd = self.letters[direction] - taken, taken - self.letters[direction]
        unknown = noted.pop(LetterState.UNKNOWN, 0)
        self.counts["letters of which nobody knows"] += unknown
        self.counts["letters"] += taken.total()
        if odd or missing.total() > unknown or unknown > 1 or noted.keys() - {LetterState.SENT}:
            raise BrokenError(f"letters are {noted}, {unknown} unknown; too many {odd}, missing {missing}")

    def _outcome(self, direction: Direction) -> Outcome:
        self.office.free_calendars()
        self.office.soak.check_store(self.office.place, OFFICE)
        proposal, store = self._proposal, self.office.desk.proposals
        there = {person: texts(self.office.place, person).values() for person in OFFICE.everyone}
        return Outcome(
            proposal.state,
            [_plain(str(standing), proposal) for standing in _standing(proposal, direction)],
            sorted((entry.what, str(entry.move), str(entry.detail)) for entry in store.trail(proposal.id)),
            store.get(self.office.others).stale,
            {person: sorted(_plain("".join(each), proposal) for each in there[person]) for person in there},
            Counter(_plain(str(mail), proposal) for mail in self.office.told()),
        )

    def _letters(self) -> Counter[str]:
        """The mails that Clearweek sent, by recipient and what is in them."""
        proposal = self._proposal
        return Counter(_plain(_letter(mail), proposal) for mail in self.office.mail.taken)


def _plain(text: str, proposal: Proposal) -> str:
    """A text without the times of the clock, and with one name for the series that the apply made.

    The SEQUENCE is in it, which a second write would have raised.
    """
    for move in proposal.moves:
        for step in move.apply.steps if move.apply else ():
            if isinstance(step.edit, Insert):
                text = text.replace(step.edit.uid.partition("@")[0], "new")
    return _STAMPS.sub("", text)


def _order(points: Sequence[str], chance: random.Random) -> list[int]:
    """The numbers of points, from 1, in any order, but those of what is written and sent first."""
    return sorted(range(1, len(points) + 1), key=lambda n: (_OWN.match(points[n - 1]) is None, chance.random()))


def _kind(point: str) -> str:
    """What a point is before or after: a commit, a mail, or a request."""
    return point.partition(" ")[0].rstrip(":")


def _letter(mail: EmailMessage) -> str:
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return f"{mail['To']}: {content.decode()}"


def _noted(proposal: Proposal, direction: Direction) -> Iterator[Letter]:
    for move in proposal.moves:
        if writing := move.writing(direction):
            yield from writing.letters


def _standing(proposal: Proposal, direction: Direction) -> Iterator[tuple[Any, ...]]:
    """How each move stands, without what is said of its letters."""
    for move in proposal.moves:
        writing = move.writing(direction)
        if writing is not None:
            steps = tuple((str(step.edit), step.state, step.back) for step in writing.steps)
            yield move.number, writing.state, writing.problem, writing.notes, steps


def run(seed: int, seconds: float, server: Server, say: Callable[[str], object]) -> Counter[str]:
    """End applies and undos at each office at all points, or at as many as there is time for; what was seen."""
    chance, begun = random.Random(seed), time.monotonic()
    counts: Counter[str] = Counter()
    for number, (name, open_office) in enumerate(OFFICES.items(), 1):
        with open_office(server) as office:
            applies = Applies(office, server, name, say, counts)
            applies.run(chance, begun + seconds * number / len(OFFICES))
    return counts
