"""Payments that wait for the answer of their provider, which names them.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_STATUSES = "'pending', 'succeeded', 'failed', 'cancelled'"


def _change(statuses, *, may_be_nameless):
    # SQLite copies the table, so that it looks as if the models had made it.
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("payments", recreate=recreate) as batch_op:
        batch_op.drop_constraint(op.f("ck_payments_status"), type_="check")
        batch_op.create_check_constraint(op.f("ck_payments_status"), f"status IN ({statuses})")
        batch_op.alter_column("provider_ref", existing_type=sa.String(length=200), nullable=may_be_nameless)


def upgrade():
    _change(f"'starting', {_STATUSES}", may_be_nameless=True)


def downgrade():
    """What nobody knows the provider's answer to counts as failed, under a name that no provider gives."""
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:  # the policies of row-level security hide every row from the owner too
        op.execute("ALTER TABLE payments NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE payments SET status = 'failed' WHERE status = 'starting'")
    name = "CAST(id AS text)" if postgres else "hex(id)"
    op.execute(f"UPDATE payments SET provider_ref = 'unnamed_' || {name} WHERE provider_ref IS NULL")
    if postgres:
        op.execute("ALTER TABLE payments FORCE ROW LEVEL SECURITY")
    _change(_STATUSES, may_be_nameless=False)
