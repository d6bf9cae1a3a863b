"""The day that a moment falls on, in SQL, the same on every database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class utc_day(GenericFunction[str]):
    """utc_day(moment): the day in UTC as text, such as `2026-01-31`."""

    type = String(10)
    inherit_cache = True
    name = "utc_day"


@compiles(utc_day, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    # Moments are stored as naive UTC text, which begins with the day.
    return f"substr({compiler.process(element.clauses, **kw)}, 1, 10)"


@compiles(utc_day, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kw)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
