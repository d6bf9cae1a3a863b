"""Stores that are opened by their merchant, and their legal texts.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    # Stores that are there stay open. Row-level security hides them from an UPDATE; a default reaches them.
    if op.get_bind().dialect.name == "postgresql":
        moment = sa.DateTime(timezone=True)
        op.add_column("stores", sa.Column("opened_at", moment, nullable=True, server_default=sa.func.now()))
        op.alter_column("stores", "opened_at", server_default=None)
    else:
        op.add_column("stores", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        op.execute("UPDATE stores SET opened_at = created_at")
    op.create_table(
        "legal_pages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_title", sa.String(length=120), nullable=False),
        sa.Column("published_body", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_legal_pages_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"],
            ["stores.tenant_id", "stores.id"],
            name=op.f("fk_legal_pages_tenant_id_store_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_legal_pages")),
        sa.UniqueConstraint(
            "tenant_id",
            "store_id",
            "kind",
            "locale",
            name=op.f("uq_legal_pages_tenant_id_store_id_kind_locale"),
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in row_level_security.protect("legal_pages"):
            op.execute(statement)


def downgrade():
    op.drop_table("legal_pages")
    op.drop_column("stores", "opened_at")
