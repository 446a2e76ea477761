"""Mails to managers with their links, and what was said of findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "finding_dismissed",
        sa.Column("manager", sa.String(320), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("by", sa.String(320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("manager", "key", name="pk_finding_dismissed"),
    )
    op.create_table(
        "finding_told",
        sa.Column("manager", sa.String(320), nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("manager", "week", "key", name="pk_finding_told"),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("manager", sa.String(320), nullable=False),
        sa.Column("week", sa.String(8), nullable=True),
        sa.Column("proposal_id", sa.String(16), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("key", name="uq_mail_key"),
    )
    op.create_index("ix_mail_due", "mail", ["state", "next_try_at"], unique=False)
    op.create_index("ix_mail_proposal_id", "mail", ["proposal_id"], unique=False)
    op.create_table(
        "mail_link",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("manager", sa.String(320), nullable=False),
        sa.Column("proposal_id", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_digest", sa.String(64), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_link"),
    )
    op.create_index("ix_mail_link_manager", "mail_link", ["manager"], unique=False)
    op.create_index("ix_mail_link_proposal_id", "mail_link", ["proposal_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_mail_link_proposal_id", table_name="mail_link")
    op.drop_index("ix_mail_link_manager", table_name="mail_link")
    op.drop_table("mail_link")
    op.drop_index("ix_mail_proposal_id", table_name="mail")
    op.drop_index("ix_mail_due", table_name="mail")
    op.drop_table("mail")
    op.drop_table("finding_told")
    op.drop_table("finding_dismissed")
