"""Facts about tenants in conditions: a table is of that tenant, or of the same as another."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.sql_guard.tokens import Group, Node, Token

COLUMN = "tenant_id"


@dataclass(frozen=True, slots=True)
class Bound:
    """`alias.tenant_id = parameter`. An alias of "" is the only table there is."""

    alias: str
    place: int | str


@dataclass(frozen=True, slots=True)
class Same:
    """`left.tenant_id = right.tenant_id`."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Shared:
    """`alias.tenant_id IS NULL`, or that or a parameter's: the rows of the system, perhaps with one's own."""

    alias: str
    place: int | str | None


Fact = Bound | Same | Shared


def facts(nodes: list[Node]) -> list[Fact]:
    """Return the facts that hold for every row that passes the condition."""
    implied: list[Fact] = []
    for term in _terms(nodes):
        term = _unwrapped(term)
        if len(_terms(term)) > 1:
            implied += facts(term)
            continue
        fact = _fact(term) or _shared(term)
        if fact is not None:
            implied.append(fact)
    return implied


def _unwrapped(nodes: list[Node]) -> list[Node]:
    while len(nodes) == 1 and isinstance(nodes[0], Group):
        nodes = nodes[0].nodes
    return nodes


def _terms(nodes: list[Node], word: str = "and") -> list[list[Node]]:
    """The parts between ANDs (or ORs) of this level; one part when an OR makes the ANDs conditional."""
    parts: list[list[Node]] = [[]]
    cases = betweens = 0
    for node in nodes:
        if node.says("case"):
            cases += 1
        elif node.says("end") and cases:
            cases -= 1
        elif node.says("between"):
            betweens += 1
        if node.says("and") and betweens and not cases:
            betweens -= 1
        elif node.says(word) and not cases:
            parts.append([])
            continue
        elif word == "and" and node.says("or") and not cases:
            return [nodes]
        parts[-1].append(node)
    return parts


def _fact(nodes: list[Node]) -> Fact | None:
    sides = _sides(nodes)
    if sides is None:
        return None
    left, right = sides
    left_column, right_column = column_in(left), column_in(right)
    if left_column is not None and right_column is not None:
        return Same(left_column, right_column)
    alias, value = (
        (left_column, parameter_in(right)) if left_column is not None else (right_column, parameter_in(left))
    )
    return Bound(alias, value) if alias is not None and value is not None else None


def _shared(nodes: list[Node]) -> Fact | None:
    parts = [_unwrapped(part) for part in _terms(nodes, "or")]
    if len(parts) > 2:
        return None
    nulls = [alias for part in parts if (alias := _is_null(part)) is not None]
    others = [fact for part in parts if isinstance(fact := _fact(part), Bound)]
    if len(parts) == len(nulls) == 1:
        return Shared(nulls[0], None)
    if len(nulls) == len(others) == 1 and nulls[0] == others[0].alias:
        return Shared(nulls[0], others[0].place)
    return None


def _is_null(nodes: list[Node]) -> str | None:
    if len(nodes) > 2 and nodes[-2].says("is") and nodes[-1].says("null"):
        return column_in(nodes[:-2])
    return None


def _sides(nodes: list[Node]) -> tuple[list[Node], list[Node]] | None:
    signs = [index for index, node in enumerate(nodes) if node.marks("=", "==")]
    return (nodes[: signs[0]], nodes[signs[0] + 1 :]) if len(signs) == 1 else None


def column_in(nodes: list[Node]) -> str | None:
    """The qualifier of a tenant_id column ("" when there is none); None for anything else."""
    nodes = _unwrapped(nodes)
    names = [node.text for node in nodes[::2] if isinstance(node, Token) and node.is_name]
    dots = [node for node in nodes[1::2] if node.marks(".")]
    if len(names) + len(dots) != len(nodes) or not names or names[-1] != COLUMN or len(names) > 3:
        return None
    return names[-2] if len(names) > 1 else ""


def parameter_in(nodes: list[Node]) -> int | str | None:
    """The place of a parameter, cast or not; None for anything else."""
    nodes = _unwrapped(nodes)
    if len(nodes) == 2 and nodes[0].says("cast") and isinstance(nodes[1], Group):
        inner = nodes[1].nodes
        nodes = inner[:1] if len(inner) > 1 and inner[1].says("as") else inner
    first = nodes[0] if nodes else None
    if not isinstance(first, Token) or first.kind != "param":
        return None
    cast = nodes[1:]
    if cast and not (
        len(cast) == 2 and cast[0].marks("::") and cast[1].says("uuid", "varchar", "text", "char")
    ):
        return None
    return first.place
