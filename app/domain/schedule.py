"""When a manager's weekly mail is sent: the values of `schedule.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

OnHoliday = Literal["before", "after", "skip"]
NothingToSay = Literal["silent", "line"]


@dataclass(frozen=True, slots=True)
class WeeklyMail:
    """The weekly mail of one manager: about the next week, on a day and at an hour of their own clock.

    `on` is a yes of their own: nobody gets a mail that they did not ask for. `timezone` is None for the zone of their
    calendars. On a holiday or an absence the mail goes on the last working day before, the first one after, or not at
    all (`on_holiday`). What was missed is sent up to `catch_up_hours` later, and never twice. `remind_after_hours` is
    None for no reminder.
    """

    on: bool = False
    day: str = "thursday"
    at: time = time(10)
    timezone: str | None = None
    nothing_to_say: NothingToSay = "silent"
    on_holiday: OnHoliday = "before"
    catch_up_hours: int = 24
    remind_after_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """All of `schedule.toml`."""

    weekly_mail: WeeklyMail = WeeklyMail()
