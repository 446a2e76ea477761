"""What the use cases need from outside, as protocols; each method says what it raises."""

from app.ports.calendars import (
    CalendarSource,
    CalendarStore,
    CalendarWriter,
    EventEditor,
    EventReader,
    Inbox,
    Known,
    PushServer,
)
from app.ports.mailing import FindingStore, LinkStore, LinkTokens, MailStore
from app.ports.proposals import Configured, ProposalStore
from app.ports.service import HolidayCalendar, Keys, Mailer, Plannings
from app.ports.syncing import ChannelStore, ConnectionStore, SyncStore

__all__ = [
    "CalendarSource",
    "CalendarStore",
    "CalendarWriter",
    "ChannelStore",
    "Configured",
    "ConnectionStore",
    "EventEditor",
    "EventReader",
    "FindingStore",
    "HolidayCalendar",
    "Inbox",
    "Keys",
    "Known",
    "LinkStore",
    "LinkTokens",
    "MailStore",
    "Mailer",
    "Plannings",
    "ProposalStore",
    "PushServer",
    "SyncStore",
]
