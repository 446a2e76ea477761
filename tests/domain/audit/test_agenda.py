"""What counts as an agenda, and what stands in descriptions without anybody having written it."""

from __future__ import annotations

import csv
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain.audit.agenda import agenda_of, has_agenda
from app.domain.calendar.event import MAX_DESCRIPTION
from tests.domain.given import meeting

SAMPLES = Path(__file__).parents[2] / "data" / "audit"
MOST_FALSE = 0.05
MEET = (
    "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-\n"
    "Join with Google Meet: https://meet.google.com/abc-defg-hij\nOr dial: (AT) +43 1 5550100 PIN: 448210213#\n"
    "More phone numbers: https://tel.meet/abc-defg-hij?pin=1\n\nPlease do not edit this section.\n"
    "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-"
)
ZOOM = (
    "Dana Example is inviting you to a scheduled Zoom meeting.\n\n"
    "Topic: Platform weekly\nTime: Nov 30, 2026 10:00 Vienna\n\n"
    "Join Zoom Meeting\nhttps://example.zoom.us/j/99120001234?pwd=a1\n\nMeeting ID: 991 2000 1234\nPasscode: 881234\n"
    "One tap mobile\n+4315550100,,99120001234#,,,,*881234# Austria\n\n"
    "---\n\nDial by your location\n• +43 1 555 0100 Austria\n"
    "• +1 555 010 0100 US (New York)\n\nFind your local number: https://example.zoom.us/u/abc"
)
TEAMS_DE = (
    "________________________________________________________________________________\n"
    "Microsoft Teams-Besprechung\nNehmen Sie auf Ihrem Computer teil\n"
    "Klicken Sie hier, um an der Besprechung teilzunehmen<https://teams.microsoft.com/l/meetup-join/19%3a>\n"
    "Besprechungs-ID: 318 220 410 22\nKennung: aB3xYz\nWeitere Infos<https://aka.ms/JoinTeamsMeeting> | "
    "Besprechungsoptionen<https://teams.microsoft.com/meetingOptions/?o=1>\n"
    "________________________________________________________________________________"
)
TEAMS_FR = (
    "________________________________________________________________________________\n"
    "Réunion Microsoft Teams\nRejoindre sur votre ordinateur ou application mobile\n"
    "Cliquez ici pour participer à la réunion<https://teams.microsoft.com/l/meetup-join/19%3a>\n"
    "ID de réunion : 318 220 410\nCode secret : aB3xYz\nEn savoir plus<https://aka.ms/JoinTeamsMeeting>\n"
    "________________________________________________________________________________"
)
WEBEX = (
    "-- Do not delete or change any of the following text. --\n\nWhen it's time, join your Webex meeting here.\n"
    "https://example.webex.com/example/j.php?MTID=m1\n\nMeeting number (access code): 2634 991 0021\n"
    "Meeting password: aBc12\n\n"
    "Join by phone\n+43-1-555-0100 Austria Toll\n\nNeed help? Go to https://help.webex.com"
)
OUTLOOK_HTML = (
    '<html><head><style type="text/css">p { margin: 0 }</style><title>x</title></head>'
    '<body><div class="a"><p>&nbsp;</p>'
    "<p><br></p></div></body></html>"
)


@contextmanager
def processor_time(*, seconds: float) -> Iterator[None]:
    """Fail what takes more time of the processor, however busy the machine is: `re` looks for signals as it goes."""

    def stop(_signal: int, _frame: object) -> None:
        raise AssertionError(f"it takes more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


EMPTY = {
    "nothing": "",
    "meet": MEET,
    "zoom": ZOOM,
    "teams in German": TEAMS_DE,
    "teams in French": TEAMS_FR,
    "webex": WEBEX,
    "empty html": OUTLOOK_HTML,
    "a join link": "https://example.zoom.us/j/99120001234",
    "a join link in words": "Enlace: https://sala.example.org/1a1-tomas",
    "a join link of html": '<a href="https://meet.google.com/abc-defg-hij">Join here</a>',
    "a signature": "--\nMaya Okafor\nEngineering Manager, Payments\nLarkspur Inc.",
    "a card": "Jörg Vogelsang\nLeiter Softwareentwicklung\nNordkai GmbH\nTel.: +49 40 5550100\nwww.nordkai.example.com",
    "a closing": "Hi all,\n\nViele Grüße\nJörg Vogelsang\nNordkai GmbH, Hafenstraße 1",
    "sent from": "Sent from my iPhone",
    "filler": "Agenda: TBD",
    "its own title": "Weekly platform meeting",
    "a home page": "https://www.example.com/",
    "no agenda": "No agenda, let us just talk",
    "a disclaimer": "This e-mail is confidential and intended solely for the recipient.",
    "the head of a mail": "From: Dana <dana@example.com>\nSent: Monday\nTo: Ana <ana@example.com>\nSubject: Platform",
    "invisible letters": "\u200b\u200c\ufeff \u00a0",
}
CONTENT = {
    "a list": "Agenda\n1. Budget\n2. Hiring",
    "a list of html": "<ul><li>Budget</li><li>Hiring</li></ul>",
    "one question": "Wer schreibt was?",
    "before a dial-in block": "Decide on the new queue\n\n" + MEET,
    "after a dial-in block": TEAMS_DE + "\nTOP 1 Zahlen\nTOP 2 Planung",
    "between the lines of zoom": ZOOM + "\n\nWe go through the results of the pilot.",
    "a document": "https://docs.google.com/document/d/1a2b3c/edit",
    "a document in angle brackets": "Notes<https://wiki.example.com/pages/4711>",
    "a document of html": '<a href="https://docs.google.com/document/d/1a2b3c/edit">here</a>',
    "a pasted mail": "From: A\nSent: B\nTo: C\nSubject: D\n\nCan we talk about the refund of order 4711 before Friday?",
    "with a signature": "Roadmap for Q1, what slips?\n\nBest regards\nMaya\nLarkspur Inc.",
    "before a join link": "Tablero OKR, riesgos, decisiones. Enlace: https://sala.example.org/equipo-datos",
    "one word of a list": "- Hiring",
    "a word that heads mails, too": "Data: what do we migrate first?",
    "thanks within": "Thanks to Ana for the draft: we decide on it",
}


@pytest.mark.parametrize("name", EMPTY)
def test_what_nobody_wrote_is_no_agenda(name: str) -> None:
    assert not agenda_of(EMPTY[name], "Platform weekly Dana Example")


@pytest.mark.parametrize("name", CONTENT)
def test_what_somebody_wrote_is_one(name: str) -> None:
    assert agenda_of(CONTENT[name], "Platform weekly Dana Example")


def test_a_document_that_is_attached_is_one() -> None:
    assert has_agenda(meeting(attachments=1))
    assert not has_agenda(meeting())


def test_names_of_guests_are_none() -> None:
    assert not has_agenda(meeting("Sync", "dana ana", description="Dana / Ana"))


def test_what_was_cut_before_anything_was_said_is_not_held_against_it() -> None:
    numbers = "\n".join(["+43 1 5550100"] * 400)
    assert not has_agenda(meeting(description=numbers[: MAX_DESCRIPTION - 1]))
    assert has_agenda(meeting(description=numbers[:MAX_DESCRIPTION]))


def test_of_a_private_meeting_nothing_is_known() -> None:
    assert has_agenda(meeting(private=True))


@pytest.mark.parametrize("text", ["confidential " * 300, "-:~:~:~:" * 400, "0 " * 2_000, "join " * 800, "<" * 4_000])
def test_hostile_text_is_read_at_once(text: str) -> None:
    """Patterns that go back and forth would take minutes."""
    with processor_time(seconds=5):
        agenda_of(text, "")


def test_a_pattern_that_goes_back_and_forth_would_be_stopped() -> None:
    with pytest.raises(AssertionError, match="more than"), processor_time(seconds=0.1):
        re.match(r"(x+x+)+y", "x" * 60)


@pytest.mark.parametrize(
    "text",
    [
        "Contract renewal with Nordwind\nhttps://example.zoom.us/j/81112223334",
        "Decide on the vendor\nJoin Zoom Meeting\nhttps://example.zoom.us/j/81112223334\nMeeting ID: 811 1222 3334",
        "https://meet.google.com/abc-defg-hij\nThemes: churn, price list",
        "Passwort-Richtlinie überarbeiten",
        "Mot de passe oublié : pourquoi tant de tickets",
    ],
)
def test_what_stands_next_to_a_call_or_is_about_passwords_counts(text: str) -> None:
    assert agenda_of(text)


@pytest.mark.parametrize(
    "text", ["Passwort: 112233", "See Slack", "Id. de reunión: 322 199 804 55\nHaga clic aquí para unirse a la reunión"]
)
def test_a_password_with_its_value_and_where_else_to_look_say_nothing(text: str) -> None:
    assert not agenda_of(text)


@pytest.mark.parametrize(
    ("name", "most_missed"),
    [
        ("descriptions.csv", 11),
        ("descriptions_unseen.csv", 2),
        ("descriptions_calendar.csv", 16),
        ("descriptions_second.csv", 11),
        ("descriptions_third.csv", 3),
    ],
)
def test_of_the_labelled_descriptions_at_most_one_in_twenty_is_falsely_without_an_agenda(
    name: str, most_missed: int
) -> None:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        rows = [(row["agenda"], row["text"].replace("\\n", "\n")) for row in csv.DictReader(file)]
    found = [(label, text) for label, text in rows if not agenda_of(text)]
    false = [text for label, text in found if label == "yes"]
    missed = [text for label, text in rows if label == "no" and agenda_of(text)]
    print(f"{name}: {len(rows)} texts, {len(found)} found, {len(false)} false, {len(missed)} missed")  # noqa: T201
    assert len(false) <= MOST_FALSE * len(found), false
    assert len(missed) <= most_missed, missed
