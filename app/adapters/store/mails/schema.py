"""The tables of mails to managers and of findings, and with them the metadata of all tables."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from app.adapters.store.schema import Moment, metadata

__all__ = ["finding_dismissed", "finding_told", "mail", "mail_link", "metadata"]

mail = Table(
    "mail",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("key", String(400), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("manager", String(320), nullable=False),
    Column("week", String(8)),
    Column("proposal_id", String(16), index=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("message_id", Text),
    Column("subject", Text),
    Column("problem", Text),
    Column("created_at", Moment, nullable=False),
    Column("next_try_at", Moment, nullable=False),
    Column("give_up_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("begun_at", Moment),
    Index("ix_mail_due", "state", "next_try_at"),
)
"""A mail to a manager; `key` makes it the only one of its kind, `begun_at` says since when it is being sent."""

finding_dismissed = Table(
    "finding_dismissed",
    metadata,
    Column("manager", String(320), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("by", String(320), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Findings to which a manager said "not this one"."""

finding_told = Table(
    "finding_told",
    metadata,
    Column("manager", String(320), primary_key=True),
    Column("week", String(8), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
"""Which findings a weekly mail brought."""

mail_link = Table(
    "mail_link",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("manager", String(320), nullable=False, index=True),
    Column("proposal_id", String(16), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    Column("code_digest", String(64)),
    Column("code_expires_at", Moment),
    Column("code_tries", Integer, nullable=False),
    Column("codes", Integer, nullable=False),
)
"""A link of a mail, for one manager, proposal and plan of it; `code_digest` is of the code that a new browser needs."""
