"""Rows taken under concurrency, each at most once: `claim`, `claim_each`, `matched_rows`, `insert_once`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select, text, tuple_, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from mtc.core.database_errors import is_contention
from mtc.core.db import is_postgresql, running_session, savepoint
from mtc.core.errors import ConflictError
from mtc.core.i18n import Sentence

LOCK_TIMEOUT_MS = 3000


@dataclass(frozen=True, slots=True)
class Pick:
    """Up to `limit` rows that match; with `wait`, also those that another transaction holds now."""

    where: Sequence[ColumnElement[bool]]
    limit: int
    wait: bool = False


def claim(
    model: Any,
    *where: ColumnElement[bool],
    order_by: Sequence[Any],
    limit: int,
    values: Mapping[str, Any],
    returning: Sequence[InstrumentedAttribute[Any]],
    wait: bool = False,
) -> list[Row[Any]]:
    """Take up to `limit` rows that match and set `values` on them; a row goes to one taker only.

    Rows that another transaction holds are passed over; with `wait` they are waited for (3 s), which
    is how "sold out" is made sure of. The rows come back in no order. On a database with a single
    writer the transaction itself is the lock.
    """
    return claim_each(
        model, [Pick(where, limit, wait)], order_by=order_by, values=values, returning=returning
    )


def claim_each(
    model: Any,
    picks: Sequence[Pick],
    *,
    order_by: Sequence[Any],
    values: Mapping[str, Any],
    returning: Sequence[InstrumentedAttribute[Any]],
) -> list[Row[Any]]:
    """Do what `claim` does for several picks in one statement; no row may match two of them.

    Rows are locked pick by pick, and within a pick in its order: who waits must give the picks in the order
    that everybody uses.
    """
    work = running_session()
    if is_postgresql() and any(pick.wait for pick in picks):
        work.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))
    keys = list(model.__mapper__.primary_key)
    names = [model.__mapper__.get_property_by_column(key).key for key in keys]
    attributes = [getattr(model, name) for name in names]
    # A plain sub-select may be run again by the planner and take more than `limit` rows.
    parts = [
        select(*attributes)
        .where(*pick.where)
        .order_by(*order_by)
        .limit(pick.limit)
        .with_for_update(skip_locked=not pick.wait)
        .cte(f"taken_{number}")
        .prefix_with("MATERIALIZED")
        for number, pick in enumerate(picks)
    ]
    taken = parts[0]
    if len(parts) > 1:
        taken = union_all(*(select(*part.c) for part in parts)).cte("taken").prefix_with("MATERIALIZED")
    chosen: Any = select(*taken.c)
    if any(pick.wait for pick in picks):
        # Rows that rivals have changed while they were waited for would be locked a second time by the same
        # statement, which then may wait for itself.
        chosen = [tuple(row) for row in work.execute(chosen)]
        if not chosen:
            return []
    statement = (
        update(model)
        .where(tuple_(*attributes).in_(chosen))
        .values(dict(values))
        .returning(*returning)
        .execution_options(synchronize_session=False)
    )
    return list(work.execute(statement).all())


def matched_rows(statement: Any) -> int:
    """Run an UPDATE or DELETE and say how many rows met its condition: of several who ask at once

    for the same row one gets 1.

    Objects that were loaded before do not learn of it.
    """
    result = running_session().execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


@contextmanager
def lock_timeout_as_conflict(sentence: Sentence) -> Iterator[None]:
    """A savepoint in which a lock timeout or a deadlock is a ConflictError with this sentence.

    The transaction can go on then, with nothing of the block done.
    """
    try:
        with savepoint():
            yield
    except DBAPIError as error:
        if not is_contention(error):
            raise
        raise ConflictError(sentence) from error


def insert_once(row: Any, sentence: Sentence) -> bool:
    """Insert the row; False when its unique key is taken.

    Who inserts the same key at this moment is waited for (3 s): if that transaction fails, the key is
    free. Raises ConflictError with the sentence when the wait is in vain; the transaction can go on.
    """
    work = running_session()
    waits = is_postgresql()
    if waits:
        work.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))
    try:
        with lock_timeout_as_conflict(sentence):
            work.add(row)
            work.flush()
        inserted = True
    except IntegrityError:
        inserted = False
    if waits:
        work.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    return inserted


def insert_into(table: Any) -> Any:
    """An INSERT of the running database, which may say what is done with rows that are there."""
    return (postgresql.insert if is_postgresql() else sqlite.insert)(table)


def upsert(
    model: Any, values: Mapping[str, Any], key: Sequence[str], changes: Mapping[str, Any] | None
) -> Any:
    """Insert a row, or change the one of that unique key, in one statement; returns an Insert to complete.

    Without `changes` a row that is there stays as it is, and RETURNING gives no row.
    """
    statement = insert_into(model.__table__).values(dict(values))
    if changes is None:
        return statement.on_conflict_do_nothing(index_elements=list(key))
    return statement.on_conflict_do_update(index_elements=list(key), set_=dict(changes))
