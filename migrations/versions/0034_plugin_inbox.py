"""Deliveries of other systems to plugins, each once.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from mtc.core.row_level_security import protect

JSON = sa.JSON().with_variant(JSONB(), "postgresql")

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "plugin_inbox",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_plugin_inbox_tenant_id")),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugins.id"], name=op.f("fk_plugin_inbox_plugin_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plugin_inbox")),
        sa.UniqueConstraint(
            "tenant_id",
            "plugin_id",
            "name",
            "event_id",
            name=op.f("uq_plugin_inbox_tenant_id_plugin_id_name_event_id"),
        ),
    )
    op.create_index("ix_plugin_inbox_plugin_id", "plugin_inbox", ["plugin_id"])
    op.create_index("ix_plugin_inbox_created_at", "plugin_inbox", ["created_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in protect("plugin_inbox"):
            op.execute(statement)


def downgrade():
    op.drop_table("plugin_inbox")
