"""Rows with sealed texts, whichever table they are in; needs a platform scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, Text, and_, cast, func, or_, select, text

from mtc.core.db import Base, is_postgresql, session
from mtc.core.encrypted_columns import sealed_columns

BATCH = 200


def table_of(name: str) -> Table:
    """The table of that name."""
    return Base.metadata.tables[name]


def key_of(table: Table) -> list[Any]:
    """The columns of its key."""
    return list(table.primary_key.columns)


def as_text(table: Table, name: str) -> ColumnElement[str]:
    """The column as the database spells it: what is compared before a value is replaced."""
    return cast(table.c[name], Text)


def batch(
    table: Table, columns: Sequence[str], where: ColumnElement[bool], after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """The next rows in the order of the key: the key itself, then the columns as texts."""
    key = key_of(table)
    query = select(*key, *(as_text(table, name) for name in columns)).where(where)
    if after is not None:
        query = query.where(_behind(key, after))
    return session.execute(query.order_by(*key).limit(BATCH)).all()


def _behind(key: Sequence[Any], after: Sequence[Any]) -> ColumnElement[bool]:
    """Rows behind this one in the order of the key."""
    first, *rest = zip(key, after, strict=True)
    if not rest:
        return first[0] > first[1]
    names, values = [pair[0] for pair in rest], [pair[1] for pair in rest]
    return or_(first[0] > first[1], and_(first[0] == first[1], _behind(names, values)))


def sealed_otherwise(table: Table, column: str, kind: str, newest: str) -> ColumnElement[bool]:
    """Rows that hold something sealed with another key than the newest; of `values`, rows that may."""
    value = as_text(table, column)
    if kind == "values":
        return table.c[column].is_not(None)
    return and_(table.c[column].is_not(None), value != "", value.not_like(f"{newest}:%"))


def sealed_with(table: Table, column: str, key: str) -> int:
    """Return how many texts in the column are sealed with that key."""
    query = select(func.count()).select_from(table).where(as_text(table, column).like(f"{key}:%"))
    return int(session.execute(query).scalar_one())


def every_value(table: Table, column: str) -> Iterator[Any]:
    """Every value of a column."""
    query = select(table.c[column]).where(table.c[column].is_not(None))
    yield from session.execute(query.execution_options(yield_per=BATCH)).scalars()


def hold_writers() -> None:
    """Wait until nobody is writing to a table with sealed texts, and keep it so until the transaction ends.

    SQLite's write lock does that anyway.
    """
    if is_postgresql():
        names = ", ".join(sorted({name for name, _ in sealed_columns()}))
        session.execute(text("SET LOCAL lock_timeout = '60s'"))
        session.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
