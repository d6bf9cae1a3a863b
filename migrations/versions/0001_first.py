"""Every table of MTC, and who may do what with its rows.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from mtc.core import row_level_security

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# Every row belongs to a tenant.
TENANT_TABLES = (
    "api_keys",
    "cart_lines",
    "carts",
    "collection_products",
    "collections",
    "counters",
    "customers",
    "deliveries",
    "delivery_methods",
    "domains",
    "downloads",
    "events",
    "integrations",
    "mails",
    "media",
    "order_items",
    "orders",
    "payment_events",
    "payment_gateways",
    "payments",
    "plugin_state",
    "pricing_rules",
    "product_attributes",
    "product_search",
    "product_types",
    "product_variants",
    "products",
    "refunds",
    "sessions",
    "stock_items",
    "stores",
    "tasks",
    "tenant_plugins",
    "tenant_users",
    "ui_page_versions",
    "ui_widgets",
    "user_roles",
    "webhook_endpoints",
    "workflow_executions",
    "workflows",
)

# Rows without a tenant belong to the system and are read by everyone.
SHARED_TABLES = (
    "ui_components",
    "ui_layouts",
    "ui_templates",
    "ui_themes",
)


def protect():
    """Tie rows to tenants and give the roles their rights; SQLite has neither."""
    if op.get_bind().dialect.name != "postgresql":
        return
    statements = [*row_level_security.tenants_table(), *row_level_security.users_table()]
    for table in ("plugins", "plugin_hooks"):
        statements += row_level_security.readable(table)
    for table in TENANT_TABLES:
        statements += row_level_security.protect(table)
    for table in SHARED_TABLES:
        statements += row_level_security.share(table)
    for statement in statements:
        op.execute(statement)
    op.execute(f"GRANT SELECT ON alembic_version TO {row_level_security.APP_ROLE}, {row_level_security.PLATFORM_ROLE}")


def unprotect():
    """Drop the one policy that looks at another table; the rest goes with the tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY colleagues ON users")


def upgrade():
    op.create_table(
        "plugins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("manifest", JSON, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugins")),
        sa.UniqueConstraint("slug", name=op.f("uq_plugins_slug")),
    )
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("subdomain", sa.String(length=63), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("plan", sa.String(length=20), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("branding", JSON, nullable=False),
        sa.Column("content_version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('active', 'suspended', 'deleted')", name=op.f("ck_tenants_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenants_slug")),
    )
    op.create_index("ix_tenants_status_created_at", "tenants", ["status", "created_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_lc", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("is_super_admin", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_lc", name=op.f("uq_users_email_lc")),
    )
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_api_keys_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_table(
        "collections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("image", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_collections_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_collections")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_collections_tenant_id_slug")),
    )
    op.create_table(
        "counters",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_counters_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_counters")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_counters_tenant_id_name")),
    )
    op.create_table(
        "delivery_methods",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("template", JSON, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_delivery_methods_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delivery_methods")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_delivery_methods_tenant_id_slug")),
    )
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("entity_type", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("actor", JSON, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_events_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_events")),
    )
    op.create_index(
        "ix_events_tenant_id_entity",
        "events",
        ["tenant_id", "entity_type", "entity_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_events_tenant_id_name_created_at", "events", ["tenant_id", "name", "created_at"], unique=False
    )
    op.create_table(
        "integrations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("credentials", sa.Text(), nullable=True),
        sa.Column("field_mapping", JSON, nullable=False),
        sa.Column("schedule", sa.String(length=100), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_integrations_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_integrations")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_integrations_tenant_id_slug")),
    )
    op.create_table(
        "mails",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("entity_type", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_mails_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_mails")),
        sa.UniqueConstraint("tenant_id", "dedupe_key", name=op.f("uq_mails_tenant_id_dedupe_key")),
    )
    op.create_index("ix_mails_tenant_id_created_at", "mails", ["tenant_id", "created_at"], unique=False)
    op.create_index("ix_mails_tenant_id_entity_id", "mails", ["tenant_id", "entity_id"], unique=False)
    op.create_table(
        "media",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_media_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_media")),
        sa.UniqueConstraint("tenant_id", "storage_key", name=op.f("uq_media_tenant_id_storage_key")),
    )
    op.create_index("ix_media_tenant_id_created_at", "media", ["tenant_id", "created_at"], unique=False)
    op.create_table(
        "payment_gateways",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("credentials", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_payment_gateways_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payment_gateways")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_payment_gateways_tenant_id_slug")),
    )
    op.create_table(
        "plugin_hooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=False),
        sa.Column("hook_name", sa.String(length=120), nullable=False),
        sa.Column("handler_function", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugins.id"], name=op.f("fk_plugin_hooks_plugin_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_hooks")),
        sa.UniqueConstraint(
            "plugin_id",
            "hook_name",
            "handler_function",
            name=op.f("uq_plugin_hooks_plugin_id_hook_name_handler_function"),
        ),
    )
    op.create_table(
        "plugin_state",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plugin_id"], ["plugins.id"], name=op.f("fk_plugin_state_plugin_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_plugin_state_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plugin_state")),
        sa.UniqueConstraint(
            "tenant_id", "plugin_id", "key", name=op.f("uq_plugin_state_tenant_id_plugin_id_key")
        ),
    )
    op.create_index("ix_plugin_state_plugin_id", "plugin_state", ["plugin_id"], unique=False)
    op.create_table(
        "pricing_rules",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("entity_type", sa.String(length=20), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("rule_type", sa.String(length=20), nullable=False),
        sa.Column("conditions", JSON, nullable=False),
        sa.Column("price_modifier", JSON, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_pricing_rules_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pricing_rules")),
    )
    op.create_index(
        "ix_pricing_rules_tenant_id_entity",
        "pricing_rules",
        ["tenant_id", "is_active", "entity_type", "priority"],
        unique=False,
    )
    op.create_table(
        "product_types",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("schema", JSON, nullable=False),
        sa.Column("ui_config", JSON, nullable=False),
        sa.Column("workflow_list", JSON, nullable=False),
        sa.Column("delivery_data", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_product_types_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product_types")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_product_types_tenant_id_slug")),
    )
    op.create_table(
        "sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_sessions_tenant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sessions_key_hash")),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index(
        "ix_sessions_tenant_id_customer_id", "sessions", ["tenant_id", "customer_id"], unique=False
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_table(
        "stores",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tagline", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("locales", JSON, nullable=False),
        sa.Column("theme_slug", sa.String(length=63), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_stores_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stores")),
        sa.UniqueConstraint("slug", name=op.f("uq_stores_slug")),
    )
    op.create_table(
        "tenant_plugins",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("secrets", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("broken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["plugin_id"], ["plugins.id"], name=op.f("fk_tenant_plugins_plugin_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_tenant_plugins_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_plugins")),
        sa.UniqueConstraint("tenant_id", "plugin_id", name=op.f("uq_tenant_plugins_tenant_id_plugin_id")),
    )
    op.create_index("ix_tenant_plugins_plugin_id", "tenant_plugins", ["plugin_id"], unique=False)
    op.create_table(
        "tenant_users",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=63), nullable=False),
        sa.Column("permissions", JSON, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_tenant_users_tenant_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tenant_users_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_users")),
        sa.UniqueConstraint("tenant_id", "user_id", name=op.f("uq_tenant_users_tenant_id_user_id")),
    )
    op.create_index("ix_tenant_users_user_id", "tenant_users", ["user_id"], unique=False)
    op.create_table(
        "ui_components",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("props_schema", JSON, nullable=False),
        sa.Column("default_props", JSON, nullable=False),
        sa.Column("render_config", JSON, nullable=False),
        sa.Column("dependencies", JSON, nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["plugin_id"], ["plugins.id"], name=op.f("fk_ui_components_plugin_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_ui_components_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ui_components")),
    )
    op.create_index("ix_ui_components_plugin_id", "ui_components", ["plugin_id"], unique=False)
    op.create_index(
        "uq_ui_components_system_slug",
        "ui_components",
        ["slug"],
        unique=True,
        postgresql_where=sa.text("tenant_id IS NULL"),
        sqlite_where=sa.text("tenant_id IS NULL"),
    )
    op.create_index("uq_ui_components_tenant_id_slug", "ui_components", ["tenant_id", "slug"], unique=True)
    op.create_table(
        "ui_layouts",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("grid_config", JSON, nullable=False),
        sa.Column("regions", JSON, nullable=False),
        sa.Column("responsive_config", JSON, nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["plugin_id"], ["plugins.id"], name=op.f("fk_ui_layouts_plugin_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_ui_layouts_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ui_layouts")),
    )
    op.create_index("ix_ui_layouts_plugin_id", "ui_layouts", ["plugin_id"], unique=False)
    op.create_index(
        "uq_ui_layouts_system_slug",
        "ui_layouts",
        ["slug"],
        unique=True,
        postgresql_where=sa.text("tenant_id IS NULL"),
        sqlite_where=sa.text("tenant_id IS NULL"),
    )
    op.create_index("uq_ui_layouts_tenant_id_slug", "ui_layouts", ["tenant_id", "slug"], unique=True)
    op.create_table(
        "ui_themes",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("colors", JSON, nullable=False),
        sa.Column("fonts", JSON, nullable=False),
        sa.Column("spacing", JSON, nullable=False),
        sa.Column("borders", JSON, nullable=False),
        sa.Column("shadows", JSON, nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_ui_themes_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ui_themes")),
    )
    op.create_index(
        "uq_ui_themes_system_slug",
        "ui_themes",
        ["slug"],
        unique=True,
        postgresql_where=sa.text("tenant_id IS NULL"),
        sqlite_where=sa.text("tenant_id IS NULL"),
    )
    op.create_index("uq_ui_themes_tenant_id_slug", "ui_themes", ["tenant_id", "slug"], unique=True)
    op.create_table(
        "user_roles",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("permissions", JSON, nullable=False),
        sa.Column("pricing_tier", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_user_roles_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_user_roles")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_user_roles_tenant_id_slug")),
    )
    op.create_table(
        "workflows",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("entity_type", sa.String(length=40), nullable=False),
        sa.Column("trigger", sa.String(length=80), nullable=False),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_workflows_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_workflows")),
    )
    op.create_index(
        "ix_workflows_tenant_id_entity_type",
        "workflows",
        ["tenant_id", "entity_type", "trigger"],
        unique=False,
    )
    op.create_table(
        "carts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"],
            ["stores.tenant_id", "stores.id"],
            name=op.f("fk_carts_tenant_id_store_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_carts_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carts")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_carts_tenant_id_token_hash")),
    )
    op.create_index("ix_carts_tenant_id_customer_id", "carts", ["tenant_id", "customer_id"], unique=False)
    op.create_index(
        "ix_carts_tenant_id_status_updated_at", "carts", ["tenant_id", "status", "updated_at"], unique=False
    )
    op.create_table(
        "customers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_lc", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["user_roles.tenant_id", "user_roles.id"],
            name=op.f("fk_customers_tenant_id_role_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_customers_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customers")),
        sa.UniqueConstraint("tenant_id", "email_lc", name=op.f("uq_customers_tenant_id_email_lc")),
    )
    op.create_index(
        "ix_customers_tenant_id_created_at", "customers", ["tenant_id", "created_at"], unique=False
    )
    op.create_table(
        "domains",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"],
            ["stores.tenant_id", "stores.id"],
            name=op.f("fk_domains_tenant_id_store_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_domains_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_domains")),
        sa.UniqueConstraint("host", name=op.f("uq_domains_host")),
    )
    op.create_index("ix_domains_tenant_id_store_id", "domains", ["tenant_id", "store_id"], unique=False)
    op.create_table(
        "payment_events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gateway_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("provider_event_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "gateway_id"],
            ["payment_gateways.tenant_id", "payment_gateways.id"],
            name=op.f("fk_payment_events_tenant_id_gateway_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_payment_events_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payment_events")),
        sa.UniqueConstraint(
            "tenant_id",
            "gateway_id",
            "provider_event_id",
            name=op.f("uq_payment_events_tenant_id_gateway_id_provider_event_id"),
        ),
    )
    op.create_index(
        "ix_payment_events_tenant_id_payment_id",
        "payment_events",
        ["tenant_id", "payment_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "products",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("product_type_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("metadata", JSON, nullable=False),
        sa.Column("image", JSON, nullable=False),
        sa.Column("gallery", JSON, nullable=False),
        sa.Column("badge", sa.String(length=60), nullable=False),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_from", sa.BigInteger(), nullable=False),
        sa.Column("price_to", sa.BigInteger(), nullable=False),
        sa.Column("compare_at", sa.BigInteger(), nullable=True),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("card", JSON, nullable=False),
        sa.Column("sold_count", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('draft', 'active', 'archived')", name=op.f("ck_products_status")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_type_id"],
            ["product_types.tenant_id", "product_types.id"],
            name=op.f("fk_products_tenant_id_product_type_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_products_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_products")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_products_tenant_id_slug")),
    )
    op.create_index(
        "ix_products_tenant_id_product_type_id", "products", ["tenant_id", "product_type_id"], unique=False
    )
    op.create_index(
        "ix_products_tenant_id_status_created_at",
        "products",
        ["tenant_id", "status", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_products_tenant_id_status_name", "products", ["tenant_id", "status", "name", "id"], unique=False
    )
    op.create_index(
        "ix_products_tenant_id_status_price",
        "products",
        ["tenant_id", "status", "price_from", "id"],
        unique=False,
    )
    op.create_index(
        "ix_products_tenant_id_status_sold",
        "products",
        ["tenant_id", "status", "sold_count", "id"],
        unique=False,
    )
    op.create_table(
        "tasks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["events.tenant_id", "events.id"],
            name=op.f("fk_tasks_tenant_id_event_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_tasks_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("tenant_id", "dedupe_key", name=op.f("uq_tasks_tenant_id_dedupe_key")),
    )
    op.create_index("ix_tasks_status_next_at", "tasks", ["status", "next_at"], unique=False)
    op.create_index(
        "ix_tasks_tenant_id_status_created_at", "tasks", ["tenant_id", "status", "created_at"], unique=False
    )
    op.create_table(
        "ui_page_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(length=63), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("snapshot", JSON, nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"],
            ["stores.tenant_id", "stores.id"],
            name=op.f("fk_ui_page_versions_tenant_id_store_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_ui_page_versions_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ui_page_versions")),
        sa.UniqueConstraint(
            "tenant_id",
            "store_id",
            "page",
            "number",
            name=op.f("uq_ui_page_versions_tenant_id_store_id_page_number"),
        ),
    )
    op.create_index(
        "ix_ui_page_versions_tenant_id_page",
        "ui_page_versions",
        ["tenant_id", "store_id", "page", "created_at"],
        unique=False,
    )
    op.create_table(
        "ui_templates",
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plugin_id", sa.Uuid(), nullable=True),
        sa.Column("page", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("layout_id", sa.Uuid(), nullable=False),
        sa.Column("theme_id", sa.Uuid(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("override_config", JSON, nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["layout_id"], ["ui_layouts.id"], name=op.f("fk_ui_templates_layout_id")),
        sa.ForeignKeyConstraint(["plugin_id"], ["plugins.id"], name=op.f("fk_ui_templates_plugin_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_ui_templates_tenant_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["ui_themes.id"], name=op.f("fk_ui_templates_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ui_templates")),
    )
    op.create_index("ix_ui_templates_layout_id", "ui_templates", ["layout_id"], unique=False)
    op.create_index("ix_ui_templates_plugin_id", "ui_templates", ["plugin_id"], unique=False)
    op.create_index(
        "uq_ui_templates_system_theme_id_page",
        "ui_templates",
        ["theme_id", "page"],
        unique=True,
        postgresql_where=sa.text("tenant_id IS NULL"),
        sqlite_where=sa.text("tenant_id IS NULL"),
    )
    op.create_index(
        "uq_ui_templates_tenant_id_theme_id_page",
        "ui_templates",
        ["tenant_id", "theme_id", "page"],
        unique=True,
    )
    op.create_table(
        "ui_widgets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=True),
        sa.Column("component_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(length=63), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("props", JSON, nullable=False),
        sa.Column("visibility_rules", JSON, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"], ["ui_components.id"], name=op.f("fk_ui_widgets_component_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"],
            ["stores.tenant_id", "stores.id"],
            name=op.f("fk_ui_widgets_tenant_id_store_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_ui_widgets_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ui_widgets")),
    )
    op.create_index("ix_ui_widgets_component_id", "ui_widgets", ["component_id"], unique=False)
    op.create_index(
        "ix_ui_widgets_tenant_id_page",
        "ui_widgets",
        ["tenant_id", "page", "region", "position"],
        unique=False,
    )
    op.create_index("ix_ui_widgets_tenant_id_store_id", "ui_widgets", ["tenant_id", "store_id"], unique=False)
    op.create_table(
        "webhook_endpoints",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("integration_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("events", JSON, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "integration_id"],
            ["integrations.tenant_id", "integrations.id"],
            name=op.f("fk_webhook_endpoints_tenant_id_integration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_webhook_endpoints_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index(
        "ix_webhook_endpoints_tenant_id_integration_id",
        "webhook_endpoints",
        ["tenant_id", "integration_id"],
        unique=False,
    )
    op.create_table(
        "workflow_executions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workflow_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("execution_data", JSON, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "workflow_id"],
            ["workflows.tenant_id", "workflows.id"],
            name=op.f("fk_workflow_executions_tenant_id_workflow_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_workflow_executions_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_workflow_executions")),
    )
    op.create_index(
        "ix_workflow_executions_tenant_id_status",
        "workflow_executions",
        ["tenant_id", "status", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_workflow_executions_tenant_id_workflow_id",
        "workflow_executions",
        ["tenant_id", "workflow_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "collection_products",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "collection_id"],
            ["collections.tenant_id", "collections.id"],
            name=op.f("fk_collection_products_tenant_id_collection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["products.tenant_id", "products.id"],
            name=op.f("fk_collection_products_tenant_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_collection_products_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_collection_products")),
        sa.UniqueConstraint(
            "tenant_id",
            "collection_id",
            "product_id",
            name=op.f("uq_collection_products_tenant_id_collection_id_product_id"),
        ),
    )
    op.create_index(
        "ix_collection_products_tenant_id_product_id",
        "collection_products",
        ["tenant_id", "product_id"],
        unique=False,
    )
    op.create_table(
        "orders",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("cart_id", sa.Uuid(), nullable=True),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_lc", sa.String(length=254), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("paid_amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded_amount", sa.BigInteger(), nullable=False),
        sa.Column("items_data", JSON, nullable=False),
        sa.Column("pricing_data", JSON, nullable=False),
        sa.Column("payment_data", JSON, nullable=False),
        sa.Column("customer_data", JSON, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=400), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'paid', 'fulfilled', 'cancelled', 'expired', 'partially_refunded', 'refunded')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint(
            "refunded_amount >= 0 AND refunded_amount <= paid_amount", name=op.f("ck_orders_refunds")
        ),
        sa.CheckConstraint("total >= 0", name=op.f("ck_orders_total")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.id"],
            name=op.f("fk_orders_tenant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "store_id"],
            ["stores.tenant_id", "stores.id"],
            name=op.f("fk_orders_tenant_id_store_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_orders_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint("tenant_id", "cart_id", name=op.f("uq_orders_tenant_id_cart_id")),
        sa.UniqueConstraint("tenant_id", "order_number", name=op.f("uq_orders_tenant_id_order_number")),
    )
    op.create_index(
        "ix_orders_tenant_id_created_at", "orders", ["tenant_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_orders_tenant_id_customer_id", "orders", ["tenant_id", "customer_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_orders_tenant_id_email_lc", "orders", ["tenant_id", "email_lc", "created_at"], unique=False
    )
    op.create_index("ix_orders_tenant_id_paid_at", "orders", ["tenant_id", "paid_at"], unique=False)
    op.create_index(
        "ix_orders_tenant_id_status_created_at",
        "orders",
        ["tenant_id", "status", "created_at", "id"],
        unique=False,
    )
    op.create_index("ix_orders_tenant_id_store_id", "orders", ["tenant_id", "store_id"], unique=False)
    op.create_table(
        "product_attributes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("attribute_key", sa.String(length=40), nullable=False),
        sa.Column("attribute_type", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attribute_value", JSON, nullable=False),
        sa.Column("value_text", sa.String(length=200), nullable=True),
        sa.Column("value_number", sa.BigInteger(), nullable=True),
        sa.Column("value_flag", sa.Boolean(), nullable=True),
        sa.Column("value_time", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["products.tenant_id", "products.id"],
            name=op.f("fk_product_attributes_tenant_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_product_attributes_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product_attributes")),
        sa.UniqueConstraint(
            "tenant_id",
            "product_id",
            "attribute_key",
            "position",
            name=op.f("uq_product_attributes_tenant_id_product_id_attribute_key_position"),
        ),
    )
    op.create_index(
        "ix_product_attributes_number",
        "product_attributes",
        ["tenant_id", "attribute_key", "value_number", "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_product_attributes_text",
        "product_attributes",
        ["tenant_id", "attribute_key", "value_text", "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_product_attributes_time",
        "product_attributes",
        ["tenant_id", "attribute_key", "value_time", "product_id"],
        unique=False,
    )
    op.create_table(
        "product_search",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "term",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["products.tenant_id", "products.id"],
            name=op.f("fk_product_search_tenant_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_product_search_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "term", "product_id", name=op.f("pk_product_search")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_product_search_tenant_id_product_id", "product_search", ["tenant_id", "product_id"], unique=False
    )
    op.create_table(
        "product_variants",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("price_data", JSON, nullable=False),
        sa.Column("inventory_data", JSON, nullable=False),
        sa.Column("delivery_data", JSON, nullable=False),
        sa.Column("stock_source", sa.String(length=20), nullable=False),
        sa.Column("low_at", sa.Integer(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stock_source IN ('pool', 'unlimited', 'none')", name=op.f("ck_product_variants_stock_source")
        ),
        sa.CheckConstraint("available >= 0", name=op.f("ck_product_variants_available")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_product_variants_price")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["products.tenant_id", "products.id"],
            name=op.f("fk_product_variants_tenant_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_product_variants_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product_variants")),
        sa.UniqueConstraint("tenant_id", "sku", name=op.f("uq_product_variants_tenant_id_sku")),
    )
    op.create_index(
        "ix_product_variants_low",
        "product_variants",
        ["tenant_id", "stock_source", "available", "id"],
        unique=False,
    )
    op.create_index(
        "ix_product_variants_tenant_id_product_id",
        "product_variants",
        ["tenant_id", "product_id", "position"],
        unique=False,
    )
    op.create_table(
        "cart_lines",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0 AND quantity <= 100", name=op.f("ck_cart_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cart_id"],
            ["carts.tenant_id", "carts.id"],
            name=op.f("fk_cart_lines_tenant_id_cart_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["product_variants.tenant_id", "product_variants.id"],
            name=op.f("fk_cart_lines_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_cart_lines_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cart_lines")),
        sa.UniqueConstraint(
            "tenant_id", "cart_id", "variant_id", name=op.f("uq_cart_lines_tenant_id_cart_id_variant_id")
        ),
    )
    op.create_index(
        "ix_cart_lines_tenant_id_variant_id", "cart_lines", ["tenant_id", "variant_id"], unique=False
    )
    op.create_table(
        "order_items",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("variant_title", sa.String(length=200), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("refunded_quantity", sa.Integer(), nullable=False),
        sa.Column("refunded_amount", sa.BigInteger(), nullable=False),
        sa.Column("price_trace", JSON, nullable=False),
        sa.Column("snapshot", JSON, nullable=False),
        sa.Column("delivery_status", sa.String(length=20), nullable=False),
        sa.CheckConstraint("quantity > 0 AND quantity <= 1000", name=op.f("ck_order_items_quantity")),
        sa.CheckConstraint(
            "refunded_quantity >= 0 AND refunded_quantity <= quantity",
            name=op.f("ck_order_items_refunded_quantity"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_items_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["products.tenant_id", "products.id"],
            name=op.f("fk_order_items_tenant_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["product_variants.tenant_id", "product_variants.id"],
            name=op.f("fk_order_items_tenant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_order_items_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_items")),
    )
    op.create_index(
        "ix_order_items_tenant_id_order_id",
        "order_items",
        ["tenant_id", "order_id", "position"],
        unique=False,
    )
    op.create_index(
        "ix_order_items_tenant_id_product_id", "order_items", ["tenant_id", "product_id"], unique=False
    )
    op.create_index(
        "ix_order_items_tenant_id_variant_id", "order_items", ["tenant_id", "variant_id"], unique=False
    )
    op.create_table(
        "payments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("gateway_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider_ref", sa.String(length=200), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_payments_status")
        ),
        sa.CheckConstraint("refunded >= 0 AND refunded <= captured", name=op.f("ck_payments_refunds")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "gateway_id"],
            ["payment_gateways.tenant_id", "payment_gateways.id"],
            name=op.f("fk_payments_tenant_id_gateway_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_payments_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_payments_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payments")),
        sa.UniqueConstraint(
            "tenant_id",
            "gateway_id",
            "provider_ref",
            name=op.f("uq_payments_tenant_id_gateway_id_provider_ref"),
        ),
    )
    op.create_index(
        "ix_payments_tenant_id_order_id", "payments", ["tenant_id", "order_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_payments_tenant_id_status_created_at",
        "payments",
        ["tenant_id", "status", "created_at"],
        unique=False,
    )
    op.create_table(
        "stock_items",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("value_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=20), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("order_item_id", sa.Uuid(), nullable=True),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('available', 'reserved', 'delivered', 'revoked', 'quarantined')",
            name=op.f("ck_stock_items_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["product_variants.tenant_id", "product_variants.id"],
            name=op.f("fk_stock_items_tenant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_stock_items_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_items")),
        sa.UniqueConstraint("tenant_id", "value_hash", name=op.f("uq_stock_items_tenant_id_value_hash")),
    )
    op.create_index(
        "ix_stock_items_pool", "stock_items", ["tenant_id", "variant_id", "status", "id"], unique=False
    )
    op.create_index(
        "ix_stock_items_tenant_id_order_item_id", "stock_items", ["tenant_id", "order_item_id"], unique=False
    )
    op.create_index(
        "ix_stock_items_tenant_id_status_reserved_until",
        "stock_items",
        ["tenant_id", "status", "reserved_until"],
        unique=False,
    )
    op.create_table(
        "deliveries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_item_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_method_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("delivery_data", JSON, nullable=False),
        sa.Column("error_log", JSON, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'processing', 'delivered', 'failed', 'revoked')",
            name=op.f("ck_deliveries_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_method_id"],
            ["delivery_methods.tenant_id", "delivery_methods.id"],
            name=op.f("fk_deliveries_tenant_id_delivery_method_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_deliveries_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_item_id"],
            ["order_items.tenant_id", "order_items.id"],
            name=op.f("fk_deliveries_tenant_id_order_item_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_deliveries_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("tenant_id", "order_item_id", name=op.f("uq_deliveries_tenant_id_order_item_id")),
    )
    op.create_index("ix_deliveries_tenant_id_order_id", "deliveries", ["tenant_id", "order_id"], unique=False)
    op.create_index(
        "ix_deliveries_tenant_id_status_created_at",
        "deliveries",
        ["tenant_id", "status", "created_at"],
        unique=False,
    )
    op.create_table(
        "downloads",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_item_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("max_downloads", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("log", JSON, nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= max_downloads", name=op.f("ck_downloads_used")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "media_id"],
            ["media.tenant_id", "media.id"],
            name=op.f("fk_downloads_tenant_id_media_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_downloads_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_item_id"],
            ["order_items.tenant_id", "order_items.id"],
            name=op.f("fk_downloads_tenant_id_order_item_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_downloads_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_downloads")),
        sa.UniqueConstraint(
            "tenant_id",
            "order_item_id",
            "media_id",
            name=op.f("uq_downloads_tenant_id_order_item_id_media_id"),
        ),
    )
    op.create_index("ix_downloads_tenant_id_order_id", "downloads", ["tenant_id", "order_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("provider_ref", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("actor", JSON, nullable=False),
        sa.CheckConstraint("status IN ('pending', 'succeeded', 'failed')", name=op.f("ck_refunds_status")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_refunds_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "payment_id"],
            ["payments.tenant_id", "payments.id"],
            name=op.f("fk_refunds_tenant_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_refunds_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_refunds")),
    )
    op.create_index(
        "ix_refunds_tenant_id_order_id", "refunds", ["tenant_id", "order_id", "created_at"], unique=False
    )
    op.create_index("ix_refunds_tenant_id_payment_id", "refunds", ["tenant_id", "payment_id"], unique=False)
    protect()


def downgrade():
    unprotect()
    op.drop_table("refunds")
    op.drop_table("downloads")
    op.drop_table("deliveries")
    op.drop_table("stock_items")
    op.drop_table("payments")
    op.drop_table("order_items")
    op.drop_table("cart_lines")
    op.drop_table("product_variants")
    op.drop_table("product_search")
    op.drop_table("product_attributes")
    op.drop_table("orders")
    op.drop_table("collection_products")
    op.drop_table("workflow_executions")
    op.drop_table("webhook_endpoints")
    op.drop_table("ui_widgets")
    op.drop_table("ui_templates")
    op.drop_table("ui_page_versions")
    op.drop_table("tasks")
    op.drop_table("products")
    op.drop_table("payment_events")
    op.drop_table("domains")
    op.drop_table("customers")
    op.drop_table("carts")
    op.drop_table("workflows")
    op.drop_table("user_roles")
    op.drop_table("ui_themes")
    op.drop_table("ui_layouts")
    op.drop_table("ui_components")
    op.drop_table("tenant_users")
    op.drop_table("tenant_plugins")
    op.drop_table("stores")
    op.drop_table("sessions")
    op.drop_table("product_types")
    op.drop_table("pricing_rules")
    op.drop_table("plugin_state")
    op.drop_table("plugin_hooks")
    op.drop_table("payment_gateways")
    op.drop_table("media")
    op.drop_table("mails")
    op.drop_table("integrations")
    op.drop_table("events")
    op.drop_table("delivery_methods")
    op.drop_table("counters")
    op.drop_table("collections")
    op.drop_table("api_keys")
    op.drop_table("users")
    op.drop_table("tenants")
    op.drop_table("plugins")
