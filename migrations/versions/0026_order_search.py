"""What orders are found by, filled in for those that are there; indexes over what was sold and test orders.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security
from mtc.orders.queries.search import sold_name, terms_of

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BATCH = 10_000
_READ = ("orders", "order_items", "product_variants", "tenants")
_SOLD = "ix_order_items_tenant_id_variant_id"
# The operator reads text out of JSON on both databases.
_ORDERS = sa.text("""
SELECT tenant_id, id, order_number, email, email_lc, customer_data ->> 'name' AS name FROM orders
""").columns(tenant_id=sa.Uuid(), id=sa.Uuid())
_NAMES = sa.text("""
SELECT DISTINCT tenant_id, variant_id, title, variant_title, sku FROM order_items
""").columns(tenant_id=sa.Uuid(), variant_id=sa.Uuid())


def upgrade():
    postgres = op.get_bind().dialect.name == "postgresql"
    term = sa.String(length=40, collation="C") if postgres else sa.String(length=40)
    keys = {
        "order_search": ("order_id", "orders", ("term", "order_id")),
        "sold_names": ("variant_id", "product_variants", ("variant_id", "name")),
    }
    columns = {"order_search": ("term", term), "sold_names": ("name", sa.String(600))}
    tables = {name: _table(name, columns[name], *keys[name], keyed=not postgres) for name in keys}
    op.drop_index(_SOLD, "order_items")
    op.create_index(_SOLD, "order_items", ["tenant_id", "variant_id", "order_id"])
    op.create_index(
        "ix_orders_tests",
        "orders",
        ["tenant_id", "created_at", "id"],
        sqlite_where=sa.text("is_test IS 1"),
        postgresql_where=sa.text("is_test IS true"),
    )
    # The policies of row-level security hide every row from the owner too: they rest meanwhile, also while
    # the foreign keys look at what is there.
    for word in ("NO FORCE", "FORCE"):
        if postgres:
            for name in _READ:
                op.execute(f"ALTER TABLE {name} {word} ROW LEVEL SECURITY")
        if word == "NO FORCE":
            _fill(**tables)
            for name in keys if postgres else ():
                _add_keys(name, *keys[name])
    op.create_index("ix_order_search_tenant_id_order_id", "order_search", ["tenant_id", "order_id", "term"])
    if postgres:
        for name in ("order_search", "sold_names"):
            for statement in row_level_security.protect(name):
                op.execute(statement)


def _table(name, column, reference, parent, key, *, keyed):
    """SQLite takes keys with the table only; PostgreSQL fills a table without them three times as fast."""
    keys = (
        sa.ForeignKeyConstraint(
            ["tenant_id", reference],
            [f"{parent}.tenant_id", f"{parent}.id"],
            name=op.f(f"fk_{name}_tenant_id_{reference}"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f(f"fk_{name}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", *key, name=op.f(f"pk_{name}")),
    )
    return op.create_table(
        name,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(*column, nullable=False),
        sa.Column(reference, sa.Uuid(), nullable=False),
        *(keys if keyed else ()),
        sqlite_with_rowid=False,
    )


def _add_keys(name, reference, parent, key):
    op.create_primary_key(op.f(f"pk_{name}"), name, ["tenant_id", *key])
    op.create_foreign_key(
        op.f(f"fk_{name}_tenant_id_{reference}"),
        name,
        parent,
        ["tenant_id", reference],
        ["tenant_id", "id"],
        ondelete="CASCADE",
    )
    op.create_foreign_key(op.f(f"fk_{name}_tenant_id"), name, "tenants", ["tenant_id"], ["id"])


def _fill(order_search, sold_names):
    connection = op.get_bind()
    rows = connection.execute(_ORDERS.execution_options(yield_per=BATCH))
    for some in rows.partitions():
        terms = [
            {"tenant_id": row.tenant_id, "term": term, "order_id": row.id}
            for row in some
            for term in terms_of(row.order_number, row.email, row.email_lc, row.name or "")
        ]
        # By tenant and term: neighbours of the index are written together.
        _insert(connection, order_search, sorted(terms, key=lambda one: tuple(one.values())))
    names = {
        (row.tenant_id, row.variant_id, sold_name(row.title, row.variant_title, row.sku))
        for row in connection.execute(_NAMES)
    }
    columns = ("tenant_id", "variant_id", "name")
    found = [dict(zip(columns, one, strict=True)) for one in sorted(names)]
    _insert(connection, sold_names, found)


def _insert(connection, table, rows):
    """COPY takes a tenth of the time that INSERT does."""
    if rows and connection.dialect.name == "postgresql":
        columns = ", ".join(rows[0])
        with connection.connection.cursor() as cursor:
            with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(tuple(row.values()))
    elif rows:
        connection.execute(sa.insert(table), rows)


def downgrade():
    op.drop_index("ix_orders_tests", "orders")
    op.drop_index(_SOLD, "order_items")
    op.create_index(_SOLD, "order_items", ["tenant_id", "variant_id"])
    op.drop_table("sold_names")
    op.drop_table("order_search")
