"""Uploaded files of keys that wait, sealed, until a person has said how to read them.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "stock_uploads",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["product_variants.tenant_id", "product_variants.id"],
            name=op.f("fk_stock_uploads_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_stock_uploads_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_uploads")),
        sa.UniqueConstraint(
            "tenant_id", "upload_id", "number", name=op.f("uq_stock_uploads_tenant_id_upload_id_number")
        ),
    )
    op.create_index("ix_stock_uploads_tenant_id_created_at", "stock_uploads", ["tenant_id", "created_at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect("stock_uploads"):
            op.execute(statement)


def downgrade():
    op.drop_table("stock_uploads")
