"""The tables. A change here comes with a migration in `migrations/versions`; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: with its zone in PostgreSQL, and given back with it by SQLite, which knows none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it would be read as UTC, whatever was meant."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives; SQLite counts up only what is called INTEGER."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
    Column("person", String(320)),
)
"""`person` is whose proposals a key opens; None is everyone's."""


def _calendar_id(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "calendar_id",
        String(16),
        ForeignKey("calendar.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


def _visible(table: str) -> tuple[Column[int], Column[int], Index, Index]:
    """A row is seen at every generation from `since` on, until (and not at) `until`."""
    return (
        Column("since", Integer, nullable=False),
        Column("until", Integer),
        Index(f"ix_{table}_since", "calendar_id", "since"),
        Index(f"ix_{table}_until", "calendar_id", "until"),
    )


connection = Table(
    "connection",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("backend", String(16), nullable=False),
    Column("person", String(320), nullable=False),
    Column("account", String(320), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", LargeBinary),
    Column("created_at", Moment, nullable=False),
)
"""A login at a server, or a feed; `secret` is encrypted."""

calendar = Table(
    "calendar",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("connection_id", String(16), ForeignKey("connection.id", ondelete="CASCADE"), nullable=False),
    Column("href", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("owner", String(320), nullable=False, index=True),
    Column("zone", String(64), nullable=False),
    Column("access", String(16), nullable=False),
    Column("writable", Boolean, nullable=False),
    Column("schedules", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("generation", Integer, nullable=False, default=0),
    Column("token", Text),
    Column("expanded_from", Date),
    Column("expanded_until", Date),
    Column("reader", Integer),
    Column("events", Integer, nullable=False, default=0),
    Column("state", String(16), nullable=False),
    Column("problem", Text),
    Column("remedy", Text),
    Column("failures", Integer, nullable=False, default=0),
    Column("accepts_empty", Boolean, nullable=False, default=False),
    Column("last_success_at", Moment),
    Column("last_try_at", Moment),
    Column("next_try_at", Moment, index=True),
    Column("claimed_by", Text),
    Column("claimed_until", Moment),
    UniqueConstraint("connection_id", "href"),
)
"""A calendar with the state of its sync: what is seen (`generation`), since when (`token`), and who syncs it now."""

calendar_grant = Table(
    "calendar_grant",
    metadata,
    _calendar_id(primary_key=True),
    Column("viewer", String(320), primary_key=True),
    Column("access", String(16), nullable=False),
)
"""Who may see what of a calendar; the viewer `*` is everyone who plans here."""

calendar_object = Table(
    "calendar_object",
    metadata,
    Column("id", Id, primary_key=True),
    _calendar_id(),
    Column("href", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("etag", Text),
    Column("schedule_tag", Text),
    Column("text", Text, nullable=False),
    *_visible("calendar_object"),
    Index("ix_calendar_object_href", "calendar_id", "href"),
    Index("ix_calendar_object_uid", "calendar_id", "uid"),
)
"""What a server keeps under one name, as iCalendar text."""

component = Table(
    "component",
    metadata,
    Column("id", Id, primary_key=True),
    _calendar_id(),
    Column("uid", Text, nullable=False),
    Column("details", Text, nullable=False),
    *_visible("component"),
    Index("ix_component_uid", "calendar_id", "uid"),
)
"""What the occurrences of one VEVENT have in common, as JSON; `uid` is that of the objects that it came from."""

occurrence = Table(
    "occurrence",
    metadata,
    Column("component_id", Id, ForeignKey("component.id", ondelete="CASCADE"), nullable=False, index=True),
    _calendar_id(),
    Column("recurrence_id", String(40)),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("overridden", Boolean, nullable=False),
    Index("ix_occurrence_time", "calendar_id", "end", "start"),
)
"""When a component takes place, within the weeks that are expanded; seen when its component is.

`start` and `end` are seconds since 1970 in UTC: there are many of them, and numbers are read and written fastest.
"""

read_warning = Table(
    "read_warning",
    metadata,
    Column("id", Id, primary_key=True),
    _calendar_id(),
    Column("uid", Text, nullable=False),
    Column("code", String(40), nullable=False),
    Column("text", Text, nullable=False),
    *_visible("read_warning"),
    Index("ix_read_warning_uid", "calendar_id", "uid"),
)
"""What could not be read of a UID."""

push_channel = Table(
    "push_channel",
    metadata,
    Column("id", String(64), primary_key=True),
    _calendar_id(),
    Column("resource_id", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
)
"""A channel by which Google says that a calendar changed; `digest` is of the token that each message has to bring."""

login = Table(
    "login",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""A sign-in at Google begun in a browser: the digest of its `state`, and what is needed to end it, encrypted."""

configuration = Table(
    "configuration",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("owner", String(320), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("kind", "owner", "version"),
)
"""Versions of a team, a pattern or rules, as TOML; the owner `*` is everyone who has none of their own."""

planning = Table(
    "planning",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("progress", JSON),
    Column("result", JSON),
    Column("problem", JSON),
    Column("idempotency_key", String(200), unique=True),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
)
"""A plan that takes longer than a request may: asked for, worked at, and answered or failed.

`request` is emptied when it has ended; `version` rises with every change, `attempts` whenever somebody begins."""

_OPEN = text("state IN ('draft', 'sent', 'decided', 'applying')")

proposal = Table(
    "proposal",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("manager", String(320), nullable=False),
    Column("week", String(8), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(320), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("options", JSON, nullable=False),
    Column("notify", String(16), nullable=False),
    Column("ahead_s", Integer, nullable=False),
    Column("stale", Boolean, nullable=False),
    Column("supersedes", String(16)),
    Column("group_id", String(16), index=True),
    Column("applied_at", Moment),
    Column("undo_until", Moment),
    Column("idempotency_key", String(200), unique=True),
    Column("claimed_by", Text),
    Column("claimed_until", Moment),
    Index("ix_proposal_manager", "manager", "week"),
    Index("uq_proposal_open", "manager", "week", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)
"""A stored plan with its decisions; of the open ones, there is one for each manager and week."""


def _proposal_id() -> Column[str]:
    return Column(
        "proposal_id",
        String(16),
        ForeignKey("proposal.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    )


proposal_plan = Table(
    "proposal_plan",
    metadata,
    _proposal_id(),
    Column("revision", Integer, primary_key=True),
    Column("document", JSON, nullable=False),
    Column("differences", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)
"""Each plan of a proposal, as it was made; none is ever changed."""

proposal_move = Table(
    "proposal_move",
    metadata,
    _proposal_id(),
    Column("number", Integer, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("to_start", Moment, nullable=False),
    Column("details", JSON, nullable=False),
    Column("decision", String(16)),
    Column("why", String(16)),
    Column("pin", String(16)),
    Column("decided_by", String(320)),
    Column("decided_at", Moment),
    Column("moved_back_at", Moment),
)
"""A move and what was decided of it; `details` are the fields of `ProposedMove` that nothing is looked up by."""

proposal_write = Table(
    "proposal_write",
    metadata,
    _proposal_id(),
    Column("number", Integer, primary_key=True),
    Column("direction", String(8), primary_key=True),
    Column("state", String(24), nullable=False),
    Column("journal", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
"""How far a move is in the calendar: our rows are the truth, whoever goes on."""

proposal_file = Table(
    "proposal_file",
    metadata,
    _proposal_id(),
    Column("name", String(200), primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)
"""What a manager whose calendar cannot be written gets instead: the calendar anew, and invitations."""

series_uid = Table(
    "series_uid",
    metadata,
    Column("manager", String(320), primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("series", Text, nullable=False),
    Index("ix_series_uid_series", "manager", "series"),
)
"""Under which UIDs one series went on: `series` is the first of them."""

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(320), nullable=False),
    Column("what", String(40), nullable=False),
    Column("proposal_id", String(16), index=True),
    Column("move", Integer),
    Column("detail", JSON, nullable=False),
)
"""Who did what, when and why; it outlives what it is about."""
