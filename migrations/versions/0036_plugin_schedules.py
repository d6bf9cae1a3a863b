"""When the jobs of plugins are due next.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "plugin_schedules",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_outcome", sa.String(length=20), server_default="", nullable=False),
        sa.Column("last_ms", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugins.id"], name=op.f("fk_plugin_schedules_plugin_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_plugin_schedules_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plugin_schedules")),
        sa.UniqueConstraint(
            "tenant_id", "plugin_id", "job", name=op.f("uq_plugin_schedules_tenant_id_plugin_id_job")
        ),
    )
    op.create_index("ix_plugin_schedules_plugin_id", "plugin_schedules", ["plugin_id"])
    op.create_index("ix_plugin_schedules_next_at", "plugin_schedules", ["next_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect("plugin_schedules"):
            op.execute(statement)


def downgrade():
    op.drop_table("plugin_schedules")
