"""Plugins are blocked and deprecated for all tenants; an installation knows its version and its last error.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("plugins") as batch:
        batch.add_column(sa.Column("block_reason", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("deprecation", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("tenant_plugins") as batch:
        batch.add_column(sa.Column("version", sa.String(40), nullable=False, server_default=""))
        batch.add_column(sa.Column("last_error", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True))
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:  # the policies ask which tenant it is, and it is every one
        op.execute("ALTER TABLE tenant_plugins NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE tenant_plugins SET version ="
        " (SELECT version FROM plugins WHERE plugins.id = tenant_plugins.plugin_id)"
    )
    if postgresql:
        op.execute("ALTER TABLE tenant_plugins FORCE ROW LEVEL SECURITY")


def downgrade():
    with op.batch_alter_table("tenant_plugins") as batch:
        batch.drop_column("last_error_at")
        batch.drop_column("last_error")
        batch.drop_column("version")
    with op.batch_alter_table("plugins") as batch:
        batch.drop_column("deprecation")
        batch.drop_column("block_reason")
