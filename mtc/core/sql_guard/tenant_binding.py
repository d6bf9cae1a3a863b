"""Putting the conditions together: is every tenant table tied to the tenant, and through which parameters?"""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.sql_guard.conditions import COLUMN, Fact, Same, Shared, column_in, parameter_in
from mtc.core.sql_guard.statement import Block, Selected, Source, Statement
from mtc.core.sql_guard.tokens import Node, Token


@dataclass(frozen=True, slots=True)
class Plan:
    """Needs of one statement text: parameters (positions or names) that must be the tenant."""

    tables: frozenset[str]
    writes: bool = False
    problem: str | None = None
    parameters: tuple[int | str, ...] = ()


def solve(statement: Statement, shared: frozenset[str], *, writes: bool) -> Plan:
    """The plan of a statement that was read; `shared` are tables with rows that everyone reads."""
    solver = _Solver(statement, shared)
    for block in statement.blocks:
        solver.solve(block)
    for selected in statement.selected:
        solver.check_selected(selected)
    tables = {source.table for block in statement.blocks for source in block.sources} & statement.tables
    problems = [*statement.problems, *solver.problems]
    return Plan(
        frozenset(tables | statement.written),
        writes,
        problems[0] if problems else None,
        tuple(dict.fromkeys([*statement.references, *solver.references])),
    )


class _Solver:
    def __init__(self, statement: Statement, shared: frozenset[str]) -> None:
        self._tables, self._shared = statement.tables, shared
        self._bound: dict[int, set[str]] = {}
        self.references: list[int | str] = []
        self.problems: list[str] = []

    def solve(self, block: Block) -> None:
        """Find which sources of the block are tied to the tenant; its outer blocks come first."""
        bound = self._bound.setdefault(id(block), set())
        bound |= {source.alias for source in block.sources if self._trusted(source)}
        facts = [(fact, preserved) for implied, preserved in block.conditions for fact in implied]
        for fact, preserved in facts:
            self._bind(block, fact, preserved, bound)
        while any(
            self._link(block, fact, preserved, bound) for fact, preserved in facts if isinstance(fact, Same)
        ):
            pass
        loose = sorted({s.table for s in block.sources if s.table in self._tables and s.alias not in bound})
        if loose:
            self.problems.append(f"{', '.join(loose)} is used without its tenant")

    def _bind(self, block: Block, fact: Fact, preserved: frozenset[str] | None, bound: set[str]) -> None:
        if isinstance(fact, Same):
            return
        source = self._own(block, fact.alias)
        if source is None or (preserved is not None and source.alias not in preserved):
            return
        if isinstance(fact, Shared) and (source.table not in self._shared or source.written):
            return
        bound.add(source.alias)
        if fact.place is not None:
            self.references.append(fact.place)

    def _link(self, block: Block, fact: Same, preserved: frozenset[str] | None, bound: set[str]) -> bool:
        for mine, other in ((fact.left, fact.right), (fact.right, fact.left)):
            source = self._own(block, mine)
            if (
                source is None
                or source.alias in bound
                or (preserved is not None and source.alias not in preserved)
            ):
                continue
            if other and self._is_bound(block, other):
                bound.add(source.alias)
                return True
        return False

    def _is_bound(self, block: Block, alias: str) -> bool:
        """Return whether the alias, of this block or the nearest around it, holds rows of the tenant only."""
        around: Block | None = block
        while around is not None:
            source = self._own(around, alias)
            if source is not None:
                # A shared row may have no tenant; equal to it, a row has one all the same.
                return source.alias in self._bound.get(id(around), set())
            around = around.parent
        return False

    @staticmethod
    def _own(block: Block, alias: str) -> Source | None:
        if not alias:
            return block.sources[0] if len(block.sources) == 1 else None
        return next((source for source in block.sources if source.alias == alias), None)

    def _trusted(self, source: Source, depth: int = 0) -> bool:
        """Return whether a sub-query's tenant_id is that of a tenant table which is checked itself."""
        if source.table in self._tables or not source.cores or source.columns or depth > 20:
            return False
        return all(self._gives_tenant(core, depth) for core in source.cores)

    def _gives_tenant(self, core: Block, depth: int) -> bool:
        bound_columns = 0
        for item in core.items:
            column, label = _labelled(item)
            if label != COLUMN:
                continue
            source = self._own(core, column) if column is not None else None
            if source is None or not (self._strict(source) or self._trusted(source, depth + 1)):
                return False
            bound_columns += 1
        return bound_columns == 1

    def _strict(self, source: Source) -> bool:
        return source.table in self._tables and source.table not in self._shared

    def check_selected(self, selected: Selected) -> None:
        """INSERT … SELECT takes the tenant from a parameter or from a table that is tied to the tenant."""
        for core in selected.cores:
            item = core.items[selected.place] if 0 <= selected.place < len(core.items) else []
            column, _ = _labelled(item)
            reference = parameter_in(_without_label(item))
            if reference is not None:
                self.references.append(reference)
                continue
            source = self._own(core, column) if column is not None else None
            if source is not None and (self._strict(source) or self._trusted(source)):
                continue
            if not self._from_values(core, item):
                self.problems.append(f"{selected.table} is filled without its tenant")

    def _from_values(self, core: Block, item: list[Node]) -> bool:
        """`SELECT p0 FROM (VALUES …) AS x(p0, …)`, which is how many rows are sent at once."""
        if len(core.sources) != 1 or not core.sources[0].rows or not item:
            return False
        source = core.sources[0]
        names = [node.text for node in _without_cast(item) if isinstance(node, Token) and node.is_name]
        if not names or names[-1] not in source.columns:
            return False
        place = source.columns.index(names[-1])
        for row in source.rows or []:
            reference = parameter_in(row[place]) if place < len(row) else None
            if reference is None:
                return False
            self.references.append(reference)
        return True


def _without_label(item: list[Node]) -> list[Node]:
    return item[:-2] if len(item) > 2 and item[-2].says("as") else item


def _without_cast(item: list[Node]) -> list[Node]:
    return item[:-2] if len(item) > 2 and item[-2].marks("::") else item


def _labelled(item: list[Node]) -> tuple[str | None, str]:
    """The qualifier of a plain tenant_id column (None for other things), and the name it goes by."""
    item = item[1:] if item and item[0].says("distinct", "all") else item
    plain = _without_label(item)
    label = item[-1].text if plain is not item or (len(item) == 1 and item[0].is_name) else ""
    column = column_in(_without_cast(plain))
    if not label:
        label = item[-1].text if item and item[-1].is_name else ""
    return column, label
