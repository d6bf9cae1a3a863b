"""Notifications to staff: each person's switches, and which stock alerts were sent.

Revision ID: 0015
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import policies

revision = "0015"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        for table in ("notification_choices", "stock_alerts"):
            for statement in policies.protect(table):
                op.execute(statement)


def _create_tables():
    op.create_table(
        "notification_choices",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["tenant_users.tenant_id", "tenant_users.id"],
            name=op.f("fk_notification_choices_tenant_id_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_notification_choices_tenant_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification_choices")),
        sa.UniqueConstraint(
            "tenant_id", "member_id", "topic", name=op.f("uq_notification_choices_tenant_id_member_id_topic")
        ),
    )
    op.create_table(
        "stock_alerts",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('low', 'out')", name=op.f("ck_stock_alerts_level")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["product_variants.tenant_id", "product_variants.id"],
            name=op.f("fk_stock_alerts_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_stock_alerts_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_alerts")),
        sa.UniqueConstraint("tenant_id", "variant_id", name=op.f("uq_stock_alerts_tenant_id_variant_id")),
    )


def downgrade():
    op.drop_table("stock_alerts")
    op.drop_table("notification_choices")
