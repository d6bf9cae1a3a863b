"""What PostgreSQL's own catalogs say about the tables: policies, rights and indexes."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from mtc.core import row_level_security
from mtc.core.db import Base
from mtc.core.startup_checks import shared_tables, unprotected_tables
from mtc.extensions import db
from tests.servers.database import PostgresDatabase, superuser_engine

PLATFORM_TABLES = {"plugins", "plugin_hooks", "tenants", "users"} | {
    # What staff log in with: only a platform scope may look.
    "passkeys", "password_requests", "security_notifications", "webauthn_challenges",
    "pending_logins", "recovery_codes", "totp_secrets",
}  # fmt: skip

# Indexes of tenant tables that do not begin with the tenant, and why.
ACROSS_TENANTS = {
    "uq_stores_slug": "part of addresses, looked up before the tenant is known",
    "uq_domains_host": "a host name, looked up before the tenant is known",
    "uq_api_keys_prefix": "a program's key is looked up before the tenant is known",
    "uq_invitations_token_hash": "a mailed link is looked up before the tenant is known",
    "ix_support_sessions_session_id": "the visit of a session, before the tenant is known",
    "pk_audit_entries": "entries of the platform have no tenant",
    "ix_audit_entries_created_at": "old entries are deleted for all tenants at once",
    "uq_sessions_key_hash": "a cookie of staff has no tenant",
    "pk_sessions": "sessions of staff have no tenant",
    "ix_sessions_user_id": "all sessions of a staff user",
    "ix_sessions_expires_at": "expired sessions are deleted for all tenants at once",
    "ix_idempotency_keys_expires_at": "kept answers are deleted for all tenants at once",
    "ix_tasks_status_next_at": "the workers ask which tenants have work",
    "ix_tenant_users_user_id": "the tenants of a staff user",
    "ix_tenant_plugins_plugin_id": "reference to the platform's plugins",
    "ix_plugin_calls_plugin_id": "reference to the platform's plugins",
    "ix_plugin_calls_created_at": "deleted for all tenants",
    "ix_plugin_schedules_plugin_id": "reference to the platform's plugins",
    "ix_plugin_schedules_next_at": "the workers ask which tenants have a job to do",
    "ix_plugin_state_plugin_id": "reference to the platform's plugins",
    "ix_plugin_inbox_plugin_id": "reference to the platform's plugins",
    "ix_plugin_inbox_created_at": "old notifications are deleted for all tenants at once",
    "ix_ui_widgets_component_id": "reference to rows that may be the system's",
    "ix_ui_layouts_plugin_id": "reference to the platform's plugins",
    "ix_ui_components_plugin_id": "reference to the platform's plugins",
    "ix_ui_templates_plugin_id": "reference to the platform's plugins",
    "ix_ui_templates_layout_id": "reference to rows that may be the system's",
    "pk_ui_themes": "rows of the system have no tenant",
    "pk_ui_layouts": "rows of the system have no tenant",
    "pk_ui_components": "rows of the system have no tenant",
    "pk_ui_templates": "rows of the system have no tenant",
    "uq_ui_themes_system_slug": "rows of the system",
    "uq_ui_layouts_system_slug": "rows of the system",
    "uq_ui_components_system_slug": "rows of the system",
    "uq_ui_templates_system_theme_id_page": "rows of the system",
}


def catalog(database: PostgresDatabase, query: str) -> list[Any]:
    engine = superuser_engine(database)
    with engine.connect() as connection:
        rows = list(connection.execute(text(query)))
    engine.dispose()
    return rows


def test_tables_without_a_tenant_are_few_and_known(app: Flask) -> None:
    found = {name for name, table in Base.metadata.tables.items() if "tenant_id" not in table.c}
    assert found == PLATFORM_TABLES


def test_indexes_begin_with_the_tenant_or_say_why_not(app: Flask) -> None:
    found = set()
    for table in Base.metadata.sorted_tables:
        if "tenant_id" not in table.c:
            continue
        keys = [table.primary_key, *(c for c in table.constraints if type(c).__name__ == "UniqueConstraint")]
        for index in [*table.indexes, *keys]:
            if next(column.name for column in index.columns) != "tenant_id":
                found.add(str(index.name))
    assert found ^ set(ACROSS_TENANTS) == set()


@pytest.mark.postgres
def test_every_tenant_table_is_protected(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert unprotected_tables(connection) == []


@pytest.mark.postgres
def test_policies_are_forced_and_as_many_as_meant(app: Flask, postgres_database: PostgresDatabase) -> None:
    rows = catalog(
        postgres_database,
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, count(p.oid) FROM pg_class c "
        "LEFT JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relkind = 'r' "
        "AND c.relnamespace = 'public'::regnamespace GROUP BY 1, 2, 3",
    )
    meant = {name: 1 for name, table in Base.metadata.tables.items() if "tenant_id" in table.c}
    meant |= dict.fromkeys(shared_tables(), 2) | {"tenants": 1, "users": 1}
    assert {row[0]: row[3] for row in rows if row[1] and row[2]} == meant


@pytest.mark.postgres
def test_the_application_owns_nothing_and_truncates_nothing(
    app: Flask, postgres_database: PostgresDatabase
) -> None:
    rows = catalog(
        postgres_database,
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND (tableowner <> 'mtc_owner' "
        "OR has_table_privilege('mtc_app', quote_ident(tablename), 'TRUNCATE, REFERENCES, TRIGGER') "
        "OR has_table_privilege('mtc_platform', quote_ident(tablename), 'TRUNCATE, REFERENCES, TRIGGER'))",
    )
    assert rows == []


@pytest.mark.postgres
def test_rights_of_a_tenants_scope_on_platform_tables(
    app: Flask, postgres_database: PostgresDatabase
) -> None:
    rows = catalog(
        postgres_database,
        "SELECT table_name, privilege_type, string_agg(column_name, ' ' ORDER BY column_name) "
        "FROM information_schema.column_privileges WHERE grantee = 'mtc_app' "
        "AND table_name IN ('tenants', 'users', 'plugins', 'plugin_hooks', 'alembic_version') GROUP BY 1, 2",
    )
    found = {(row[0], row[1]): row[2] for row in rows}
    told = catalog(
        postgres_database,
        "SELECT table_name FROM information_schema.table_privileges WHERE grantee = 'mtc_app'",
    )
    assert {row[0] for row in told} & PLATFORM_TABLES == {"plugins", "plugin_hooks", "tenants"}
    assert found[("tenants", "UPDATE")] == "branding content_version name settings updated_at"
    assert found[("users", "SELECT")] == "created_at email id last_login_at locale name status"
    assert {key for key in found if key[1] != "SELECT"} == {("tenants", "UPDATE")}


@pytest.mark.postgres
def test_roles_are_what_roles_sql_says(app: Flask, postgres_database: PostgresDatabase) -> None:
    rows = catalog(
        postgres_database,
        "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit FROM pg_roles "
        "WHERE rolname LIKE 'mtc_%' ORDER BY 1",
    )
    assert [tuple(row) for row in rows] == [
        (row_level_security.APP_ROLE, False, False, True, False),
        ("mtc_owner", False, False, True, True),
        (row_level_security.PLATFORM_ROLE, False, True, False, True),
    ]
