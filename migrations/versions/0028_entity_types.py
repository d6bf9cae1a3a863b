"""Entity types of events and mails by their written names: product_variant for productvariant.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NAMES = {
    "apikey": "api_key",
    "cartitem": "cart_item",
    "legalpage": "legal_page",
    "mailsender": "mail_sender",
    "notificationchoice": "notification_choice",
    "orderitem": "order_item",
    "paymentgateway": "payment_gateway",
    "pricingrule": "pricing_rule",
    "producttype": "product_type",
    "productvariant": "product_variant",
    "stockitem": "stock_item",
    "tenantplugin": "tenant_plugin",
    "tenantuser": "tenant_user",
}


def _rename(names):
    postgres = op.get_bind().dialect.name == "postgresql"
    cases = " ".join(f"WHEN '{before}' THEN '{after}'" for before, after in names.items())
    listed = ", ".join(f"'{before}'" for before in names)
    for table in ("events", "mails"):
        if postgres:  # the policies of row-level security hide every row from the owner too
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(
            f"UPDATE {table} SET entity_type = CASE entity_type {cases} END WHERE entity_type IN ({listed})"
        )
        if postgres:
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def upgrade():
    _rename(_NAMES)


def downgrade():
    _rename({after: before for before, after in _NAMES.items()})
