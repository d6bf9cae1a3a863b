"""Output, conditions, loops and assignments: the statements that write text."""

from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from markupsafe import Markup, escape

from mtc.core.template_engine.calls import filtered
from mtc.core.template_engine.compiler import Build, Emit, Expression, Statement, Variables
from mtc.core.template_engine.errors import Problem
from mtc.core.template_engine.limits import NODE, Meter
from mtc.core.template_engine.values import sequence, to_text

Part = tuple[str, Expression, int]  # the text before a value, the value, its line


def _output(build: Build, node: nodes.Output) -> Statement:
    pairs: list[Part] = []
    constant = ""
    for part in node.nodes:
        if isinstance(part, nodes.TemplateData):
            constant += part.data
            build.cost += len(part.data)
        else:
            pairs.append((constant, build.expression(part), part.lineno))
            constant = ""
    if not pairs:
        return lambda v, m, out: out(constant)
    return (_write_html if build.html else _write_plain)(tuple(pairs), constant)


def _write_html(pairs: tuple[Part, ...], tail: str) -> Statement:
    def run(v: Variables, m: Meter, out: Emit) -> None:
        try:
            for constant, expression, line in pairs:  # noqa: B007 - read when a problem is caught
                value = expression(v, m)
                text = escape(value if type(value) is str else to_text(value))
                m.fuel -= len(text)
                if m.fuel < m.floor:
                    m.check()
                out(constant)
                out(text)
        except Problem as problem:
            _note_line(problem, line)
            raise
        out(tail)

    return run


def _write_plain(pairs: tuple[Part, ...], tail: str) -> Statement:
    def run(v: Variables, m: Meter, out: Emit) -> None:
        try:
            for constant, expression, line in pairs:  # noqa: B007 - read when a problem is caught
                text = to_text(expression(v, m))
                m.fuel -= len(text)
                if m.fuel < m.floor:
                    m.check()
                out(constant)
                out(text)
        except Problem as problem:
            _note_line(problem, line)
            raise
        out(tail)

    return run


def _note_line(problem: Problem, line: int) -> None:
    if problem.line is None:
        problem.line = line


def _lined(statement: Statement, line: int) -> Statement:
    def run(v: Variables, m: Meter, out: Emit) -> None:
        try:
            statement(v, m, out)
        except Problem as problem:
            _note_line(problem, line)
            raise

    return run


def _if(build: Build, node: nodes.If) -> Statement:
    branches = [(build.expression(node.test), build.body(node.body))]
    branches += [(build.expression(branch.test), build.body(branch.body)) for branch in node.elif_]
    otherwise = build.body(node.else_) if node.else_ else None
    choices = tuple(branches)

    def run(v: Variables, m: Meter, out: Emit) -> None:
        for test, body in choices:
            if test(v, m):
                body(v, m, out)
                return
        if otherwise is not None:
            otherwise(v, m, out)

    return _lined(run, node.lineno)


def _targets(node: nodes.Node) -> list[str]:
    names = node.items if isinstance(node, nodes.Tuple) else [node]
    for name in names:
        if not isinstance(name, nodes.Name):
            raise Problem("Only plain names can be set here.", node.lineno)
    return [name.name for name in names if isinstance(name, nodes.Name)]


def _binder(build: Build, node: nodes.Node) -> Callable[[Variables, Any], None]:
    names = _targets(node)
    if not isinstance(node, nodes.Tuple):
        name = names[0]

        def one(v: Variables, value: Any) -> None:
            v[name] = value

        return one

    def many(v: Variables, value: Any) -> None:
        if type(value) is not list or len(value) != len(names):
            raise Problem(f"This needs a list of exactly {len(names)} values.")
        v.update(zip(names, value, strict=True))

    return many


def _assigned(children: list[nodes.Node]) -> set[str]:
    """Names that the statements set for those after them; a loop, with or set block keeps its own."""
    names: set[str] = set()
    for child in children:
        if isinstance(child, nodes.Assign | nodes.AssignBlock):
            names.update(_targets(child.target))
        elif isinstance(child, nodes.If):
            for branch in [child, *child.elif_]:
                names |= _assigned(branch.body)
            names |= _assigned(child.else_)
    return names


def _scoped(build: Build, children: list[nodes.Node]) -> Statement:
    """Compile statements whose assignments end with them."""
    names = tuple(sorted(_assigned(children)))
    body = build.body(children)
    if not names:
        return body

    def run(v: Variables, m: Meter, out: Emit) -> None:
        before = {name: v[name] for name in names if name in v}
        body(v, m, out)
        for name in names:
            v.pop(name, None)
        v.update(before)

    return run


def _for(build: Build, node: nodes.For) -> Statement:
    if node.recursive:
        raise Problem("Loops cannot be recursive.", node.lineno)
    names = (*_targets(node.target), "loop")
    numbered = any(name.name == "loop" for name in node.find_all(nodes.Name))
    values, bind = build.expression(node.iter), _binder(build, node.target)
    before_test = build.cost
    test = build.expression(node.test) if node.test is not None else None
    price = build.cost - before_test + NODE
    body = _scoped(build, node.body)
    otherwise = _scoped(build, node.else_) if node.else_ else None

    def run(v: Variables, m: Meter, out: Emit) -> None:
        items = sequence(m, values(v, m))
        m.items(len(items))
        before = {name: v[name] for name in names if name in v}
        if test is not None:
            m.spend(len(items) * price)
            items = _passing(items, test, bind, v, m)
        last = len(items) - 1
        for index, value in enumerate(items):
            bind(v, value)
            if numbered:
                v["loop"] = _loop(index, last)
            body(v, m, out)
        for name in names:
            v.pop(name, None)
        v.update(before)
        if otherwise is not None and not items:
            otherwise(v, m, out)

    return _lined(run, node.lineno)


def _passing(
    items: list[Any], test: Expression, bind: Callable[[Variables, Any], None], v: Variables, m: Meter
) -> list[Any]:
    passing = []
    for value in items:
        bind(v, value)
        if test(v, m):
            passing.append(value)
    return passing


def _loop(index: int, last: int) -> dict[str, Any]:
    return {
        "index": index + 1,
        "index0": index,
        "first": index == 0,
        "last": index == last,
        "length": last + 1,
        "revindex": last - index + 1,
        "revindex0": last - index,
    }


def _set(build: Build, node: nodes.Assign) -> Statement:
    bind, value = _binder(build, node.target), build.expression(node.node)
    return _lined(lambda v, m, out: bind(v, value(v, m)), node.lineno)


def _captured(build: Build, children: list[nodes.Node], chain: nodes.Filter | None) -> Expression:
    """Compile statements to an expression: their text (as HTML in HTML mode), sent through filters."""
    body, html = _scoped(build, children), build.html

    def capture(v: Variables, m: Meter) -> str:
        parts: list[str] = []
        body(v, m, parts.append)
        m.text(sum(map(len, parts)))
        text = "".join(parts)
        return Markup(text) if html else text  # noqa: S704 - made by the engine, which escaped every value

    return _filters(build, chain, capture)


def _filters(build: Build, chain: nodes.Filter | None, inner: Expression) -> Expression:
    links = []
    while chain is not None:
        links.append(chain)
        chain = chain.node if isinstance(chain.node, nodes.Filter) else None
    for link in reversed(links):
        build.cost += NODE
        inner = filtered(build, link, inner)
    return inner


def _set_block(build: Build, node: nodes.AssignBlock) -> Statement:
    bind, text = _binder(build, node.target), _captured(build, node.body, node.filter)
    return _lined(lambda v, m, out: bind(v, text(v, m)), node.lineno)


def _filter_block(build: Build, node: nodes.FilterBlock) -> Statement:
    text = _captured(build, node.body, node.filter)
    return (_write_html if build.html else _write_plain)((("", text, node.lineno),), "")


def _with(build: Build, node: nodes.With) -> Statement:
    names = tuple(name for target in node.targets for name in _targets(target))
    binders = tuple(
        (_binder(build, target), build.expression(value))
        for target, value in zip(node.targets, node.values, strict=True)
    )
    body = _scoped(build, node.body)

    def run(v: Variables, m: Meter, out: Emit) -> None:
        before = {name: v[name] for name in names if name in v}
        for bind, value in [(bind, expression(v, m)) for bind, expression in binders]:
            bind(v, value)
        body(v, m, out)
        for name in names:
            v.pop(name, None)
        v.update(before)

    return _lined(run, node.lineno)


STATEMENTS: dict[type[nodes.Node], Callable[[Build, Any], Statement]] = {
    nodes.Output: _output,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Assign: _set,
    nodes.AssignBlock: _set_block,
    nodes.FilterBlock: _filter_block,
    nodes.With: _with,
}
