"""Rows that are inserted at the end of a transaction, with one statement for all of a table.

Each flush of a session costs as much as several statements; a paid order writes a dozen rows that nothing
of its transaction reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.sql.ddl import sort_tables

from mtc.core.change_tracking.recorder import EACH_ROW
from mtc.core.db import Base, ScopeError, TenantModel, before_commit, require_scope, running_session


@dataclass(frozen=True, slots=True)
class _Insert:
    row: Base

    def __call__(self) -> None:
        put_off = require_scope().before_commit
        rows = [self.row, *(insert.row for insert in put_off if isinstance(insert, _Insert))]
        put_off[:] = [insert for insert in put_off if not isinstance(insert, _Insert)]
        _insert(rows)


def insert_last(row: TenantModel) -> None:
    """Insert a row that is complete when the running transaction ends; dropped like it, or with its attempt.

    The row never belongs to the session, and no query of the transaction finds it. Raises ScopeError
    for another tenant's row and where nothing may be written.
    """
    scope = require_scope()
    if scope.refuses:
        raise ScopeError(scope.refuses)
    if not scope.platform and row.tenant_id != scope.tenant_id:
        raise ScopeError(f"a {type(row).__name__} of another tenant was written")
    assert isinstance(row, Base)
    before_commit(_Insert(row))


def _insert(rows: list[Base]) -> None:
    """Insert the rows after a flush, as what they refer to may still wait in the session."""
    work = running_session()
    work.flush()
    values: dict[Table, list[dict[str, Any]]] = {}
    for row in rows:
        columns = row.__mapper__.columns
        row_values = {columns[key].name: value for key, value in vars(row).items() if key in columns}
        values.setdefault(cast(Table, row.__table__), []).append(row_values)
    for table in sort_tables(list(values)):
        for _, same in groupby(values[table], key=lambda row_values: row_values.keys()):
            work.execute(insert(table), list(same), execution_options={EACH_ROW: True})
