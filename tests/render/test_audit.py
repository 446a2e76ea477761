"""An audit for a terminal and as a document."""

import json
from dataclasses import replace
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from rich.console import Console

from app.domain.audit.finding import Audit, Draft, Finding, FindingRule, TeamFigure, WeekFigures
from app.render import words
from app.render.audit import NOTHING, RULES, audit_to_json, finding_views, next_step, print_audit
from tests.render.hostile import HOSTILE

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 9, tzinfo=BERLIN)
START, END = datetime(2026, 11, 30, 14, tzinfo=BERLIN), datetime(2026, 11, 30, 14, 30, tzinfo=BERLIN)
FOUND = Finding(
    "no_agenda:u1",
    FindingRule.NO_AGENDA,
    "Weekly sync has no agenda",
    ("12 people", "no description"),
    "Send the template.",
    0.8,
    hours_a_month=6.5,
    drafts=(Draft("1:1", "Monday", "mailto:a@example.com", START, END), Draft("note", "text")),
)
AUDIT = Audit(
    "dana@example.com",
    "2026-W49",
    NOW,
    (FOUND, replace(FOUND, key="no_agenda:u2", weight=0.5)),
    (WeekFigures("2026-W48", 17.5, 12.0, 90, 4),),
    (TeamFigure("meeting_hours", "14.5 h of meetings a week each", 6, 14.5),),
    ("no_agenda:u3",),
)


def printed(audit: Audit, width: int = 80, *, kept: bool = True) -> str:
    out = StringIO()
    print_audit(audit, Console(file=out, width=width), kept=kept)
    return out.getvalue()


def test_not_this_one_is_offered_where_it_can_be_kept() -> None:
    assert "--dismiss KEY" in printed(AUDIT)
    assert "--dismiss KEY" not in printed(AUDIT, kept=False)


def test_hours_that_the_finding_says_itself_are_said_once() -> None:
    found = replace(FOUND, rule=FindingRule.DELEGATE)
    assert "gives back" not in printed(replace(AUDIT, findings=(found,)))


def test_each_finding_is_shown_with_evidence_advice_and_key() -> None:
    text = printed(AUDIT)
    for said in (*FOUND.evidence, "→ Send the template.", "gives back 6.5 person-hours a month", "key no_agenda:u1"):
        assert said in text
    assert f"+ 1:1, Mon 30 Nov 14:00{words.DASH}14:30" in text
    assert "2 findings, 1 dismissed" in text


def test_a_long_key_stands_in_one_line_so_that_it_can_be_copied() -> None:
    key = f"no_agenda:{'0123456789abcdef' * 8}@example.com"
    assert f"key {key}\n" in printed(replace(AUDIT, findings=(replace(FOUND, key=key),)))


def test_one_hour_is_one_person_hour() -> None:
    text = printed(replace(AUDIT, findings=(replace(FOUND, hours_a_month=1.0),)))
    assert "gives back 1 person-hour a month" in text


def test_the_trend_and_the_team_are_shown() -> None:
    text = printed(AUDIT)
    assert "23 Nov" in text
    assert "17.5 h" in text
    assert "1 h 30" in text
    assert "14.5 h of meetings a week each (6 people)" in text


def test_the_next_step_is_about_the_worst_one() -> None:
    assert next_step(AUDIT) == "Send the template."
    assert f"Next: {next_step(AUDIT)}" in printed(AUDIT)


def test_without_findings_there_is_still_a_next_step() -> None:
    text = printed(replace(AUDIT, findings=()), width=120)
    assert NOTHING in text
    assert "clearweek propose --manager dana@example.com --week 2026-W49" in text


def test_what_comes_from_calendars_cannot_do_anything_to_a_terminal() -> None:
    for text in HOSTILE:
        nasty = replace(FOUND, text=text, evidence=(text,), advice=text, key=f"no_agenda:{text}")
        shown = printed(replace(AUDIT, findings=(nasty,)))
        assert not any(char in shown for char in "\x1b\u202e\u200b\r")
        assert "\x1b" not in audit_to_json(replace(AUDIT, findings=(nasty,)))


def test_the_document_has_all_of_the_audit() -> None:
    document = json.loads(audit_to_json(AUDIT))
    assert document["schema"] == "clearweek.audit/1"
    assert [each["key"] for each in document["findings"]] == ["no_agenda:u1", "no_agenda:u2"]
    assert document["findings"][0]["drafts"][0]["start"] == "2026-11-30T14:00:00+01:00"
    assert document["trend"][0]["free_day_minutes"] == 90


def test_every_rule_has_a_word_and_findings_are_numbered() -> None:
    assert RULES.keys() == set(FindingRule)
    assert [view.number for view in finding_views(AUDIT)] == [1, 2]
