"""Every form of statement on every table of tenants: which of them reach a row of the other tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.exc import SAWarning, SQLAlchemyError

from mtc.core.db import Base, ScopeError, mappers, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.testing.row_factory import mapped_classes, table_of
from mtc.testing.statements import CORE, READS, WRITES, Try
from mtc.testing.two_tenants import Two


def attempts(two: Two, models: Iterable[type[Any]] | None = None) -> Iterator[Try]:
    """One for each of the mapped classes; by default for all with tenants and the tables without one."""
    for model in mapped_classes() if models is None else models:
        yield Try(model, table_of(model), two)
    if models is None:
        classes = {mapper.local_table for mapper in mappers()}
        for table in Base.metadata.sorted_tables:
            if "tenant_id" in table.c and table not in classes:
                yield Try(None, table, two)


def leaks(attempt: Try, names: Iterable[str] = (*READS, *WRITES)) -> set[str]:
    """The names of the forms that reached a foreign row of this table."""
    foreign = set()
    before = attempt.two.snapshot(attempt.table)
    for name in names:
        if attempt.model is None and name not in CORE:
            continue
        try:
            with tenant_scope(attempt.two.mine), unit_of_work():
                seen = {**READS, **WRITES}[name](attempt)
                reached = name in READS and attempt.two.is_foreign(seen)
            if reached or (name in WRITES and attempt.two.snapshot(attempt.table) != before):
                foreign.add(name)
        except (ScopeError, SQLAlchemyError, SAWarning):
            continue
    return foreign


def all_leaks(two: Two, models: Iterable[type[Any]] | None = None) -> dict[str, set[str]]:
    """The forms that reached foreign rows, by table; {} is what it should be."""
    return {attempt.table.name: foreign for attempt in attempts(two, models) if (foreign := leaks(attempt))}
