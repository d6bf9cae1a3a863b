"""Write the first revision anew from the models: `.venv/bin/python -m tests.migrations.regenerate`.

Only while no database in the world has run it; afterwards every change is a revision of its own.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from flask_migrate import migrate

from mtc.app import ROOT, create_app
from mtc.core.db import Base, SharedModel
from tests.services.database import settings_for

FILE = ROOT / "migrations" / "versions" / "0001_first.py"
SPECIAL = {"tenants", "users", "plugins", "plugin_hooks"}
_TABLES = '''
# Every row belongs to a tenant.
TENANT_TABLES = (
{tenant}
)

# Rows without a tenant belong to the system and are read by everyone.
SHARED_TABLES = (
{shared}
)


def protect():
    """Tie rows to tenants and give the roles their rights; SQLite has neither."""
    if op.get_bind().dialect.name != "postgresql":
        return
    statements = [*policies.tenants_table(), *policies.users_table()]
    for table in ("plugins", "plugin_hooks"):
        statements += policies.readable(table)
    for table in TENANT_TABLES:
        statements += policies.protect(table)
    for table in SHARED_TABLES:
        statements += policies.share(table)
    for statement in statements:
        op.execute(statement)
    op.execute(f"GRANT SELECT ON alembic_version TO {{policies.APP_ROLE}}, {{policies.PLATFORM_ROLE}}")


def unprotect():
    """Drop the one policy that looks at another table; the rest goes with the tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY colleagues ON users")

'''


def shared_tables() -> set[str]:
    """Tables with rows of the system."""
    return {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, SharedModel)
    }


def keys_first(match: re.Match[str]) -> str:
    """The columns of a table with those that all tables have in front, as in the models."""
    lines = match[2].splitlines(keepends=True)
    names = ["tenant_id", "id", "created_at"]
    order = {name: place for place, name in enumerate(names)}
    lines.sort(key=lambda line: order.get(line.split("'")[1], len(names)))
    return match[1] + "".join(lines)


def regenerate() -> None:
    """Replace the first revision."""
    FILE.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            migrate(message="first", rev_id="0001", x_arg="plain=yes")
    tables = Base.metadata.tables
    shared = shared_tables()
    platform = {name for name, table in tables.items() if "tenant_id" not in table.c}
    if platform != SPECIAL:
        raise SystemExit(f"Decide on the rights of these platform tables: {sorted(platform ^ SPECIAL)}")
    strict = sorted(set(tables) - platform - shared)
    block = _TABLES.format(
        tenant="\n".join(f'    "{name}",' for name in strict),
        shared="\n".join(f'    "{name}",' for name in sorted(shared)),
    )
    text = FILE.read_text().replace(
        '"""first\n', '"""Every table of MTC, and who may do what with its rows.\n'
    )
    text = re.sub(r" *# ###.*\n", "", text)
    text = text.replace(
        "postgresql\n\nrevision", "postgresql\n\nfrom mtc.core import policies\n\nrevision", 1
    )
    text = text.replace("\n\ndef upgrade():", block + "\ndef upgrade():", 1)
    text = text.replace("Constraint('id', 'tenant_id'", "Constraint('tenant_id', 'id'")
    text = re.sub(r"(op\.create_table\('\w+',\n)((?: +sa\.Column\(.*\n)+)", keys_first, text)
    up, down = text.split("\n\n\ndef downgrade():")
    # Indexes go with their table.
    down = re.sub(r"    op\.drop_index\(.*\n", "", down)
    text = f"{up.rstrip()}\n    protect()\n\n\ndef downgrade():\n    unprotect(){down}"
    FILE.write_text(text)
    subprocess.run([Path(sys.executable).parent / "ruff", "format", "--no-force-exclude", FILE], check=True)


if __name__ == "__main__":
    regenerate()
