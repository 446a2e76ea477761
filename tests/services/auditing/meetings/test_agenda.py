"""Which meetings of the planned week are told to have no agenda."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from urllib.parse import unquote

from app.domain.audit.finding import Finding, FindingRule
from app.domain.calendar.timespan import IsoWeek
from app.services.auditing.audit import audit_of
from app.settings import Settings, load_agendas
from tests.services.auditing.offices import ANA, BEN, found, office, report
from tests.services.weeks import DANA, WEEK, Office

PETE = "pete@example.com"


def team_office(**more: object) -> Office:
    """Dana's, with a team meeting each week that says what `more` gives its events."""
    it = office(report(ANA), report(BEN))
    it.meeting("team", [DANA, ANA, BEN], 0, time(10), weeks=range(-4, 4), title="Platform weekly")
    for owner in it.events:
        it.events[owner] = [replace(event, **more) for event in it.events[owner]]  # type: ignore[arg-type]
    return it


def missing(it: Office) -> list[Finding]:
    return found(it, FindingRule.NO_AGENDA)


def test_a_series_without_an_agenda_is_found_once() -> None:
    (one,) = missing(team_office())
    assert (one.key, one.title) == ("no_agenda:team", "Platform weekly")
    assert one.text == "Platform weekly: no agenda"
    assert one.evidence == (
        "it has no description, no document and no attachment",
        "team sync, Mon 30 Nov 10:00, 3 people",
    )


def test_one_that_says_what_it_is_about_is_not() -> None:
    assert missing(team_office(description="1. Risks\n2. Decisions")) == []
    assert missing(team_office(attachments=1)) == []


def test_how_to_join_is_no_agenda() -> None:
    (one,) = missing(team_office(description="https://example.zoom.us/j/99120001234"))
    assert one.evidence[0] == "its description has no more in it than how to join, names or filler"


def test_its_key_stays_the_same_when_the_series_is_split() -> None:
    findings = audit_of(team_office().request(), first_uids={"team": "first"}).findings
    assert "no_agenda:first" in {one.key for one in findings}


def test_another_week_says_the_same_of_the_same_series() -> None:
    it = team_office()
    now = {one.key for one in missing(it)}
    it.week = IsoWeek(WEEK.year, WEEK.week + 1)
    assert {one.key for one in missing(it)} == now


def test_one_on_ones_name_somebody_and_are_on_the_page_only() -> None:
    it = office(report(ANA), report(BEN))
    it.meeting("one", [DANA, ANA], 0, time(14))
    (one,) = missing(it)
    assert one.about == (ANA,)
    assert missing(team_office())[0].about == ()


def test_what_does_not_take_place_that_week_needs_none() -> None:
    it = office(report(ANA), report(BEN))
    it.meeting("past", [DANA, ANA, BEN], 0, time(10), weeks=range(-4, 0))
    assert missing(it) == []


def test_kinds_that_need_none_are_a_setting() -> None:
    it = team_office()
    assert found(it, FindingRule.NO_AGENDA, rules='[audit.meetings]\nagenda_kinds = ["cross_team"]') == []


def of_demo(it: Office) -> Finding:
    audit = audit_of(it.request(), agendas=load_agendas(Settings()))
    return next(one for one in audit.findings if one.rule == FindingRule.NO_AGENDA)


def test_a_template_is_ready_to_be_sent_to_the_guests() -> None:
    it = team_office()
    request = it.request()
    assert request.team is not None
    request = replace(request, team=replace(request.team, okr_dashboard="https://okr.example.com/platform"))
    found = audit_of(request, agendas=load_agendas(Settings())).findings
    (draft,) = next(one for one in found if one.rule == FindingRule.NO_AGENDA).drafts
    assert draft.text.startswith("Platform weekly, Mon 30 Nov 10:00")
    assert "1. OKR dashboard: https://okr.example.com/platform" in draft.text
    assert draft.mailto is not None
    assert draft.mailto.startswith(f"mailto:{ANA},{BEN}?subject=Agenda%3A%20Platform%20weekly&body=")
    assert unquote(draft.mailto.partition("body=")[2]).replace("\r\n", "\n") == draft.text


def test_a_one_on_one_begins_with_their_topics() -> None:
    it = office(report(ANA), report(BEN))
    it.meeting("one", [DANA, ANA], 0, time(14))
    (draft,) = of_demo(it).drafts
    assert draft.text.splitlines()[2].startswith("Your topics first")


def test_of_others_meetings_their_organizer_is_asked() -> None:
    it = office(report(ANA), report(BEN))
    it.meeting("cross", [PETE, DANA, "quin@example.com"], 2, time(10), title="Growth and platform")
    one = of_demo(it)
    assert one.advice.startswith("Ask pete@example.com")
    assert "Decision wanted" in one.drafts[0].text
    assert (one.drafts[0].mailto or "").startswith(f"mailto:{PETE}?")


def test_a_1_1_with_one_s_own_boss_is_not_declined() -> None:
    it = office(report(ANA))
    it.people[0] = replace(it.people[0], manager="ruth@example.com")
    it.meeting("1:1", ["ruth@example.com", DANA], 0, time(10))
    it.meeting("lead", ["ruth@example.com", DANA, ANA, "pete@example.com"], 0, time(11))
    one, lead = sorted(found(it, FindingRule.NO_AGENDA), key=lambda each: each.key)
    assert one.advice == "Ask ruth@example.com for one, or bring your own topics."
    assert lead.advice == "Ask ruth@example.com for one, and offer the template."
