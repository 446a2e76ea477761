"""Invitations by mail: what RFC 6047 asks for, what people read, and that nothing from a calendar becomes a header."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.domain.proposals.proposal import Direction, Letter, ProposedMove
from app.domain.proposals.shown import Shown
from app.errors import InputError
from app.render.proposals.invitation import invitation
from tests.render.given_proposals import proposed
from tests.render.hostile import HOSTILE, titles, unseen

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TEXT = "\r\n".join(
    [
        "BEGIN:VCALENDAR",
        "PRODID:-//Clearweek//clearweek//EN",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:platform@example.com",
        "DTSTAMP:20261126T093000Z",
        "DTSTART:20261130T101500Z",
        "DTEND:20261130T110000Z",
        "SEQUENCE:2",
        "ORGANIZER:mailto:dana@example.com",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ana@example.com",
        "SUMMARY:Platform weekly: Überblick ☕",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
)
LETTER = Letter(("ana@example.com", "ben@example.com"), TEXT)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


def _move(example: Shown, number: int = 2, **more: Any) -> ProposedMove:
    move = example.proposal.move(number)
    assert move is not None
    return replace(move, **more)


def _mail(
    letter: Letter = LETTER, direction: Direction = "apply", example: Shown | None = None, **more: Any
) -> EmailMessage:
    """A mail as it arrives."""
    example = example or proposed()
    message = invitation(letter, _move(example, **more), example.plan, direction, AT)
    arrived = message_from_bytes(message.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(arrived, EmailMessage)
    return arrived


def _part(message: EmailMessage, kind: str) -> EmailMessage:
    (found,) = (part for part in message.walk() if part.get_content_type() == kind)
    assert isinstance(found, EmailMessage)
    return found


def _text(message: EmailMessage, kind: str = "text/plain") -> str:
    return str(_part(message, kind).get_content())


def test_golden(golden: Any) -> None:
    example = proposed()
    message = invitation(LETTER, _move(example), example.plan, "apply", AT)
    golden("invitation.eml", message.as_bytes(policy=policy.SMTP).decode("ascii"))


def test_the_parts_are_those_that_calendars_look_for() -> None:
    """Text/calendar is the last of the alternatives, with the METHOD of its text, and the file is beside them."""
    mail = _mail()
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    inline, attached = _part(mail, "text/calendar"), _part(mail, "application/ics")
    assert dict(inline["Content-Type"].params) == {"method": "REQUEST", "charset": "UTF-8"}
    assert attached.get_filename() == "invite.ics"
    for part in (inline, attached):
        content = part.get_payload(decode=True)
        assert content == TEXT.encode()
        assert Calendar.from_ical(content)["METHOD"] == "REQUEST"


def test_it_is_from_the_organizer_to_the_guests() -> None:
    """A REQUEST that is from anyone else is no invitation (RFC 6047 §2.3)."""
    mail = _mail()
    assert mail["From"].addresses[0].addr_spec == "dana@example.com"
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@example.com", "ben@example.com"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT
    assert mail.keys() == HEADERS


def test_the_same_letter_is_the_same_mail_and_another_is_another() -> None:
    example = proposed()
    one, again, other = (
        invitation(letter, _move(example), example.plan, "apply", AT)
        for letter in (LETTER, LETTER, replace(LETTER, to=("ben@example.com",)))
    )
    assert one.as_bytes() == again.as_bytes()
    assert one["Message-ID"] != other["Message-ID"]
    assert one["Message-ID"].endswith("@example.com>")


def test_people_read_what_moves_from_when_to_when_and_why() -> None:
    mail = _mail()
    assert mail["Subject"] == "Moved: Platform weekly, Mon 30 Nov 11:15\u201312:00"
    for kind in ("text/plain", "text/html"):
        text = _text(mail, kind)
        assert "Tue 1 Dec 14:00\u201314:45" in text
        assert "Mon 30 Nov 11:15\u201312:00" in text
        assert "the week of 30 Nov, and every time after it" in text
        assert "I keep Tuesdays free of meetings" in text


def test_a_single_guest_reads_their_own_clock() -> None:
    only_noah = replace(LETTER, to=("noah@example.com",))
    assert "Thu 3 Dec 10:00" in _text(_mail(only_noah, number=9))
    assert "Clock: America/New_York" in _text(_mail(only_noah, number=9))
    assert "Clock: Europe/Berlin" in _text(_mail(number=9))


def test_a_move_that_is_taken_back_goes_the_other_way() -> None:
    mail = _mail(direction="undo")
    assert mail["Subject"] == "Moved: Platform weekly, Tue 1 Dec 14:00\u201314:45"
    assert "From: Mon 30 Nov 11:15" in _text(mail)
    assert "Why: the move was taken back" in _text(mail)


@pytest.mark.parametrize(
    ("method", "heading"),
    [("REQUEST", "Moved: Platform weekly, Mon 30 Nov 11:15"), ("CANCEL", "Ended: Platform weekly, Tue 8 Dec 10:00")],
)
def test_a_guest_of_one_occurrence_of_a_series_reads_of_that_alone(method: str, heading: str) -> None:
    one = TEXT.replace("REQUEST", method).replace("SEQUENCE:2", "SEQUENCE:2\r\nRECURRENCE-ID:20261208T090000Z")
    mail = _mail(replace(LETTER, text=one), scope="series")
    assert mail["Subject"] == heading
    assert not {"From", "To", "Since"}.intersection(line.partition(":")[0] for line in _text(mail).splitlines())


def test_an_occurrence_without_a_zone_is_named_without_a_time() -> None:
    one = TEXT.replace("DTSTART:20261130T101500Z", "DTSTART:20261130T101500\r\nRECURRENCE-ID:20261208T100000")
    assert _mail(replace(LETTER, text=one), scope="series")["Subject"] == "Moved: Platform weekly"


def test_a_series_that_ends_is_cancelled() -> None:
    mail = _mail(replace(LETTER, text=TEXT.replace("REQUEST", "CANCEL")), "undo")
    assert mail["Subject"] == "Ended: Platform weekly, Mon 30 Nov 11:15\u201312:00"
    assert _part(mail, "text/calendar")["Content-Type"].params["method"] == "CANCEL"


def test_a_private_meeting_is_not_named() -> None:
    example = proposed()
    ids = _move(example).meetings
    hidden = tuple(replace(one, private=one.id in ids) for one in example.plan.meetings)
    mail = _mail(example=replace(example, plan=replace(example.plan, meetings=hidden)), title="Severance talks")
    assert mail["Subject"].startswith("Moved: Our meeting, ")
    assert "Severance" not in _text(mail) + _text(mail, "text/html")


@settings(max_examples=60)
@given(titles, titles, st.sampled_from(HOSTILE))
def test_nothing_from_a_calendar_becomes_a_header_or_markup(title: str, name: str, summary: str) -> None:
    example = proposed()
    people = tuple(replace(one, name=name) for one in example.plan.people)
    letter = replace(LETTER, text=TEXT.replace("SUMMARY:", f"X-NOTE:{summary!r}\r\nSUMMARY:"))
    mail = _mail(letter, example=replace(example, plan=replace(example.plan, people=people)), title=title)
    assert mail.keys() == HEADERS
    assert not mail.defects
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@example.com", "ben@example.com"]
    assert [one.addr_spec for one in mail["From"].addresses] == ["dana@example.com"]
    assert not unseen(mail["Subject"])
    assert _text(mail, "text/html").count("<") == _text(_mail(letter, example=example, title="x"), "text/html").count(
        "<"
    )
    assert _part(mail, "text/calendar").get_payload(decode=True) == letter.text.encode()


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b\r\nBcc: x@example.com", "a b@example.com", "<a@example.com>, b"]
)
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(InputError, match="no address that mail can go to") as told:
        _mail(replace(LETTER, to=(address,)))
    assert "\n" not in str(told.value)
    with pytest.raises(InputError):
        _mail(organizer=address)


@pytest.mark.parametrize(
    "text", [TEXT.replace("METHOD:REQUEST\r\n", ""), TEXT.replace("REQUEST", "PUBLISH"), TEXT + TEXT]
)
def test_a_text_that_is_not_one_invitation_is_not_sent(text: str) -> None:
    """One iCalendar in a mail, and a METHOD that the mail can repeat."""
    with pytest.raises(InputError, match="one METHOD"):
        _mail(replace(LETTER, text=text))
