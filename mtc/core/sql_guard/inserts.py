"""Reading INSERT: every new row of a tenant table names the tenant, and a conflict touches no other's row."""

from __future__ import annotations

from mtc.core.sql_guard.conditions import COLUMN, facts, parameter_in
from mtc.core.sql_guard.sources import is_query
from mtc.core.sql_guard.statement import Block, Readers, Selected, Source, Statement
from mtc.core.sql_guard.tokens import Group, Node, UnreadableError, split


def read_insert(nodes: list[Node], out: Statement, parent: Block | None, readers: Readers) -> None:
    """Read one INSERT. Raises UnreadableError."""
    start = next((index for index, node in enumerate(nodes) if node.says("into")), -1)
    if not 0 < start < len(nodes) - 1:
        raise UnreadableError("INSERT is not understood")
    index, target = _target(nodes, start + 1)
    columns: list[str] = []
    listed = nodes[index] if index < len(nodes) else None
    if isinstance(listed, Group) and not is_query(listed.nodes):
        columns = [part[0].text for part in split(listed.nodes) if part]
        index += 1
    if target.table in out.tables and any(node.says("replace") for node in nodes[:start]):
        out.problems.append(f"{target.table} is replaced, whoever's row stands in the way")
    body, rest = _tail(nodes[index:])
    _read_rows(body, columns, target, out, parent, readers)
    _read_conflict(rest, target, out, parent, readers)


def _target(nodes: list[Node], index: int) -> tuple[int, Source]:
    while index + 2 < len(nodes) and nodes[index + 1].marks("."):
        index += 2
    target = Source(nodes[index].text, table=nodes[index].text, written=True)
    index += 1
    if index + 1 < len(nodes) and nodes[index].says("as"):
        target.alias = nodes[index + 1].text
        index += 2
    return index, target


def _tail(nodes: list[Node]) -> tuple[list[Node], list[Node]]:
    """Return what is inserted, and what follows from ON CONFLICT or RETURNING on."""
    for index, node in enumerate(nodes):
        after = nodes[index + 1] if index + 1 < len(nodes) else None
        if node.says("returning") or (node.says("on") and after is not None and after.says("conflict")):
            return nodes[:index], nodes[index:]
    return nodes, []


def _read_rows(
    body: list[Node],
    columns: list[str],
    target: Source,
    out: Statement,
    parent: Block | None,
    readers: Readers,
) -> None:
    read_query, read_subqueries = readers
    guarded = target.table in out.tables
    place = columns.index(COLUMN) if COLUMN in columns else -1
    if guarded:
        out.written.add(target.table)
        if place < 0:
            out.problems.append(f"{target.table} is written without its tenant")
    if body and body[0].says("values"):
        read_subqueries(body[1:], out, Block(parent))
        for row in body[1:]:
            if guarded and isinstance(row, Group) and place >= 0:
                _one_row(split(row.nodes), place, target.table, out)
    elif body and not body[0].says("default"):
        while body[0].says("overriding", "system", "user", "value"):
            body = body[1:]
        cores = read_query(body, out, parent)
        if guarded:
            out.selected.append(Selected(target.table, cores, place))
            if not cores:
                out.problems.append(f"{target.table} is filled from something that is not understood")


def _one_row(values: list[list[Node]], place: int, table: str, out: Statement) -> None:
    reference = parameter_in(values[place]) if place < len(values) else None
    if reference is None:
        out.problems.append(f"{table} is written without its tenant")
    else:
        out.references.append(reference)


def _read_conflict(
    nodes: list[Node], target: Source, out: Statement, parent: Block | None, readers: Readers
) -> None:
    """ON CONFLICT DO UPDATE: it must be a conflict within the tenant, or change only the tenant's row."""
    read_subqueries = readers[1]
    block = Block(parent)
    update = next((i for i, node in enumerate(nodes) if node.says("update") and nodes[i - 1].says("do")), -1)
    if update > 0 and target.table in out.tables:
        named = next((node.nodes for node in nodes[:update] if isinstance(node, Group)), [])
        rest = nodes[update + 1 :]
        where = next((i for i, node in enumerate(rest) if node.says("where")), len(rest))
        no_move(rest[1:where], target.table, out)
        if not any(node.is_name and node.text == COLUMN for node in named):
            block = out.block(parent)
            block.sources = [target, Source("excluded", cores=None)]
            end = next((i for i, node in enumerate(rest) if node.says("returning")), len(rest))
            block.conditions.append((facts(rest[where + 1 : end]), None))
    read_subqueries(nodes, out, block)


def no_move(assignments: list[Node], table: str, out: Statement) -> None:
    """Note a problem when SET gives a row to a tenant."""
    for part in split(assignments):
        sign = next((index for index, node in enumerate(part) if node.marks("=")), len(part))
        target = part[0] if part else None
        names = target.nodes if isinstance(target, Group) else part[:sign]
        if table in out.tables and any(node.is_name and node.text == COLUMN for node in names):
            out.problems.append(f"{table} is moved to a tenant")
