"""The time zone of a store; empty stands for that of its country.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("stores", sa.Column("timezone", sa.String(length=64), nullable=False, server_default=""))


def downgrade():
    op.drop_column("stores", "timezone")
