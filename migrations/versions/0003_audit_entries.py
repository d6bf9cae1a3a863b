"""The audit log: written and read, changed by nobody.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from mtc.core import row_level_security

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    op.create_table(
        "audit_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("actor_email", sa.String(length=254), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("object_type", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=False),
        sa.Column("object_label", sa.String(length=200), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("events", JSON, nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("haystack", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_audit_entries_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        "ix_audit_entries_tenant_id_created_at", "audit_entries", ["tenant_id", "created_at", "id"]
    )
    op.create_index(
        "ix_audit_entries_tenant_id_object",
        "audit_entries",
        ["tenant_id", "object_type", "object_id", "created_at"],
    )
    op.create_index("ix_audit_entries_created_at", "audit_entries", ["created_at", "id"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.append_only("audit_entries"):
            op.execute(statement)


def downgrade():
    op.drop_table("audit_entries")
