"""How SQLite reaches its tables (EXPLAIN QUERY PLAN). Its statistics are written, so data changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mtc.core.db import Base
from mtc.core.sqlite_statistics import FEW
from mtc.extensions import db

_ALL = re.compile(r"SCAN (\w+)(?! CONSTANT)")
_BLOOM = re.compile(r"BLOOM FILTER ON (\w+) .*")
_BY_TENANT = re.compile(r"SEARCH (\w+) .*\((?:tenant_id=\?|ANY\(.*)\)")


def _of_few(table: str, step: str) -> bool:
    """Whether the step reads an index over a few rows of the table only."""
    return any(
        index.dialect_options["sqlite"]["where"] is not None and f"INDEX {index.name} " in f"{step} "
        for index in Base.metadata.tables[table].indexes
    )


def long_ways(statements: Iterable[str]) -> dict[str, str]:
    """Statements that read all rows of a growing table, or all of a tenant, with the step of the plan."""
    found = {}
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    try:
        for statement in dict.fromkeys(statements):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", [b"0"] * statement.count("?"))
            for *_, step in cursor.fetchall():
                table = (_ALL.match(step) or _BLOOM.match(step) or _BY_TENANT.fullmatch(step) or [None, ""])[
                    1
                ]
                if table in Base.metadata.tables and table not in FEW and not _of_few(table, step):
                    found[statement] = step
    finally:
        connection.close()
    return found
