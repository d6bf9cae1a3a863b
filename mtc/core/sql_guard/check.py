"""Checking a statement against the running scope before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from mtc.core.db import Base, Scope, ScopeError, SharedModel, current_scope, mappers, tables_version
from mtc.core.sql_guard.parse import parse, without_explain
from mtc.core.sql_guard.tenant_binding import Plan, solve
from mtc.core.sql_guard.tokens import Group, Node, UnreadableError, names_in, read

_WRITES = ("insert", "update", "delete", "merge", "replace", "truncate", "create", "alter", "drop", "copy")
# Statements about tables and not about their rows; outside a tenant's scope they are migrations.
_ABOUT_TABLES = (
    "create",
    "alter",
    "drop",
    "comment",
    "grant",
    "revoke",
    "analyze",
    "vacuum",
    "reindex",
    "pragma",
)


@lru_cache(maxsize=4)
def _tenant_tables(_version: tuple[int, int]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of all tables of tenants, and of those whose rows without a tenant everyone reads."""
    tables = {name for name, table in Base.metadata.tables.items() if "tenant_id" in table.c}
    shared = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in mappers()
        if issubclass(mapper.class_, SharedModel)
    }
    return frozenset(tables), frozenset(shared)


@lru_cache(maxsize=4096)
def _plan(sql: str, version: tuple[int, int]) -> Plan:
    """Return the plan of the statement, cached for the tables of now: models may be declared later."""
    tables, shared = _tenant_tables(version)
    try:
        nodes = read(sql)
    except UnreadableError as error:
        # Which tables an unreadable text names cannot be known: it counts as naming all of them.
        return Plan(tables, True, str(error))
    writes = _is_write(without_explain(nodes))
    mentioned = frozenset(names_in(nodes) & tables)
    if not mentioned:
        return Plan(frozenset(), writes)
    if nodes[0].says(*_ABOUT_TABLES) and "select" not in names_in(nodes):
        return Plan(mentioned, writes, "tables are not changed in a tenant's scope")
    try:
        statement = parse(nodes, tables)
    except (UnreadableError, IndexError) as error:
        return Plan(mentioned, writes, str(error))
    return solve(statement, shared, writes=writes)


def _is_write(nodes: list[Node]) -> bool:
    """Return whether the statement, or a statement inside it, changes anything."""
    if not nodes:
        return False
    if nodes[0].says(*_WRITES):
        return True
    inside = any(isinstance(node, Group) and _is_write(node.nodes) for node in nodes)
    if nodes[0].says("with"):
        return inside or any(
            node.says("insert", "update", "delete", "merge") and nodes[index - 1].kind == "group"
            for index, node in enumerate(nodes)
        )
    return inside


def _is_tenant(value: Any, scope: Scope) -> bool:
    if isinstance(value, UUID):
        return value == scope.tenant_id
    try:
        return UUID(str(value)) == scope.tenant_id
    except ValueError:
        return False


def _check(statement: str, plan: Plan, parameters: Any, scope: Scope) -> None:
    for reference in plan.parameters:
        try:
            value = parameters[reference]
        except (KeyError, IndexError, TypeError):
            value = None
        if not _is_tenant(value, scope):
            raise ScopeError(f"a statement names another tenant than the scope's: {statement[:200]}")


def check_statement(statement: str, parameters: Any, many: bool) -> None:
    """Refuse (ScopeError) a statement that touches a tenant table without naming the running tenant."""
    scope = current_scope()
    plan = _plan(statement, tables_version())
    if scope is not None and scope.readonly and plan.writes:
        raise ScopeError(f"a read-only scope was asked to write: {statement[:200]}")
    if not plan.tables or (scope is not None and scope.platform):
        return
    if scope is None:
        if statement.lstrip().partition(" ")[0].lower() in _ABOUT_TABLES:
            return
        raise ScopeError(f"no tenant is set: {statement[:200]}")
    if plan.problem:
        raise ScopeError(f"{plan.problem}: {statement[:300]}")
    # An INSERT of many rows in one statement counts as many for SQLAlchemy, and has one set of parameters.
    rows: Sequence[Any] = parameters if many and isinstance(parameters, list) else [parameters]
    for row in rows:
        _check(statement, plan, row, scope)
