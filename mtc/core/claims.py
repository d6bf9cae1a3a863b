"""`claim`: the one primitive that takes rows under concurrency, each row at most once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, text, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from mtc.core.db import is_postgresql, running_session

LOCK_TIMEOUT_MS = 3000


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
    work = running_session()
    keys = list(model.__mapper__.primary_key)
    names = [model.__mapper__.get_property_by_column(key).key for key in keys]
    attributes = [getattr(model, name) for name in names]
    picked = select(*attributes).where(*where).order_by(*order_by).limit(limit)
    if not is_postgresql():
        rows = work.execute(picked).all()
        if not rows:
            return []
        single = and_(attributes[0] == rows[0][0], attributes[-1].in_([row[-1] for row in rows]))
        match = single if len(keys) == 2 else attributes[0].in_([row[0] for row in rows])
        statement = update(model).where(match, *where).values(dict(values)).returning(*returning)
    else:
        if wait:
            work.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))
        # A plain sub-select may be run again by the planner and take more than `limit` rows.
        taken = picked.with_for_update(skip_locked=not wait).cte("taken").prefix_with("MATERIALIZED")
        match = tuple_(*attributes).in_(select(*taken.c))
        statement = update(model).where(match).values(dict(values)).returning(*returning)
    return list(work.execute(statement.execution_options(synchronize_session=False)).all())
