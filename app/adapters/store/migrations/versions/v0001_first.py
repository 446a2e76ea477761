"""The first schema: connections, calendars with what was synced of them, keys, configurations and long plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("digest", name="uq_api_key_digest"),
    )
    op.create_table(
        "configuration",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(320), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_configuration"),
        sa.UniqueConstraint("kind", "owner", "version", name="uq_configuration_kind"),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("backend", sa.String(16), nullable=False),
        sa.Column("person", sa.String(320), nullable=False),
        sa.Column("account", sa.String(320), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_connection"),
    )
    op.create_table(
        "login",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_login"),
    )
    op.create_table(
        "planning",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_planning"),
        sa.UniqueConstraint("idempotency_key", name="uq_planning_idempotency_key"),
    )
    op.create_table(
        "calendar",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("connection_id", sa.String(16), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(320), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("access", sa.String(16), nullable=False),
        sa.Column("writable", sa.Boolean(), nullable=False),
        sa.Column("schedules", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("expanded_from", sa.Date(), nullable=True),
        sa.Column("expanded_until", sa.Date(), nullable=True),
        sa.Column("reader", sa.Integer(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("accepts_empty", sa.Boolean(), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name="fk_calendar_connection_id_connection", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendar"),
        sa.UniqueConstraint("connection_id", "href", name="uq_calendar_connection_id"),
    )
    op.create_index("ix_calendar_next_try_at", "calendar", ["next_try_at"], unique=False)
    op.create_index("ix_calendar_owner", "calendar", ["owner"], unique=False)
    op.create_table(
        "calendar_grant",
        sa.Column("calendar_id", sa.String(16), nullable=False),
        sa.Column("viewer", sa.String(320), nullable=False),
        sa.Column("access", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_calendar_grant_calendar_id_calendar", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("calendar_id", "viewer", name="pk_calendar_grant"),
    )
    op.create_table(
        "calendar_object",
        sa.Column("id", ID, nullable=False),
        sa.Column("calendar_id", sa.String(16), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("schedule_tag", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_calendar_object_calendar_id_calendar", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_object"),
    )
    op.create_index("ix_calendar_object_href", "calendar_object", ["calendar_id", "href"], unique=False)
    op.create_index("ix_calendar_object_since", "calendar_object", ["calendar_id", "since"], unique=False)
    op.create_index("ix_calendar_object_uid", "calendar_object", ["calendar_id", "uid"], unique=False)
    op.create_index("ix_calendar_object_until", "calendar_object", ["calendar_id", "until"], unique=False)
    op.create_table(
        "component",
        sa.Column("id", ID, nullable=False),
        sa.Column("calendar_id", sa.String(16), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_component_calendar_id_calendar", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_component"),
    )
    op.create_index("ix_component_since", "component", ["calendar_id", "since"], unique=False)
    op.create_index("ix_component_uid", "component", ["calendar_id", "uid"], unique=False)
    op.create_index("ix_component_until", "component", ["calendar_id", "until"], unique=False)
    op.create_table(
        "push_channel",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("calendar_id", sa.String(16), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_push_channel_calendar_id_calendar", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_push_channel"),
    )
    op.create_table(
        "read_warning",
        sa.Column("id", ID, nullable=False),
        sa.Column("calendar_id", sa.String(16), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_read_warning_calendar_id_calendar", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_read_warning"),
    )
    op.create_index("ix_read_warning_since", "read_warning", ["calendar_id", "since"], unique=False)
    op.create_index("ix_read_warning_uid", "read_warning", ["calendar_id", "uid"], unique=False)
    op.create_index("ix_read_warning_until", "read_warning", ["calendar_id", "until"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("component_id", ID, nullable=False),
        sa.Column("calendar_id", sa.String(16), nullable=False),
        sa.Column("recurrence_id", sa.String(40), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name="fk_occurrence_calendar_id_calendar", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["component_id"], ["component.id"], name="fk_occurrence_component_id_component", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_occurrence_component_id", "occurrence", ["component_id"], unique=False)
    op.create_index("ix_occurrence_time", "occurrence", ["calendar_id", "end", "start"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("occurrence")
    op.drop_table("read_warning")
    op.drop_table("push_channel")
    op.drop_table("component")
    op.drop_table("calendar_object")
    op.drop_table("calendar_grant")
    op.drop_table("calendar")
    op.drop_table("planning")
    op.drop_table("login")
    op.drop_table("connection")
    op.drop_table("configuration")
    op.drop_table("api_key")
