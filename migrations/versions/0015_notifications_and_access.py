"""Notifications to staff, and the browsers and codes that open orders.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from mtc.core import row_level_security

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("notification_choices", "stock_alerts", "order_devices", "order_codes")


def upgrade():
    _create_notifications()
    _create_access()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in row_level_security.protect(table):
                op.execute(statement)


def _create_notifications():
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


def _create_access():
    op.create_table(
        "order_devices",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_devices_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_order_devices_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_devices")),
        sa.UniqueConstraint(
            "tenant_id", "order_id", "token_hash", name=op.f("uq_order_devices_tenant_id_order_id_token_hash")
        ),
    )
    op.create_index("ix_order_devices_tenant_id_expires_at", "order_devices", ["tenant_id", "expires_at"])
    op.create_table(
        "order_codes",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_codes_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_order_codes_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_codes")),
        sa.UniqueConstraint("tenant_id", "order_id", name=op.f("uq_order_codes_tenant_id_order_id")),
    )
    op.create_index("ix_order_codes_tenant_id_expires_at", "order_codes", ["tenant_id", "expires_at"])


def downgrade():
    for table in reversed(TABLES):
        op.drop_table(table)
