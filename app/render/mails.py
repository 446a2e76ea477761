"""Mails to managers and their schedule, for programs and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from email.message import EmailMessage

from app.domain.configuration.schedule import WeeklyMail
from app.domain.mail import Mail, MailState
from app.render import words
from app.render.plans.document import Json, value_of

SCHEMA = "clearweek.mail/1"
LIST_SCHEMA = "clearweek.mails/1"
SCHEDULE_SCHEMA = "clearweek.mail_schedule/1"
MESSAGE_SCHEMA = "clearweek.message/1"
STATES = {
    MailState.PLANNED: "waits",
    MailState.SENDING: "is being sent",
    MailState.SENT: "sent",
    MailState.OMITTED: "not sent",
    MailState.FAILED: "failed",
    MailState.UNKNOWN: "may have been sent or not",
}
ON_HOLIDAY = {
    "before": "on the last working day before",
    "after": "on the first working day after",
    "skip": "not at all",
}


@dataclass(frozen=True, slots=True)
class MailEntry:
    """A mail to a manager, and how far it is."""

    id: str
    kind: str
    manager: str
    week: str | None
    proposal_id: str | None
    state: str
    created_at: datetime
    attempts: int
    next_try_at: datetime | None
    sent_at: datetime | None
    subject: str | None
    message_id: str | None
    problem: str | None


def mail_entry(mail: Mail) -> MailEntry:
    """A mail for programs; when it is tried next is said only while it waits."""
    shared = (each.name for each in fields(MailEntry) if each.name != "next_try_at")
    waits = mail.state is MailState.PLANNED
    return MailEntry(**{name: getattr(mail, name) for name in shared}, next_try_at=mail.next_try_at if waits else None)


def mail_document(mail: Mail) -> Json:
    """The same, `clearweek.mail/1`."""
    return {"schema": SCHEMA, **value_of(mail_entry(mail))}


def mails_document(found: Sequence[Mail]) -> Json:
    """Several mails, `clearweek.mails/1`."""
    return {"schema": LIST_SCHEMA, "mails": [value_of(mail_entry(mail)) for mail in found]}


def schedule_document(manager: str, mail: WeeklyMail, next_at: datetime | None, week: str | None) -> Json:
    """How somebody wants their weekly mail, and when the next is."""
    return {
        "schema": SCHEDULE_SCHEMA,
        "manager": manager,
        "on": mail.on,
        "day": mail.day,
        "at": f"{mail.at:%H:%M}",
        "timezone": mail.timezone.key if mail.timezone else None,
        "nothing_to_say": mail.nothing_to_say,
        "on_holiday": mail.on_holiday,
        "catch_up_hours": mail.catch_up_hours,
        "remind_after_hours": mail.remind_after_hours,
        "most_a_day": mail.most_a_day,
        "next": {"at": next_at.isoformat(), "week": week} if next_at else None,
    }


def schedule_lines(manager: str, mail: WeeklyMail, next_at: datetime | None, week: str | None) -> Iterator[str]:
    """The same in words."""
    if not mail.on:
        yield f"{manager}: no weekly mail (--on)"
        return
    where = f" in {mail.timezone.key}" if mail.timezone else ""
    yield f"{manager}: each {mail.day.capitalize()} at {mail.at:%H:%M}{where}, about the next week"
    yield f"  on a holiday, or while away: {ON_HOLIDAY[mail.on_holiday]}"
    yield f"  with nothing to say: {'no mail' if mail.nothing_to_say == 'silent' else 'a mail of one line'}"
    if mail.remind_after_hours:
        yield f"  if nothing is decided: one reminder after {words.count(mail.remind_after_hours, 'hour')}"
    known = (
        f"{words.moment(next_at)}, about {week}"
        if next_at
        else "none in sight: away, or nothing is known of their days"
    )
    yield f"  the next: {known}"


def mail_lines(found: Sequence[Mail]) -> Iterator[str]:
    """One line for each mail, and a second one for a problem."""
    for mail in found:
        about = f" about {mail.week}" if mail.week else ""
        when = words.moment(mail.sent_at or mail.created_at)
        yield f"{mail.id}  {mail.kind}{about} to {words.clean(mail.manager)}: {STATES[mail.state]}, {when}"
        if mail.problem:
            yield f"  {words.clean(mail.problem)}"
        if mail.state is MailState.PLANNED:
            yield f"  tried next: {words.moment(mail.next_try_at)}"


def troubles(found: Sequence[Mail]) -> tuple[str, ...]:
    """What is in the way of mails, or was, for the page of what they are about."""
    told = (mail for mail in found if mail.problem and mail.state is not MailState.OMITTED)
    return tuple(f"The {mail.kind} mail {STATES[mail.state]}: {words.clean(mail.problem or '')}" for mail in told)


def message_document(message: EmailMessage, sent: Sequence[Mail]) -> Json:
    """A message as people see it, and what became of those about the same proposal."""
    text, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    return {
        "schema": MESSAGE_SCHEMA,
        "from": str(message["From"]),
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "text": text.get_content() if text else "",
        "html": page.get_content() if page else "",
        "mails": [value_of(mail_entry(mail)) for mail in sent],
    }
