"""The day that a moment falls on in a time zone, in SQL, the same on every database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, String, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from mtc.core.local_time import changes


class shifted_day(GenericFunction[str]):
    """shifted_day(moment, seconds): the day of a clock that is so far ahead of UTC, such as `2026-01-31`."""

    type = String(10)
    inherit_cache = True
    name = "shifted_day"


@compiles(shifted_day, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    moment, seconds = (compiler.process(clause, **kw) for clause in element.clauses)
    # Moments are stored as naive UTC text.
    return f"date({moment}, ({seconds}) || ' seconds')"


@compiles(shifted_day, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    moment, seconds = (compiler.process(clause, **kw) for clause in element.clauses)
    shifted = f"({moment} AT TIME ZONE 'UTC') + make_interval(secs => {seconds})"
    return f"to_char({shifted}, 'YYYY-MM-DD')"


def day_in(zone: ZoneInfo, moment: Any, since: datetime, until: datetime) -> ColumnElement[str]:
    """The day of the zone that a column's moment falls on, as text; for moments of the time span.

    The changes of the clock come from Python, since SQLite knows no zones and PostgreSQL has its own table.
    """
    spans = changes(since, until, zone)
    days = [shifted_day(moment, literal(ahead, Integer)) for _, ahead in spans]
    steps = [(moment < spans[at + 1][0], days[at]) for at in range(len(spans) - 1)]
    return case(*steps, else_=days[-1]) if steps else days[-1]
