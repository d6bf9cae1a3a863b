"""users.locale: the language that somebody who works here has chosen; none: what the browser reads.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("users", sa.Column("locale", sa.String(35), nullable=True))


def downgrade():
    op.execute("ALTER TABLE users DROP COLUMN locale")
