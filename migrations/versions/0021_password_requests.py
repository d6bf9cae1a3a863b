"""Requests of staff who forgot their password; a worker mails the links.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "password_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_lc", sa.String(length=254), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_requests")),
    )
    op.create_index("ix_password_requests_next_at", "password_requests", ["next_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.platform_only("password_requests"):
            op.execute(statement)


def downgrade():
    op.drop_table("password_requests")
