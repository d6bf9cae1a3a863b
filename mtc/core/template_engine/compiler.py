"""Turns the nodes of a parsed template into closures, by two tables of what the language has."""

from collections.abc import Callable
from typing import Any

from jinja2 import nodes

from mtc.core.template_engine.errors import LimitProblem, Problem
from mtc.core.template_engine.limits import MAX_DEPTH, NODE, Meter

Variables = dict[str, Any]
Expression = Callable[[Variables, Meter], Any]
Emit = Callable[[str], None]
Statement = Callable[[Variables, Meter, Emit], None]

_NAMES = {
    nodes.Macro: "Macros",
    nodes.CallBlock: "Call blocks",
    nodes.Include: "Includes",
    nodes.Import: "Imports",
    nodes.FromImport: "Imports",
    nodes.Extends: "Extends",
    nodes.Block: "Blocks",
    nodes.NSRef: "Namespaces",
    nodes.ScopedEvalContextModifier: "Autoescape blocks",
}


class Build:
    """One compilation: knows the mode, the depth, and what the region being compiled will cost to run."""

    def __init__(
        self,
        html: bool,
        expressions: dict[type[nodes.Node], Callable[["Build", Any], Expression]],
        statements: dict[type[nodes.Node], Callable[["Build", Any], Statement]],
    ) -> None:
        self.html = html
        self.cost = 0
        self.depth = 0
        self._expressions = expressions
        self._statements = statements

    def expression(self, node: nodes.Node) -> Expression:
        """Compile an expression; Problem when the language does not have it."""
        return self._make(self._expressions, node)

    def statement(self, node: nodes.Node) -> Statement:
        """Compile a statement; Problem when the language does not have it."""
        return self._make(self._statements, node)

    def _make(self, table: dict[type[nodes.Node], Callable[["Build", Any], Any]], node: nodes.Node) -> Any:
        maker = table.get(type(node))
        if maker is None:
            message = _NAMES.get(type(node), "This kind of instruction") + " cannot be used here."
            raise Problem(message, node.lineno)
        if self.depth >= MAX_DEPTH:
            raise LimitProblem(f"This is nested more than {MAX_DEPTH} levels deep.", node.lineno)
        self.depth += 1
        self.cost += NODE
        made = maker(self, node)
        self.depth -= 1
        return made

    def body(self, children: list[nodes.Node]) -> Statement:
        """Compile a list of statements to one that first pays for all of them at once."""
        outer, self.cost = self.cost, NODE
        runs = tuple(self.statement(child) for child in children)
        cost, self.cost = self.cost, outer

        if len(runs) == 1:
            only = runs[0]

            def single(v: Variables, m: Meter, out: Emit) -> None:
                m.fuel -= cost
                if m.fuel < m.floor:
                    m.check()
                only(v, m, out)

            return single

        def block(v: Variables, m: Meter, out: Emit) -> None:
            m.fuel -= cost
            if m.fuel < m.floor:
                m.check()
            for run in runs:
                run(v, m, out)

        return block
