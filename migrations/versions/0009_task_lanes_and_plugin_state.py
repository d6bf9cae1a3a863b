"""Lanes and priorities of tasks; versions and numbers of plugin state; what is wrong with a plugin or theme.

Revision ID: 0009
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None

_PENDING = sa.text("status = 'pending'")


def upgrade():
    op.add_column("tasks", sa.Column("lane", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="50"))
    op.add_column("tasks", sa.Column("entity_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["tenant_id", "lane", "priority", "next_at"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.create_index(
        "ix_tasks_pending_entity",
        "tasks",
        ["tenant_id", "entity_id"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.add_column("plugin_state", sa.Column("number", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("plugin_state", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("plugins", sa.Column("problem", sa.Text(), nullable=False, server_default=""))
    op.add_column("ui_themes", sa.Column("problem", sa.Text(), nullable=False, server_default=""))


def downgrade():
    op.drop_column("ui_themes", "problem")
    op.drop_column("plugins", "problem")
    op.drop_column("plugin_state", "version")
    op.drop_column("plugin_state", "number")
    op.drop_index("ix_tasks_pending_entity", table_name="tasks")
    op.drop_index("ix_tasks_due", table_name="tasks")
    op.drop_column("tasks", "entity_id")
    op.drop_column("tasks", "priority")
    op.drop_column("tasks", "lane")
