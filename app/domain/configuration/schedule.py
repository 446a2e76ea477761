"""When a manager's weekly mail is sent: the values of `schedule.toml`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Literal
from zoneinfo import ZoneInfo

from app.domain.configuration.pattern import WEEKDAYS, Weekday

OnHoliday = Literal["before", "after", "skip"]
NothingToSay = Literal["silent", "line"]


@dataclass(frozen=True, slots=True)
class WeeklyMail:
    """The weekly mail of one manager: about the next week, on a day and at an hour of their own clock.

    `on` is a yes of their own: nobody gets a mail that they did not ask for. `timezone` is None for the zone of their
    calendars. On a holiday or an absence the mail goes on the last working day before, the first one after, or not at
    all (`on_holiday`). What was missed is sent up to `catch_up_hours` later, as long as its week has not begun, and
    never twice. `remind_after_hours` is None for no reminder. In 24 hours, `most_a_day` mails of all kinds go to one
    manager.
    """

    on: bool = False
    day: Weekday = "thursday"
    at: time = time(10)
    timezone: ZoneInfo | None = None
    nothing_to_say: NothingToSay = "silent"
    on_holiday: OnHoliday = "before"
    catch_up_hours: int = 24
    remind_after_hours: int | None = None
    most_a_day: int = 10

    def __post_init__(self) -> None:
        if self.at.tzinfo:
            raise ValueError(f"at is on a wall clock: leave the offset out of {self.at.isoformat()}")
        for name in ("catch_up_hours", "remind_after_hours", "most_a_day"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is 1 or more, not {value}")

    @property
    def weekday(self) -> int:
        """The day of the week; 0 is Monday."""
        return WEEKDAYS.index(self.day)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All of `schedule.toml`."""

    weekly_mail: WeeklyMail = WeeklyMail()


@dataclass(frozen=True, slots=True)
class Presence:
    """Days of a manager: those on which they are `off`, by a holiday or an absence, and weekdays on which they work."""

    off: Collection[date] = ()
    weekdays: Collection[int] = range(5)

    def is_off(self, day: date) -> bool:
        """Whether a mail on this day would find nobody, even if they asked for the weekday."""
        return day in self.off

    def is_at_work(self, day: date) -> bool:
        """Whether it is a working day of theirs."""
        return day.weekday() in self.weekdays and day not in self.off
