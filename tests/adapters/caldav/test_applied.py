"""Proposals from end to end: connected calendars, a plan, a yes, and what is at the servers and in the mail then."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pydantic import SecretStr

from app import wiring
from app.adapters.ics.calendar import IcsCalendar
from app.adapters.store.secrets import new_key
from app.domain.calendar.connected import Backend, Connection
from app.domain.calendar.event import Attendee, Partstat
from app.domain.calendar.timespan import IsoWeek
from app.domain.proposals.delivery import AS_FILES, NO_MAIL, TELLS_ALL
from app.domain.proposals.proposal import LetterState, MoveState, Proposal, ProposalState, ProposedMove
from app.services.proposals.life import apply, decide, propose, undo
from app.wiring.applying import look_after_proposals, see_through
from app.wiring.inboxes import LOOK, Inboxes
from app.wiring.proposals import desk
from tests.adapters.caldav.remotes import DavUser
from tests.adapters.caldav.servers import PASSWORDS, Authority, Running
from tests.adapters.mail_relay import Relay, relay
from tests.adapters.remote import Given
from tests.adapters.text import OWNER, VIENNA, calendar, window

ANA = "ana@example.com"
UID = "dana-ana@example.com"
WEEK = IsoWeek.of(datetime.now(VIENNA).date()).plus(2)
TUESDAY = WEEK.monday + timedelta(days=1)
TOGETHER = Given(
    UID,
    "Dana / Ana",
    datetime.combine(TUESDAY - timedelta(weeks=3), time(10)),
    rrule="FREQ=WEEKLY",
    organizer=OWNER,
    attendees=(Attendee(OWNER, partstat=Partstat.ACCEPTED), Attendee(ANA, partstat=Partstat.ACCEPTED)),
)
BEFORE = ["Tue 10:00"] * 4


class Office:
    """Calendars that are kept here, and a relay for mail."""

    def __init__(self, folder: Path, mail: Relay, authority: Authority) -> None:
        self.settings = wiring.Settings(
            database_url=f"sqlite:///{folder / 'clearweek.sqlite'}",
            secret_keys=SecretStr(new_key()),
            smtp_url=SecretStr(f"smtp://127.0.0.1:{mail.port}?tls=none"),
            mail_from="clearweek@example.com",
            caldav_authorities=authority.certificate,
        )
        self.mail = mail
        self.engine = wiring.prepared(self.settings)
        wiring.make_queues(self.settings)

    def connect(self, person: str, server: Running, path: str) -> None:
        """One calendar of somebody's at a CalDAV server."""
        name = person.partition("@")[0]
        url = server.url.rstrip("/") + path
        login = Connection(f"c-{name}", Backend.CALDAV, person, name, url, datetime.now(UTC))
        self._keep(login, json.dumps({"password": PASSWORDS[name]}).encode())

    def connect_feed(self, person: str, path: Path) -> None:
        self._keep(*wiring.feed_login(str(path), person))

    def _keep(self, login: Connection, secret: bytes | None) -> None:
        [kept] = wiring.connect_login(login, secret, (), VIENNA, self.engine, self.settings)
        wiring.sync_stored(kept.id, self.engine, self.settings, holder="test")

    def applied(self) -> Proposal:
        """What is proposed, all accepted, as it is once it was applied."""
        at_desk = desk(self.engine, self.settings)
        proposal_id = propose(at_desk, OWNER, WEEK, by="local").proposal.id
        decide(at_desk, proposal_id, [], accept_all=True, by="local")
        apply(at_desk, proposal_id, by="local")
        return see_through(proposal_id, self.engine, self.settings)

    def remarks(self, **settings: Any) -> set[str]:
        """What has to be known of what is proposed, by its codes, with other settings."""
        shown = propose(desk(self.engine, self.settings.model_copy(update=settings)), OWNER, WEEK, by="local")
        return {remark.code for remark in shown.remarks.values()}

    def undone(self, proposal_id: str) -> Proposal:
        undo(desk(self.engine, self.settings), proposal_id, by="local")
        return see_through(proposal_id, self.engine, self.settings)

    def files(self, proposal_id: str) -> dict[str, bytes]:
        kept = desk(self.engine, self.settings).proposals.files(proposal_id)
        return {name: data for name, _, data in kept}


@pytest.fixture
def office(tmp_path: Path, authority: Authority) -> Iterator[Office]:
    with relay() as mail:
        office = Office(tmp_path, mail, authority)
        yield office
        office.engine.dispose()


@pytest.fixture
def users(request: pytest.FixtureRequest) -> Iterator[list[DavUser]]:
    """Dana and Ana at the server whose fixture is named."""
    found = [DavUser(request.getfixturevalue(request.param), name) for name in ("dana", "ana")]
    yield found
    for user in found:
        user.close()


def _starts(*texts: bytes) -> list[str]:
    """When the two meet from the planned week on, for four weeks."""
    found = [IcsCalendar.read("x", text).events(window(WEEK.monday, 28), OWNER, VIENNA) for text in texts]
    assert not any(one.warnings for one in found)
    return sorted(f"{event.span.local_start:%a %H:%M}" for one in found for event in one.events if not event.cancelled)


def _at(user: DavUser, path: str) -> list[str]:
    listed = dict.fromkeys(re.findall(r"href>([^<]*\.ics)<", user.ask("PROPFIND", path, Depth="1").text))
    texts = [user.ask("GET", href).content for href in listed]
    return _starts(*(text for text in texts if b"Dana / Ana" in text))


def _new(ended: Proposal) -> list[str]:
    """Where the one move went, every week."""
    [move] = ended.moves
    assert move.apply is not None
    return [f"{move.to_start.astimezone(VIENNA):%a %H:%M}"] * 4


def _state(ended: Proposal) -> tuple[ProposalState, MoveState | None]:
    [move] = ended.moves
    return ended.state, move.apply.state if move.apply else None


def _invitation(mail: EmailMessage) -> tuple[str, str, str, str]:
    """From whom to whom it is, and what its calendar says."""
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    method = str(Calendar.from_ical(content)["METHOD"])
    addresses = [mail[name].addresses[0].addr_spec for name in ("From", "To")]
    return addresses[0], addresses[1], method, str(part.get_param("method"))


@pytest.mark.parametrize("users", ["radicale"], indirect=True)
def test_where_the_server_invites_nobody_the_guests_get_mail(
    office: Office, radicale: Running, users: list[DavUser], tmp_path: Path
) -> None:
    """Radicale does not schedule; the mails come from the organizer, and go back with an undo."""
    dana = users[0]
    dana.make_calendar("/dana/applied/", "Work")
    dana.put(f"/dana/applied/{UID}.ics", TOGETHER.text())
    office.connect(OWNER, radicale, "/dana/applied/")
    (tmp_path / "ana.ics").write_text(TOGETHER.text())
    office.connect_feed(ANA, tmp_path / "ana.ics")
    assert (office.remarks(), office.remarks(smtp_url=None)) == (set(), {NO_MAIL})
    ended = office.applied()
    assert _state(ended) == (ProposalState.APPLIED, MoveState.VERIFIED)
    assert _at(dana, "/dana/applied/") == _new(ended) != BEFORE
    assert office.mail.taken
    assert {_invitation(one) for one in office.mail.taken} == {(OWNER, ANA, "REQUEST", "REQUEST")}
    sent = len(office.mail.taken)
    assert office.undone(ended.id).state is ProposalState.UNDONE
    assert _at(dana, "/dana/applied/") == BEFORE
    assert {_invitation(one)[:2] for one in office.mail.taken[sent:]} == {(OWNER, ANA)}


@pytest.mark.parametrize("users", ["radicale"], indirect=True)
def test_an_address_that_the_relay_refuses_keeps_nobody_else_from_their_mail(
    office: Office, radicale: Running, users: list[DavUser], tmp_path: Path
) -> None:
    ben = "ben@example.com"
    office.mail.to[ben] = "550 5.1.1 no such user"
    all_three = replace(TOGETHER, attendees=(*TOGETHER.attendees, Attendee(ben, partstat=Partstat.ACCEPTED)))
    users[0].make_calendar("/dana/refused/", "Work")
    users[0].put(f"/dana/refused/{UID}.ics", all_three.text())
    office.connect(OWNER, radicale, "/dana/refused/")
    for person in (ANA, ben):
        (tmp_path / f"{person}.ics").write_text(all_three.text())
        office.connect_feed(person, tmp_path / f"{person}.ics")
    ended = office.applied()
    assert {to for one in office.mail.recipients for to in one} == {ANA}
    [move] = ended.moves
    assert move.apply is not None
    assert {(one.to, one.state) for one in move.apply.letters} == {
        ((ANA,), LetterState.SENT),
        ((ben,), LetterState.FAILED),
    }
    problems = [one.problem for one in move.apply.letters if one.state is LetterState.FAILED]
    assert all("no such user" in str(problem) for problem in problems)


@pytest.mark.parametrize("users", ["people"], indirect=True)
def test_where_the_server_invites_no_mail_is_sent_and_the_guests_copy_moves(
    office: Office, people: Running, users: list[DavUser]
) -> None:
    """Xandikos does it, with answers kept that RFC 6638 §3.2.8 would reset."""
    dana, ana = users
    path = "/dana/calendars/calendar/"
    dana.put(f"{path}{UID}.ics", TOGETHER.text())
    office.connect(OWNER, people, path)
    office.connect(ANA, people, "/ana/calendars/calendar/")
    assert office.remarks() == {TELLS_ALL}
    ended = office.applied()
    assert _state(ended) == (ProposalState.APPLIED, MoveState.VERIFIED)
    assert _at(dana, path) == _at(ana, "/ana/calendars/calendar/") == _new(ended)
    assert office.undone(ended.id).state is ProposalState.UNDONE
    assert _at(dana, path) == _at(ana, "/ana/calendars/calendar/") == BEFORE
    assert office.mail.taken == []


def test_of_a_feed_the_manager_gets_files(office: Office, tmp_path: Path) -> None:
    feed = tmp_path / "dana.ics"
    other = calendar("BEGIN:VTODO", "UID:task", "END:VTODO").decode().split("\r\n")[2:-2]
    feed.write_bytes(TOGETHER.text().replace("END:VCALENDAR", "\r\n".join([*other, "END:VCALENDAR"])).encode())
    (tmp_path / "ana.ics").write_text(TOGETHER.text())
    office.connect_feed(OWNER, feed)
    office.connect_feed(ANA, tmp_path / "ana.ics")
    before = feed.read_bytes()
    assert office.remarks() == {AS_FILES}
    ended = office.applied()
    assert _state(ended) == (ProposalState.APPLIED, MoveState.WRITTEN)
    assert feed.read_bytes() == before
    files = office.files(ended.id)
    [name] = [name for name in files if not name.startswith("invitation-")]
    assert _starts(files[name]) == _new(ended)
    assert b"BEGIN:VTODO\r\nUID:task\r\nEND:VTODO" in files[name]
    invitations = [data for name, data in files.items() if name.startswith("invitation-")]
    assert invitations
    assert {str(Calendar.from_ical(data)["METHOD"]) for data in invitations} == {"REQUEST"}
    assert office.mail.taken == []
    feed.write_bytes(files[name])
    assert office.undone(ended.id).state is ProposalState.UNDONE
    [undone] = [data for other, data in office.files(ended.id).items() if other.endswith("-undone.ics")]
    assert _starts(undone) == BEFORE


@pytest.fixture
def emptied(users: list[DavUser]) -> Iterator[None]:
    """The calendars of both without anything in them, before and after."""
    _empty(users)
    yield
    _empty(users)


def _empty(users: list[DavUser]) -> None:
    for user in users:
        listed = user.ask("PROPFIND", f"/{user.name}/calendars/calendar/", Depth="1").text
        for href in re.findall(r"href>([^<]*\.ics)<", listed):
            user.ask("DELETE", href)


@pytest.mark.usefixtures("emptied")
@pytest.mark.parametrize("users", ["people"], indirect=True)
def test_another_time_that_a_guest_proposes_is_told(office: Office, people: Running, users: list[DavUser]) -> None:
    """A COUNTER lies in the inbox of the organizer (RFC 6638 §2.2): this server does nothing else with it."""
    dana, _ = users
    dana.put(f"/dana/calendars/calendar/{UID}.ics", TOGETHER.text())
    office.connect(OWNER, people, "/dana/calendars/calendar/")
    office.connect(ANA, people, "/ana/calendars/calendar/")
    [move] = office.applied().moves
    dana.put("/dana/inbox/counter.ics", _counter(move, start := move.to_start + timedelta(hours=2)))
    now = [datetime.now(UTC)]
    inboxes = Inboxes(office.engine, office.settings, lambda: now[-1])
    look_after_proposals(office.engine, office.settings, inboxes.counters)
    [noted] = desk(office.engine, office.settings).proposals.all()[0].moves
    assert noted.apply is not None
    told = f"{ANA} proposes {start.astimezone(VIENNA):%a %-d %b %H:%M} instead: undo this move (number 1)"
    assert [note.startswith(told) for note in noted.apply.notes][-1:] == [True]
    dana.ask("DELETE", "/dana/inbox/counter.ics")
    assert len(inboxes.counters(move.calendar_id)) == 1
    now.append(now[-1] + LOOK)
    assert inboxes.counters(move.calendar_id) == ()


def _counter(move: ProposedMove, start: datetime) -> str:
    """Ana's proposal of another time for a series that moved."""
    assert move.apply is not None
    [uid] = set(move.apply.seen) - {UID}
    times = [f"DTSTAMP:20360101T000000Z\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT30M"]
    people = [f"ORGANIZER:mailto:{OWNER}", f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{ANA}"]
    return calendar(
        "METHOD:COUNTER", "BEGIN:VEVENT", f"UID:{uid}", *times, *people, "SEQUENCE:9", "END:VEVENT"
    ).decode()


def test_a_calendar_without_an_inbox_has_no_proposals_of_another_time(office: Office, tmp_path: Path) -> None:
    (tmp_path / "dana.ics").write_text(TOGETHER.text())
    office.connect_feed(OWNER, tmp_path / "dana.ics")
    [(kept, _)] = wiring.connections(office.engine).calendars()
    inboxes = Inboxes(office.engine, office.settings, lambda: datetime.now(UTC))
    assert inboxes.counters(kept.id) == inboxes.counters("not connected any more") == ()
