"""Requests that count once.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = "idempotency_keys"


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_idempotency_keys_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "tenant_id", "scope", "key_hash", name=op.f("uq_idempotency_keys_tenant_id_scope_key_hash")
        ),
    )
    op.create_index("ix_idempotency_keys_expires_at", TABLE, ["expires_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect(TABLE):
            op.execute(statement)


def downgrade():
    op.drop_table(TABLE)
