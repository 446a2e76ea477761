"""Mails as messages: their parts, their headers, and that nothing from a calendar becomes either."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from icalendar import Calendar

from app.domain.mail import Links
from app.domain.plans.plan import Plan
from app.errors import InputError
from app.render.mail import short
from app.render.mail.compose import History, weekly
from app.render.mail.message import Pictures, short_message, weekly_message
from app.render.plans.ics import week_ics
from app.render.proposals.addresses import message_id
from tests.render.given_plans import with_title
from tests.render.given_proposals import NOW, proposed
from tests.render.hostile import HOSTILE, titles, unseen
from tests.render.mail.samples import FINDINGS, LINKS, SENDER, TREND, envelope, failed, nothing_to_move, sample_mail
from tests.render.sample import sample_plan

PNG = b"\x89PNG\r\n\x1a\n"
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
WIRE = policy.SMTP.clone(cte_type="7bit")
"""How a relay is given a message."""
HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"),
]
CLIPPED_AT = 100_000
"""Bytes from which on some mail programs show a part of a mail only."""


class Elements(HTMLParser):
    """The elements of a page, and where it leads and loads from."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]


def arrived(message: EmailMessage) -> EmailMessage:
    """A message as its reader gets it."""
    found = message_from_bytes(message.as_bytes(policy=WIRE), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def sent(plan: Plan, ics: bytes = ICS, **more: Any) -> EmailMessage:
    """The mail about a plan, with everything else that it can have."""
    content = weekly(proposed(plan), LINKS, NOW, FINDINGS, TREND, History(is_first=True))
    return arrived(weekly_message(content, envelope(**more), ics, Pictures(PNG, PNG)))


def test_golden(golden: Any) -> None:
    message = weekly_message(sample_mail(), envelope(), ICS, Pictures(PNG, PNG))
    golden("sample.eml", message.as_bytes(policy=WIRE).decode("ascii"))
    quiet = weekly(nothing_to_move(), LINKS, NOW)
    golden("nothing.eml", weekly_message(quiet, envelope(), ICS).as_bytes(policy=WIRE).decode("ascii"))
    outcome = short_message(short.confirmation(failed(), LINKS), envelope(thread="<first@example.com>"))
    golden("failed.eml", outcome.as_bytes(policy=WIRE).decode("ascii"))


def test_the_parts_are_those_that_every_mail_program_shows() -> None:
    mail = sent(sample_plan())
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


def test_the_page_shows_just_the_pictures_that_come_with_it() -> None:
    mail = sent(sample_plan())
    cids = [part["Content-ID"] for part in mail.walk() if part.get_content_type() == "image/png"]
    page = Elements(body(mail, "html"))
    assert [each for each in page.addresses if each.startswith("cid:")] == [f"cid:{cid.strip('<>')}" for cid in cids]
    assert {each for each in page.addresses if not each.startswith("cid:")} == {LINKS.review, LINKS.unsubscribe}
    bare = body(arrived(weekly_message(sample_mail(), envelope(), ICS)), "html")
    assert "<img" not in bare


def test_the_calendar_moves_nothing_when_it_is_opened() -> None:
    mail = sent(sample_plan(), week_ics(sample_plan()))
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file["Content-Type"].params["method"]) == ("proposal.ics", "PUBLISH")
    calendar = Calendar.from_ical(file.get_content())
    assert calendar["METHOD"] == "PUBLISH"
    own = {meeting.uid for meeting in sample_plan().meetings}
    for event in calendar.walk("VEVENT"):
        assert event["TRANSP"] == "TRANSPARENT"
        assert event["UID"] not in own
        assert "ATTENDEE" not in event
        assert "ORGANIZER" not in event


def test_it_is_from_the_service_to_the_manager_and_says_that_a_program_wrote_it() -> None:
    mail = sent(sample_plan())
    assert mail.keys() == HEADERS
    assert str(mail["From"]) == "Clearweek <clearweek@example.com>"
    assert str(mail["To"]) == "Dana Hoffmann <dana@example.com>"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not mail.defects


def test_the_same_mail_has_the_same_id_and_the_same_bytes() -> None:
    one, again = (weekly_message(sample_mail(), envelope(), ICS, Pictures(PNG)) for _ in range(2))
    assert one.as_bytes() == again.as_bytes()
    assert message_id("weekly:dana@example.com:2026-W49", SENDER) == str(one["Message-ID"])
    assert message_id("weekly:dana@example.com:2026-W50", SENDER) != str(one["Message-ID"])


def test_what_is_about_one_proposal_is_one_thread() -> None:
    first = sent(sample_plan())
    assert "References" not in first
    later = arrived(
        short_message(
            short.reminder(proposed(), LINKS, NOW), envelope(message_id="<2@example.com>", thread=first["Message-ID"])
        )
    )
    assert later["References"] == later["In-Reply-To"] == first["Message-ID"]
    itself = arrived(short_message(short.reminder(proposed(), LINKS, NOW), envelope(thread=envelope().message_id)))
    assert "References" not in itself


def test_one_click_ends_the_mails_however_long_the_link_is() -> None:
    """RFC 8058: a link that was folded into encoded words would be none."""
    link = f"https://clearweek.example.com/mail/end/{'a1.b-2_' * 60}"
    raw = weekly_message(sample_mail(), envelope(unsubscribe=link), ICS).as_bytes(policy=WIRE).decode()
    assert f"\r\nList-Unsubscribe: <{link}>\r\n" in raw
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    thread = f"<{'a' * 60}@{'long-' * 8}domain.example.com>"
    raw = weekly_message(sample_mail(), envelope(thread=thread), ICS).as_bytes(policy=WIRE).decode()
    assert f"\r\nReferences: {thread}\r\n" in raw
    assert f"\r\nIn-Reply-To: {thread}\r\n" in raw


def test_without_a_link_there_is_no_such_header() -> None:
    content = weekly(proposed(), Links(LINKS.review), NOW)
    mail = arrived(weekly_message(content, envelope(unsubscribe=None), ICS))
    assert "List-Unsubscribe" not in mail
    assert "List-Unsubscribe-Post" not in mail
    assert "No more of these mails" not in body(mail, "plain") + body(mail, "html")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://a.example/\r\nBcc: x@example.com", "https://a.example/>", "https://a b"]
)
def test_what_is_no_link_is_in_no_header(link: str) -> None:
    with pytest.raises(InputError, match="unsubscribe"):
        weekly_message(sample_mail(), envelope(unsubscribe=link), ICS)


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: x@example.com", "<a@example.com>, b"])
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    for wrong in ({"to": address}, {"sender": address}):
        with pytest.raises(InputError, match="no address that mail can go to"):
            weekly_message(sample_mail(), envelope(**wrong), ICS)


PLAIN = sent(with_title(sample_plan(), "x"))
TAGS = Elements(body(PLAIN, "html"))


@settings(max_examples=15)
@given(titles, titles)
def test_nothing_from_a_calendar_becomes_a_header_or_markup(title: str, name: str) -> None:
    mail = sent(with_title(sample_plan(), title), to_name=name)
    assert mail.keys() == HEADERS
    assert not mail.defects
    assert [(one.addr_spec) for one in mail["To"].addresses] == ["dana@example.com"]
    assert mail["Subject"] == PLAIN["Subject"]
    page = Elements(body(mail, "html"))
    assert set(page.names) == set(TAGS.names)
    assert set(page.addresses) == set(TAGS.addresses)
    assert not unseen(body(mail, "plain") + body(mail, "html"))
    assert [part.get_content_type() for part in mail.walk()] == [part.get_content_type() for part in PLAIN.walk()]


@settings(max_examples=15)
@given(titles)
def test_nothing_from_a_calendar_becomes_a_header_of_a_short_mail(title: str) -> None:
    example = failed()
    moves = tuple(replace(move, title=title) for move in example.proposal.moves)
    hostile = replace(example, proposal=replace(example.proposal, moves=moves))
    for content in (short.confirmation(hostile, LINKS), short.reminder(hostile, LINKS, NOW)):
        mail = arrived(short_message(content, envelope(to_name=title)))
        assert mail.keys() == HEADERS
        assert not mail.defects
        assert "script" not in Elements(body(mail, "html")).names
        assert not unseen(body(mail, "plain") + body(mail, "html"))


def test_private_meetings_are_busy_and_no_more() -> None:
    plan = sample_plan()
    hidden = tuple(replace(m, private=True, title="Severance talks") for m in plan.meetings)
    plan = replace(plan, meetings=hidden)
    mail = sent(plan, week_ics(plan))
    (file,) = mail.iter_attachments()
    assert "Severance" not in str(mail["Subject"]) + body(mail, "plain") + body(mail, "html") + file.get_content()


def test_a_full_week_is_clipped_by_no_mail_program() -> None:
    plan = sample_plan()
    moving = plan.moves[:8]
    others = [m for m in plan.meetings if m.action != "move"]
    kept = [replace(m, id=f"{m.id}-{n}", uid=f"{n}-{m.uid}") for n in range(3) for m in others][: 40 - len(moving)]
    full = replace(plan, meetings=(*moving, *kept))
    assert (len(full.meetings), len(full.moves)) == (40, 8)
    content = weekly(proposed(full), LINKS, NOW, FINDINGS, TREND, History(is_first=True))
    assert len(weekly_message(content, envelope(), week_ics(full)).as_bytes(policy=WIRE)) < CLIPPED_AT


@pytest.mark.parametrize("title", [text * 50 for text in HOSTILE if len(text) >= 60] + ["<" * 10_000, "語" * 10_000])
def test_whatever_the_titles_are_the_mail_stays_bounded(title: str) -> None:
    plan = with_title(sample_plan(), title)
    mail = sent(plan, week_ics(plan))
    assert len(body(mail, "html").encode()) < CLIPPED_AT
    assert len(body(mail, "plain").encode()) < CLIPPED_AT
    assert len(mail.as_bytes()) < 6 * CLIPPED_AT
