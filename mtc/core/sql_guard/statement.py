"""Parts of a statement, as far as tenants are concerned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mtc.core.sql_guard.conditions import Fact
from mtc.core.sql_guard.tokens import Node


@dataclass(slots=True)
class Source:
    """A thing in FROM: a table, a sub-query or VALUES, or (table "") something without rows of ours."""

    alias: str
    table: str = ""
    cores: list[Block] | None = None
    rows: list[list[list[Node]]] | None = None
    columns: list[str] = field(default_factory=list)
    written: bool = False


@dataclass(slots=True)
class Block:
    """One SELECT, UPDATE or DELETE with its own FROM; `parent` is the block around a sub-query.

    Each condition comes with the aliases whose rows it can keep out; None stands for all of them.
    """

    parent: Block | None = None
    sources: list[Source] = field(default_factory=list)
    conditions: list[tuple[list[Fact], frozenset[str] | None]] = field(default_factory=list)
    items: list[list[Node]] = field(default_factory=list)


@dataclass(slots=True)
class Selected:
    """INSERT … SELECT: the column at this place of each SELECT is the tenant of the new row."""

    table: str
    cores: list[Block]
    place: int


@dataclass(slots=True)
class Statement:
    """All blocks, outer ones first, and what was found wrong already."""

    tables: frozenset[str]
    blocks: list[Block] = field(default_factory=list)
    ctes: dict[str, list[Block] | None] = field(default_factory=dict)
    references: list[int | str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    selected: list[Selected] = field(default_factory=list)

    def block(self, parent: Block | None) -> Block:
        """A new block."""
        made = Block(parent)
        self.blocks.append(made)
        return made


Readers = tuple[
    Callable[[list[Node], Statement, Block | None], list[Block]],
    Callable[[list[Node], Statement, Block], None],
]
"""How a query, and the queries inside an expression, are read."""
