"""A tenant's scope reads the language of those who work for it: mails to them are written in it.

Revision ID: 0033
Revises: 0032
"""

from alembic import op

from mtc.core.row_level_security import APP_ROLE

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"GRANT SELECT (locale) ON users TO {APP_ROLE}")


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"REVOKE SELECT (locale) ON users FROM {APP_ROLE}")
