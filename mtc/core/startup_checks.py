"""The check before the first request: a PostgreSQL role that could look past the policies is refused."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, Engine, text

from mtc.core import row_level_security
from mtc.core.db import SharedModel, mappers
from mtc.core.errors import AppError

_ROLE = text(
    "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname IN (current_user, session_user)"
)
# Whoever is a member of the owner can switch the policies off, just as the owner can.
_OWNED = text(
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') "
    "AND pg_has_role(session_user, c.relowner, 'MEMBER')"
)
_TABLES = text(
    "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced, p.polcmd, p.polpermissive, "
    "pg_get_expr(p.polqual, c.oid) AS reads, pg_get_expr(p.polwithcheck, c.oid) AS writes "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped "
    "LEFT JOIN pg_policy p ON p.polrelid = c.oid "
    "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')"
)
_OWN_POLICY = ("*", True, row_level_security.OWN_IN_CATALOG, row_level_security.OWN_IN_CATALOG)
_SHARED_POLICY = ("r", True, row_level_security.READABLE_IN_CATALOG, None)


class UnsafeDatabase(AppError):
    """The database would not keep tenants apart; the message says what to change."""


def check_database(engine: Engine) -> None:
    """Raise UnsafeDatabase unless the role is an ordinary one and every tenant table is protected."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        for name, is_super, bypasses in connection.execute(_ROLE):
            if is_super or bypasses:
                raise UnsafeDatabase(
                    f"The role {name} sees every tenant's rows (superuser or BYPASSRLS). "
                    "Connect as mtc_app; migrations/roles.sql makes it."
                )
        if connection.execute(_OWNED).scalar():
            raise UnsafeDatabase(
                "This role owns tables of MTC or is a member of their owner. "
                "Connect as mtc_app; the owner only migrates."
            )
        open_tables = unprotected_tables(connection)
        if open_tables:
            raise UnsafeDatabase(f"These tables are not protected by their policy: {', '.join(open_tables)}.")


def shared_tables() -> set[str]:
    """The tables with rows of the system that every tenant reads."""
    return {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in mappers()
        if issubclass(mapper.class_, SharedModel)
    }


def unprotected_tables(connection: Connection) -> list[str]:
    """The tables with a tenant_id whose policies are not forced, or not those of row_level_security."""
    shared = shared_tables()
    policies: dict[str, list[tuple[str, bool, str, str | None]]] = defaultdict(list)
    bad = set()
    for row in connection.execute(_TABLES):
        if not row.forced or row.polcmd is None:
            bad.add(row.relname)
            continue
        command = row.polcmd.decode() if isinstance(row.polcmd, bytes) else row.polcmd
        policies[row.relname].append((command, row.polpermissive, row.reads, row.writes))
    for name, table_policies in policies.items():
        expected = [_OWN_POLICY, _SHARED_POLICY] if name in shared else [_OWN_POLICY]
        if sorted(table_policies, key=str) != sorted(expected, key=str):
            bad.add(name)
    return sorted(bad)
