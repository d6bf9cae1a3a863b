"""Tables that a plugin brings: made by its own migrations, checked and protected by MTC.

A plugin's migrations lie in `migrations/versions/0001_name.py` of its folder, plain Alembic in one line. The
database keeps the revision of each plugin in a table of its own, `p_<id>_alembic`, beside that of MTC.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.reflection import Inspector

from mtc.core.row_level_security import APP_ROLE, PLATFORM_ROLE, protect
from mtc.plugins import queries
from mtc.plugins.errors import PluginError

_VERSION_TABLE = re.compile(r"p_([a-z][a-z0-9_]{2,39})_alembic")
_FILE = re.compile(r"(\d{4})_[a-z0-9_]{1,60}\.py")


def prefix_of(slug: str) -> str:
    """The prefix of the names of a plugin's tables."""
    return f"p_{slug}_"


def version_table(slug: str) -> str:
    """The name of the table with the revision of a plugin's tables."""
    return f"{prefix_of(slug)}alembic"


def revisions(folder: Path) -> list[str]:
    """The revisions of a plugin's migrations, oldest first. Raises PluginError for a file of another name."""
    files = sorted(path.name for path in (folder / "migrations" / "versions").glob("*.py"))
    matches = [_FILE.fullmatch(name) for name in files]
    odd = [name for name, match in zip(files, matches, strict=True) if match is None]
    if odd:
        raise PluginError(f"{folder.name}: call migrations like 0001_points.py, not {odd[0]}.")
    return [match[1] for match in matches if match is not None]


def revision_of(connection: Connection, slug: str) -> str:
    """The revision of the plugin's tables in the database; empty where it has none."""
    name = version_table(slug)
    if not inspect(connection).has_table(name):
        return ""
    return queries.revision(connection, name)


def upgrade_tables(
    connection: Connection, slug: str, folder: Path, declared: list[str], target: str = "head"
) -> str:
    """Bring a plugin's tables to a revision (`base`: none of them is left) and return it.

    What was made is checked and protected in the same transaction. Raises PluginError with nothing changed.
    """
    config = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    config.set_main_option("path_separator", "os")
    scripts = import_module("alembic.script").ScriptDirectory.from_config(config)
    environment = import_module("alembic.runtime.environment").EnvironmentContext

    def steps(revision: Any, _context: Any) -> Any:
        known = [script.revision for script in scripts.walk_revisions()]
        goal = known[0] if target == "head" and known else target
        later = goal != "base" and (not revision or known.index(goal) < known.index(revision[0]))
        return scripts._upgrade_revs(goal, revision) if later else scripts._downgrade_revs(goal, revision)

    before = _schema(connection, slug)
    with environment(config, scripts, fn=steps) as context:
        context.configure(
            connection=connection,
            version_table=version_table(slug),
            render_as_batch=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            try:
                context.run_migrations()
            except PluginError:
                raise
            except Exception as error:
                raise PluginError(
                    f"{slug}: its migrations fail ({type(error).__name__}: {error})."
                ) from error
            _check(connection, slug, declared if target == "head" else None, before)
            _protect(connection, slug)
    return revision_of(connection, slug)


def plugin_revisions(connection: Connection) -> dict[str, str]:
    """The revision of each plugin's tables in the database, by the plugin's id; also of those not loaded."""
    matches = [_VERSION_TABLE.fullmatch(name) for name in inspect(connection).get_table_names()]
    return {match[1]: revision_of(connection, match[1]) for match in matches if match is not None}


def own_tables(inspector: Inspector, slug: str) -> list[str]:
    """The tables of a plugin in the database, without the one of its revision."""
    start, names = prefix_of(slug), inspector.get_table_names()
    # The tables of a plugin called loyalty_pro begin like those of one called loyalty.
    others = [
        name[: -len("alembic")] for name in names if name.startswith("p_") and name.endswith("_alembic")
    ]
    longer = tuple(other for other in others if other.startswith(start) and other != start)
    return sorted(
        name
        for name in names
        if name.startswith(start) and name != version_table(slug) and not name.startswith(longer)
    )


def _schema(connection: Connection, slug: str) -> dict[str, list[str]]:
    """Names of columns by table, of all tables that are not the plugin's."""
    inspector = inspect(connection)
    own = {*own_tables(inspector, slug), version_table(slug)}
    return {
        name: [str(column["name"]) for column in columns]
        for (_, name), columns in inspector.get_multi_columns().items()
        if name not in own
    }


def _check(
    connection: Connection, slug: str, declared: list[str] | None, before: dict[str, list[str]]
) -> None:
    """Raise PluginError when the tables could mix tenants, or are others than those of the manifest."""
    inspector, after = inspect(connection), _schema(connection, slug)
    made = own_tables(inspector, slug)
    if declared is not None and made != sorted(declared):
        odd = ", ".join(sorted(set(made) ^ set(declared)))
        raise PluginError(f"{slug}: migrations and manifest differ in these tables: {odd}.")
    if after != before:
        raise PluginError(
            f"{slug}: a migration changes other tables than those that begin with {prefix_of(slug)}."
        )
    for name in made:
        _check_table(inspector, slug, name)


def _check_table(inspector: Inspector, slug: str, name: str) -> None:
    if inspector.get_pk_constraint(name)["constrained_columns"] != ["tenant_id", "id"]:
        raise PluginError(f"{slug}: the key of {name} must be (tenant_id, id).")
    for key in inspector.get_foreign_keys(name):
        pairs = list(zip(key["constrained_columns"], key["referred_columns"], strict=True))
        if key["referred_table"] == "tenants":
            continue
        if ("tenant_id", "tenant_id") not in pairs:
            raise PluginError(
                f"{slug}: the foreign key of {name} to {key['referred_table']} must begin with tenant_id."
            )
    unique: list[set[Any]] = [
        set(constraint["column_names"]) for constraint in inspector.get_unique_constraints(name)
    ]
    unique += [set(index["column_names"]) for index in inspector.get_indexes(name) if index["unique"]]
    if any("tenant_id" not in columns for columns in unique):
        raise PluginError(f"{slug}: what is unique in {name} must be so for each tenant: add tenant_id.")


def _protect(connection: Connection, slug: str) -> None:
    """Put the policies of tenants on tables that have none, on PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return
    query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')"
    known = set(connection.exec_driver_sql(query).scalars())
    inspector = inspect(connection)
    for name in own_tables(inspector, slug):
        for statement in protect(name) if name not in known else ():
            connection.exec_driver_sql(statement)
    if inspector.has_table(version_table(slug)):
        connection.exec_driver_sql(f"GRANT SELECT ON {version_table(slug)} TO {APP_ROLE}, {PLATFORM_ROLE}")


def newest_revision(folder: Path) -> str:
    """The revision that the code of a plugin expects; empty for one without tables."""
    return max(revisions(folder), default="")
