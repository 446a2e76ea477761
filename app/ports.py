"""What the use cases need from outside, as protocols; each method says what it raises."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from typing import Protocol
from zoneinfo import ZoneInfo

from app.domain.access import ApiKey
from app.domain.configured import Kind
from app.domain.connected import (
    CalendarObject,
    Changes,
    Claim,
    Connection,
    Expansion,
    Forgotten,
    Outcome,
    Page,
    PushChannel,
    RemoteCalendar,
    StoredCalendar,
    SyncStatus,
    Watched,
)
from app.domain.event import Calendar
from app.domain.person import Team
from app.domain.planning import Answer, Begun, Document, Planning
from app.domain.proposal import Audited, Change, Direction, Proposal, Remembered, Reserved, Working, Writing
from app.domain.rules import Rules
from app.domain.timespan import Timespan
from app.domain.writing import Edit, Notify, Versions


class CalendarSource(Protocol):
    """A calendar that was read, from which the events of any weeks can be taken."""

    @property
    def source(self) -> str:
        """Where it came from, fit for messages; the id of its events' calendar."""
        ...

    @property
    def owner_hint(self) -> str | None:
        """The address that the source itself says it belongs to, in lower case."""
        ...

    @property
    def zone_hint(self) -> ZoneInfo | None:
        """The zone that the calendar says of itself, or the one zone of all its timed series."""
        ...

    def events(self, window: Timespan, owner: str, zone: ZoneInfo) -> Calendar:
        """The events that overlap the window, in order of time.

        Floating and all-day times are taken on the wall clock of `zone`. What cannot be read becomes a warning.
        Raises `ParseError` if a limit is exceeded.
        """
        ...


class HolidayCalendar(Protocol):
    """Public holidays by country and region."""

    def names(self, country: str, days: Sequence[date]) -> Mapping[date, str]:
        """The holidays among some days, for a country such as `DE` or with its region, `DE-BE`.

        Raises `ConfigError` if the country or the region is not known.
        """
        ...


class Keys(Protocol):
    """The keys of the HTTP API. Every method raises `StoreError` if the database cannot be used."""

    def exist(self) -> bool:
        """Whether a key was ever made; one that is revoked counts."""
        ...

    def find(self, text: str, now: datetime) -> ApiKey | None:
        """The key of a text, and note that it was used; None if it is not known or revoked."""
        ...


class Plannings(Protocol):
    """The plans that are worked at after their request was answered. Every method raises `StoreError`."""

    def add(self, planning_id: str, request: bytes, idempotency_key: str | None, now: datetime) -> Planning:
        """Store a request and have it worked at, both or neither; if the key is known, give back what it made."""
        ...

    def get(self, planning_id: str) -> Planning:
        """All of a planning. Raises `NotFoundError`."""
        ...

    def glance(self, planning_id: str) -> Planning:
        """A planning without its result. Raises `NotFoundError`."""
        ...

    def begin(self, planning_id: str) -> Begun | None:
        """Note that somebody works at it; None if it has ended or is gone."""
        ...

    def report(self, planning_id: str, progress: Document) -> None:
        """Note how far it is."""
        ...

    def wanted(self, planning_id: str) -> bool:
        """Whether it is still there."""
        ...

    def end(self, planning_id: str, answer: Answer, now: datetime) -> None:
        """Note the answer, and forget what was asked; an answer that is there stays."""
        ...

    def unfinished(self) -> Sequence[str]:
        """The ids of those that have not ended, the oldest first."""
        ...

    def forget(self, planning_id: str) -> None:
        """Delete a planning; whoever works at it stops. Raises `NotFoundError`."""
        ...

    def forget_older(self, moment: datetime) -> None:
        """Delete those that ended before a moment."""
        ...


class Known(Protocol):
    """What is stored of a calendar before a sync; looked up only when a back end asks."""

    def etags(self) -> Mapping[str, str | None]:
        """The etag of every object, by its href."""
        ...

    def uid_of(self, href: str) -> str | None:
        """The UID of an object; None if it is not stored."""
        ...

    def past(self, moment: datetime) -> Collection[str]:
        """The hrefs of objects of which nothing takes place at or after a moment."""
        ...


class CalendarStore(Protocol):
    """The calendars behind one login at a server, or one feed.

    Every method raises `ReconnectError` if the login is not accepted (any more), and `UnavailableError` if the server
    does not answer, answers with a fault or asks to wait; then trying again later may help. `InputError` is for what is
    at the address, and is no calendar.
    """

    def calendars(self) -> Sequence[RemoteCalendar]:
        """All calendars that the login can see, the person's own first.

        Raises `NotFoundError` if there is nothing of the kind at the address.
        """
        ...

    def changes(self, calendar: str, token: str | None, known: Known) -> Iterator[Page]:
        """What has changed since a token in the calendar of that href; everything if it is None.

        Without a token, what is not listed is no more. The last page, and only that, brings the next token; an
        iteration that ends in an error has said nothing. Raises `StaleTokenError` if the server does not know the token
        any more, `NotFoundError` if the calendar is gone.
        """
        ...

    def read(self, calendar: str, href: str) -> CalendarObject:
        """One object as it is now. Raises `NotFoundError` if it is gone."""
        ...


class CalendarWriter(Protocol):
    """The calendars behind one login, as they are changed. They also raise as those of `CalendarStore` do."""

    def current(self, calendar: str, uid: str, href: str | None) -> Sequence[CalendarObject]:
        """All objects of a UID as they are now: one of a CalDAV server, at Google the master and each override.

        `href` is where it was last seen; without one it is looked for. Empty if it is gone.
        """
        ...

    def new_uid(self, key: str) -> str:
        """The UID that an `Insert` gets for a key of 32 hexadecimal digits."""
        ...

    def write(self, calendar: str, edit: Edit, seen: Sequence[CalendarObject], notify: Notify) -> None:
        """Make one edit of what `current` gave, if it still is as it was then (If-Match, RFC 6638 §3.2.10).

        Only what the edit names is changed. Raises `ChangedError` if it is not as seen any more, `RefusedError` if it
        may not be written, `UnansweredError` if a request was sent and no answer came.
        """
        ...


class EventReader(Protocol):
    """Makes events of iCalendar text."""

    @property
    def version(self) -> int:
        """Raised whenever the same text is read differently, so that what is stored is expanded anew."""
        ...

    def expand(
        self, texts: Mapping[str, Sequence[str]], window: Timespan, calendar: StoredCalendar
    ) -> Sequence[Expansion]:
        """The occurrences of each UID that overlap a window, from the texts that a calendar has of it."""
        ...

    def recur(self, text: str, moment: datetime, calendar: StoredCalendar) -> bool:
        """Whether anything of an object takes place at or after a moment; True when in doubt."""
        ...

    def reduced(self, item: CalendarObject, calendar: StoredCalendar) -> CalendarObject:
        """An object without anything but its times and how busy they are."""
        ...


class EventEditor(Protocol):
    """Reads and edits the iCalendar text of objects, for a write: nothing is lost that is not named by an edit."""

    def versions(self, texts: Sequence[str]) -> Versions:
        """The fingerprint of every component in the objects of one UID. Raises `ParseError`."""
        ...

    def edited(self, text: str, edit: Edit, now: datetime) -> str:
        """The text of an object after an edit of it; for an `Insert`, that of the new object.

        Only DTSTART, DTEND or DURATION, RRULE, EXDATE, SEQUENCE, DTSTAMP, LAST-MODIFIED and rooms of the component that
        is meant change, and of overrides whose series is elsewhere or ends, RECURRENCE-ID and STATUS; all else stays
        byte by byte. Raises `ParseError`, and `InputError` for what is all-day.
        """
        ...

    def request(self, text: str, edit: Edit) -> str:
        """What an attendee is sent about an edited object: METHOD:REQUEST, CANCEL for a `Remove` (RFC 5546 §3.2)."""
        ...


class Mailer(Protocol):
    """Sends mail."""

    def send(self, message: EmailMessage) -> None:
        """Hand one message over to the relay, for all of its To.

        Raises `UnavailableError` if it was not taken now, `RefusedError` if it never will be, and `UnansweredError`
        if all of it was sent and no answer came.
        """
        ...


class ProposalStore(Protocol):
    """The proposals. Every method raises `StoreError` if the database cannot be used.

    Those that change one by its id raise `NotFoundError` if there is none.
    """

    def add(self, new: Proposal, idempotency_key: str | None, audit: Sequence[Audited], now: datetime) -> Proposal:
        """Keep a new proposal; the one that is open for the same manager and week becomes superseded.

        If the key is known, gives back what it made. Raises `ChangedError` if the open one is being applied.
        """
        ...

    def get(self, proposal_id: str) -> Proposal:
        """All of a proposal. Raises `NotFoundError`."""
        ...

    def all(self, manager: str | None = None, week: str | None = None, limit: int = 100) -> Sequence[Proposal]:
        """The proposals of a manager, or everyone's, the newest first."""
        ...

    def of_group(self, group: str) -> Sequence[Proposal]:
        """All proposals of one team plan."""
        ...

    def change(self, proposal_id: str, version: int, change: Change, now: datetime) -> Proposal:
        """Change a proposal, if it still has this version; its version rises by one.

        Raises `ChangedError` if it has another one, or is in a state that the new one cannot follow.
        """
        ...

    def claim(self, proposal_id: str, holder: str, now: datetime) -> Working:
        """Take a proposal that is being applied or undone for oneself.

        It can be taken if nobody holds it, if its holder was silent for too long, or by the same holder again. Raises
        `ClaimedError` if it cannot be, `ChangedError` if there is nothing to do for it.
        """
        ...

    def journal(self, working: Working, number: int, direction: Direction, writing: Writing, now: datetime) -> None:
        """Note how a move stands. One transaction. Raises `ClaimedError` if the claim does not hold any more."""
        ...

    def finish(self, working: Working, change: Change, now: datetime) -> Proposal:
        """Change a proposal at the end of the work, and give it back. Raises `ClaimedError`."""
        ...

    def release(self, working: Working) -> None:
        """Give it back as it is, if the claim still holds."""
        ...

    def unfinished(self, now: datetime) -> Sequence[str]:
        """The ids of those that are to be applied or undone and that nobody is at."""
        ...

    def followed(self, now: datetime) -> Sequence[str]:
        """The ids of those that were applied within the time in which they can be undone."""
        ...

    def expire(self, now: datetime) -> int:
        """Have all that can be decided and whose week is over expire; how many."""
        ...

    def make_stale(self, proposal_ids: Sequence[str]) -> None:
        """Have open proposals planned anew before they are shown."""
        ...

    def sharing(self, people: Collection[str], besides: str) -> Sequence[str]:
        """The ids of those that can be decided, but one, of which a move needs one of these people."""
        ...

    def remembered(self, manager: str, since: datetime) -> Sequence[Remembered]:
        """What a manager rejected, and what was moved for them, since a moment."""
        ...

    def reserved(self, week: str, besides: str) -> Sequence[Reserved]:
        """The places that open proposals of all managers but one want in the weeks from this one on."""
        ...

    def join(self, manager: str, uid: str, new_uid: str) -> None:
        """Note that a series goes on under another UID, so that what is remembered of it is known of both."""
        ...

    def keep_file(self, proposal_id: str, name: str, media_type: str, data: bytes, now: datetime) -> None:
        """Keep a file for the manager, in place of one of the same name."""
        ...

    def files(self, proposal_id: str) -> Sequence[tuple[str, str, bytes]]:
        """The files of a proposal: name, media type and content, by name."""
        ...

    def audit(self, entry: Audited) -> None:
        """Write a line of the audit trail."""
        ...

    def trail(self, proposal_id: str) -> Sequence[Audited]:
        """The audit trail of a proposal, the oldest first."""
        ...


class Configured(Protocol):
    """What a manager's weeks are planned by: their own versions, else everyone's, else files.

    Every method raises `StoreError` if the database cannot be used, and `ConfigError` for a text that cannot be.
    """

    def rules(self, manager: str) -> Rules:
        """The rules of a manager."""
        ...

    def team(self, manager: str) -> Team | None:
        """The people that a manager works with; None if nobody said."""
        ...

    def text(self, kind: Kind, manager: str) -> str:
        """The TOML text that holds for a manager; empty if it is the packaged one, or if there is none."""
        ...

    def rules_in(self, text: str) -> Rules:
        """The rules of a text; what it leaves out is as packaged."""
        ...

    def team_in(self, text: str) -> Team:
        """The team of a text."""
        ...

    def save(self, kind: Kind, manager: str, text: str, now: datetime) -> None:
        """Keep a text as the newest version of a manager's own."""
        ...


class SyncStore(Protocol):
    """The calendars that are kept here, as a sync works at them.

    What a sync writes is seen by nobody until it switches. Every method is a short transaction, or several; each that
    writes holds the claim for some more minutes. Every method raises `StoreError` if the database cannot be used, and
    those that write raise `ClaimedError` if the claim does not hold any more; then they wrote nothing.
    """

    def claim(self, calendar_id: str, holder: str, now: datetime) -> Claim:
        """Take a calendar for one sync, and undo what an aborted one left.

        It can be taken if nobody holds it, if its holder was silent for too long, or by the same holder again. Raises
        `ClaimedError` if it cannot be, `NotFoundError` if there is no such calendar.
        """
        ...

    def etags(self, claim: Claim) -> Mapping[str, str | None]:
        """The etag of every object that is seen, by its href."""
        ...

    def uid_of(self, claim: Claim, href: str) -> str | None:
        """The UID of an object that is seen; None if there is none."""
        ...

    def without_event_after(self, claim: Claim, moment: datetime) -> Iterator[CalendarObject]:
        """The objects that are seen of whose UIDs no stored occurrence ends after a moment."""
        ...

    def put(self, claim: Claim, changed: Sequence[CalendarObject], removed: Sequence[str], now: datetime) -> Changes:
        """Write objects and forget others; what is there already stays as it is. One transaction."""
        ...

    def keep_only(self, claim: Claim, hrefs: Collection[str], now: datetime) -> Changes:
        """Forget every object that is not among these."""
        ...

    def uids(self, claim: Claim) -> Sequence[str]:
        """Every UID that will be seen after the switch, in order."""
        ...

    def texts(self, claim: Claim, uids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The texts that will be seen after the switch of each of some UIDs; of none, an empty sequence."""
        ...

    def expand(self, claim: Claim, expansions: Sequence[Expansion], now: datetime) -> None:
        """Replace all occurrences of some UIDs. One transaction."""
        ...

    def count(self, claim: Claim) -> int:
        """How many objects will be seen after the switch."""
        ...

    def switch(
        self, claim: Claim, token: str, window: Timespan, reader: int, outcome: Outcome, now: datetime
    ) -> tuple[int, int]:
        """Make everything that was written seen at once, and give the calendar back; then delete what nobody sees.

        The zone of the window is the calendar's from then on.
        Gives back the generation that is seen now, which is the old one if nothing was written, and how many objects
        it has.
        """
        ...

    def fail(self, claim: Claim, outcome: Outcome, now: datetime) -> None:
        """Say why a sync did not end, and give the calendar back; what is seen stays as it is."""
        ...

    def release(self, claim: Claim) -> None:
        """Give the calendar back as it was, if the claim still holds, so that another sync may begin at once."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """The ids of the calendars that are to be synced by now and are not being synced, the longest overdue first."""
        ...


class ConnectionStore(Protocol):
    """What is connected: logins and feeds, and the calendars that they bring.

    Every method raises `StoreError` if the database cannot be used. Secrets come and go sealed.
    """

    def keep(
        self, login: Connection, secret: bytes | None, calendars: Sequence[StoredCalendar], now: datetime
    ) -> list[StoredCalendar]:
        """Keep a login with its calendars, whole or not at all, and return these as they are kept.

        A login that is kept already, under whatever id, gets the new secret and keeps its other calendars; a running
        sync of any of them loses its claim, as it has the old secret, and they are due at once. The owner of a new
        calendar may see its details, everyone else when they are busy. A calendar that is kept in
        another zone is expanded anew by the next sync. Raises `InputError` for one that is kept for another owner or
        with another access.
        """
        ...

    def find(self, connection_id: str) -> tuple[Connection, bytes | None]:
        """A login with its secret. Raises `NotFoundError`."""
        ...

    def calendars(self) -> Sequence[tuple[StoredCalendar, SyncStatus]]:
        """Every calendar with how its sync stands, by owner and name."""
        ...

    def forget(self, connection_id: str) -> Forgotten:
        """Remove a login with all that was read through it; a sync of it stops. Raises `NotFoundError`."""
        ...


class PushServer(Protocol):
    """A server of calendars that says by itself that something changed (Google's push notifications).

    Both methods raise `ReconnectError`, `NotFoundError` or `UnavailableError`.
    """

    def watch(self, calendar: str, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
        """Have messages with a token posted to an HTTPS address; the channel's resource id, and when it ends."""
        ...

    def stop(self, channel_id: str, resource_id: str) -> None:
        """End a channel; one that is not there is ended."""
        ...


class ChannelStore(Protocol):
    """The channels that were opened. Every method raises `StoreError` if the database cannot be used."""

    def watched(self) -> Sequence[Watched]:
        """The calendars that a server can say changes of, and that are not waiting for somebody."""
        ...

    def find(self, channel_id: str) -> PushChannel | None:
        """A channel; None if it is not known."""
        ...

    def add(self, channel: PushChannel) -> None:
        """Keep a channel; of a calendar that is gone meanwhile, nothing is kept."""
        ...

    def remove(self, channel_id: str) -> None:
        """Forget a channel."""
        ...

    def make_due(self, calendar_id: str, now: datetime) -> None:
        """Have a calendar that is as it should be synced now."""
        ...
