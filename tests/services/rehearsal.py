"""Proposals that are applied and undone: to a calendar in memory, which is synced into a real database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage

from sqlalchemy import Connection, Engine

from app.adapters.ics.calendar import IcsCalendar
from app.adapters.ics_edit.answers import answers
from app.adapters.ics_edit.editor import IcsEditor
from app.adapters.store.calendars.objects import objects_of
from app.adapters.store.proposals.proposals import StoredProposals
from app.domain.calendar.connected import CalendarObject, StoredCalendar, SyncState
from app.domain.calendar.timespan import Timespan
from app.domain.calendar.writing import Counter, Notify, Versions
from app.domain.meetings.meeting import Reason
from app.domain.plans.plan import Alternative, PlanMeeting, Rooms, SeriesMove, When
from app.domain.proposals.delivery import Sender
from app.domain.proposals.proposal import (
    Change,
    Decided,
    Decision,
    Direction,
    MoveState,
    Proposal,
    ProposalState,
    ProposedMove,
    Writing,
)
from app.render.plans.document import document
from app.services.applying.tools import Destination, Tools
from app.services.applying.work import work_at_proposal
from app.services.proposals.making.closing import Closing
from app.services.proposals.writings import to_apply, to_undo
from app.services.syncing.sync import Synced
from tests.adapters.store.kept import ANA, BERLIN
from tests.adapters.store.syncing import HREF, Syncing, vcalendar, vevent
from tests.render.given_plans import meeting
from tests.render.sample import sample_plan
from tests.services.memory_writer import MemoryWriter

MONDAY = date(2026, 11, 30)
BEN, ROOM = "ben@example.com", "room@example.com"
GUESTS = tuple(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{one}" for one in (ANA, BEN))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of the planned week, in Berlin."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), BERLIN)


@dataclass(frozen=True)
class Wanted:
    """A move that is accepted: half an hour, from and to."""

    uid: str
    start: datetime
    to: datetime
    depends_on: tuple[str, ...] = ()
    series: bool = False
    recurrence: bool = False
    rooms: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    from_rooms: tuple[str, ...] | None = None


@dataclass
class Rehearsal:
    """A calendar of Ana's with its server, and proposals to change it."""

    engine: Engine
    sender: Sender = Sender.LETTERS
    enqueued: list[tuple[str, int]] = field(default_factory=list)
    sent: list[EmailMessage] = field(default_factory=list)
    ending: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    relay: Callable[[], None] = lambda: None
    closed: dict[int, str] = field(default_factory=dict)
    later: dict[int, date] = field(default_factory=dict)
    """From which day on series move, by number, that the freeze window has reached."""
    in_the_way: dict[int, int] = field(default_factory=dict)
    """Moves, by number, that are possible only as long as another one is expected to be made."""
    is_synced: bool = True
    alternatives: tuple[Alternative, ...] = ()
    others: tuple[StoredCalendar, ...] = ()
    sync: Callable[[str], Synced] | None = None
    room_names: Mapping[str, str] = field(default_factory=dict)
    counters: tuple[Counter, ...] = ()
    ids: int = 0

    def __post_init__(self) -> None:
        self.syncing = Syncing(self.engine)
        self.server = self.syncing.server
        self.store = StoredProposals(self.engine, self._enqueue)
        self.writer = MemoryWriter(self.server, BERLIN)
        self.editor = IcsEditor(BERLIN)
        self.has_relay = True

    def use(self, engine: Engine) -> None:
        """Go on with another connection to the same database, as a process of its own does."""
        self.engine = engine
        self.store = StoredProposals(engine, lambda *_: None)

    @property
    def now(self) -> datetime:
        return self.syncing.now

    silence = timedelta(minutes=6)
    """After so long without a sign of life, a claim is free."""

    def pass_by(self, time_: timedelta) -> None:
        """Let time go by."""
        self.syncing.now += time_

    def event(self, uid: str, start: datetime, *lines: str, guests: Sequence[str] = GUESTS) -> None:
        """An event of half an hour, from nobody in particular."""
        organizer = f"ORGANIZER:mailto:{ANA}"
        text = vcalendar(vevent(uid, f"{start:%Y%m%dT%H%M%S}", f"SUMMARY:{uid}", organizer, *guests, *lines))
        self.server[HREF].put(f"{uid}.ics", uid, text)

    def series(self, uid: str, start: datetime, rule: str = "FREQ=WEEKLY") -> None:
        """A series."""
        self.event(uid, start, f"RRULE:{rule}")

    def answer(self, uid: str, original: datetime, said: str = "TENTATIVE") -> None:
        """Have Ben answer to one occurrence of a series, which makes an override."""
        [there] = [one for one in self.server[HREF].objects.values() if one.uid == uid]
        guests = (f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{ANA}", f"ATTENDEE;PARTSTAT={said}:mailto:{BEN}")
        named = f"{original:%Y%m%dT%H%M%S}"
        about = (f"SUMMARY:{uid}", f"ORGANIZER:mailto:{ANA}", f"RECURRENCE-ID;TZID=Europe/Berlin:{named}")
        override = vevent(uid, named, *about, *guests)
        text = there.text.replace("END:VCALENDAR", f"{override}\r\nEND:VCALENDAR")
        self.server[HREF].put(there.href, uid, text)

    def occurrences(self, uid: str) -> list[datetime]:
        """When it takes place in the five weeks from the planned one on."""
        texts = "".join(one.text for one in self.server[HREF].objects.values() if one.uid == uid)
        span = Timespan.between(at(0, 0), at(35, 0), BERLIN)
        found = IcsCalendar.read(uid, texts.encode()).events(span, "", BERLIN).events
        return sorted(event.span.start for event in found if not event.cancelled)

    def versions(self, uid: str) -> Versions:
        """The fingerprints of its components, as the server has them."""
        return self.editor.versions([one.text for one in self.server[HREF].objects.values() if one.uid == uid])

    def starts(self, uid: str) -> list[datetime]:
        """When its components begin, as the server has them."""
        return [one.start.astimezone(BERLIN) for _, one in sorted(self.versions(uid).items())]

    @property
    def uids(self) -> list[str]:
        """What the server has."""
        return [one.uid for one in self.server[HREF].objects.values()]

    def propose(self, *wanted: Wanted, group: str | None = None, notify: Notify = Notify.ALL) -> str:
        """The id of a proposal with some moves that are accepted, as the calendar is now."""
        self.ids += 1
        new = proposal_of(self.ids, wanted, self.versions, self.now, alternatives=self.alternatives)
        new = replace(new, notify=notify, group=group)
        return self.store.add(new, None, (), self.now).id

    def apply(self, proposal_id: str) -> None:
        """Press apply."""
        found = self.store.get(proposal_id)
        change = Change(ProposalState.APPLYING, moves=to_apply(found.moves), enqueue=True)
        self.store.change(proposal_id, found.version, change, self.now)

    def undo(self, proposal_id: str, *numbers: int) -> None:
        """Press undo."""
        found = self.store.get(proposal_id)
        wanted = numbers or [move.number for move in found.moves]
        change = Change(ProposalState.UNDOING, moves=to_undo(found.moves, wanted), enqueue=True)
        self.store.change(proposal_id, found.version, change, self.now)

    def work(self, proposal_id: str, holder: str = "test") -> Proposal:
        """Work at it, to the end."""
        return work_at_proposal(proposal_id, self.tools, holder=holder)

    def applied(self, *wanted: Wanted) -> Proposal:
        """What becomes of a proposal with these moves."""
        proposal_id = self.propose(*wanted)
        self.apply(proposal_id)
        return self.work(proposal_id)

    @property
    def tools(self) -> Tools:
        return Tools(
            store=self.store,
            destination=lambda _proposal, _calendar: Destination(
                self.syncing.stored, self.writer, self.editor, self.sender
            ),
            kept=self._kept,
            answers=answers,
            sync=self.sync or (lambda _calendar: self._sync()),
            concerned=lambda _proposal: self.others,
            check=self._check,
            mailer=self if self.has_relay else None,
            now=lambda: self.now,
            ending=lambda proposal: self.ending.append(proposal.id),
            ended=lambda proposal: self.ended.append(proposal.id),
            room_names=lambda _manager: self.room_names,
            pause=lambda _seconds: None,
            counters=lambda _calendar: self.counters,
        )

    def _check(self, proposal: Proposal) -> Closing:
        coming = {move.number for move in proposal.moves}
        stays = {number: f"move {other} stays" for number, other in self.in_the_way.items() if other not in coming}
        return Closing({n: Reason("busy", text) for n, text in (self.closed | stays).items()}, self.later)

    def _sync(self) -> Synced:
        return self.syncing.sync() if self.is_synced else Synced("k1", 1, 0, 0, 0, SyncState.SYNCED)

    def _kept(self, calendar_id: str, uid: str) -> Sequence[CalendarObject]:
        return objects_of(self.engine, calendar_id, uid)

    def send(self, message: EmailMessage) -> None:
        """Take a mail, as a relay does; what `relay` raises is its answer."""
        self.sent.append(message)
        self.relay()

    def _enqueue(self, proposal_id: str, version: int, _transaction: Connection) -> None:
        self.enqueued.append((proposal_id, version))


def proposal_of(
    number: int,
    wanted: Sequence[Wanted],
    versions: Callable[[str], Versions],
    now: datetime,
    calendar_id: str = "k1",
    alternatives: tuple[Alternative, ...] = (),
) -> Proposal:
    """The n-th proposal of these tests, with some moves that are accepted."""
    meetings = [replace(_meeting(n, one, calendar_id), alternatives=alternatives) for n, one in enumerate(wanted, 1)]
    moves = [
        _move(n, one, meetings[n - 1], versions(one.uid), Decided(Decision.ACCEPT, ANA, now))
        for n, one in enumerate(wanted, 1)
    ]
    return Proposal(
        id=f"{number:016}",
        manager=f"{number}@example.com",
        week="2026-W49",
        state=ProposalState.DECIDED,
        version=1,
        revision=1,
        plan=document(replace(sample_plan(), meetings=tuple(meetings))),
        created_at=now,
        created_by=ANA,
        expires_at=at(7, 0),
        moves=tuple(moves),
    )


def _meeting(number: int, one: Wanted, calendar_id: str) -> PlanMeeting:
    half = timedelta(minutes=30)
    return meeting(
        f"m{number}",
        one.uid,
        "one_on_one",
        None,
        uid=one.uid,
        calendar_id=calendar_id,
        organizer=ANA,
        recurrence_id=one.start.astimezone(UTC).isoformat() if one.series or one.recurrence else None,
        scope="series" if one.series else "occurrence",
        action="move",
        from_=When(one.start, one.start + half),
        to=When(one.to, one.to + half),
        rooms=Rooms(one.rooms if one.from_rooms is None else one.from_rooms, one.rooms),
        series=SeriesMove(MONDAY, "", "", 8, ()) if one.series else None,
    )


def _move(number: int, one: Wanted, planned: PlanMeeting, seen: Versions, decided: Decided) -> ProposedMove:
    half = timedelta(minutes=30)
    return ProposedMove(
        number,
        (planned.id,),
        one.uid,
        ANA,
        planned.calendar_id,
        one.uid,
        planned.recurrence_id,
        planned.scope,
        one.start,
        one.start + half,
        one.to,
        one.to + half,
        preticked=True,
        people=(ANA, BEN, *one.optional),
        required=(ANA, BEN),
        rooms=one.rooms,
        seen=seen,
        depends_on=one.depends_on,
        decided=decided,
    )


def states(proposal: Proposal, direction: Direction = "apply") -> list[MoveState | None]:
    """How the moves stand."""
    found = [move.writing(direction) for move in proposal.moves]
    return [one.state if one else None for one in found]


def writing(proposal: Proposal, number: int = 1, direction: Direction = "apply") -> Writing:
    """How one move stands."""
    move = proposal.move(number)
    found = move.writing(direction) if move else None
    assert found is not None
    return found
