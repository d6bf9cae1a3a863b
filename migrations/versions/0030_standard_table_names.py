"""Standard names of tables and columns: emails, sequences, security_notifications, support_sessions, ...

Revision ID: 0030
Revises: 0028
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLES = {
    "mails": "emails",
    "counters": "sequences",
    "account_notices": "security_notifications",
    "passkey_challenges": "webauthn_challenges",
    "support_visits": "support_sessions",
}
_COLUMNS = {("audit_entries", "haystack"): "search_text"}
_ENTITIES = {"mail": "email", "counter": "sequence", "support_visit": "support_session"}


def upgrade():
    for before, after in _TABLES.items():
        _rename_table(before, after)
    for (table, before), after in _COLUMNS.items():
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}")
    _rename_entities("emails", _ENTITIES)


def downgrade():
    for before, after in _TABLES.items():
        _rename_table(after, before)
    for (table, before), after in _COLUMNS.items():
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {after} TO {before}")
    _rename_entities("mails", {after: before for before, after in _ENTITIES.items()})


def _rename_table(before, after):
    """Rename a table and what is named after it: its constraints and indexes."""
    if op.get_bind().dialect.name == "postgresql":
        _rename_on_postgresql(before, after)
    else:
        _rename_on_sqlite(before, after)


def _rename_on_postgresql(before, after):
    names = sa.text(
        "SELECT conname, true FROM pg_constraint WHERE conrelid = CAST(:table AS regclass)"
        " UNION SELECT indexname, false FROM pg_indexes WHERE tablename = :name AND schemaname = current_schema()"
    )
    found = op.get_bind().execute(names, {"table": before, "name": before}).all()
    constraints = {name for name, is_constraint in found if is_constraint}
    for name, is_constraint in found:
        renamed = _renamed(name, before, after)
        if renamed == name:
            continue
        if is_constraint:
            op.execute(f"ALTER TABLE {before} RENAME CONSTRAINT {name} TO {renamed}")
        elif name not in constraints:  # the index of a key goes with its constraint
            op.execute(f"ALTER INDEX {name} RENAME TO {renamed}")
    op.execute(f"ALTER TABLE {before} RENAME TO {after}")


def _rename_on_sqlite(before, after):
    """SQLite renames no constraint: the table is made anew from its own description."""
    rows = op.get_bind().execute(
        sa.text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": before},
    )
    made = {(kind, name): sql for kind, name, sql in rows}
    table = made.pop(("table", before))
    op.execute(_described(table, before, after))
    op.execute(f"INSERT INTO {after} SELECT * FROM {before}")  # noqa: S608 - names of this file
    op.execute(f"DROP TABLE {before}")
    for sql in made.values():
        op.execute(_described(sql, before, after))


def _described(sql, before, after):
    named = re.sub(rf"\b(pk|uq|fk|ck|ix)_{before}\b", rf"\1_{after}", sql)
    named = re.sub(rf"\b(pk|uq|fk|ck|ix)_{before}_", rf"\1_{after}_", named)
    return re.sub(rf'\b(TABLE|ON) "?{before}"?(?=[\s(])', rf"\1 {after}", named)


def _renamed(name, before, after):
    kind, _, rest = name.partition("_")
    return f"{kind}_{after}{rest[len(before):]}" if rest.startswith(before) else name


def _rename_entities(emails, names):
    postgres = op.get_bind().dialect.name == "postgresql"
    cases = " ".join(f"WHEN '{before}' THEN '{after}'" for before, after in names.items())
    listed = ", ".join(f"'{before}'" for before in names)
    for table in ("events", emails):
        if postgres:  # the policies of row-level security hide every row from the owner too
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(
            f"UPDATE {table} SET entity_type = CASE entity_type {cases} END WHERE entity_type IN ({listed})"
        )
        if postgres:
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
