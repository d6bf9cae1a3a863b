"""The statement guard: below the ORM, every tenant table in every statement names the scope's tenant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from mtc.core.db import Base, Scope, ScopeError, current_scope

_QUOTED = re.compile(r"'(?:[^']|'')*'")
_PARAM = r"(?P<{0}>\?|%\((?:\w+)\)s|%s|:\w+|\$\d+)(?:::\w+)?"
_TABLE = re.compile(
    r"(?:\b(?P<verb>from|join|into|update|using)\s+(?:only\s+)?|,\s*)\"?(?P<table>[a-z_][a-z0-9_]*)\"?"
    r"(?:\s+(?:as\s+)?\"?(?P<alias>[a-z_][a-z0-9_]*)\"?)?",
    re.IGNORECASE,
)
_INSERT = re.compile(
    r"^\s*insert\s+(?:or\s+\w+\s+)?into\s+\"?(?P<table>\w+)\"?\s*\((?P<columns>[^)]*)\)\s*", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\?|%\((\w+)\)s|%s")
_WRITE = re.compile(r"^\s*(?:with\b.*?\)\s*)?(insert|update|delete)\b", re.IGNORECASE | re.DOTALL)
_SKIP = re.compile(
    r"^\s*(begin|commit|rollback|savepoint|release|pragma|create|alter|drop|set|show|explain|analyze|vacuum|comment|grant|revoke|truncate)\b",
    re.IGNORECASE,
)
_NOT_ALIASES = {
    "where",
    "set",
    "on",
    "join",
    "left",
    "inner",
    "order",
    "group",
    "limit",
    "values",
    "returning",
    "natural",
    "cross",
    "union",
    "except",
    "intersect",
    "for",
    "having",
    "offset",
    "select",
    "as",
    "default",
    "full",
    "right",
    "using",
    "window",
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one statement text needs: positions or names of parameters that must be the tenant."""

    tables: frozenset[str]
    writes: bool
    problem: str | None
    parameters: tuple[int | str, ...]


@lru_cache(maxsize=1)
def _tenant_tables() -> dict[str, bool]:
    return {
        name: bool(table.c.tenant_id.nullable)
        for name, table in Base.metadata.tables.items()
        if "tenant_id" in table.c
    }


def forget_tables() -> None:
    """Look the tenant tables up anew, after more models were declared."""
    _tenant_tables.cache_clear()
    _plan.cache_clear()


def _reference(sql: str, match: re.Match[str], group: str) -> int | str:
    named = re.match(r"%\((\w+)\)s", match.group(group))
    if named:
        return named.group(1)
    return sum(1 for _ in _PLACEHOLDER.finditer(sql, 0, match.start(group)))


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _insert_references(sql: str, insert: re.Match[str]) -> list[int | str] | None:
    """References to the tenant value of each row that is inserted; None when one is no parameter."""
    columns = [column.strip().strip('"').lower() for column in insert.group("columns").split(",")]
    if "tenant_id" not in columns:
        return None
    place = columns.index("tenant_id")
    rest = sql[insert.end() :]
    if not re.match(r"values\b", rest, re.IGNORECASE):
        return (
            []
            if re.match(r"(select|with)\b", rest, re.IGNORECASE) and _select_names_tenant(rest, place)
            else None
        )
    references: list[int | str] = []
    position = insert.end() + rest.index("(")
    while position < len(sql) and sql[position] == "(":
        end, depth = position, 0
        while True:
            depth += (sql[end] == "(") - (sql[end] == ")")
            if depth == 0:
                break
            end += 1
        items = _split(sql[position + 1 : end])
        offset = position + 1 + sum(len(item) + 1 for item in items[:place])
        found = re.compile(r"\s*" + _PARAM.format("p") + r"\s*").fullmatch(
            sql, offset, offset + len(items[place])
        )
        if found is None:
            return None
        references.append(_reference(sql, found, "p"))
        position = end + 1
        while position < len(sql) and sql[position] in " ,\n":
            position += 1
    return references


def _select_names_tenant(rest: str, place: int) -> bool:
    listed = re.match(r"select\s+(?:distinct\s+)?(?P<items>.*?)\s+from\b", rest, re.IGNORECASE | re.DOTALL)
    if listed is None:
        return False
    items = _split(listed.group("items"))
    return place < len(items) and bool(re.search(r"\btenant_id\b", items[place]))


@lru_cache(maxsize=4096)
def _plan(statement: str) -> _Plan:
    sql = _QUOTED.sub(lambda m: "'" + " " * (len(m.group()) - 2) + "'", statement)
    tables = _tenant_tables()
    writes = _WRITE.match(sql) is not None
    if _SKIP.match(sql):
        return _Plan(frozenset(), False, None, ())
    found: dict[str, str] = {}
    for match in _TABLE.finditer(sql):
        name = match.group("table").lower()
        if name in tables:
            alias = (match.group("alias") or name).lower()
            found[name if alias in _NOT_ALIASES else alias] = name
    # A table that stands in the text in any other way is not understood, and so not allowed.
    for name in tables:
        if name not in found.values() and re.search(
            rf"(?:from|join|into|update)[\s(\"]+{name}\b", sql, re.IGNORECASE
        ):
            found[name] = name
    references: list[int | str] = []
    bound: set[str] = set()
    insert = _INSERT.match(sql)
    if insert and insert.group("table").lower() in tables:
        values = _insert_references(sql, insert)
        if values is None:
            return _Plan(
                frozenset(found.values()),
                writes,
                f"{insert.group('table')} is written without its tenant",
                (),
            )
        references += values
        bound.add(insert.group("table").lower())
    for alias in found:
        one = re.compile(
            rf"(?<![\w.])\"?{alias}\"?\.\"?tenant_id\"?\s*=\s*" + _PARAM.format("p"), re.IGNORECASE
        )
        own = re.compile(r"(?<![\w.\"])\"?tenant_id\"?\s*=\s*" + _PARAM.format("p"), re.IGNORECASE)
        for match in [*one.finditer(sql), *(own.finditer(sql) if len(found) == 1 else ())]:
            references.append(_reference(sql, match, "p"))
            bound.add(alias)
        if re.match(rf"\s*update\s+\"?{alias}\"?", sql, re.IGNORECASE) and re.search(
            r"\bset\b(?:(?!\bwhere\b).)*\btenant_id\"?\s*=", sql, re.IGNORECASE | re.DOTALL
        ):
            return _Plan(frozenset(found.values()), writes, f"{found[alias]} is moved to a tenant", ())
    loose = set(found) - bound
    while loose:
        linked = {alias for alias in loose if _linked(sql, alias, bound)}
        if not linked:
            break
        bound |= linked
        loose -= linked
    problem = f"{', '.join(sorted({found[a] for a in loose}))} is read without its tenant" if loose else None
    return _Plan(frozenset(found.values()), writes, problem, tuple(references))


def _linked(sql: str, alias: str, bound: Iterable[str]) -> bool:
    mine = rf"\"?{alias}\"?\.\"?tenant_id\"?"
    return any(
        re.search(rf"{mine}\s*=\s*\"?{other}\"?\.\"?tenant_id\"?", sql, re.IGNORECASE)
        or re.search(rf"(?<!\w)\"?{other}\"?\.\"?tenant_id\"?\s*=\s*{mine}", sql, re.IGNORECASE)
        for other in bound
    )


def _is_tenant(value: Any, scope: Scope) -> bool:
    if isinstance(value, UUID):
        return value == scope.tenant_id
    try:
        return UUID(str(value)) == scope.tenant_id
    except ValueError:
        return False


def _check(statement: str, plan: _Plan, parameters: Any, scope: Scope) -> None:
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
    plan = _plan(statement)
    if scope is not None and scope.readonly and plan.writes:
        raise ScopeError(f"a read-only scope was asked to write: {statement[:200]}")
    if not plan.tables or (scope is not None and scope.platform):
        return
    if scope is None:
        raise ScopeError(f"no tenant is set: {statement[:200]}")
    if plan.problem:
        raise ScopeError(f"{plan.problem}: {statement[:300]}")
    rows: Sequence[Any] = parameters if many else [parameters]
    for row in rows:
        _check(statement, plan, row, scope)
