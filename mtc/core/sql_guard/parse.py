"""Reading statements: queries, what they insert, update and delete, and every sub-query anywhere in them."""

from __future__ import annotations

from mtc.core.sql_guard.conditions import facts
from mtc.core.sql_guard.inserts import no_move, read_insert
from mtc.core.sql_guard.sources import FromReader, add_target, is_query
from mtc.core.sql_guard.statement import Block, Statement
from mtc.core.sql_guard.tokens import Group, Node, UnreadableError, split

_SETS = ("union", "intersect", "except")
_SELECT = ("from", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for")


def parse(nodes: list[Node], tables: frozenset[str]) -> Statement:
    """The parts of one statement. Raises UnreadableError for what is no SELECT, INSERT, UPDATE or DELETE."""
    out = Statement(tables)
    while nodes and nodes[-1].marks(";"):
        nodes = nodes[:-1]
    if any(node.marks(";") for node in nodes):
        raise UnreadableError("several statements in one")
    read_query(without_explain(nodes), out, None)
    return out


def without_explain(nodes: list[Node]) -> list[Node]:
    """The statement that EXPLAIN is about."""
    if not nodes or not nodes[0].says("explain"):
        return nodes
    index = 1
    while index < len(nodes) and (
        isinstance(nodes[index], Group) or nodes[index].says("analyze", "verbose", "query", "plan")
    ):
        index += 1
    return nodes[index:]


def read_query(nodes: list[Node], out: Statement, parent: Block | None) -> list[Block]:
    """Read a statement or sub-query; returns the SELECTs whose rows it gives."""
    if nodes and nodes[0].says("with"):
        nodes = _with(nodes, out, parent)
    head = nodes[0] if nodes else None
    if head is None:
        raise UnreadableError("a statement is missing")
    if head.says("insert"):
        read_insert(nodes, out, parent, (read_query, read_subqueries))
        return []
    if head.says("update", "delete"):
        _change(nodes, out, parent)
        return []
    cores: list[Block] = []
    for part in _between(nodes, _SETS):
        part = part[1:] if part and part[0].says("all", "distinct") else part
        first = part[0] if part else None
        if isinstance(first, Group):
            cores += read_query(first.nodes, out, parent)
            read_subqueries(part[1:], out, Block(parent))
        elif first is not None and first.says("select"):
            cores.append(_select(part, out, parent))
        elif first is not None and first.says("values"):
            read_subqueries(part, out, Block(parent))
        else:
            raise UnreadableError("this kind of statement is not understood")
    return cores


def read_subqueries(nodes: list[Node], out: Statement, block: Block) -> None:
    """Find the queries inside an expression."""
    for index, node in enumerate(nodes):
        if isinstance(node, Group):
            if is_query(node.nodes):
                read_query(node.nodes, out, block)
            else:
                read_subqueries(node.nodes, out, block)
        elif node.says("in") and _names_table(nodes[index + 1 : index + 4], out.tables):
            # SQLite reads `x IN orders` as a query of the whole table.
            raise UnreadableError("a table stands after IN")


def _names_table(nodes: list[Node], tables: frozenset[str]) -> bool:
    """Return whether a name, perhaps after the name of its schema, begins here and is a tenant table's."""
    names = [node.text if node.is_name or node.kind == "string" else "" for node in nodes]
    return bool(names) and (
        names[0] in tables or ("".join(n.text for n in nodes[1:2]) == "." and names[-1] in tables)
    )


def _with(nodes: list[Node], out: Statement, parent: Block | None) -> list[Node]:
    index = 2 if len(nodes) > 1 and nodes[1].says("recursive") else 1
    while True:
        name = nodes[index].text if index < len(nodes) and nodes[index].is_name else ""
        if not name or name in out.tables:
            raise UnreadableError("WITH gives a name that is a table's")
        index += 1
        listed = index < len(nodes) and isinstance(nodes[index], Group)
        index += 1 if listed else 0
        while index < len(nodes) and nodes[index].says("as", "not", "materialized"):
            index += 1
        body = nodes[index] if index < len(nodes) else None
        if not isinstance(body, Group):
            raise UnreadableError("WITH is not understood")
        out.ctes[name] = None  # a name that refers to itself says nothing about its tenant
        cores = read_query(body.nodes, out, parent)
        out.ctes[name] = None if listed else cores
        index += 1
        if index < len(nodes) and nodes[index].marks(","):
            index += 1
            continue
        return nodes[index:]


def _between(nodes: list[Node], words: tuple[str, ...]) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.says(*words):
            parts.append([])
        else:
            parts[-1].append(node)
    return parts


def clauses(nodes: list[Node], words: tuple[str, ...]) -> dict[str, list[Node]]:
    """The statement cut at its clauses; what stands before the first one is under ""."""
    parts: dict[str, list[Node]] = {"": []}
    name = ""
    for index, node in enumerate(nodes):
        before = nodes[index - 1] if index else None
        if node.says(*words) and not _is_part_of_expression(nodes, index, before):
            name = node.text
            if name in parts and name != "for":
                raise UnreadableError(f"{name} stands there twice")
            parts.setdefault(name, [])
        else:
            parts[name].append(node)
    return parts


def _is_part_of_expression(nodes: list[Node], index: int, before: Node | None) -> bool:
    node = nodes[index]
    if before is None:
        return False
    if before.marks(".") or before.says("as"):
        return True
    if node.says("from"):
        return before.says("distinct") and index > 1 and nodes[index - 2].says("is", "not")
    return node.says("group") and before.says("within")


def _select(nodes: list[Node], out: Statement, parent: Block | None) -> Block:
    block = out.block(parent)
    parts = clauses(nodes[1:], _SELECT)
    block.items = split(parts.pop(""))
    _body(parts, out, block)
    for item in block.items:
        read_subqueries(item, out, block)
    return block


def _body(parts: dict[str, list[Node]], out: Statement, block: Block) -> None:
    reader = FromReader(out, block, (read_query, read_subqueries))
    for name, nodes in parts.items():
        if name in ("from", "using"):
            reader.read(nodes)
            continue
        if name == "where":
            block.conditions.append((facts(nodes), None))
        read_subqueries(nodes, out, block)


def _change(nodes: list[Node], out: Statement, parent: Block | None) -> None:
    block = out.block(parent)
    deletes = nodes[0].says("delete")
    words = ("from", "using", "where", "returning") if deletes else ("set", "from", "where", "returning")
    rest = nodes[3:] if len(nodes) > 2 and nodes[1].says("or") else nodes[1:]
    parts = clauses(rest, words)
    target = parts.pop("from", []) if deletes else parts.pop("")
    parts.pop("", None)
    add_target(out, block, target)
    no_move(parts.get("set", []), block.sources[0].table, out)
    _body(parts, out, block)
