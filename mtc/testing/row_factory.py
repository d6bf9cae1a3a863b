"""One valid row of every table for a tenant, made from nothing but the tables' own description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, Connection, Integer, SmallInteger, String, Table, Text, Uuid
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import Mapper

from mtc.core import clock
from mtc.core.db import Base, UtcDateTime, mappers
from mtc.core.ids import uuid7

_numbers = count(1)
# JSON that pages take apart: what it has to look like.
_SHAPES: dict[str, Callable[[str], Any]] = {
    "audit_entries.changes": lambda text: [
        {"type": "thing", "op": "changed", "id": "", "label": text, "rows": 1, "fields": {"name": ["", text]}}
    ],
}


def mapped_classes() -> Iterator[type[Any]]:
    """Every mapped class of a table with a tenant_id, in the order of the tables."""
    by_table = {mapper.local_table.name: mapper for mapper in mappers()}  # type: ignore[attr-defined]
    for table in Base.metadata.sorted_tables:
        mapper: Mapper[Any] | None = by_table.get(table.name)
        if mapper is not None and "tenant_id" in table.c:
            yield mapper.class_


def table_of(model: type[Any]) -> Table:
    """The table of a mapped class."""
    table = inspected(model).local_table
    assert isinstance(table, Table)
    return table


def values_for(table: Table, tenant_id: UUID | None, ids: dict[str, UUID], word: str) -> dict[str, Any]:
    """Values of a new row: references lead to `ids` (table name to id), free texts hold `word`."""
    values: dict[str, Any] = {}
    targets = {}
    for constraint in table.foreign_key_constraints:
        for element in constraint.elements:
            targets[element.parent.name] = element.column.table.name
    for column in table.columns:
        if column.name == "tenant_id":
            values[column.name] = tenant_id
        elif column.name in targets:
            values[column.name] = ids.get(targets[column.name])
        elif (value := _value(column, word)) is not None:
            values[column.name] = value
    return values


def _value(column: Any, word: str) -> Any:
    column_type = column.type
    default = getattr(column.default, "arg", None)
    if isinstance(column_type, UtcDateTime):
        return clock.now() if not column.nullable else None
    if isinstance(column_type, Uuid):
        return uuid7()
    if isinstance(column_type, String | Text):
        if default not in (None, ""):
            return None
        text = f"{word}-{next(_numbers)}"
        return "EUR"[: column_type.length] if column_type.length and column_type.length < len(text) else text
    if isinstance(column_type, JSON):
        empty = default(None) if callable(default) else {}
        text = f"{word}-{next(_numbers)}"
        if (shape := _SHAPES.get(f"{column.table.name}.{column.name}")) is not None:
            return shape(text)
        return [text] if isinstance(empty, list) else {"note": text}
    if default is not None or column.nullable:
        return None
    if isinstance(column_type, Boolean):
        return True
    return 1 if isinstance(column_type, Integer | BigInteger | SmallInteger) else {}


def insert_everywhere(
    connection: Connection, tenant_id: UUID | None, word: str | Callable[[Table], str]
) -> dict[str, UUID]:
    """One row in every table (for no tenant: in every table of the system); returns their ids by table.

    `word` stands in every free text and in JSON, the same for all tables or one per table.
    """
    ids: dict[str, UUID] = {}
    for table in Base.metadata.sorted_tables:
        owned = "tenant_id" in table.c
        if table.name == "tenants" or (tenant_id is None and owned and not table.c.tenant_id.nullable):
            ids[table.name] = tenant_id or uuid7()
            continue
        values = values_for(table, tenant_id, ids, word(table) if callable(word) else word)
        connection.execute(table.insert().values(**values))
        ids[table.name] = values.get("id") or uuid7()
    return ids
