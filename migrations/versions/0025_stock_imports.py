"""Large files of keys that a task adds, and what was wrong with their lines.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from mtc.core import row_level_security

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _own():
    return (
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def upgrade():
    op.create_table(
        "stock_imports",
        *_own(),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("choices", _JSON, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("total", "seen", "added", "twice", "known", "refused")
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["product_variants.tenant_id", "product_variants.id"],
            name=op.f("fk_stock_imports_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_stock_imports_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_imports")),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'done', 'stopped', 'failed')",
            name=op.f("ck_stock_imports_status"),
        ),
    )
    op.create_index(
        "ix_stock_imports_tenant_id_variant_id", "stock_imports", ["tenant_id", "variant_id", "created_at"]
    )
    op.create_index("ix_stock_imports_tenant_id_finished_at", "stock_imports", ["tenant_id", "finished_at"])
    unfinished = sa.text("status IN ('waiting', 'running')")
    op.create_index(
        "uq_stock_imports_unfinished",
        "stock_imports",
        ["tenant_id", "variant_id"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_table(
        "stock_import_lines",
        *_own(),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("lines", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["stock_imports.tenant_id", "stock_imports.id"],
            name=op.f("fk_stock_import_lines_tenant_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_stock_import_lines_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_import_lines")),
        sa.UniqueConstraint(
            "tenant_id", "import_id", "first", name=op.f("uq_stock_import_lines_tenant_id_import_id_first")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("stock_imports", "stock_import_lines"):
            for statement in row_level_security.protect(table):
                op.execute(statement)


def downgrade():
    op.drop_table("stock_import_lines")
    op.drop_table("stock_imports")
