"""Files for sale: what of a file a buyer has received, and objects that nothing refers to.

Revision ID: 0011
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from mtc.core import row_level_security

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _downloads():
    """Batch changes of downloads; SQLite makes the table anew and must be told its check."""
    return op.batch_alter_table(
        "downloads",
        recreate="always" if op.get_bind().dialect.name == "sqlite" else "never",
        table_args=(
            sa.CheckConstraint("used >= 0 AND used <= max_downloads", name=op.f("ck_downloads_used")),
        ),
    )


def upgrade():
    with _downloads() as batch:
        batch.alter_column("max_downloads", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("progress", JSON, nullable=False, server_default="{}"))
    op.create_index("ix_downloads_tenant_id_media_id", "downloads", ["tenant_id", "media_id"])
    op.create_table(
        "orphaned_objects",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("delete_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_orphaned_objects_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_orphaned_objects")),
        sa.UniqueConstraint(
            "tenant_id", "storage_key", name=op.f("uq_orphaned_objects_tenant_id_storage_key")
        ),
    )
    op.create_index("ix_orphaned_objects_tenant_id_delete_at", "orphaned_objects", ["tenant_id", "delete_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect("orphaned_objects"):
            op.execute(statement)


def downgrade():
    op.drop_table("orphaned_objects")
    op.drop_index("ix_downloads_tenant_id_media_id", "downloads")
    fill = "coalesce(max_downloads, 1000000)"
    if op.get_bind().dialect.name == "postgresql":  # an update would see no row: the policy wants a tenant
        op.execute(f"ALTER TABLE downloads ALTER COLUMN max_downloads TYPE integer USING {fill}")
    else:
        op.execute(f"UPDATE downloads SET max_downloads = {fill}")
    with _downloads() as batch:
        batch.drop_column("progress")
        batch.alter_column("max_downloads", existing_type=sa.Integer(), nullable=False)
