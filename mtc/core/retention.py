"""Deleting rows that have served their time, some hundred at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_

from mtc.core.db import commit_batch
from mtc.core.row_locking import matched_rows

BATCH = 500


def purge_rows(model: Any, *where: ColumnElement[bool]) -> int:
    """Delete what matches and return how many rows that were; one statement and one commit for each batch.

    So a first round after years locks nobody out and fills no journal of the database. Needs a unit of work
    that has nothing else to lose: what it has written is committed with the first batch.
    """
    keys = [getattr(model, column.key) for column in model.__mapper__.primary_key]
    # A plain sub-select may be run again by the planner and take more than a batch. It stands inside, since
    # the driver of SQLite counts no rows of a statement that begins with WITH.
    some = select(*keys).where(*where).limit(BATCH).cte("over", nesting=True).prefix_with("MATERIALIZED")
    # The condition once more: a row that somebody changes while it is waited for may be needed again.
    statement = delete(model).where(tuple_(*keys).in_(select(*some.c)), *where)
    gone = 0
    while True:
        met = matched_rows(statement)
        gone += met
        if met < BATCH:
            return gone
        commit_batch()
