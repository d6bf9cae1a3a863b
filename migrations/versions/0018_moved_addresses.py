"""Former addresses of products and collections; those that are known from events are filled in.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import clock, row_level_security
from mtc.core.ids import uuid7

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_READ = ("events", "products", "collections", "moved_addresses")
# What each thing was called at each event; the operator reads text out of JSON on both databases.
_FORMER = """
SELECT events.tenant_id, events.entity_id, events.data ->> 'slug' AS slug
FROM events JOIN {table} t ON t.tenant_id = events.tenant_id AND t.id = events.entity_id
WHERE events.name IN ('{kind}.created', '{kind}.updated') AND events.data ->> 'slug' <> t.slug
AND NOT EXISTS (
    SELECT 1 FROM {table} o WHERE o.tenant_id = events.tenant_id AND o.slug = events.data ->> 'slug'
)
ORDER BY events.created_at
"""


def upgrade():
    op.create_table(
        "moved_addresses",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('product', 'collection')", name=op.f("ck_moved_addresses_kind")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["products.tenant_id", "products.id"],
            name=op.f("fk_moved_addresses_tenant_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "collection_id"],
            ["collections.tenant_id", "collections.id"],
            name=op.f("fk_moved_addresses_tenant_id_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_moved_addresses_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_moved_addresses")),
        sa.UniqueConstraint("tenant_id", "kind", "slug", name=op.f("uq_moved_addresses_tenant_id_kind_slug")),
    )
    for column in ("product_id", "collection_id"):
        op.create_index(f"ix_moved_addresses_tenant_id_{column}", "moved_addresses", ["tenant_id", column])
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        for statement in row_level_security.protect("moved_addresses"):
            op.execute(statement)
    _fill(postgres)


def _fill(postgres):
    """The policies of row-level security hide every row from the owner too: they rest meanwhile."""
    rest, wake = ("NO FORCE", "FORCE")
    for word in (rest, wake):
        if postgres:
            for table in _READ:
                op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")
        if word == rest:
            for kind in ("product", "collection"):
                _fill_kind(kind)


def _fill_kind(kind):
    columns = ("tenant_id", "id", f"{kind}_id")
    table = sa.table(
        "moved_addresses",
        *(sa.column(name, sa.Uuid()) for name in columns),
        *(sa.column(name, sa.String()) for name in ("kind", "slug")),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    query = sa.text(_FORMER.format(kind=kind, table=f"{kind}s")).columns(
        tenant_id=sa.Uuid(), entity_id=sa.Uuid(), slug=sa.String()
    )
    latest = {(row.tenant_id, row.slug): row.entity_id for row in op.get_bind().execute(query)}
    now = clock.now()
    rows = [
        {"tenant_id": tenant, "id": uuid7(), "created_at": now, "kind": kind, "slug": slug[:120],
         f"{kind}_id": entity}
        for (tenant, slug), entity in latest.items()
    ]  # fmt: skip
    if rows:
        op.bulk_insert(table, rows)


def downgrade():
    op.drop_table("moved_addresses")
