"""How many labelled events are known for what they are: `python -m benchmarks.classification DIR… [--json]`.

A folder holds `manager.ics` (X-WR-CALNAME is the manager's address), `team.toml` and `labels.csv` (uid, kind, with), or
is a folder of such folders. With `--guess` the team file is not used: the team is guessed from the calendar.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from app.adapters.ics.calendar import IcsCalendar
from app.domain.calendar.event import Event
from app.domain.calendar.timespan import IsoWeek
from app.domain.configuration.rules import Rules
from app.domain.meetings.classify import classify
from app.domain.meetings.guess import guess_team
from app.domain.meetings.meeting import Classified, Meeting, merge
from app.domain.people.grid import weeks_span
from app.domain.people.person import Team
from app.settings import Settings, load_rules, load_team

WEEK = IsoWeek(2026, 49)
WEEKS = 8
MISSING = "not seen"


@dataclass(frozen=True)
class Judged:
    """One labelled event: what a reader says it is, and what the rules say; `one_on_one:report` for a 1:1."""

    sample: str
    uid: str
    title: str
    expected: str
    found: str
    why: str

    @property
    def right(self) -> bool:
        """Whether both say the same."""
        return self.expected == self.found


def samples_in(folder: Path) -> list[Path]:
    """The folder itself if it is a labelled calendar, else those in it."""
    return [folder] if (folder / "labels.csv").exists() else sorted(p.parent for p in folder.glob("*/labels.csv"))


def judge(folder: Path, rules: Rules, week: IsoWeek = WEEK, *, guess: bool = False) -> list[Judged]:
    """Classify a labelled calendar and compare every label."""
    manager, events = _events(folder, week)
    team = load_team(folder / "team.toml")
    owners = {event.ref.calendar_id: manager for event in events}
    if guess:
        bare = Team(internal_domains=team.internal_domains)
        team = guess_team(merge(events, owners, bare), manager, rules.words).team
    meetings = merge(events, owners, team)
    found = classify(meetings, manager, team, rules)
    first: dict[str, tuple[Meeting, Classified]] = {}
    for meeting in meetings:
        first.setdefault(meeting.event.ref.uid, (meeting, found[meeting.key]))
    return [_judged(folder.name, row, first.get(row["uid"])) for row in labels_of(folder)]


def _judged(sample: str, row: dict[str, str], seen: tuple[Meeting, Classified] | None) -> Judged:
    expected = _label(row["kind"], row["with"] or None)
    if seen is None:
        return Judged(sample, row["uid"], "", expected, MISSING, "")
    meeting, kind = seen
    found = _label(kind.kind, kind.relation)
    return Judged(sample, row["uid"], meeting.event.title, expected, found, kind.reason.text)


def _label(kind: str, relation: str | None) -> str:
    return f"{kind}:{relation}" if relation else kind


def labels_of(folder: Path) -> list[dict[str, str]]:
    """The rows of a labelled calendar: what a reader says of each event."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _events(folder: Path, week: IsoWeek) -> tuple[str, Sequence[Event]]:
    path = folder / "manager.ics"
    calendar = IcsCalendar.read(str(path), path.read_bytes())
    zone = calendar.zone_hint or ZoneInfo("UTC")
    if calendar.owner_hint is None:
        raise SystemExit(f"{path}: X-WR-CALNAME does not say whose calendar it is")
    manager = calendar.owner_hint.lower()
    return manager, calendar.events(weeks_span(week, WEEKS, zone), manager, zone).events


def confusion(judged: Iterable[Judged]) -> str:
    """A Markdown table: a row for what it is, a column for what it was taken for, kinds without relations."""
    pairs = Counter((j.expected.partition(":")[0], j.found.partition(":")[0]) for j in judged)
    kinds = sorted({kind for pair in pairs for kind in pair})
    head = ["is ↓ taken for →", *kinds]
    rows = [[kind, *(str(pairs[kind, other] or "") for other in kinds)] for kind in kinds]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def report(judged: Sequence[Judged]) -> str:
    """Accuracy by sample, the confusion matrix, and what is wrong, as Markdown."""
    lines = ["| sample | events | right | |", "|---|---|---|---|"]
    for name in dict.fromkeys(j.sample for j in judged):
        own = [j for j in judged if j.sample == name]
        lines.append(_score(name, own))
    lines += [_score("all", judged), "", confusion(judged)]
    wrong = [f"- {j.sample}: {j.title!r} is {j.expected}, taken for {j.found} ({j.why})" for j in judged if not j.right]
    return "\n".join([*lines, "", *wrong]).rstrip()


def _score(name: str, judged: Sequence[Judged]) -> str:
    right = sum(j.right for j in judged)
    return f"| {name} | {len(judged)} | {right} | {100 * right / max(1, len(judged)):.1f} % |"


def main() -> int:
    """Print the score of some folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--guess", action="store_true", help="guess the team instead of reading team.toml")
    parser.add_argument("--week", type=IsoWeek.parse, default=WEEK, help=f"the first of {WEEKS} weeks ({WEEK})")
    chosen = parser.parse_args()
    rules = load_rules(None, Settings())
    samples = [sample for folder in chosen.folder for sample in samples_in(folder)]
    judged = [one for sample in samples for one in judge(sample, rules, chosen.week, guess=chosen.guess)]
    if chosen.json:
        right = sum(j.right for j in judged)
        print(json.dumps({"events": len(judged), "right": right, "wrong": [vars(j) for j in judged if not j.right]}))
    else:
        print(report(judged))
    return 0 if judged else 2


if __name__ == "__main__":
    sys.exit(main())
