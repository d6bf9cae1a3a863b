"""Stores may send from an address of their own, once its domain is verified.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from mtc.core import row_level_security

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    moments = ("asked_at", "checked_at", "check_at", "verified_at", "failing_since", "updated_at")
    op.create_table(
        "mail_senders",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("selector", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("results", json, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
        sa.CheckConstraint(
            "status IN ('pending', 'verified', 'lapsed')", name=op.f("ck_mail_senders_status")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"],
            ["stores.tenant_id", "stores.id"],
            name=op.f("fk_mail_senders_tenant_id_store_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_mail_senders_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_mail_senders")),
        sa.UniqueConstraint("tenant_id", "store_id", name=op.f("uq_mail_senders_tenant_id_store_id")),
    )
    op.create_index("ix_mail_senders_tenant_id_check_at", "mail_senders", ["tenant_id", "check_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect("mail_senders"):
            op.execute(statement)


def downgrade():
    op.drop_table("mail_senders")
