"""What a product type is for, its icon, and where the stock of its variants comes from.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = (("description", 500, ""), ("icon", 40, ""), ("stock_source", 20, "pool"))


def upgrade():
    # Without a copy of the table, which SQLite refuses where rows of products refer to it.
    for name, length, default in COLUMNS:
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default=default)
        op.add_column("product_types", column)


def downgrade():
    for name, _, _ in reversed(COLUMNS):
        op.drop_column("product_types", name)
