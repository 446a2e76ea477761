"""How long a decision takes, planning anew around it included: `python -m benchmarks.deciding [--seeds N]`.

Seeded weeks of a manager with 40 meetings in the planned week, eight weeks looked at, calendars of everyone, the
packaged pattern and rules. For each week a plan is made, and then decided move by move: every second one is accepted,
the others are rejected, and each time the week is planned again around all that was decided before. The process is
warm; what is timed is `plan_week` from the calendars to the document.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time as clock

from app.domain.plans.plan import Plan, PlanMeeting
from app.domain.proposals.around import Held, Refused
from app.services.packing.packing import Limits
from app.services.packing.units import wording
from app.services.planning.plan_week import Planned, plan_week
from app.services.planning.situation.recent import Recent
from app.services.planning.situation.request import Request
from tests.services.weeks import DANA, Office, office

REPORTS, PEERS = 12, 6
HOURS = [(hour, minute) for hour in range(9, 17) for minute in (0, 30)]
DECISIONS = 6
FIRST_WORK = 2.0
"""Work of the solver for the plan that is decided of; nobody waits for it."""


def week(seed: int) -> Office:
    """A manager with twelve reports: 1:1s, syncs of the team and across teams, one-offs, and what others arranged."""
    rng = random.Random(seed)
    names = [f"p{n}" for n in range(REPORTS + PEERS)]
    made = office(*names)
    people = [person.email for person in made.people[1:]]
    reports, peers = people[:REPORTS], people[REPORTS:]
    made.people[1 + REPORTS :] = [
        replace(p, manager="boss@example.com", team="other") for p in made.people[1 + REPORTS :]
    ]
    meetings: list[tuple[str, list[str], int, bool]] = []
    meetings += [(f"1:1 {email}", [DANA, email], 30, True) for email in people]
    meetings += [(f"Sync {n}", [DANA, *rng.sample(reports, rng.randint(4, 9))], 60, True) for n in range(5)]
    meetings += [(f"Across {n}", [DANA, *rng.sample(peers, 2), *rng.sample(reports, 1)], 45, True) for n in range(8)]
    meetings += [(f"Talk {n}", [DANA, *rng.sample(people, 2)], 30, False) for n in range(5)]
    meetings += [(f"Theirs {n}", [peers[n % PEERS], DANA], 30, True) for n in range(4)]
    for title, who, minutes, recurs in meetings:
        at = clock(*rng.choice(HOURS))
        made.meeting(title, who, rng.randrange(5), at, minutes, weeks=range(8) if recurs else None)
    for person in people:
        for _ in range(rng.randint(2, 5)):
            made.block(person, rng.randrange(5), clock(*rng.choice(HOURS)), 60, week=rng.randrange(8))
    return made


@dataclass
class Deciding:
    """A week that is decided move by move."""

    request: Request
    plan: Plan
    recent: Recent

    def decisions(self) -> Iterator[tuple[float, float, Planned]]:
        """Seconds of each decision, by the clock and of the processor, and what it led to."""
        for turn in range(DECISIONS):
            move = self.undecided()
            if move is None:
                return
            around = self.request.around
            if turn % 2:
                around = replace(around, refused=(*around.refused, _refused(move)))
            else:
                around = replace(around, held=(*around.held, _held(move)))
            likely = tuple(_held(m) for m in self.plan.moves if m is not move)
            self.request = replace(self.request, around=replace(around, likely=likely))
            begin, used = time.perf_counter(), time.process_time()
            planned = plan_week(self.request, recent=self.recent)
            yield time.perf_counter() - begin, time.process_time() - used, planned
            self.plan = planned.plan

    def undecided(self) -> PlanMeeting | None:
        """The next move of which nothing was said."""
        around = self.request.around
        said = {(h.uid, h.recurrence_id) for h in around.held} | {(r.uid, r.recurrence_id) for r in around.refused}
        return next((m for m in self.plan.moves if (m.uid, m.recurrence_id) not in said), None)


def _held(move: PlanMeeting) -> Held:
    assert move.to is not None
    return Held(move.uid, move.recurrence_id, move.scope, move.to.start)


def _refused(move: PlanMeeting) -> Refused:
    assert move.to is not None
    return Refused(move.uid, move.recurrence_id, move.scope, wording.rejected(None, move.to.start), None, move.to.start)


def measure(seeds: int, wall_s: float) -> dict[str, float]:
    """Medians, and the longest, over all decisions of the weeks; `processor_s` is what this process used of it."""
    whole, decided, processor, solving = [], [], [], []
    for seed in range(1, seeds + 1):
        request, recent = replace(week(seed).request(), limits=Limits(work=FIRST_WORK)), Recent()
        begin = time.perf_counter()
        first = plan_week(request, recent=recent)
        whole.append(time.perf_counter() - begin)
        request = replace(request, limits=Limits(work=1.0, wall_s=wall_s))
        for seconds, used, planned in Deciding(request, first.plan, recent).decisions():
            decided.append(seconds)
            processor.append(used)
            solving.append(planned.plan.wall_time_s)
    return {
        "decisions": len(decided),
        "plan_s": round(statistics.median(whole), 3),
        "decision_s": round(statistics.median(decided), 3),
        "longest_s": round(max(decided), 3),
        "processor_s": round(statistics.median(processor), 3),
        "least_processor_s": round(min(processor), 3),
        "solver_s": round(statistics.median(solving), 3),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--wall-s", type=float, default=0.12, help="seconds that the solver may take")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.seeds, asked.wall_s)
    print(json.dumps(found) if asked.json else "\n".join(f"{name:12} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
