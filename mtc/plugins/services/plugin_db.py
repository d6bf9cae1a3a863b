"""`ctx.db`: the tables of one plugin, in the running transaction and for the running tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import CursorResult, Executable, Table, TextClause
from sqlalchemy.sql import visitors

from mtc.core.db import PluginTable, require_scope, session
from mtc.plugins.services.tables import prefix_of

R = TypeVar("R", bound=PluginTable)
MOST_STATEMENTS, MOST_ROWS = 200, 10_000


class PluginDbError(RuntimeError):
    """A plugin asked for another table than its own, wrote SQL as text, or asked for too much in one call."""


class PluginDb:
    """Reads and writes the plugin's own tables; every row is the running tenant's. Nobody commits.

    One call of the plugin has at most MOST_STATEMENTS statements, and one statement at most MOST_ROWS rows.
    """

    def __init__(self, plugin: str) -> None:
        self._plugin, self._sent = plugin, 0

    def get(self, model: type[R], row_id: UUID) -> R | None:
        """Return the row of this id, or None."""
        self._check_table(model.__table__)
        self._count()
        return session.get(model, (require_scope().tenant_id, row_id))

    def scalars(self, statement: Executable) -> Sequence[Any]:
        """Return what a SELECT selects first, such as models."""
        return [row[0] for row in self._rows(statement)]

    def execute(self, statement: Executable) -> Sequence[Any]:
        """Return the rows of a SELECT, or of a RETURNING."""
        return self._rows(statement)

    def change(self, statement: Executable) -> int:
        """Run an UPDATE, a DELETE or an INSERT and return how many rows it matched."""
        self._check(statement)
        return cast("CursorResult[Any]", session.execute(statement)).rowcount

    def add(self, row: PluginTable) -> None:
        """Insert a row at the next flush."""
        self._check_table(row.__table__)
        session.add(row)

    def delete(self, row: PluginTable) -> None:
        """Delete a row at the next flush."""
        self._check_table(row.__table__)
        session.delete(row)

    def flush(self) -> None:
        """Send what was added, changed and deleted; raises IntegrityError for what the tables refuse."""
        self._count()
        session.flush()

    def _rows(self, statement: Executable) -> Sequence[Any]:
        self._check(statement)
        rows = session.execute(statement).fetchmany(MOST_ROWS + 1)
        if len(rows) > MOST_ROWS:
            raise PluginDbError(f"{self._plugin}: ask for {MOST_ROWS:,} rows at most, with limit().")
        return rows

    def _check(self, statement: Executable) -> None:
        self._count()
        for part in visitors.iterate(cast(Any, statement)):
            if isinstance(part, TextClause):
                raise PluginDbError(f"{self._plugin}: SQL as text is not run.")
            if isinstance(part, Table):
                self._check_table(part)

    def _check_table(self, table: Any) -> None:
        if not str(table.name).startswith(prefix_of(self._plugin)):
            raise PluginDbError(f"{self._plugin}: {table.name} is not a table of this plugin.")

    def _count(self) -> None:
        self._sent += 1
        if self._sent > MOST_STATEMENTS:
            raise PluginDbError(f"{self._plugin}: {MOST_STATEMENTS} statements are the most of one call.")
