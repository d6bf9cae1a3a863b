"""product_types.workflow_list is called workflows, as in the seed's schema.

Revision ID: 0031
Revises: 0030
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE product_types RENAME COLUMN workflow_list TO workflows")


def downgrade():
    op.execute("ALTER TABLE product_types RENAME COLUMN workflows TO workflow_list")
