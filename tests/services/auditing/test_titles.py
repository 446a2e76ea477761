"""How often the words of the rules about quarters, open doors and decisions are wrong, on labelled titles."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from app.domain.configuration.audit_rules import AuditRules
from app.domain.meetings.titles import find_word
from app.settings import Settings, load_rules

FOLDER = Path(__file__).parents[2] / "data" / "audit"
RULES = load_rules(None, Settings()).audit


def read_as(title: str, rules: AuditRules) -> set[str]:
    """What the words take a title for."""
    quarter = find_word(title, rules.quarter_words)
    words = {
        "okr_planning": rules.okr_planning_words if quarter else (),
        "mid_quarter": rules.mid_quarter_words if quarter else (),
        "retrospective": rules.retrospective_words if quarter else (),
        "open_door": rules.open_door_words,
        "decides": rules.decision_words,
    }
    return {name for name, each in words.items() if find_word(title, each)}


def mistakes(name: str) -> tuple[dict[str, list[str]], dict[str, list[str]], int]:
    """Titles that would lead to a false finding, those that would hide a true one, and how many titles there are.

    A meeting about a quarter, or an open door, that is not known as one is missing in the calendar: a false finding. A
    meeting taken for one that decides is one, too.
    """
    false: dict[str, list[str]] = defaultdict(list)
    hidden: dict[str, list[str]] = defaultdict(list)
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file, delimiter=";")]
    for row in rows:
        title, label, taken = row["title"], row["label"], read_as(row["title"], RULES)
        if label not in ("none", "decides") and label not in taken:
            false[label].append(title)
        if "decides" in taken and label != "decides":
            false["decides"].append(title)
        if label == "decides" and "decides" not in taken:
            hidden["decides"].append(title)
        if label == "none":
            for kind in taken - {"decides"}:
                hidden[kind].append(title)
    return false, hidden, len(rows)


@pytest.mark.parametrize("name", ["titles", "unseen"])
def test_at_most_one_title_in_twenty_leads_to_a_false_finding(name: str) -> None:
    false, _, number = mistakes(name)
    assert number >= 70
    assert sum(map(len, false.values())) / number <= 0.05, dict(false)


@pytest.mark.parametrize("name", ["titles", "unseen"])
def test_at_most_one_title_in_ten_hides_a_finding(name: str) -> None:
    _, hidden, number = mistakes(name)
    assert sum(map(len, hidden.values())) / number <= 0.1, dict(hidden)
