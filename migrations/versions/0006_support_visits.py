"""Visits of platform support in a tenant's admin.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "support_visits",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(length=200), nullable=False),
        sa.Column("user_email", sa.String(length=254), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raise_reason", sa.String(length=300), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_support_visits_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_support_visits")),
    )
    op.create_index("ix_support_visits_tenant_id_created_at", "support_visits", ["tenant_id", "created_at"])
    op.create_index("ix_support_visits_session_id", "support_visits", ["session_id"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect("support_visits"):
            op.execute(statement)


def downgrade():
    op.drop_table("support_visits")
