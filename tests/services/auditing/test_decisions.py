"""The decision log: which meetings decide, and which of them say where that is written down."""

from dataclasses import replace
from datetime import time

import pytest

from app.domain.audit.finding import Finding
from app.domain.calendar.event import Event
from app.services.auditing.decisions import no_decision_log
from app.services.auditing.record import record_of
from tests.services.auditing.offices import ANA, BEN, office, report
from tests.services.weeks import DANA, Office

PETE, QUIN = "pete@example.com", "quin@example.com"
LOG = "https://example.com/decisions"


def cross_team(title: str, description: str = "", **more: object) -> Office:
    """A weekly meeting across teams."""
    it = office(report(ANA), report(BEN))
    it.meeting("x", [DANA, ANA, PETE, QUIN], 2, time(10), title=title)
    for owner, events in it.events.items():
        it.events[owner] = [_said(event, description, **more) for event in events]
    return it


def _said(event: Event, description: str, **more: object) -> Event:
    return replace(event, description=description, **more)  # type: ignore[arg-type]


def found(it: Office, log: str | None = None) -> list[Finding]:
    request = it.request()
    assert request.team is not None
    return [*no_decision_log(record_of(replace(request, team=replace(request.team, decision_log=log))))]


@pytest.mark.parametrize(
    "title", ["Pricing decision", "Go/No-Go Launch", "Steering committee", "Entscheidungsrunde", "COPIL"]
)
def test_a_title_that_speaks_of_a_decision_needs_a_place_for_it(title: str) -> None:
    (finding,) = found(cross_team(title))
    assert (finding.key, finding.about) == ("no_decision_log:x", ())
    assert "its title says so" in finding.evidence[0]


def test_a_description_that_wants_a_decision_does_so_too() -> None:
    (finding,) = found(cross_team("Platform and growth", "Decision wanted: which cache we buy"))
    assert "its description says so: Decision" in finding.evidence[0]


@pytest.mark.parametrize("title", ["Platform and growth", "Architecture exchange", "Brown bag"])
def test_what_decides_nothing_needs_none(title: str) -> None:
    assert found(cross_team(title, "Share what is new in both teams")) == []


@pytest.mark.parametrize(
    "description",
    [
        "Decision wanted: the cache. Decision log: see the wiki",
        "Protokoll liegt im Wiki unter Entscheidungen",
        f"Decision wanted: the cache. {LOG}/2026",
        "Decision wanted. https://docs.example.com/d/abc123",
    ],
)
def test_a_word_or_a_document_says_where_it_is_written_down(description: str) -> None:
    assert found(cross_team("Cache decision", description)) == []


def test_with_a_log_of_the_team_its_link_is_looked_for() -> None:
    elsewhere = "Decision wanted. https://docs.example.com/d/abc123"
    (finding,) = found(cross_team("Cache decision", elsewhere), LOG)
    assert LOG in finding.drafts[0].text
    assert found(cross_team("Cache decision", f"see {LOG}/7"), LOG) == []


def test_an_attachment_may_be_it() -> None:
    assert found(cross_team("Cache decision", attachments=1)) == []


def test_the_end_of_a_sprint_decides() -> None:
    it = office(report(ANA), report(BEN))
    it.meeting(
        "retro", [DANA, ANA, BEN], 4, time(10), title="Sprint retro", rrule="FREQ=WEEKLY;INTERVAL=2", weeks=[0, 2]
    )
    it.meeting("check", [DANA, ANA, BEN], 4, time(9), title="Sprint check-in")
    assert [finding.key for finding in found(it)] == ["no_decision_log:retro"]


def test_the_sprint_review_of_another_team_does_not_decide_for_the_manager() -> None:
    assert found(cross_team("Growth sprint review")) == []


def test_an_interview_or_a_1_1_does_not_decide_by_its_description() -> None:
    it = office(report(ANA))
    it.meeting("1:1", [DANA, ANA], 0, time(14))
    it.events = {who: [_said(e, "Decision wanted: training") for e in events] for who, events in it.events.items()}
    assert found(it) == []


def test_the_organizer_of_another_s_meeting_is_asked() -> None:
    it = cross_team("Pricing decision", organizer=PETE)
    (finding,) = found(it, LOG)
    assert finding.advice == "Ask pete@example.com to put a link to where they are kept into it."
    assert (finding.drafts[0].mailto or "").startswith("mailto:pete@example.com?")
