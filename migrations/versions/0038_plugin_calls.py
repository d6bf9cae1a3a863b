"""The log of plugins' calls.

Revision ID: 0038
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "plugin_calls",
        sa.Column("plugin_id", sa.Uuid(), nullable=False),
        sa.Column("hook", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugins.id"], name=op.f("fk_plugin_calls_plugin_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_plugin_calls_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plugin_calls")),
    )
    op.create_index("ix_plugin_calls_newest", "plugin_calls", ["tenant_id", "plugin_id", "id"])
    op.create_index("ix_plugin_calls_plugin_id", "plugin_calls", ["plugin_id"])
    op.create_index("ix_plugin_calls_created_at", "plugin_calls", ["created_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect("plugin_calls"):
            op.execute(statement)


def downgrade():
    op.drop_table("plugin_calls")
