"""Text that stands in descriptions without anybody having written it: dial-in blocks, signatures, disclaimers.

Words of English, German, French, Spanish, Portuguese, Italian, Dutch, the Nordic languages and Polish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

URL = re.compile(r"(?:https?|webcal|msteams|zoommtg|ms-outlook)://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@<>\"'(]+@[^\s@<>\"')]+\.\w+")


def _any(words: str, *, after: str | None = None) -> re.Pattern[str]:
    """A pattern of all lines of a text, but for comments; with `after`, what a line begins with and goes on with."""
    lines = [line.strip() for line in words.splitlines() if line.strip() and not line.startswith("#")]
    either = "|".join(lines)
    return re.compile(either if after is None else f"^(?:{either}){after}", re.IGNORECASE)


_GOOGLE = re.compile(r"-:(?:[~:]){6,}-.*?(?:-:(?:[~:]){6,}-|\Z)", re.DOTALL)
"""What Google Calendar writes between two rulers."""
_RULER = re.compile(r"^[\W_]{5,}$")
_CALL_LINK = _any(
    r"""
meet\.google|hangouts?\.google|tel\.meet|g\.co/meet|zoom\.(?:us|com)|zoomgov|teams\.(?:microsoft|live)|aka\.ms
webex|gotomeet|gotomeeting|goto\.com|whereby|jitsi|meet\.jit|bluejeans|chime\.aws|skype|lync|ringcentral
around\.co|gather\.town|starleaf|pexip|join\.me|dialpad|slack\.com/huddle|discord\.(?:gg|com)|facetime
calendly|cal\.com/booking|calendar\.google|mail\.google|support\.google|getclockwise|fireflies\.ai
(?:^|[/.])(?:meet|video|call|calls|conf|conference|konferenz|visio|sala|reuniao|webconf|vc|telefon|dialin|dial-in)\.
/(?:j|join|meetup-join|l/meetup|meeting-options|meetingoptions|dialin)(?:[/?]|$)
    """
)
"""In an address: where a call is, and no document."""
_PHONE = re.compile(
    r"(?:\+|\b00|\(|\b0)[\d\s().\-/\u2010-\u2015\u00a0]{6,}\d(?:[\s,;]*(?:#|,,|\*|pin\b).*)?", re.IGNORECASE
)
_JOIN = _any(
    r"""
\bis inviting you to|\binviting you to a\b|\binvites? you to a scheduled|you(?: have|'ve) been invited
\bjoin (?:with|by|from|via|on|the|my|this|zoom|google|microsoft|webex|meeting|our|us|here|online|video)\b|^join:?$
\bclick (?:here )?to join|^join\b.{0,40}$|\bdial[- ]?in\b|^or dial\b|\bdial by your\b|\bone tap mobile\b
\bmore phone numbers|\bfind (?:your|a) local number|\blocal numbers?\b|\btoll[- ]?free\b
\bconference (?:id|code|line)\b|\bmeeting (?:id|number|link|url|password|passcode|options|link:)\b
\bvideo(?: conference| call)? (?:link|id|device)\b
\b(?:pass ?code|password|access code|pin|host key|host pin|tenant key)\s*[:#(]|\bneed help\?|\blearn more\b
^(?:réunion|reunión de|reunião do|riunione di) teams$|^teams[- ](?:meeting|besprechung|vergadering|möte|møte)$
\bmicrosoft teams\b|\bgoogle meet\b|\bzoom meeting\b|\bwebex\b|\bdownload teams\b|\bjoin on the web\b
\bfor organizers?\b|\breset (?:dial-in )?pin\b|\bvtc\b|\bh\.?323\b|\bsip\b|\bskype for business\b
\bplease do not edit this section
\bdo not (?:delete|change|edit) (?:or change )?(?:any of )?(?:the |this )(?:following )?(?:text|section)
\bview your event at\b|\bthis event has (?:a|been)\b|\breschedule\b.*\bcancel\b|\bneed to make changes\b
\bpowered by\b|\bscheduled (?:with|via|by)\b|\badd to (?:my )?calendar|\bunsubscribe\b
\binvitation from google|\bcall in (?:using|by)\b|^invited by\b|^accepted: \d
\bmeet anytime\b|^dial\b.*\d{4}
# German
\bbeitreten\b|\bzum beitreten|\btreten sie dem|\bden folgenden text nicht
\bteilnehmen\b|\bteilnahme (?:per|über|via|am)\b|\bbesprechungs-?(?:id|optionen|link|kennung)
\bkenn(?:code|wort|nummer)\s*(?:[:#(]|$)|\bpasswort\s*(?:[:#(]|$)|\bzugangs(?:code|daten)|\beinwahl|\btelefonkonferenz
\bvideo(?:konferenz|anruf)|\bper telefon\b|\bkonferenz-?id\b|\bweitere infos\b|\bweitere informationen\b
\bbenötigen sie hilfe|\bhier klicken|\bklicken sie hier|\bhat sie (?:zu|eingeladen)|\blokale nummer
\bortsnummer|\bhilfe\?|\bbitte diesen abschnitt nicht|\bhinzuschalten
# French
\bne (?:pas )?(?:modifiez|supprimez)\b.*\btexte
\brejoindre\b|\bparticiper (?:à|depuis|par|via)|\bse connecter\b|\bid(?:entifiant)? de (?:la )?réunion
\bcode secret\b|\bcode d'accès|\bmot de passe\s*(?:[:#(]|$)
\boptions de (?:la )?réunion|\bpar téléphone\b|\bnuméro local
\bappel vidéo|\bvisioconférence|\ben savoir plus|\bbesoin d'aide|\bcliquez ici|\bvous invite à
\bnuméros d'accès|\bn° de conférence
\bcomposer le\b|\bautres numéros de téléphone|\bne pas modifier cette section
# Spanish
\bunirse\b|\búnase\b|\búnete\b|\bunirme\b|\bid de (?:la )?reunión|\bcódigo de acceso|\bcontraseña\s*(?:[:#(]|$)\b
\bopciones de (?:la )?reunión|\bpor teléfono\b|\bnúmero local|\bvideollamada|\bmás información
\bnecesita ayuda|\bhaga clic|\bhaz clic|\b(?:le|te|lo) (?:está invitando|invita) a
\benlace (?:de la|a la|para la) (?:reunión|llamada|videollamada)|^enlace:?$
# Portuguese
\bingressar\b|\bentrar na reunião|\bparticipar (?:da|na|de|pelo|por)\b|\bid da reunião|\bsenha\s*(?:[:#(]|$)\b
\bcódigo de acesso|\bopções de reunião|\bpor telefone\b|\bvideochamada|\bsaiba mais|\bprecisa de ajuda
\bclique aqui|\bconvidando você
# Italian
\bpartecipa(?:re)? (?:alla|a|da|tramite|con|via)\b|\bid riunione|\bcodice (?:di )?accesso|\bpasscode
\bopzioni (?:della )?riunione|\bper telefono\b|\bvideochiamata|\bulteriori informazioni|\bserve aiuto
\bfai clic|\bfare clic|\bti sta invitando
# Dutch
\bdeelnemen\b|\bneem deel\b|\bvergaderings?-?(?:id|opties|link)|\btoegangscode|\bwachtwoord(?:code)?\s*(?:[:#(]|$)
\btelefonisch\b
\bmeer informatie|\bhulp nodig|\bklik hier|\bnodigt u uit|\bvideogesprek
# Nordic
\banslut\b|\bdelta (?:i|på|via|med)\b|\bdeltag (?:i|på|via|med)\b|\bliity\b|\bmötes-?id|\bmøte-?id|\bmøde-?id
\bkokouksen tunnus|\blösenord|\bpassord|\badgangskode|\badgangskode|\bsalasana|\bmötesalternativ
\bmøtealternativer|\bmødeindstillinger|\bbehöver du hjälp|\btrenger du hjelp|\bhar du brug for hjælp
\bläs mer\b|\bles mer\b|\bflere oplysninger
# Polish
\bdołącz\b|\bidentyfikator spotkania|\bkod dostępu|\bhasło\s*(?:[:#(]|$)|\bopcje spotkania|\bpotrzebujesz pomocy
\bdowiedz się więcej|\bzaprasza cię na\b
# Japanese
(?:会議|ミーティング)に?(?:参加|招待)|(?:会議|ミーティング) ?(?:id|の(?:オプション|id))|パスコード|詳細情報
    """
)
_MEETING_NUMBER = re.compile(
    r"^(?:[-*•]\s*)?(?:[\w\s.-]{0,30}:\s*)?(?:\(?[A-Z]{2}\)?\s*)?[\d\s#*,;+()./-]{6,}(?:\(.{0,40}\)|[\w ,.()-]{0,40})?$"
)
_GREETING = _any(
    r"""
hi|hello|hey|dear|good (?:morning|afternoon)|hallo|guten (?:tag|morgen)|liebe[rs]?|sehr geehrte.*|moin|servus
bonjour|salut|chère?s?|hola|buen(?:os|as) (?:días|tardes)|estimad[oa]s?|olá|oi|bom dia|boa tarde|prezad[oa]s?
ciao|buongiorno|gentil[ei]|beste|dag|hej|hei|cześć|dzień dobry|team
    """,
    after=r"\b[^.:?]{0,40}[,!.:]?$",
)
_CLOSING = _any(
    r"""
(?:kind|best|warm|many)?\s*regards|best|best wishes|cheers|thanks(?: a lot| again| so much)?
thank you(?: very much)?|many thanks|sincerely|yours(?: sincerely)?|see you(?: there| then)?|talk soon|br|vg
lg|mfg|vlg
(?:mit )?(?:freundlichen?|besten?|vielen?|lieben?|herzlichen?|schönen?)\s+(?:grüße[n]?|grüssen?|gruß|dank)
gruß|grüße|danke(?: euch| dir)?|cordialement|bien (?:à vous|cordialement)|merci(?: à tous| d'avance)?
à bientôt|amicalement|bonne journée|saludos(?: cordiales)?|un saludo|gracias(?: a todos)?|atentamente
un abrazo|abrazos?|atenciosamente|obrigad[oa]|att|cumprimentos|cordiali saluti|distinti saluti|saluti
grazie(?: mille)?|met vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|bedankt|dank je
med vänlig(?:a)? hälsning(?:ar)?|mvh|hälsningar|tack|med venlig hilsen|vennlig hilsen|hilsen|tak|takk
ystävällisin terveisin|kiitos|pozdrawiam|z poważaniem|dziękuję
    """,
    after=r"\s*[,!.]*$",
)
_SENT_FROM = _any(
    r"""
sent from|get outlook|von meinem .* gesendet|gesendet von|envoyé de|envoyé depuis|enviado (?:desde|do)
inviato da|verzonden (?:vanaf|met)|skickat från|sendt fra|lähetetty|wysłane z
    """,
    after=r"\b",
)
_DISCLAIMER = _any(
    r"""
\bconfidential(?:ity)?\b.*\b(?:intended|recipient|e-?mail|message)|\bintended (?:solely|only) for\b
\bthink before (?:you )?print|\bbefore printing\b|\bvertraulich\w*\b.*\b(?:bestimmt|empfänger|e-?mail)
\bbestimmt\w* .*\bempfänger|\bnur für den adressaten|\bce message\b.*\bconfidentiel
\bconfidencial\b.*\b(?:destinatari|mensaje|mensagem)|\bmensaje\b.*\bconfidencial|\bquesto messaggio\b
\bregistergericht\b|\bgeschäftsführer\w*\s*:|\bhrb \d|\bhandelsregister\b|\bust-?id|\bamtsgericht\b
\bregistered (?:office|in)\b|\bcompany (?:no|number|registration)\b|\bvat (?:no|reg)|\bsiret\b|\brcs [A-Z]
\bprivacy (?:policy|notice)\b|\bexternal (?:e-?mail|sender)\b|\bvirus[- ]free\b
\b(?:call|meeting) is being recorded\b|\bconsent to being recorded|\bnotetaker\b.*\brecord|^automatically translated\b
\bthis event was created from an e-?mail\b|^going \(.*\)\?|^booked (?:with|via|through)\b
    """
)
_CONTACT = _any(
    r"""
tel|tel\.|phone|mobile|mob|cell|fax|mail|e-?mail|web|www|office|direct|telefon|mobil|handy|durchwahl|tél
téléphone|portable|teléfono|móvil|telefone|celular|telefono|cellulare|mobiel|puhelin|t|m|f|e|w|p
    """,
    after=r"\s*[:|.]*\s*[+(\d]",
)
_NO_ITEM = re.compile(
    r"^\s*(?:[-*•·\u2013\u2014>](?!-)|\d+[.)]|[a-z][.)]|\[[ x]?\]|(?:top|punkt|item|point|punto)\s*\d+)", re.IGNORECASE
)
_TIME = _any("time|zeit|uhrzeit|heure|horaire|hora|ora|tijd|tid|when|wann|quand|cuándo|quando", after=r"\s*:.*\d")
_FORM = _any("event name|event type|event date/time|invitee|invitee e-?mail", after=r"\s*:")
_HEADERS = _any(
    r"""
from|sent|to|cc|bcc|subject|date|when|where|von|gesendet|an|betreff|datum|wann|wo|ort|de|envoyé|à|objet|quand
où|enviado|para|asunto|assunto|fecha|cuándo|dónde|data|da|inviato|a|oggetto|van|verzonden|aan|onderwerp|från
skickat|till|ämne|fra|sendt|til|emne|original appointment|original message|ursprünglicher termin
ursprüngliche nachricht|rendez-vous d'origine|event name|event type|location|invitee|invitee email
event date/time
    """,
    after=r"\s*:",
)
"""The head of a mail or an invitation that was pasted."""
_MAIL_HEAD_LINES = 3
_CONTACT_WORDS = 4
"""So many words may stand beside a number or an address that is all a line is about."""
_LABEL_WORDS = 5
"""A line with so many words is a label, such as `Join Zoom Meeting`."""
_SHORT_LINE = 60
"""Characters of a line of names and addresses."""
_SAYS_MORE = 20
"""More characters before a link to a call are what the meeting is about."""


def is_call_link(url: str) -> bool:
    """Whether an address is where a call takes place, rather than something to read."""
    return _CALL_LINK.search(url) is not None or url.lower().startswith(("msteams:", "zoommtg:", "ms-outlook:", "tel:"))


def is_document(url: str) -> bool:
    """Whether an address is neither a call nor only that of a site: it has a path, or asks for something."""
    rest = url.partition("://")[2] or url
    return not is_call_link(url) and len(rest.partition("/")[2]) > 1


def is_item(line: str) -> bool:
    """Whether a line is one of a list."""
    return _NO_ITEM.match(line) is not None


def written(text: str) -> Iterator[str]:
    """The lines that somebody wrote: without rulers, dial-in blocks, greetings, signatures and disclaimers."""
    lines = [" ".join(line.split()) for line in _GOOGLE.sub("\n", text).splitlines()]
    has_call = any(is_call_link(url) for url in URL.findall(text)) or any(map(_MEETING_NUMBER.match, lines))
    for block in _blocks(lines, has_call=has_call):
        yield from _of_stanzas(_stanzas(block), has_call=has_call)


def _blocks(lines: Sequence[str], *, has_call: bool) -> Iterator[list[str]]:
    """The lines before, between and after rulers, but for what stands between two of them and is of a call."""
    block: list[str] = []
    is_between = False
    for line in lines:
        if _RULER.match(line):
            if not (is_between and _is_call_block(block, has_call=has_call)):
                yield block
            block, is_between = [], True
        else:
            block.append(line)
    yield block


def _is_call_block(block: Iterable[str], *, has_call: bool) -> bool:
    """Whether lines that stand together were written by a program: most of them are of a call."""
    said = [line for line in block if line]
    return len(said) > 1 and 2 * sum(_is_of_call(line, has_call=has_call) for line in said) >= len(said)


def _before_call(stanza: Sequence[str], *, has_call: bool) -> Sequence[str]:
    """What stands above a dial-in block, or in one line below a link, with no empty line between: somebody wrote it."""
    is_call = [_is_of_call(line, has_call=has_call) for line in stanza]
    return stanza[: is_call.index(True)] if sum(is_call) != 1 else stanza


def _stanzas(lines: Iterable[str]) -> Iterator[list[str]]:
    stanza: list[str] = []
    for line in [*lines, ""]:
        if line:
            stanza.append(line)
        elif stanza:
            yield stanza
            stanza = []


def _of_stanzas(stanzas: Iterable[list[str]], *, has_call: bool) -> Iterator[str]:
    """What is written in the stanzas of a block; after a closing only what is no name or address."""
    closed = False
    for stanza in stanzas:
        if _is_card(stanza) or _is_mail_head(stanza):
            continue
        is_call = _is_call_block(stanza, has_call=has_call)
        for line in _before_call(stanza, has_call=has_call) if is_call else stanza:
            closed = closed or _is_closing(line)
            if not (closed and _is_short(line)) and not _is_noise(line, has_call=has_call):
                yield line


def _is_mail_head(stanza: Sequence[str]) -> bool:
    return sum(_HEADERS.match(line) is not None for line in stanza) >= _MAIL_HEAD_LINES


def _is_card(stanza: Sequence[str]) -> bool:
    """Whether lines are those of a business card: names and addresses, and one says how to reach somebody."""
    is_plain = all(_is_contact(line) or (_is_short(line) and ":" not in line) for line in stanza)
    return len(stanza) > 1 and is_plain and any(map(_is_contact, stanza))


def _is_contact(line: str) -> bool:
    """Whether a line has how to reach somebody, and next to nothing else; a call is no person."""
    if any(is_document(url) or is_call_link(url) for url in URL.findall(line)):
        return False
    rest = _PHONE.sub(" ", EMAIL.sub(" ", URL.sub(" ", line)))
    is_bare = rest != line and len(rest.split()) <= _CONTACT_WORDS
    return is_bare or _CONTACT.match(line) is not None or _DISCLAIMER.search(line) is not None


def _is_short(line: str) -> bool:
    return len(line) <= _SHORT_LINE and not line.endswith("?") and not is_item(line)


def _is_closing(line: str) -> bool:
    return line == "--" or _CLOSING.match(line) is not None


def _is_of_call(line: str, *, has_call: bool) -> bool:
    """Whether a line says how to join; without a link or a number in it, it is short, or stands beside some."""
    urls = URL.findall(line)
    if urls and not all(map(is_call_link, urls)):
        return False
    if urls or _MEETING_NUMBER.match(line):
        return True
    is_beside_one = has_call and not line.endswith("?") and not is_item(line)
    is_label = len(line.split()) <= _LABEL_WORDS and ":" not in line[:-1]
    return _JOIN.search(line) is not None and (is_beside_one or is_label or _PHONE.search(line) is not None)


def _is_noise(line: str, *, has_call: bool) -> bool:
    """Whether a line says nothing of what a meeting is about."""
    patterns = (_RULER, _GREETING, _CLOSING, _SENT_FROM, _CONTACT, _TIME, _FORM)
    if any(pattern.match(line) for pattern in patterns) or _DISCLAIMER.search(line):
        return not _has_document(line)
    return _is_of_call(line, has_call=has_call) and not _says_more(line)


def _has_document(line: str) -> bool:
    return any(map(is_document, URL.findall(line)))


def _says_more(line: str) -> bool:
    """Whether something stands before what a line says of a call: `Risks, decisions. Link: https://…`."""
    found = URL.search(line) or _JOIN.search(line)
    before = line[: found.start()] if found else ""
    return len(before) > _SAYS_MORE and before.rstrip().endswith((".", ":", ";")) and _JOIN.search(before) is None
