"""What requests about mails may say, and what the answers hold."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from app.api.schemas import Zone
from app.domain.configuration.pattern import Weekday
from app.domain.configuration.schedule import NothingToSay, OnHoliday

MAIL_EXAMPLE: dict[str, Any] = {
    "schema": "clearweek.mail/1",
    "id": "7c1d0e9f2a3b4c5d",
    "kind": "weekly",
    "manager": "dana@example.com",
    "week": "2026-W49",
    "proposal_id": "5f0c7a9e3b1d4c2f",
    "state": "sent",
    "created_at": "2026-11-26T09:00:05+00:00",
    "attempts": 1,
    "next_try_at": None,
    "sent_at": "2026-11-26T09:00:09+00:00",
    "subject": "Next week: 6 moves, Tuesday and Thursday free, +4 h focus",
    "message_id": "<2f1e0d9c8b7a6f5e4d3c2b1a0f9e8d7c@example.com>",
    "problem": None,
}
MESSAGE_EXAMPLE: dict[str, Any] = {
    "schema": "clearweek.message/1",
    "from": "Clearweek <clearweek@example.com>",
    "to": "Dana <dana@example.com>",
    "subject": MAIL_EXAMPLE["subject"],
    "text": "Next week: 6 moves, …",
    "html": "<!doctype html>…",
    "mails": [{name: value for name, value in MAIL_EXAMPLE.items() if name != "schema"}],
}
SCHEDULE_EXAMPLE: dict[str, Any] = {
    "schema": "clearweek.mail_schedule/1",
    "manager": "dana@example.com",
    "on": True,
    "day": "thursday",
    "at": "10:00",
    "timezone": None,
    "nothing_to_say": "silent",
    "on_holiday": "before",
    "catch_up_hours": 24,
    "remind_after_hours": 24,
    "most_a_day": 10,
    "next": {"at": "2026-11-26T10:00:00+01:00", "week": "2026-W49"},
}
CHANGE_EXAMPLE: dict[str, Any] = {"on": True, "day": "thursday", "at": "10:00", "remind_after_hours": 24}


def _on_wall_clock(clock: time) -> time:
    if clock.tzinfo:
        raise ValueError("is on the manager's clock: leave the offset out")
    return clock


Clock = Annotated[time, AfterValidator(_on_wall_clock)]
Hours = Annotated[int, Field(ge=1, le=24 * 14)]


class MailSeen(BaseModel):
    """A mail to a manager, and how far it is."""

    id: str
    kind: str = Field(description="`weekly`, `reminder`, `confirmation` or `code`.")
    manager: str
    week: str | None
    proposal_id: str | None
    state: str = Field(description="`planned`, `sending`, `sent`, `omitted`, `failed`, or `unknown`: sent or not.")
    created_at: AwareDatetime
    attempts: int
    next_try_at: AwareDatetime | None = Field(description="When it is tried next, while it is `planned`.")
    sent_at: AwareDatetime | None
    subject: str | None
    message_id: str | None
    problem: str | None = Field(description="What is, or was, in the way.")


class SentMail(MailSeen):
    """The mail that was asked for."""

    schema_: Literal["clearweek.mail/1"] = Field(alias="schema")


class Message(BaseModel):
    """A mail as it would be sent now, and the mails about the same proposal up to now."""

    schema_: Literal["clearweek.message/1"] = Field(alias="schema")
    from_: str = Field(alias="from")
    to: str
    subject: str
    text: str
    html: str
    mails: list[MailSeen]


class NextMailSeen(BaseModel):
    """When the next weekly mail is due, and which week it is about."""

    at: AwareDatetime
    week: str


class MailSchedule(BaseModel):
    """How a manager wants their weekly mail."""

    schema_: Literal["clearweek.mail_schedule/1"] = Field(alias="schema")
    manager: str
    on: bool
    day: Weekday
    at: str = Field(description="On the manager's clock.")
    timezone: str | None = Field(description="The manager's clock; null for that of their calendars.")
    nothing_to_say: NothingToSay
    on_holiday: OnHoliday
    catch_up_hours: int
    remind_after_hours: int | None
    most_a_day: int
    next: NextMailSeen | None = Field(description="Null if the mail is off, or nothing is known of their calendar.")


class MailScheduleChange(BaseModel):
    """What is to be otherwise; what is left out stays as it is, and null takes a choice back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [CHANGE_EXAMPLE]})

    on: bool | None = Field(default=None, description="Whether there is a weekly mail.")
    day: Weekday | None = None
    at: Clock | None = Field(default=None, description="On the manager's clock, without an offset.")
    timezone: Zone | None = None
    nothing_to_say: NothingToSay | None = None
    on_holiday: OnHoliday | None = None
    catch_up_hours: Hours | None = None
    remind_after_hours: Hours | None = Field(default=None, description="Null for no reminder.")
    most_a_day: Annotated[int, Field(ge=1, le=1_000)] | None = None

    def changes(self) -> dict[str, object]:
        """What was said, as it stands in TOML."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        if self.timezone is not None:
            said["timezone"] = self.timezone.key
        return said
