"""Proposals: the plans, what was decided of each move, how far it is in the calendar, and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('draft', 'sent', 'decided', 'applying')")


def upgrade() -> None:
    """Make them, and say whose proposals a key opens."""
    op.create_table(
        "audit_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(320), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("proposal_id", sa.String(16), nullable=True),
        sa.Column("move", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_proposal_id", "audit_entry", ["proposal_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("manager", sa.String(320), nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("notify", sa.String(16), nullable=False),
        sa.Column("ahead_s", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("supersedes", sa.String(16), nullable=True),
        sa.Column("group_id", sa.String(16), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("idempotency_key", name="uq_proposal_idempotency_key"),
    )
    op.create_index("ix_proposal_group_id", "proposal", ["group_id"], unique=False)
    op.create_index("ix_proposal_manager", "proposal", ["manager", "week"], unique=False)
    op.create_index("ix_proposal_state", "proposal", ["state"], unique=False)
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["manager", "week"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "series_uid",
        sa.Column("manager", sa.String(320), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("manager", "uid", name="pk_series_uid"),
    )
    op.create_index("ix_series_uid_series", "series_uid", ["manager", "series"], unique=False)
    op.create_table(
        "proposal_file",
        sa.Column("proposal_id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_file_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "name", name="pk_proposal_file"),
    )
    op.create_table(
        "proposal_move",
        sa.Column("proposal_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("to_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(16), nullable=True),
        sa.Column("why", sa.String(16), nullable=True),
        sa.Column("pin", sa.String(16), nullable=True),
        sa.Column("decided_by", sa.String(320), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_move_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "number", name="pk_proposal_move"),
    )
    op.create_table(
        "proposal_plan",
        sa.Column("proposal_id", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_plan_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "revision", name="pk_proposal_plan"),
    )
    op.create_table(
        "proposal_write",
        sa.Column("proposal_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("journal", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_write_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "number", "direction", name="pk_proposal_write"),
    )
    op.add_column("api_key", sa.Column("person", sa.String(320), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("api_key", "person")
    op.drop_table("proposal_write")
    op.drop_table("proposal_plan")
    op.drop_table("proposal_move")
    op.drop_table("proposal_file")
    op.drop_index("ix_series_uid_series", table_name="series_uid")
    op.drop_table("series_uid")
    op.drop_index(
        "uq_proposal_open",
        table_name="proposal",
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.drop_index("ix_proposal_state", table_name="proposal")
    op.drop_index("ix_proposal_manager", table_name="proposal")
    op.drop_index("ix_proposal_group_id", table_name="proposal")
    op.drop_table("proposal")
    op.drop_index("ix_audit_entry_proposal_id", table_name="audit_entry")
    op.drop_table("audit_entry")
