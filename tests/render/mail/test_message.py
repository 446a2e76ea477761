"""Mails as messages: their parts, their headers, and that nothing from a calendar becomes either."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from app.render.ics import week_ics
from app.render.mail.message import Pictures, weekly_message
from tests.render.mail.samples import envelope, sample_mail
from tests.render.sample import sample_plan

PNG = b"\x89PNG\r\n\x1a\n"


def arrived(message: EmailMessage) -> EmailMessage:
    """A message as its reader gets it."""
    found = message_from_bytes(message.as_bytes(policy=policy.SMTP.clone(cte_type="7bit")), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_parts_are_those_that_every_mail_program_shows() -> None:
    mail = arrived(weekly_message(sample_mail(), envelope(), week_ics(sample_plan()), Pictures(PNG, PNG)))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
        "text/calendar",
    ]
