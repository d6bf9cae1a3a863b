"""Reading FROM: its tables, sub-queries and joins, and which join condition keeps out whose rows."""

from __future__ import annotations

from mtc.core.sql_guard.conditions import COLUMN, Fact, Same, facts
from mtc.core.sql_guard.statement import Block, Readers, Source, Statement
from mtc.core.sql_guard.tokens import Group, Node, UnreadableError, split

_JOINS = ("natural", "inner", "cross", "left", "right", "full", "join")
_KINDS = {
    "natural": "natural",
    "inner": "inner",
    "cross": "inner",
    "left": "left",
    "right": "right",
    "full": "full",
}
_NO_ALIASES = frozenset(
    (
        "as",
        "cross",
        "except",
        "fetch",
        "for",
        "from",
        "full",
        "group",
        "having",
        "inner",
        "intersect",
        "join",
        "lateral",
        "left",
        "limit",
        "natural",
        "not",
        "offset",
        "on",
        "only",
        "order",
        "outer",
        "returning",
        "right",
        "set",
        "tablesample",
        "union",
        "using",
        "values",
        "where",
        "window",
        "with",
    )
)


def is_query(nodes: list[Node]) -> bool:
    """Return whether what stands in brackets is a query and no list or expression."""
    first = nodes[0] if nodes else None
    if first is not None and first.says("with", "values", "insert", "update", "delete", "merge", "table"):
        return True
    return any(node.says("select", "table") for node in nodes)


class FromReader:
    """Reads one FROM (or USING) clause into a block."""

    def __init__(self, out: Statement, block: Block, readers: Readers) -> None:
        self._out, self._block = out, block
        self._query, self._subqueries = readers

    def read(self, nodes: list[Node]) -> list[str]:
        """Add the sources and conditions; returns the aliases. Raises UnreadableError."""
        before: list[str] = []
        latest: list[str] = []
        join, judged, index = "inner", True, 0
        while index < len(nodes):
            node = nodes[index]
            if node.marks(",") or node.says("join", "outer", "lateral", "only", *_KINDS):
                join = "inner" if node.marks(",") else _KINDS.get(node.text, join)
                index += 1
            elif node.says("on", "using"):
                if judged:
                    raise UnreadableError("a second condition of one join is not understood")
                judged = True
                index = self._condition(nodes, index, join, before, latest)
                join = "inner"
            else:
                before += latest
                index, latest = self._source(nodes, index)
                judged = False
                if join == "natural":
                    raise UnreadableError("a natural join hides what it joins on")
        return before + latest

    def _condition(
        self, nodes: list[Node], index: int, join: str, before: list[str], latest: list[str]
    ) -> int:
        end = index + 1
        while end < len(nodes) and not _ends_condition(nodes, end):
            end += 1
        inside = nodes[index + 1 : end]
        preserved = {"left": frozenset(latest), "right": frozenset(before), "full": frozenset[str]()}.get(
            join
        )
        implied: list[Fact]
        if nodes[index].says("using"):
            listed = inside[0].nodes if inside and isinstance(inside[0], Group) else []
            same = before and latest and any(n.is_name and n.text == COLUMN for n in listed)
            implied = [Same(latest[0], before[-1])] if same else []
        else:
            implied = facts(inside)
            self._subqueries(inside, self._out, self._block)
        self._block.conditions.append((implied, preserved))
        return end

    def _source(self, nodes: list[Node], index: int) -> tuple[int, list[str]]:
        node = nodes[index]
        if isinstance(node, Group):
            if not is_query(node.nodes):
                return self._nested(nodes, index, node)
            source = Source("", cores=self._query(node.nodes, self._out, self._block))
            if node.nodes[0].says("values"):
                source.rows = [split(g.nodes) for g in node.nodes[1:] if isinstance(g, Group)]
            index += 1
        elif node.is_name:
            source, index = self._named(nodes, index)
        else:
            raise UnreadableError(f"{node.text!r} is not understood in FROM")
        index = _alias(nodes, index, source)
        if any(other.alias == source.alias for other in self._block.sources if source.alias):
            raise UnreadableError(f"{source.alias!r} stands for two things")
        self._block.sources.append(source)
        return index, [source.alias]

    def _nested(self, nodes: list[Node], index: int, group: Group) -> tuple[int, list[str]]:
        aliases = self.read(group.nodes)
        if index + 1 < len(nodes) and nodes[index + 1].says("as"):
            raise UnreadableError("the alias of a join in brackets hides its tables")
        return index + 1, aliases

    def _named(self, nodes: list[Node], index: int) -> tuple[Source, int]:
        name = nodes[index].text
        while index + 2 < len(nodes) and nodes[index + 1].marks(".") and nodes[index + 2].is_name:
            index += 2
            name = nodes[index].text
        index += 1
        if index < len(nodes) and isinstance(called := nodes[index], Group):
            self._subqueries(called.nodes, self._out, self._block)
            return Source(name), index + 1
        if name in self._out.ctes:
            return Source(name, cores=self._out.ctes[name]), index
        return Source(name, table=name), index


def _alias(nodes: list[Node], index: int, source: Source) -> int:
    if index < len(nodes) and nodes[index].says("as"):
        if index + 1 >= len(nodes) or not nodes[index + 1].is_name:
            raise UnreadableError("an alias is missing")
        source.alias = nodes[index + 1].text
        index += 2
    elif index < len(nodes) and nodes[index].is_name and not nodes[index].says(*_NO_ALIASES):
        source.alias = nodes[index].text
        index += 1
    if index < len(nodes) and isinstance(listed := nodes[index], Group):
        source.columns = [part[0].text for part in split(listed.nodes) if part]
        index += 1
    return index


def _ends_condition(nodes: list[Node], index: int) -> bool:
    node = nodes[index]
    if node.marks(","):
        return True
    if node.says("on", "using"):
        return True
    called = index + 1 < len(nodes) and isinstance(nodes[index + 1], Group)
    return node.says(*_JOINS) and not (called and node.says("left", "right"))


def add_target(out: Statement, block: Block, nodes: list[Node]) -> None:
    """The table that UPDATE or DELETE writes. Raises UnreadableError."""
    nodes = nodes[1:] if nodes and nodes[0].says("only") else nodes
    names = [nodes[0]] if nodes and nodes[0].is_name else []
    if not names:
        raise UnreadableError("the table that is written is not understood")
    index = 1
    while index + 1 < len(nodes) and nodes[index].marks(".") and nodes[index + 1].is_name:
        names.append(nodes[index + 1])
        index += 2
    source = Source(names[-1].text, table=names[-1].text, written=True)
    if index < len(nodes) and nodes[index].marks("*"):
        index += 1
    if _alias(nodes, index, source) != len(nodes):
        raise UnreadableError("the table that is written is not understood")
    block.sources.append(source)
