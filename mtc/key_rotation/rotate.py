"""Sealing everything anew with the newest key, hashing it with the newest secret, while the shops sell.

Each batch is a transaction of its own, and a row is replaced only if it still holds what was read: what
somebody writes meanwhile is never lost, and whoever is stopped in the middle begins where work is left.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, and_, update
from sqlalchemy.exc import IntegrityError

from mtc.core import crypto
from mtc.core.crypto import SealError
from mtc.core.db import savepoint, session, unit_of_work
from mtc.core.encrypted_columns import Part, hashed_columns, hashed_part, key_id, sealed_columns, sealed_texts
from mtc.core.tenancy import platform_scope
from mtc.key_rotation import queries

PASSES = 5
Say = Callable[[str], None]


@dataclass
class Report:
    """Counts of re-sealed texts by `table.column`; `stuck` are rows that could not be changed."""

    changed: Counter[str] = field(default_factory=Counter)
    stuck: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """One row with something sealed: what a seal is bound to, besides the column."""

    table: Table
    key: dict[str, Any]

    def open(self, column: str, text: str) -> str:
        """The text in clear; raises SealError."""
        return crypto.open_sealed(text, **self._bound_to(column))

    def renew(self, column: str, text: str) -> str:
        """The text sealed with the newest key; raises SealError."""
        return crypto.seal(self.open(column, text), **self._bound_to(column))

    def _bound_to(self, column: str) -> dict[str, Any]:
        tenant_id = self.key.get("tenant_id")
        return {"tenant_id": tenant_id, "table": self.table.name, "column": column, "row_id": self.key["id"]}

    def replace(self, column: str, old: str, fresh: Any) -> int:
        """Write only over what was read; 0 when somebody else has written meanwhile."""
        statement = update(self.table).where(queries.as_text(self.table, column) == old)
        for name, value in self.key.items():
            statement = statement.where(self.table.c[name] == value)
        done = session.execute(statement.values({column: fresh}))
        return int(done.rowcount)  # type: ignore[attr-defined]


Batch = list[tuple[Place, Sequence[str]]]


def reseal(say: Say) -> Report:
    """Seal every text anew that the newest key did not seal; what does not open is reported as stuck."""
    report = Report()
    for (name, column), kind in sealed_columns().items():
        where = f"{name}.{column}"
        for _ in range(PASSES):
            changed, report.stuck[where] = _pass_over(queries.table_of(name), column, kind)
            report.changed[where] += changed
            if not changed:
                break
        _tell(say, report, where, "sealed anew")
    return report


def rehash(say: Say) -> Report:
    """Make every keyed hash anew that the newest secret did not make."""
    report = Report()
    for (name, column), (source, purpose) in hashed_columns().items():
        where, table = f"{name}.{column}", queries.table_of(name)
        report.stuck[where] = []
        part = hashed_part(name, column)

        def work(
            batch: Batch,
            where: str = where,
            column: str = column,
            source: str = source,
            purpose: str = purpose,
            part: Part | None = part,
        ) -> None:
            for place, (old, sealed) in batch:
                try:
                    text = place.open(source, sealed)
                    if part is not None:
                        text = part(place.key["tenant_id"], text)
                    fresh = crypto.keyed_hash(text, purpose) if text or part is None else ""
                    if fresh != old:
                        with savepoint():
                            report.changed[where] += place.replace(column, old, fresh)
                except (SealError, IntegrityError):
                    report.stuck[where].append(str(place.key["id"]))

        # A hash that was never made is made by whoever makes it first, with the newest secret.
        there = and_(table.c[source] != "", table.c[column].is_not(None))
        _each_batch(table, [column, source], there, work)
        _tell(say, report, where, "hashed anew")
    return report


def usage(key: str) -> Counter[str]:
    """Return how many texts of each `table.column` are sealed with the key; needs a platform scope."""
    counts: Counter[str] = Counter()
    for (name, column), kind in sealed_columns().items():
        table = queries.table_of(name)
        if kind == "text":
            counts[f"{name}.{column}"] += queries.sealed_with(table, column, key)
            continue
        for value in queries.every_value(table, column):
            counts[f"{name}.{column}"] += sum(key_id(text) == key for text in sealed_texts(value))
    return +counts


def _tell(say: Say, report: Report, where: str, action: str) -> None:
    changed, stuck = report.changed[where], report.stuck[where]
    if changed or stuck:
        say(f"{where}: {changed:,} {action}" + (f", {len(stuck):,} do not open" if stuck else ""))


def _pass_over(table: Table, column: str, kind: str) -> tuple[int, list[str]]:
    newest = crypto.keyring().newest
    changed, stuck = 0, []

    def work(batch: Batch) -> None:
        nonlocal changed
        for place, (value,) in batch:
            tree = json.loads(value) if kind == "values" else value
            fresh = {}
            for text in sealed_texts(tree) if kind == "values" else [value]:
                try:
                    if key_id(text) != newest:
                        fresh[text] = place.renew(column, text)
                except SealError:
                    stuck.append(str(place.key["id"]))
            if fresh:
                changed += place.replace(column, value, _with(tree, fresh))

    _each_batch(table, [column], queries.sealed_otherwise(table, column, kind, newest), work)
    return changed, stuck


def _with(tree: Any, fresh: dict[str, str]) -> Any:
    """The value with some of its texts replaced."""
    if isinstance(tree, str):
        return fresh.get(tree, tree)
    if isinstance(tree, dict):
        return {name: _with(inner, fresh) for name, inner in tree.items()}
    return [_with(inner, fresh) for inner in tree] if isinstance(tree, list) else tree


def _each_batch(table: Table, columns: Sequence[str], where: Any, work: Callable[[Batch], None]) -> None:
    """Do the work for batch after batch of rows, each in a transaction of its own."""
    names = [column.name for column in queries.key_of(table)]
    after: Sequence[Any] | None = None
    while True:
        with platform_scope("change keys"), unit_of_work():
            rows = queries.batch(table, columns, where, after)
            work([(Place(table, dict(zip(names, row, strict=False))), row[len(names) :]) for row in rows])
        if len(rows) < queries.BATCH:
            return
        after = rows[-1][: len(names)]
