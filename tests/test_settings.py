"""Configuration: the domain's values in TOML, with errors that say where and how to mend them."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.configuration.pattern import Pattern
from app.domain.configuration.rules import ALL_TIERS, Rules
from app.domain.configuration.schedule import Schedule, WeeklyMail
from app.domain.people.person import Absence, Carried, Group, Person, Team, Travel, WorkingHours
from app.domain.people.rooms import Distance, Room, Site
from app.errors import ConfigError, NotFoundError
from app.settings import (
    MAX_CONFIG_BYTES,
    Settings,
    load_agendas,
    load_pattern,
    load_rules,
    load_team,
    packaged,
    parse,
    parse_rules,
    parse_schedule,
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLEARWEEK_CONFIG_DIR", raising=False)


def test_the_packaged_pattern_is_the_documented_week() -> None:
    pattern = load_pattern(None, Settings())
    assert pattern.meeting_free_days.days == ("tuesday", "thursday")
    assert [b.day for b in pattern.blocks_for("one_on_one", "report")] == ["monday", "friday"]
    assert pattern.blocks_for("one_on_one", "peer") == pattern.blocks_for("cross_team")
    assert [(b.day, b.start, b.end) for b in pattern.blocks_for("sprint_check")] == [("friday", time(9), time(12))]
    assert [b.day for b in pattern.blocks_for("sprint_start")] == ["monday"]
    assert pattern.blocks_for("standup") == ()


def test_the_packaged_rules_are_the_defaults_of_the_code() -> None:
    packaged, coded = load_rules(None, Settings()), Rules()
    assert packaged.packing == coded.packing
    assert packaged.budget == coded.budget
    assert packaged.pins == coded.pins
    assert packaged.lunch == coded.lunch
    assert packaged.packing.tiers == ALL_TIERS
    assert packaged.fairness == coded.fairness
    assert packaged.suggestions == coded.suggestions


def test_the_example_of_a_team_file_shows_every_key() -> None:
    path = packaged("team.example.toml")
    assert load_team(path).premises.minutes("Mitte", "Adlershof") == 40
    keys = set(re.findall(r"(\w+)\s*=|\[\[(\w+)\]\]|`(\w+)`", path.read_text(encoding="utf-8")))
    shown = {name for found in keys for name in found}
    for shape in (Team, Group, Person, WorkingHours, Absence, Travel, Carried, Room, Site, Distance):
        assert {field.name.rstrip("_") for field in fields(shape)} <= shown


@pytest.mark.parametrize("key", ["room_change", "max_exceptions", "bad_minute", "unplaced", "run_minutes"])
def test_every_cost_of_the_rules_is_written_down(key: str) -> None:
    assert f"\n{key} = " in packaged("rules.toml").read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match=f"{key} must be from [01] to 10000, not -1"):
        parse_rules(f"[packing]\n{key} = -1", "rules.toml")


def test_a_folder_of_ones_own_comes_before_what_is_packaged(tmp_path: Path) -> None:
    (tmp_path / "pattern.toml").write_text('[meeting_free_days]\ndays = ["friday"]\n')
    settings = Settings(config_dir=tmp_path)
    assert load_pattern(None, settings).meeting_free_days.days == ("friday",)
    assert load_rules(None, settings) == load_rules(None, Settings())


def test_a_given_file_comes_before_the_folder(tmp_path: Path) -> None:
    (tmp_path / "pattern.toml").write_text('[meeting_free_days]\ndays = ["friday"]\n')
    given = tmp_path / "given.toml"
    given.write_text('[meeting_free_days]\ndays = ["monday"]\n')
    assert load_pattern(given, Settings(config_dir=tmp_path)).meeting_free_days.days == ("monday",)


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARWEEK_CONFIG_DIR", str(tmp_path))
    assert Settings().config_dir == tmp_path


def test_rules_that_say_one_thing_keep_the_rest() -> None:
    rules = parse_rules("[budget]\nmax_moves = 3\n", "rules.toml")
    packaged = load_rules(None, Settings())
    assert rules.budget.max_moves == 3
    assert rules.budget.max_people_mailed == packaged.budget.max_people_mailed
    assert rules.kind == packaged.kind
    assert rules.kind


def test_a_team_file_knows_people_groups_trips_and_absences() -> None:
    team = parse(
        """
        internal_domains = ["example.com"]
        [[group]]
        email = "team@example.com"
        members = ["ana.k@example.com"]
        [[person]]
        email = "Ana@example.com"
        aliases = ["ana.k@example.com"]
        manager = "dana@example.com"
        timezone = "Europe/Berlin"
        working_hours = [{ days = ["monday"], start = "09:00", end = "13:00" }]
        away = [{ from = 2026-12-01, to = 2026-12-03 }]
        travel = [{ from = 2026-12-10, to = 2026-12-11, timezone = "Asia/Tokyo" }]
        """,
        "team.toml",
        Team,
    )
    ana = team.find("ana.k@example.com")
    assert ana.timezone == ZoneInfo("Europe/Berlin")
    assert ana.is_away(date(2026, 12, 3))
    assert not ana.is_away(date(2026, 12, 4))
    assert ana.zone_on(date(2026, 12, 10), ZoneInfo("UTC")).key == "Asia/Tokyo"
    assert team.members_of("team@example.com") == ("ana@example.com",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[packing]\nweeks = 8\nslack_hour = 1",
            r"rules.toml, line 3: unknown key 'slack_hour'; did you mean slack_hours",
        ),
        ('[[correction]]\nuid = "a"\nkind = "x"', r"rules.toml: the file: 'x' is no kind \(a\); known are cross_team"),
        (
            '[[correction]]\nuid = "a"\nrequired = ["ana@example.com"]\noptional = ["Ana@example.com"]',
            r"line 1: correction.0: ana@example.com cannot be both required and optional in a",
        ),
        ('[[correction]]\nuid = "a"\nrequire = []', r"line 3: unknown key 'require'; did you mean required"),
        ("moves = 1", r"rules.toml, line 1: unknown key 'moves'; known are audit, budget"),
        ('[packing]\nweeks = "many"', r"rules.toml, line 2: packing.weeks: .*integer"),
        ("[packing]\nweeks = ", r"rules.toml: is not TOML"),
        ('[[uid]]\nuid = "a"\nkind = "x"\n[[uid]]\nuid = "b"', r"rules.toml, line 4: uid.1.kind"),
        (
            '[[uid]]\nuid = "a"\nkind = "x"\n[[uid]]\nuid = "b"\nknd = "x"',
            r"line 6: unknown key 'knd'; did you mean kind",
        ),
    ],
)
def test_a_fault_in_the_rules_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_rules(text, "rules.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[packing]\nweeks = 0", "weeks must be from 1 to 26, not 0"),
        ("[packing]\nweeks = 2000", "weeks must be from 1 to 26"),
        ("[packing]\nslack_hours = -1", "slack_hours must be from 0 to 24"),
        ("[packing]\nslack_hours = nan", "slack_hours must be from 0 to 24"),
        ("[packing]\nmove_charge = 10000000000000", "move_charge must be from 0 to 10000"),
        ("[packing]\nfragment_cell = -1", "fragment_cell must be from 0"),
        ('[packing]\ntiers = ["focus"]', "tiers must name each of conflicts"),
        ("[budget]\nmax_moves = -1", "max_moves must be from 0"),
        ("[pins]\nfreeze_working_days = 99", "freeze_working_days must be from 0 to 20"),
        ('[lunch]\nstart = "13:00"\nend = "12:00"', "lunch must end after it starts"),
        ('[lunch]\nstart = "12:00+02:00"', "leave the offset out of 12:00:00\\+02:00"),
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_rules(text, "rules.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[person]]\nemail = "a@x"\ntimezone = "Mars/Base"', r"line 3: person.0.timezone"),
        ('[[person]]\nemail = "a@x"\naway = [{ from = 2026-12-03, to = 2026-12-01 }]', r"line 3.*must not end"),
        ('[[person]]\nemail = "a@x"\nlevel = "king"', r"line 3: person.0.level"),
    ],
)
def test_a_fault_in_the_team_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(text, "team.toml", Team)


def test_a_block_that_ends_before_it_starts_is_refused() -> None:
    text = '[[block]]\nname = "A"\nday = "monday"\nstart = "10:00"\nend = "09:00"\nkinds = []'
    with pytest.raises(ConfigError, match="block 'A' must end after it starts"):
        parse(text, "pattern.toml", Pattern)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"none\.toml: there is no such file"):
        load_team(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_team(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes('okr_dashboard = "Ü"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_team(latin)
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (MAX_CONFIG_BYTES + 1))
    with pytest.raises(ConfigError, match="larger than"):
        load_team(large)


def test_people_of_the_service_account_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().people_of_service_account == frozenset()
    monkeypatch.setenv("CLEARWEEK_GOOGLE_SUBJECTS", " Dana@example.com, ana@example.com ,")
    assert Settings().people_of_service_account == {"dana@example.com", "ana@example.com"}


def test_templates_of_agendas_can_be_replaced_and_added(tmp_path: Path) -> None:
    packaged = load_agendas(Settings())
    assert set(packaged) == {"one_on_one", "team", "sprint_start", "sprint_check", "cross_team"}
    (tmp_path / "agenda").mkdir()
    (tmp_path / "agenda" / "team.txt.j2").write_text("ours")
    assert load_agendas(Settings(config_dir=tmp_path)) == packaged | {"team": "ours"}


def test_what_is_no_template_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "agenda").mkdir()
    (tmp_path / "agenda" / "team.txt.j2").write_text("one\n{% if %}")
    with pytest.raises(ConfigError, match=r"team\.txt\.j2, line 2: is no Jinja template"):
        load_agendas(Settings(config_dir=tmp_path))


def test_the_packaged_schedule_is_the_documented_one() -> None:
    assert parse(packaged("schedule.toml").read_text(), "schedule.toml", Schedule) == Schedule()


def test_a_schedule_leaves_to_the_configured_folder_all_but_the_yes(tmp_path: Path) -> None:
    (tmp_path / "schedule.toml").write_text('[weekly_mail]\non = true\nday = "friday"\n')
    settings = Settings(config_dir=tmp_path)
    assert parse_schedule("", "own", settings).weekly_mail == WeeklyMail(on=False, day="friday")
    assert parse_schedule("[weekly_mail]\non = true", "own", settings).weekly_mail == WeeklyMail(on=True, day="friday")
    (tmp_path / "schedule.toml").write_text("[weekly_mail]\ndays = 1\n")
    with pytest.raises(ConfigError, match=r"schedule.toml, line 2: unknown key 'days'; did you mean day\?"):
        parse_schedule("", "own", settings)
