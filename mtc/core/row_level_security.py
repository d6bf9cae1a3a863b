"""The SQL that ties rows to the running tenant on PostgreSQL; migrations run it, the boot check reads it.

What a released migration has run stays as it is: change a policy with a new migration, not here.
"""

from __future__ import annotations

from collections.abc import Iterable

APP_ROLE = "mtc_app"
PLATFORM_ROLE = "mtc_platform"
TENANT_SETTING = "app.tenant_id"

# No missing_ok and no NULLIF: with no tenant set, this is an error and not an empty answer.
_TENANT = f"CAST(current_setting('{TENANT_SETTING}') AS uuid)"
OWN = f"tenant_id = {_TENANT}"
# The comparison comes first, so that it fails without a tenant even for rows that everyone may read.
READABLE = f"{OWN} OR tenant_id IS NULL"

_CHANGE = "SELECT, INSERT, UPDATE, DELETE"
# How PostgreSQL writes the two conditions back (pg_get_expr).
OWN_IN_CATALOG = f"(tenant_id = (current_setting('{TENANT_SETTING}'::text))::uuid)"
READABLE_IN_CATALOG = f"({OWN_IN_CATALOG} OR (tenant_id IS NULL))"


def protect(table: str) -> list[str]:
    """Statements for a table of tenants: every row belongs to one, and only that one sees and writes it."""
    return [*_lock(table, OWN), *_grant(table)]


def share(table: str) -> list[str]:
    """Statements for a table whose rows without a tenant are read by everyone and written by the platform."""
    return [
        *_lock(table, OWN),
        f"CREATE POLICY shared ON {table} FOR SELECT USING ({READABLE})",
        *_grant(table),
    ]


def _lock(table: str, condition: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING ({condition}) WITH CHECK ({condition})",
    ]


def _grant(table: str) -> list[str]:
    return [f"GRANT {_CHANGE} ON {table} TO {APP_ROLE}", *platform_only(table)]


def platform_only(table: str) -> list[str]:
    """Statements for a table that only a platform scope touches."""
    return [f"GRANT {_CHANGE} ON {table} TO {PLATFORM_ROLE}"]


def append_only(table: str) -> list[str]:
    """Statements for a table of tenants whose rows nobody changes, and only the platform deletes."""
    return [
        *_lock(table, OWN),
        f"GRANT SELECT, INSERT ON {table} TO {APP_ROLE}",
        f"GRANT SELECT, INSERT, DELETE ON {table} TO {PLATFORM_ROLE}",
    ]


def readable(table: str, columns: Iterable[str] = ()) -> list[str]:
    """Statements for a platform table that a tenant's scope may read (these columns, or all of them)."""
    listed = f" ({', '.join(columns)})" if columns else ""
    return [f"GRANT SELECT{listed} ON {table} TO {APP_ROLE}", *platform_only(table)]


def tenants_table() -> list[str]:
    """Statements for the tenants: a scope sees its own row and changes what belongs to the merchant."""
    own = f"id = {_TENANT}"
    return [
        *_lock("tenants", own),
        f"GRANT SELECT ON tenants TO {APP_ROLE}",
        f"GRANT UPDATE (name, settings, branding, content_version, updated_at) ON tenants TO {APP_ROLE}",
        *platform_only("tenants"),
    ]


def users_table() -> list[str]:
    """Statements for the users of the platform: a scope sees the names of those who work for its tenant.

    Their language came later, with migration 0033.
    """
    colleagues = "EXISTS (SELECT 1 FROM tenant_users WHERE tenant_users.user_id = users.id)"
    return [
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE users FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY colleagues ON users FOR SELECT USING ({colleagues})",
        *readable("users", ("id", "created_at", "email", "name", "status", "last_login_at")),
    ]
