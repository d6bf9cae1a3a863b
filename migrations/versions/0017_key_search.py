"""Hashes of the parts of keys, so that a search finds them; a task fills them in for keys that are there.

Revision ID: 0017
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

COLUMNS = ("full_hash", "begin4_hash", "begin8_hash", "end4_hash", "end8_hash")


def upgrade():
    for name in COLUMNS:
        op.add_column("stock_items", sa.Column(name, sa.String(length=64), nullable=True))
        op.create_index(f"ix_stock_items_{name}", "stock_items", ["tenant_id", name, "id"])


def downgrade():
    for name in reversed(COLUMNS):
        op.drop_index(f"ix_stock_items_{name}", "stock_items")
        with op.batch_alter_table("stock_items") as batch_op:
            batch_op.drop_column(name)
