"""What the description of a meeting says it is about, if anything (docs/audit.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

from app.domain.audit import boilerplate
from app.domain.audit.boilerplate import EMAIL, URL
from app.domain.calendar.event import MAX_DESCRIPTION, Event
from app.domain.meetings.meeting import Meeting

_TAG = re.compile(
    r"</?(?:html|head|body|p|br|div|span|a|b|i|u|s|ul|ol|li|table|tbody|tr|td|font|strong|em|h[1-6]|hr|style|meta|img|pre"
    r"|code|blockquote|html-blob)\b[^>]*>",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_BREAKS = frozenset(
    {"p", "br", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre"}
)
_HIDDEN = frozenset({"style", "script", "head", "title"})
_FILLER = frozenset(
    """
    topic thema tema sujet assunto argomento onderwerp ämne emne temat slot standing usual format papers besprochen wie
    a all an and are as at be by for from have hi i in is it let's of on or our out please so the this to up us we
    will with you your agenda agendas topic topics notes note minutes doc link tbd tba tbc todo none n/a na nil
    placeholder hold recurring regular weekly biweekly fortnightly daily monthly quarterly meeting meetings call
    invite invitation sync catch catch-up catchup check-in touch base chat 1-1 1on1 one-on-one invited follow later
    soon follows come tagesordnung themen thema notizen folgt noch offen platzhalter regeltermin termin serientermin
    besprechung jour fixe wöchentlich wöchentlicher monatlich austausch und der die das ein eine für mit zum zur
    wird werden nachgereicht ordre du sujets à venir définir réunion hebdomadaire mensuelle point récurrent le la
    les et pour avec un une orden del día temas notas por definir pendiente reunión semanal mensual el los las y
    para con una seguimiento pauta assuntos reunião o os e com um uma ordine giorno da definire riunione settimanale
    il per volgt nog te bepalen overleg wekelijks het een en voor met dagordning kommer möte veckomöte dagsorden
    følger møte møde ukentlig ugentlig og för med
    folgen se invitasjonen inbjudan indbydelsen invitación convite uitnodiging zaproszenie
    details accept every second needed minute min details kommen blocker anbei einladung unserem unser siehe see slack
    """.split()  # noqa: SIM905 - as a list it takes a line a word
)
"""Words that by themselves say nothing of what a meeting is about."""
_FILLER_PAIRS = re.compile(r"\b(?:1\s*:\s*1|1[- ]?on[- ]?1|n/a|o\.\s*a\.)\b", re.IGNORECASE)
_NO_AGENDA = re.compile(
    r"^(?:no|without|keine|ohne|sans|pas d['\u2019]|sin|sem|senza|geen|ingen|bez)\s*(?:\w+\s+)?"
    r"(?:agenda|tagesordnung|ordre du jour|orden del día|pauta|ordine del giorno|dagordning|dagsorden)\b",
    re.IGNORECASE,
)
SHORT = 3
"""A word of fewer letters says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a description says of a meeting: the lines that somebody wrote, and documents that it links to."""

    lines: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines or self.documents)


def agenda_of(description: str, known: str = "") -> Agenda:
    """What somebody wrote into a description: no conference boilerplate, no signature, no words that are `known`."""
    return _read(description, known)


def agenda(meeting: Meeting) -> Agenda:
    """What a meeting is about, by the first of its copies that says it."""
    found = (agenda_of(copy.description, _known(copy)) for copy in meeting.copies)
    return next(filter(None, found), Agenda())


def has_agenda(meeting: Meeting) -> bool:
    """Whether any copy of a meeting says what it is about, links to a document, or has one attached.

    True as well where it cannot be known: no copy is shown, or its description was cut before anything was said.
    """
    return any(map(_has_one, meeting.copies)) or all(copy.private for copy in meeting.copies)


def _known(event: Event) -> str:
    """What needs no description: the title, and who is invited."""
    names = (word for a in event.attendees for word in (a.name or "", a.email.partition("@")[0].replace(".", " ")))
    return " ".join([event.title, *names])


def _has_one(event: Event) -> bool:
    is_cut = len(event.description) >= MAX_DESCRIPTION
    return event.attachments > 0 or is_cut or bool(agenda_of(event.description, _known(event)))


@lru_cache(maxsize=10_000)
def _read(description: str, known: str) -> Agenda:
    if not description:
        return Agenda()
    lines = list(boilerplate.written(_plain(description)))
    documents = tuple(url for line in lines for url in URL.findall(line) if boilerplate.is_document(url))
    said = tuple(line for line in lines if _says_something(line, known))
    return Agenda(said if not any(map(_NO_AGENDA.match, said)) else (), documents)


def _says_something(line: str, known: str) -> bool:
    bare = _FILLER_PAIRS.sub(" ", EMAIL.sub(" ", URL.sub(" ", line)))
    no_news = {*_FILLER, *(word.casefold() for word in _WORD.findall(known))}
    words = [word.casefold() for word in _WORD.findall(bare) if len(word) >= SHORT and not word.isdigit()]
    return any(word not in no_news for word in words)


def _plain(description: str) -> str:
    text = description
    if _TAG.search(text):
        reader = _Reader()
        reader.feed(text)
        reader.close()
        text = "".join(reader.found)
    return _INVISIBLE.sub("", unescape(text)).replace("\u00a0", " ")


class _Reader(HTMLParser):
    """The text of HTML, line by line, with the addresses of links behind their words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0
        self._href: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BREAKS:
            self.found.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self._href = dict(attrs).get("href")
        elif "://" in tag or "@" in tag:
            self.found.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKS:
            self.found.append("\n")
        elif tag == "a" and self._href and "://" in self._href:
            self.found.append(f" {self._href} ")
            self._href = None

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)
