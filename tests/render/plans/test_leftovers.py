from dataclasses import replace

import pytest

from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Advice, Plan, PlanWarning, SeriesException, SeriesMove
from app.render.plans import figures, leftovers
from app.render.plans.html import to_html
from app.render.plans.ics import week_ics
from app.render.words import DASH
from tests.render.given_plans import MONDAY, meeting, when
from tests.render.sample import sample_plan


def of(*meetings: object) -> Plan:
    return replace(sample_plan(), meetings=meetings)  # type: ignore[arg-type]


def titles(found: tuple[leftovers.Leftover, ...]) -> set[str]:
    return {each.title for each in found}


def test_what_waits_is_apart_from_what_is_left() -> None:
    waits, left = titles(leftovers.waiting(sample_plan())), titles(leftovers.leftovers(sample_plan()))
    assert "Dana / Mara" in waits
    assert not waits & left
    assert {"Tom + Dana", "Skip level: Noah's team", "Isla: onboarding check", "Works council call"} <= left


def test_what_has_another_place_in_the_target_names_it() -> None:
    (mara,) = [f for f in leftovers.waiting(sample_plan()) if f.title == "Dana / Mara"]
    assert " → " in mara.when
    target = when("mon 09:00 30")
    (clash,) = leftovers.leftovers(of(meeting("x", "X", "other", "tue 10:00 30", action="conflict", target=target)))
    assert clash.when == f"Tue 1 Dec 10:00 → Mon 30 Nov 09:00{DASH}09:30"


def test_what_is_well_placed_is_no_finding() -> None:
    assert not titles(leftovers.leftovers(sample_plan())) & {"Architecture guild", "Jonas / Dana", "Platform weekly"}


def test_occurrences_that_are_alike_stand_together() -> None:
    (standup,) = [f for f in leftovers.leftovers(sample_plan()) if f.title == "Platform stand-up"]
    assert standup.when.count("09:15") == 2


def test_a_finding_says_its_rule_and_what_would_help() -> None:
    (tom,) = [f for f in leftovers.leftovers(sample_plan()) if f.title == "Tom + Dana"]
    assert tom.what == "stays outside its block"
    assert "Tom Lindqvist works on Monday" in tom.why[0]
    assert tom.helps == ("if Monday 1:1s ended at 17:30, it would fit at 17:00",)


def test_a_oneoff_on_a_free_day_is_no_finding_without_advice() -> None:
    assert not leftovers.leftovers(of(meeting("x", "Offsite", "other", "tue 10:00 60", recurring=False)))


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "mailto:", "mailto:a@b c", "mailto:a\n@b", "mailto:" + "a" * 3000, "https://x.example"],
)
def test_only_plain_mail_links_are_kept(link: str) -> None:
    (found,) = leftovers.leftovers(of(meeting("x", "X", "other", "mon 10:00 60", advice=Advice("Ask", link))))
    assert found.mailto is None


def test_blocks_name_what_stays_outside() -> None:
    blocks = {b.kinds: b for b in figures.blocks(sample_plan())}
    ones = blocks["1:1s (report, skip level)"]
    assert not ones.fits
    assert (ones.needed, ones.hours, ones.verdict, ones.share) == ("9.5 h", "8 h", "1.5 h too much", 84)
    assert ones.outside == "Austausch Isla / Dana, Tom + Dana and Skip level: Noah's team"


def test_kinds_stand_together_and_say_when() -> None:
    found = figures.kinds(sample_plan())
    (standup,) = [k for k in found if k.title == "Platform stand-up"]
    assert standup.when == "Mon\u2013Fri 09:15"
    kinds = [k.kind for k in found]
    assert kinds == sorted(kinds, key=kinds.index)


def test_a_kind_from_the_configuration_is_shown_too() -> None:
    (found,) = figures.kinds(of(meeting("x", "X", "book_club", "mon 10:00 60")))
    assert (found.kind, found.kind_id) == ("book club", "book_club")


def test_a_figure_is_better_in_its_own_direction() -> None:
    better = {m.name: m.better for m in figures.metrics(sample_plan())}
    assert better["In their own block"] is True
    assert better["Meetings outside their block"] is True
    assert better["Meetings"] is None
    assert better["Least slack on a day"] is None


def test_a_warning_about_a_meeting_names_it() -> None:
    plan = replace(sample_plan(), warnings=(PlanWarning("x", "Odd", "weekly"),))
    assert figures.warnings(plan)[0].about == "Platform weekly"


def test_reasons_are_said_once() -> None:
    twice = meeting("x", "X", "other", "mon 10:00 60", reasons=(Reason("a", "full"), Reason("b", "full")))
    assert leftovers.why(twice) == "full"


def test_what_a_suggested_series_leaves_out_is_shown_everywhere() -> None:
    exception = SeriesException("2026-12-01T09:00:00+00:00", when("wed 10:00 30"), when("wed 12:15 30"), "it is taken")
    series = SeriesMove(MONDAY, "", "weekly, Wednesday 10:00", 8, (exception,))
    to = when("wed 10:00 30")
    plan = of(meeting("x", "X", "other", "wed 10:00 30", action="suggest", from_=None, to=to, series=series))
    text = f"not on Wed 2 Dec: it is taken, then Wed 2 Dec 12:15{DASH}12:45"
    (found,) = leftovers.leftovers(plan)
    assert text in found.why
    assert text in to_html(plan)
    assert text in " ".join(week_ics(plan).decode().replace("\r\n ", "").replace("\\", "").split())
