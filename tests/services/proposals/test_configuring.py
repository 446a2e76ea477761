"""Changes of a manager's own TOML texts: what else is in them stays as it was written."""

from __future__ import annotations

from app.domain.people.person import Team
from app.services.proposals.configuring import with_correction, with_manager, with_pin
from app.settings import parse, parse_rules

RULES = """\
# mine
[pins]
over_people = 5  # not more
uids = [
    "one",  # the board
]
"""
TEAM = """\
# the people
[[person]]
email = "Ana@example.com"  # Ana
aliases = ["ana.k@example.com"]

[[person]]
email = "ben@example.com"
"""


def test_a_pin_is_added_once_and_comments_stay() -> None:
    once = with_pin(RULES, "two")
    assert with_pin(once, "two") == once
    assert parse_rules(once, "rules").pins.uids == ("one", "two")
    assert all(line in once for line in ("# mine", "# not more", "# the board"))


def test_a_pin_in_a_text_that_has_none_yet() -> None:
    assert parse_rules(with_pin("", "u"), "rules").pins.uids == ("u",)
    assert parse_rules(with_pin("[lunch]\nminutes = 20\n", "u"), "rules").lunch.minutes == 20


def test_corrections_of_one_meeting_become_one_and_the_last_word_counts() -> None:
    text = with_correction("", "u", "team_sync", required=["ana@example.com", "ben@example.com"])
    text = with_correction(text, "u", None, optional=["Ana@example.com"])
    text = with_correction(text, "v", "external")
    first, second = parse_rules(text, "rules").correction
    assert (first.uid, first.kind) == ("u", "team_sync")
    assert (first.required, first.optional) == (("ben@example.com",), ("ana@example.com",))
    assert (second.uid, second.kind, second.required) == ("v", "external", ())


def test_who_reports_to_whom_is_said_of_the_person_who_is_listed_under_any_address() -> None:
    known = parse(TEAM, "team", Team)
    text = with_manager(TEAM, known, "ana.k@example.com", "dana@example.com")
    team = parse(text, "team", Team)
    assert [person.email for person in team.person] == ["Ana@example.com", "ben@example.com"]
    assert [person.email for person in team.reports_of("dana@example.com")] == ["Ana@example.com"]
    none = parse(with_manager(text, team, "ana@example.com", None), "team", Team)
    assert none.reports_of("dana@example.com") == ()
    assert "# Ana" in text


def test_who_is_not_listed_is_added() -> None:
    team = parse(with_manager("", Team(), "cleo@example.com", "dana@example.com"), "team", Team)
    assert [(p.email, p.manager) for p in team.person] == [("cleo@example.com", "dana@example.com")]
