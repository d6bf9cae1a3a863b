"""The check before the first request: a PostgreSQL role that could look past the policies is refused."""

from __future__ import annotations

from sqlalchemy import Engine, text

from mtc.core.errors import AppError

_ROLE = text(
    "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname IN (current_user, session_user)"
)
_OWNED = text(
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) = session_user"
)
_UNFORCED = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r' "
    "AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND "
    "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 1)"
)


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
            raise UnsafeDatabase("This role owns tables of MTC. Connect as mtc_app; the owner only migrates.")
        open_tables = [row[0] for row in connection.execute(_UNFORCED)]
        if open_tables:
            raise UnsafeDatabase(f"These tables are not protected by one policy: {', '.join(open_tables)}.")
