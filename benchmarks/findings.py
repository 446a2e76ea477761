"""How often findings about meetings are wrong: `python -m benchmarks.findings DIR… [--json]`.

A folder is as for `benchmarks.classification`; the columns `agenda` and `status_only` of its `labels.csv` say what a
reader says of each event. A finding is false if the reader says otherwise; what the reader sees and no finding tells
is missed. Meetings that do not take place, and kinds that need no agenda, are counted nowhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.public_holidays import PublicHolidays
from app.domain.audit.finding import FindingRule
from app.services.auditing.meetings.agenda import no_agenda
from app.services.auditing.meetings.status_only import status_only
from app.services.auditing.record import Record, record_of
from app.services.planning.situation.reading import Source
from app.services.planning.situation.request import Request
from app.settings import Settings, load_pattern, load_rules, load_team
from benchmarks.classification import WEEK, WEEKS, labels_of, samples_in

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
MOST_FALSE = 0.05
"""So many of the findings of a rule may be false."""
LABELS = ("agenda", "status_only")
"""The columns that say what a reader says of findings."""


@dataclass(frozen=True)
class Told:
    """One event of which a reader, a rule, or both say that something is wrong."""

    sample: str
    rule: str
    uid: str
    title: str
    found: bool
    labelled: bool


def judge(folder: Path) -> list[Told]:
    """Ask the rules about every labelled event of a calendar, in each of its weeks."""
    record = _record(folder)
    titles = {m.event.ref.uid: m.event.title for m in record.meetings if record.happens(m)}
    found = {
        FindingRule.NO_AGENDA: {each.uid for one in _weeks(record) for each in no_agenda(one)},
        FindingRule.STATUS_ONLY: {each.uid for each in status_only(record)},
    }
    return list(_told(folder, record, titles, found))


def _told(
    folder: Path, record: Record, titles: dict[str, str], found: dict[FindingRule, set[str | None]]
) -> Iterator[Told]:
    kinds = {m.event.ref.uid: record.kind(m).kind for m in record.meetings}
    for row in _labels(folder):
        uid = row["uid"]
        if uid not in titles:
            continue
        needs = kinds[uid] in record.rules.meetings.agenda_kinds
        said = {
            FindingRule.NO_AGENDA: needs and row["agenda"] == "no",
            FindingRule.STATUS_ONLY: row["status_only"] == "yes",
        }
        for rule, labelled in said.items():
            if labelled or uid in found[rule]:
                yield Told(folder.name, rule, uid, titles[uid], uid in found[rule], labelled)


def _labels(folder: Path) -> list[dict[str, str]]:
    """What a reader says of each event. Ends the program if nobody said it of findings."""
    rows = labels_of(folder)
    missing = [name for name in LABELS if any(name not in row for row in rows)]
    if missing:
        raise SystemExit(
            f"{folder / 'labels.csv'}: no column {' and no '.join(missing)}: nobody labelled findings here"
        )
    return rows


def _weeks(record: Record) -> Iterator[Record]:
    """The record with each of the weeks of the sample as the planned one."""
    for number in range(WEEKS):
        yield replace(record, request=replace(record.request, week=WEEK.plus(number)))


def _record(folder: Path) -> Record:
    path, settings = folder / "manager.ics", Settings()
    calendar = IcsCalendar.read(str(path), path.read_bytes())
    request = Request(
        sources=[Source(calendar)],
        manager=calendar.owner_hint or "",
        week=WEEK,
        now=NOW,
        pattern=load_pattern(None, settings),
        rules=load_rules(None, settings),
        holidays=PublicHolidays(),
        generated_by="benchmarks",
        team=load_team(folder / "team.toml"),
    )
    return record_of(request)


def false_share(told: Iterable[Told], rule: str) -> float:
    """How many of the findings of a rule are false."""
    found = [one for one in told if one.rule == rule and one.found]
    return sum(not one.labelled for one in found) / max(1, len(found))


def report(told: Sequence[Told]) -> str:
    """A row for each rule, and each finding that is false or missed, as Markdown."""
    lines = ["| rule | to be found | found | false | missed |", "|---|---|---|---|---|"]
    for rule in (FindingRule.NO_AGENDA, FindingRule.STATUS_ONLY):
        own = [one for one in told if one.rule == rule]
        found = [one for one in own if one.found]
        false = sum(not one.labelled for one in found)
        missed = sum(not one.found for one in own)
        share = f"{false} ({100 * false_share(told, rule):.1f} %)"
        lines.append(f"| {rule} | {sum(one.labelled for one in own)} | {len(found)} | {share} | {missed} |")
    wrong = [
        f"- {one.sample}: {one.title!r}: {one.rule} {'is false' if one.found else 'is missed'}"
        for one in told
        if one.found != one.labelled
    ]
    return "\n".join([*lines, "", *wrong]).rstrip()


def main() -> int:
    """Print the rates of some folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    told = [one for folder in chosen.folder for sample in samples_in(folder) for one in judge(sample)]
    print(json.dumps([vars(one) for one in told]) if chosen.json else report(told))
    return 0 if told else 2


if __name__ == "__main__":
    sys.exit(main())
