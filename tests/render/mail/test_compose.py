"""What a weekly mail says of a proposal, and what it leaves to the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.domain.audit.finding import Draft, Finding, FindingRule
from app.domain.mail import Links
from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import PlanMeeting
from app.domain.proposals.proposal import ProposalState
from app.domain.proposals.shown import Shown
from app.render.mail.compose import History, weekly
from app.render.mail.content import WeeklyMailContent
from app.render.mail.ticked import mailed
from tests.render.given_plans import when
from tests.render.given_proposals import NOW, decided, proposed
from tests.render.mail.samples import FINDINGS, LINKS, TREND, nothing_to_move, sample_mail
from tests.render.proposals.test_terminal import NO
from tests.render.sample import sample_plan


def composed(shown: Shown | None = None, *findings: Finding, **history: Any) -> WeeklyMailContent:
    return weekly(shown or proposed(), LINKS, NOW, findings, (), History(**history))


def test_the_button_says_what_the_page_will_do() -> None:
    content = composed()
    assert content.button.text == "Apply 8 moves: 10 people get 16 mails"
    assert content.button.url == LINKS.review
    assert content.cost[0].startswith("15 answers are asked for again, of 10 people")


def test_without_a_tick_the_button_only_leads_to_the_page() -> None:
    plan = sample_plan()
    unticked = tuple(replace(m, preticked=False, why_not_preticked="it asks 9 people") for m in plan.meetings)
    content = composed(proposed(replace(plan, meetings=unticked)))
    assert content.button.text == "Decide on 9 moves: nothing is ticked"
    assert content.cost == ()
    quiet = composed(nothing_to_move())
    assert (quiet.button.text, quiet.moves, quiet.cost, quiet.figures) == ("Look at the week", (), (), ())


def test_all_that_is_said_of_the_week_after_counts_what_the_button_does() -> None:
    content = composed()
    assert content.subject.startswith("Next week: 8 of 9 moves ready, ")
    assert content.gist in content.subject
    assert content.preheader.startswith(f"{content.button.text}. Step 1 of about 2: 8 moves now, 1 not ticked")
    assert "After 8 moves: " in content.picture_alt
    (figure,) = (each for each in content.figures if each.name.startswith("Meetings on"))
    free = [day for day in content.days if day.note == "meeting-free"]
    assert (figure.before, [day.before for day in free]) == ("9 h 45", ["4 h 15", "5 h 30"])
    assert (figure.after, [day.after for day in free]) == ("6 h 35", ["3 h", "3 h 35"])


def test_without_a_tick_the_week_is_shown_with_all_moves() -> None:
    unticked = replace(sample_plan(), meetings=tuple(replace(m, preticked=False) for m in sample_plan().meetings))
    content = composed(proposed(unticked))
    assert content.subject.startswith("Next week: 9 moves to decide on, 4 h less")
    assert "After 9 moves: " in content.picture_alt


def test_a_clash_that_the_button_leaves_is_said_with_what_would_end_it() -> None:
    example = proposed()
    review = next(m.number for m in example.proposal.moves if m.title.startswith("Cross-team OKR"))

    def left(*needs: str, preticked: bool) -> str:
        moves = tuple(
            replace(m, preticked=preticked, depends_on=needs) if m.number == review else m
            for m in example.proposal.moves
        )
        content = composed(replace(example, proposal=replace(example.proposal, moves=moves)))
        return "; ".join(line for line in content.cost if line.startswith("A clash stays"))

    clash = "A clash stays: Cross-team OKR review (monthly) (it clashes with Tooling office hours)"
    assert left(preticked=True) == ""
    assert left(preticked=False) == f"{clash}; move 5 would end it"
    assert left("4", preticked=True) == f"{clash}; moves 4 and 5 together would end it"


def test_what_waits_for_a_later_week_is_named() -> None:
    assert composed().later == (
        "Dana / Mara, Austausch Isla / Dana, Platform sprint check-in and Platform sprint review + retro"
    )
    assert composed(nothing_to_move()).later == ""


def test_who_declined_is_in_no_warning_of_the_hour() -> None:
    def warned(partstat: str) -> bool:
        plan = sample_plan()
        early = tuple(
            replace(m, attendees=tuple(replace(a, partstat=partstat, outside_hours=True) for a in m.attendees))
            if m.action == "move"
            else m
            for m in plan.meetings
        )
        content = composed(proposed(replace(plan, meetings=early)))
        said = [*content.cost, *(note for move in content.moves for note in move.notes)]
        return any("outside working hours" in text for text in said)

    assert warned("ACCEPTED")
    assert not warned("DECLINED")


def test_each_move_says_whether_it_is_ticked_and_why_not() -> None:
    moves = {move.number: move for move in composed().moves}
    assert [number for number, move in moves.items() if not move.ticked] == [4]
    assert moves[4].unticked == "nobody knows when lee@example.com is busy"
    assert "ask Lee Okafor whether Wednesday 11:00 or 14:00 would do" in moves[4].notes
    assert moves[1].unticked == ""
    assert moves[1].why == "Thursday is meeting-free; its block is Monday starts"
    assert moves[1].price == "mails Mei Tanaka, Felix Brandt and Isla Murray, resets 3 answers"


def test_what_needs_a_move_that_is_not_ticked_is_not_ticked_either() -> None:
    example = proposed()
    moves = tuple(replace(m, depends_on=("4",)) if m.number == 7 else m for m in example.proposal.moves)
    content = composed(replace(example, proposal=replace(example.proposal, moves=moves)))
    assert {m.number: m.unticked for m in content.moves if not m.ticked} == {
        4: "nobody knows when lee@example.com is busy",
        7: "move 4 first",
    }


def test_what_is_closed_is_said_and_what_was_refused_is_not() -> None:
    example = decided(proposed(), {2: NO})
    content = composed(replace(example, closed={1: Reason("freeze", "it is too soon")}, starts={3: date(2026, 12, 7)}))
    moves = {move.number: move for move in content.moves}
    assert moves[1].unticked == "it is too soon"
    assert 2 not in moves
    assert moves[3].scope == "series, from the week of 7 Dec"


def test_at_most_three_findings_are_in_it_the_worst_first_and_none_that_names_people() -> None:
    named = replace(
        FINDINGS[0], key="missing:felix", text="Felix had no 1:1", weight=0.99, about=("felix@example.com",)
    )
    fourth = replace(FINDINGS[0], key="fourth", text="a fourth", weight=0.1)
    content = composed(None, fourth, named, *reversed(FINDINGS))
    assert [each.text for each in content.findings] == [each.text for each in FINDINGS]
    assert content.findings[1].gives_back == "gives back 9.5 person-hours a month"
    assert "Felix had no 1:1" not in repr(content)
    assert set(content.tells) >= {each.key for each in FINDINGS}
    assert not set(content.tells) & {"fourth", "missing:felix"}


def test_suggested_meetings_name_people_and_are_on_the_page_only() -> None:
    second = "1:1 Dana / Felix (second of the week)"
    assert any(m.title == second for m in sample_plan().meetings)
    assert second not in repr(composed())
    assert second not in repr(mailed(proposed()).plan)
    assert composed().rest == (
        "On the page, too: 2 more meetings that could not be moved and 1 meeting that is suggested."
    )


def test_all_findings_have_a_link_and_the_rest_of_them_is_counted() -> None:
    def more(findings: tuple[Finding, ...], number: int, links: Links = LINKS) -> tuple[str, str] | None:
        button = weekly(proposed(), links, NOW, findings, (), History(), (), number).more_findings
        return (button.text, button.url) if button else None

    drafted = replace(FINDINGS[0], drafts=(Draft("Agenda", "1. …"),))
    assert more(FINDINGS, 13) == ("10 more findings on the page", LINKS.findings)
    assert more((drafted,), 13) == ("12 more findings on the page, and the drafts are there", LINKS.findings)
    assert more((drafted,), 1) == ("The drafts are on the page", LINKS.findings)
    assert more(FINDINGS, 3) is None
    assert more(FINDINGS, 13, Links(LINKS.review)) is None


def test_hours_that_a_finding_says_itself_are_said_once() -> None:
    hours = replace(FINDINGS[1], rule=FindingRule.DELEGATE)
    assert composed(None, hours).findings[0].gives_back == ""


def test_a_pinned_series_that_was_told_of_is_one_line_until_it_changes() -> None:
    first = composed()
    by_title = {each.title: each for each in first.left}
    assert by_title["Leadership meeting"].why == "Ruth Adler is above you"
    assert by_title["Leadership meeting"].helps
    (key,) = [key for key in first.tells if key.startswith("pinned:leadership")]
    again = composed(told=first.tells)
    line = {each.title: each for each in again.left}["Leadership meeting"]
    assert (line.what, line.why, line.helps) == ("still stays on a meeting-free day", "", ())
    assert key in again.tells
    for change in ({"from_": when("tue 13:30 60")}, {"pinned_reason": Reason("other", "x")}, {"attendees": ()}):
        anew = {each.title: each for each in composed(with_leadership(**change), told=first.tells).left}
        assert anew["Leadership meeting"].why == "Ruth Adler is above you"


def with_leadership(**more: Any) -> Shown:
    def other(m: PlanMeeting) -> PlanMeeting:
        return replace(m, **more) if m.title == "Leadership meeting" else m

    plan = sample_plan()
    return proposed(replace(plan, meetings=tuple(other(m) for m in plan.meetings)))


def test_the_same_pinned_series_a_week_later_is_the_same() -> None:
    plan = sample_plan()

    def later(m: PlanMeeting) -> PlanMeeting:
        if m.from_ is None:
            return m
        return replace(m, from_=replace(m.from_, start=m.from_.start + timedelta(7), end=m.from_.end + timedelta(7)))

    shifted = replace(
        plan,
        week="2026-W50",
        meetings=tuple(later(m) for m in plan.meetings),
        pattern=replace(plan.pattern, meeting_free=tuple(d + timedelta(7) for d in plan.pattern.meeting_free)),
    )
    keys = {key for key in composed().tells if key.startswith("pinned:")}
    assert keys
    assert keys <= set(composed(proposed(shifted)).tells)


def test_the_week_is_there_as_a_table_with_all_that_moves() -> None:
    days = composed().days
    assert [day.day for day in days] == ["Mon 30 Nov", "Tue 1 Dec", "Wed 2 Dec", "Thu 3 Dec", "Fri 4 Dec"]
    tuesday = days[1]
    assert (tuesday.note, tuesday.before, tuesday.after) == ("meeting-free", "4 h 15", "3 h")
    assert (
        tuesday.leaves
        == "11:30 Priya & Dana 1:1 (3), 14:00 Platform weekly (2) and 16:00 Platform x Mobile API sync (6)"
    )
    assert tuesday.arrives == ""
    assert "13:00 Leadership meeting" in tuesday.stays
    assert days[2].arrives.startswith("15:00 Cross-team OKR review (monthly) (5)")
    assert "13:00 Product x Engineering sync" in days[3].stays, "move 4 is not ticked"


def test_of_what_was_applied_nothing_is_left_to_decide() -> None:
    content = composed(proposed(state=ProposalState.APPLIED))
    assert content.step == "There is nothing to decide on any more: it is in the calendar"
    assert (content.button.text, content.cost) == ("Look at the week", ())


def test_the_first_mail_asks_whether_it_was_all_taken_right() -> None:
    assert composed().taken_for == ()
    asked = {each.what: each.names for each in composed(is_first=True).taken_for}
    assert asked["Your reports"].startswith("Ana Kovač, Jonas Weber, Isla Murray")
    assert asked["Team sync"] == "Platform weekly and Mobile weekly"
    assert "busy" not in asked["Other"]


def test_a_first_mail_without_a_report_says_so() -> None:
    alone = tuple(replace(m, with_=None) for m in sample_plan().meetings)
    content = composed(proposed(replace(sample_plan(), meetings=alone)), is_first=True)
    assert (content.taken_for[0].what, content.taken_for[0].names) == (
        "Your reports",
        "nobody was taken for your report",
    )


def test_a_trend_needs_two_weeks() -> None:
    content = sample_mail()
    assert content.trend is not None
    assert content.trend.summary == "Meetings 19.5 → 18 h, focus time 8 → 9.5 h"
    assert content.trend.text.startswith(
        "In hours, by week: 5 Oct meetings 19.5, focus time 8, on meeting-free days 6.6; "
    )
    for few in (TREND[:1], ()):
        assert weekly(proposed(), LINKS, NOW, (), few).trend is None
