"""Watching a session: rows that it flushes and statements that change many rows at once.

The watch is bound to one scope, so that what other sessions do meanwhile is not taken for the person's.
What a savepoint undoes is forgotten, and before each commit the watch is told, so that what it has to say
stands in the same transaction as what it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.sql.visitors import iterate

from mtc.core.change_tracking.serialize import Change, collapsed, described, literal
from mtc.core.db import Scope, finish_work, require_scope

LISTED = 20
EACH_ROW = "mtc_each_row"
"""The option of a statement whose inserted rows are listed one by one, however many."""

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class _Bulk:
    """A statement that changed rows of a table: as they were, and as they are."""

    table: Table
    op: str
    before: Rows
    after: Rows
    rows: int


@dataclass(slots=True, eq=False)
class ChangeRecorder:
    """Recorder of the changes in one scope's session; `before_commit` is called before each commit."""

    before_commit: Callable[[ChangeRecorder], None]
    silent: frozenset[str] = frozenset()
    scope: Scope = field(default_factory=require_scope)
    succeeded: bool = False
    written: bool = False
    _seen: list[Change | _Bulk] = field(default_factory=list)
    _marks: dict[int, int] = field(default_factory=dict)

    @property
    def changes(self) -> list[Change]:
        """Return the changes in order; rows written anew count only where they differ."""
        changes: list[Change] = []
        rewritten: dict[str, tuple[Table, Rows, Rows]] = {}
        for row in self._seen:
            if isinstance(row, Change):
                changes.append(row)
            elif row.rows > LISTED or (row.op == "changed" and not row.before):
                values = row.after[0] if row.op == "changed" and row.after else {}
                made = described(row.table, row.op, {}, values)
                made.rows = row.rows
                changes.append(made)
            elif row.op == "changed":
                pairs = zip(row.before, row.after, strict=False)
                changes += [described(row.table, "changed", old, new) for old, new in pairs]
            else:
                place = rewritten.setdefault(row.table.name, (row.table, [], []))
                place[1].extend(row.before)
                place[2].extend(row.after)
        for table, gone, fresh in rewritten.values():
            changes += collapsed(table, gone, fresh)
        return [change for change in changes if change.fields or change.op != "changed" or change.rows > 1]


_watch: ContextVar[ChangeRecorder | None] = ContextVar("mtc_watch", default=None)


@contextmanager
def watching(watch: ChangeRecorder) -> Iterator[ChangeRecorder]:
    """Watch the running scope's session for the length of the block."""
    mark = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(mark)


def _of(work: Session) -> ChangeRecorder | None:
    watch = _watch.get()
    return watch if watch is not None and work.info.get("scope") is watch.scope else None


def _flushed(work: Session, _context: Any) -> None:
    watch = _of(work)
    if watch is None:
        return
    for op, things in (("new", work.new), ("changed", work.dirty), ("deleted", work.deleted)):
        for instance in things:
            table = inspect(type(instance)).local_table
            if op != "changed" or work.is_modified(instance):
                before, after = _values(instance, op)
                watch._seen.append(described(table, op, before, after))


def _values(instance: Any, op: str) -> tuple[dict[str, Any], dict[str, Any]]:
    state = inspect(instance)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        name = attribute.columns[0].name
        if attribute.key not in state.dict:
            continue
        value = state.dict[attribute.key]
        if op == "deleted":
            before[name] = value
            continue
        after[name] = value
        if op == "changed":
            history = state.attrs[attribute.key].history
            before[name] = history.deleted[0] if history.deleted else None if history.added else value
    return before, after


def _executed(state: ORMExecuteState) -> Any:
    if not (state.is_update or state.is_delete or state.is_insert):
        return None
    watch = _of(state.session)
    target = getattr(state.statement, "table", None)
    if watch is None or not isinstance(target, Table) or target.name in watch.silent:
        return None
    table = target.metadata.tables[target.name]  # the ORM marks the one in the statement as its own
    op = "new" if state.is_insert else "changed" if state.is_update else "deleted"
    reads_first = not state.is_insert and _may_ask(state)
    before = _rows(state, table) if reads_first else []
    result = state.invoke_statement()
    count = getattr(result, "rowcount", -1)
    if (reads_first and not before) or (count == 0 and not state.statement._returning):  # type: ignore[attr-defined]
        return result
    if state.is_insert and state.execution_options.get(EACH_ROW):
        rows_given: Any = state.parameters or []
        watch._seen += [described(table, "new", {}, row) for row in rows_given]
        return result
    after = _inserted(state) if state.is_insert else _updated(state, table, before) if state.is_update else []
    rows = count if count > 0 else max(len(before), len(after), 1)
    watch._seen.append(_Bulk(table, op, before, after, rows))
    return result


def _may_ask(state: ORMExecuteState) -> bool:
    """Return whether the rows can be read first: a statement that takes what is free would take twice."""
    clause = getattr(state.statement, "whereclause", None)
    if clause is None or state.parameters:
        return False
    return not any(isinstance(part, SelectBase) for part in iterate(clause))


def _rows(state: ORMExecuteState, table: Table) -> Rows:
    """The rows that the statement is about to change."""
    query = select(table).where(state.statement.whereclause).limit(LISTED + 1)  # type: ignore[attr-defined]
    return _read(state.session, _own(query, table, state.session))


def _own(query: Any, table: Table, work: Session) -> Any:
    tenant_id = work.info["scope"].tenant_id
    return query.where(table.c.tenant_id == tenant_id) if tenant_id and "tenant_id" in table.c else query


def _read(work: Session, query: Any) -> Rows:
    with work.no_autoflush:
        return [dict(row) for row in work.execute(query).mappings()]


def _updated(state: ORMExecuteState, table: Table, before: Rows) -> Rows:
    values = {_name(key): value for key, value in (state.statement._values or {}).items()}  # type: ignore[attr-defined]
    literals = {name: literal(value) for name, value in values.items()}
    if not before:
        return [{name: value for name, (is_known, value) in literals.items() if is_known}]
    if all(is_known for is_known, _ in literals.values()):
        return [{**row, **{name: value for name, (_, value) in literals.items()}} for row in before]
    keys = [row["id"] for row in before]
    query = _own(select(table).where(table.c.id.in_(keys)), table, state.session)
    now = {row["id"]: row for row in _read(state.session, query)}
    return [now.get(key, {}) for key in keys]


def _inserted(state: ORMExecuteState) -> Rows:
    parameters = state.parameters
    if parameters:
        rows: list[Mapping[str, Any]] = [parameters] if isinstance(parameters, Mapping) else list(parameters)
        return [dict(row) for row in rows[: LISTED + 1]]
    values = getattr(state.statement, "_values", None) or {}
    return [{_name(key): literal(value)[1] for key, value in values.items() if literal(value)[0]}]


def _name(key: Any) -> str:
    return str(getattr(key, "name", key))


def _begun(work: Session, transaction: SessionTransaction) -> None:
    watch = _of(work)
    if watch is not None and transaction.nested:
        watch._marks[id(transaction)] = len(watch._seen)


def _undone(work: Session, transaction: SessionTransaction) -> None:
    watch = _of(work)
    if watch is None:
        return
    if transaction.nested:
        del watch._seen[watch._marks.pop(id(transaction), len(watch._seen)) :]
    elif transaction.parent is None:
        watch._seen.clear()


def _committing(work: Session) -> None:
    watch = _of(work)
    if watch is None or work.in_nested_transaction():
        return
    work.flush()
    if watch.changes or (watch.succeeded and not watch.written):
        watch.before_commit(watch)
        watch.written = True
        finish_work()
        work.flush()
    watch._seen.clear()


def watch_changes(session_class: type[Session]) -> None:
    """Let a running watch see what sessions of the class do."""
    for name, listener in (
        ("after_flush", _flushed),
        ("do_orm_execute", _executed),
        ("after_transaction_create", _begun),
        ("after_soft_rollback", _undone),
        ("before_commit", _committing),
    ):
        if not event.contains(session_class, name, listener):
            event.listen(session_class, name, listener)
