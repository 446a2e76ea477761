"""How managers want their mail: kept as their own text, refused as a whole, and when the next one is."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from app.domain.configuration.schedule import WeeklyMail
from app.errors import ConfigError
from app.services.mailing.by_hand import send_proposal
from app.services.mailing.desk import Wanted
from app.services.mailing.scheduling import next_of, set_schedule, with_changes
from tests.services.mailing.mail_work import HOUR, MailWork
from tests.services.weeks import BERLIN, DANA, WEEK

DAY_MINUTES = 24 * 60


def test_a_change_leaves_all_else_as_it_was_written() -> None:
    text = '# mine\n[weekly_mail]\non = true  # yes\nday = "friday"\n'
    assert with_changes(text, {"at": time(9)}) == text + "at = 09:00:00\n"
    assert with_changes(text, {"day": None}) == "# mine\n[weekly_mail]\non = true  # yes\n"
    assert with_changes("", {"on": True}) == "[weekly_mail]\non = true\n"


def test_what_is_said_is_kept_as_the_managers_own(quiet: MailWork) -> None:
    assert set_schedule(quiet.desk, DANA, {"on": True, "day": "monday"}) == WeeklyMail(on=True, day="monday")
    assert quiet.work.own.texts == {("schedule", DANA): '[weekly_mail]\non = true\nday = "monday"\n'}


def test_what_is_so_already_is_no_new_version(quiet: MailWork) -> None:
    quiet.wanted = Wanted(WeeklyMail(on=True), text="[weekly_mail]\non = true\n")
    set_schedule(quiet.desk, DANA, {"on": True})
    assert quiet.work.own.texts == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"day": "someday"}, "weekly_mail.day"),
        ({"timezone": "Europe/Nowhere"}, "weekly_mail.timezone"),
        ({"catch_up_hours": 0}, "catch_up_hours is 1 or more, not 0"),
    ],
)
def test_what_cannot_be_is_refused_and_not_kept(quiet: MailWork, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        set_schedule(quiet.desk, DANA, changes)
    assert quiet.work.own.texts == {}


def test_the_next_mail_is_said_on_the_managers_clock_past_their_absences(quiet: MailWork) -> None:
    found = next_of(quiet.desk, DANA)
    assert found is not None
    assert (found.at, found.week) == (datetime(2026, 11, 26, 10, tzinfo=BERLIN), WEEK)
    quiet.pass_by(HOUR)
    quiet.office.block(DANA, 3, time(0), DAY_MINUTES, title="Vacation")
    found = next_of(quiet.desk, DANA)
    assert found is not None
    assert (found.at, found.week) == (datetime(2026, 12, 2, 10, tzinfo=BERLIN), WEEK.plus(1))


def test_a_week_that_was_mailed_by_hand_is_not_the_next(quiet: MailWork) -> None:
    send_proposal(quiet.desk, quiet.propose().id)
    found = next_of(quiet.desk, DANA)
    assert found is not None
    assert (found.at, found.week) == (datetime(2026, 12, 3, 10, tzinfo=BERLIN), WEEK.plus(1))


def test_without_a_yes_there_is_no_next_mail(quiet: MailWork) -> None:
    quiet.wanted = Wanted(WeeklyMail())
    assert next_of(quiet.desk, DANA) is None
