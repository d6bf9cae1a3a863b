"""Names are sorted by a key of the store's language, which a task fills in for products that are there.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade():
    postgres = op.get_bind().dialect.name == "postgresql"
    kind = sa.String(length=200, collation="C") if postgres else sa.String(length=200)
    op.drop_index("ix_products_tenant_id_status_name", "products")
    op.add_column("products", sa.Column("name_key", kind, nullable=False, server_default=""))
    op.create_index(
        "ix_products_tenant_id_status_name_key", "products", ["tenant_id", "status", "name_key", "id"]
    )


def downgrade():
    op.drop_index("ix_products_tenant_id_status_name_key", "products")
    with op.batch_alter_table("products") as batch_op:
        batch_op.drop_column("name_key")
    op.create_index("ix_products_tenant_id_status_name", "products", ["tenant_id", "status", "name", "id"])
