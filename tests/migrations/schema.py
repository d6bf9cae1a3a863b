"""What a database says about its own tables, as texts that can be compared."""

from sqlalchemy import Connection, text

_COLUMNS = """
SELECT c.relname || ' column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || coalesce(o.collname, '')
       || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation o ON o.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'alembic_version'
"""
_CONSTRAINTS = """
SELECT conrelid::regclass || ' constraint ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
AND conrelid::regclass::text <> 'alembic_version'
"""
_INDEXES = """
SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename <> 'alembic_version'
"""


def described(connection: Connection) -> set[str]:
    """Every column, constraint and index of the database, one text each."""
    if connection.dialect.name == "postgresql":
        queries = (_COLUMNS, _CONSTRAINTS, _INDEXES)
        return {row[0].strip() for query in queries for row in connection.execute(text(query))}
    found = set()
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    for name, sql in rows:
        if name not in ("alembic_version", "sqlite_stat1"):
            # A table that was copied to alter it has its name in quotes.
            sql = sql.replace(f'CREATE TABLE "{name}"', f"CREATE TABLE {name}", 1)
            lines = _parts(sql) if sql.startswith("CREATE TABLE") else [" ".join(sql.split())]
            found |= {f"{name}: {line.strip()}" for line in lines if line.strip()}
    return found


def _parts(sql: str) -> list[str]:
    """Columns and constraints of a CREATE TABLE, in any order: what was added later stands at the end."""
    head, _, rest = sql.partition("(")
    body, _, tail = rest.rpartition(")")
    parts, depth = [""], 0
    for sign in body:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [head, *(" ".join(part.split()) for part in parts), tail]
