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


def leaks(one: Try, names: Iterable[str] = (*READS, *WRITES)) -> set[str]:
    """The names of the forms that reached a foreign row of this table."""
    found = set()
    before = one.two.snapshot(one.table)
    for name in names:
        if one.model is None and name not in CORE:
            continue
        try:
            with tenant_scope(one.two.mine), unit_of_work():
                seen = {**READS, **WRITES}[name](one)
                reached = name in READS and one.two.is_foreign(seen)
            if reached or (name in WRITES and one.two.snapshot(one.table) != before):
                found.add(name)
        except (ScopeError, SQLAlchemyError, SAWarning):
            continue
    return found


def all_leaks(two: Two, models: Iterable[type[Any]] | None = None) -> dict[str, set[str]]:
    """The forms that reached foreign rows, by table; {} is what it should be."""
    return {one.table.name: found for one in attempts(two, models) if (found := leaks(one))}
