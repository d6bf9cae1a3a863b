"""The rows of a tenant in the tables of a plugin: counted, read in batches, deleted in an order that works.

The tables are read from the database: a plugin whose code is gone can be uninstalled, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, Table, Uuid, delete, inspect, or_, update

from mtc.core.db import Base, session, unit_of_work
from mtc.core.i18n import _, formats, ngettext
from mtc.core.row_locking import matched_rows
from mtc.core.tenancy import platform_scope
from mtc.plugins import queries
from mtc.plugins.registry import HeldData, PluginRef
from mtc.plugins.services.tables import own_tables

BATCH = 500
_KEY = {"tenant_id", "id"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key from one own table to another, or to itself; `clearable` are columns that may be null."""

    table: str
    target: str
    clearable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Tables whose rows are deleted next. Before that, references are cleared: they go in circles.

    With `whole` rows that refer to each other can only be deleted by one statement for each table, together.
    """

    tables: tuple[str, ...]
    clear: tuple[Reference, ...] = ()
    whole: bool = False


def deletion_order(names: Iterable[str], references: Iterable[Reference]) -> list[Step]:
    """The steps in which the rows of these tables can be deleted."""
    left, edges, steps = sorted(names), list(references), []
    while left:
        free = [name for name in left if all(edge.target != name for edge in edges)]
        if free:
            steps.append(Step(tuple(free)))
        else:
            clear = tuple(edge for edge in edges if edge.clearable)
            free = [] if clear else left
            steps.append(Step(tuple(free), clear, whole=bool(free)))
            edges = [edge for edge in edges if not edge.clearable]
        left = [name for name in left if name not in free]
        edges = [edge for edge in edges if edge.table not in free]
    return steps


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The tables of a plugin as the database has them."""

    tables: dict[str, Table]
    references: list[Reference]


def read_tables(slug: str) -> OwnTables:
    """Look at the tables of a plugin, in a scope of its own: a tenant's may not."""
    with platform_scope("look at the tables of a plugin", readonly=True), unit_of_work():
        connection = session.connection()
        inspector = inspect(connection)
        names = own_tables(inspector, slug)
        references = [
            _reference(
                name, key, {column["name"] for column in inspector.get_columns(name) if column["nullable"]}
            )
            for name in names
            for key in inspector.get_foreign_keys(name)
            if key["referred_table"] in names
        ]
        return OwnTables({name: _table(connection, name) for name in names}, references)


def _reference(name: str, key: Any, nullable: set[str]) -> Reference:
    columns = [column for column in key["constrained_columns"] if column in nullable and column not in _KEY]
    return Reference(name, key["referred_table"], tuple(columns))


def _table(connection: Connection, name: str) -> Table:
    """The table as the plugin's models declare it: they know more of its types than SQLite does."""
    declared = Base.metadata.tables.get(name)
    if declared is not None:
        return declared
    key = (Column("tenant_id", Uuid(), primary_key=True), Column("id", Uuid(), primary_key=True))
    return Table(name, MetaData(), *key, autoload_with=connection, resolve_fks=False)


class RowsOfTables:
    """Data that a plugin keeps in its own tables."""

    def count(self, tenant_id: UUID, plugin: PluginRef) -> HeldData:
        """All rows, and how many tables have some."""
        tables = read_tables(plugin.slug).tables.values()
        counts = [number for table in tables if (number := queries.rows_in(table, tenant_id))]
        rows, filled = sum(counts), len(counts)
        text = _(
            "%(rows)s in %(tables)s",
            rows=ngettext("%(number)s row", "%(number)s rows", rows, number=formats.number(rows)),
            tables=ngettext("%(number)s table", "%(number)s tables", filled, number=formats.number(filled)),
        )
        return HeldData(rows, text)

    def read(self, tenant_id: UUID, plugin: PluginRef, cursor: Any) -> tuple[list[dict[str, Any]], Any]:
        """The next rows, table by table; the cursor is a table's name and the id of its last row."""
        tables = read_tables(plugin.slug).tables
        name, after = cursor or (min(tables, default=""), None)
        if name not in tables:
            return [], None
        rows = queries.batch_of(tables[name], tenant_id, after, BATCH)
        later = min((other for other in tables if other > name), default=None)
        following = (name, rows[-1]["id"]) if len(rows) == BATCH else later and (later, None)
        return [{"table": name, "row": row} for row in rows], following

    def delete(self, tenant_id: UUID, plugin: PluginRef, most: int) -> int:
        """Delete some rows, those that no other refers to first; clears references that go in circles."""
        own = read_tables(plugin.slug)
        for step in deletion_order(own.tables, own.references):
            for reference in step.clear:
                if changed := _clear(own.tables[reference.table], reference.clearable, tenant_id, most):
                    return changed
            limit = None if step.whole else most
            deleted = sum(_delete(own.tables[name], tenant_id, limit) for name in step.tables)
            if deleted:
                return deleted
        return 0


def _delete(table: Table, tenant_id: UUID, most: int | None) -> int:
    statement = delete(table).where(table.c.tenant_id == tenant_id)
    if most is not None:
        ids = queries.ids_in(table, tenant_id, most)
        if not ids:
            return 0
        statement = statement.where(table.c.id.in_(ids))
    return matched_rows(statement)


def _clear(table: Table, columns: tuple[str, ...], tenant_id: UUID, most: int) -> int:
    """Take references out of some rows that have them."""
    filled = or_(*(table.c[name].is_not(None) for name in columns))
    ids = queries.ids_in(table, tenant_id, most, filled)
    if not ids:
        return 0
    statement = update(table).where(table.c.tenant_id == tenant_id, table.c.id.in_(ids))
    return matched_rows(statement.values(dict.fromkeys(columns)))
