"""What was done to pictures, and their smaller copies; a task treats the pictures that are there.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("media", sa.Column("prepared", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("media", sa.Column("rendition_widths", sa.String(length=60), server_default="", nullable=False))
    op.add_column("media", sa.Column("rendition_bytes", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_media_tenant_id_prepared", "media", ["tenant_id", "is_private", "prepared", "id"])


def downgrade():
    op.drop_index("ix_media_tenant_id_prepared", "media")
    with op.batch_alter_table("media") as batch_op:
        for name in ("rendition_bytes", "rendition_widths", "prepared"):
            batch_op.drop_column(name)
