"""Names, keys, literals and choices: the expressions that pick a value."""

from collections.abc import Callable
from typing import Any

from jinja2 import nodes

from mtc.core.template_engine.arithmetic import ARITHMETIC
from mtc.core.template_engine.calls import CALLS
from mtc.core.template_engine.compiler import Build, Expression, Variables
from mtc.core.template_engine.errors import Problem
from mtc.core.template_engine.limits import MAX_NUMBER, NODE, Meter
from mtc.core.template_engine.values import SCALARS, UNDEFINED, item, plain_text


def _constant(value: Any, line: int) -> Any:
    if type(value) not in SCALARS:
        raise Problem("This kind of value cannot be written in a template.", line)
    if isinstance(value, int | float) and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise Problem("This number is too large.", line)
    if type(value) is str and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Problem("This text contains half a character.", line) from None
    return value


def _const(build: Build, node: nodes.Const) -> Expression:
    value = _constant(node.value, node.lineno)
    return lambda v, m: value


def _name(build: Build, node: nodes.Name) -> Expression:
    name = node.name
    return lambda v, m: v.get(name, UNDEFINED)


def _attribute(build: Build, node: nodes.Getattr) -> Expression:
    """Compile a.b.c in one step; only the keys of dicts are looked at, never an attribute of anything."""
    keys = [node.attr]
    base = node.node
    while isinstance(base, nodes.Getattr):
        keys.insert(0, base.attr)
        base = base.node
    build.cost += NODE * len(keys)
    if isinstance(base, nodes.Name):
        return _path(base.name, keys)
    inner, path = build.expression(base), tuple(keys)

    def walk(v: Variables, m: Meter) -> Any:
        value = inner(v, m)
        for key in path:
            value = value.get(key, UNDEFINED) if type(value) is dict else UNDEFINED
        return value

    return walk


def _path(name: str, keys: list[str]) -> Expression:
    if len(keys) == 1:
        first = keys[0]

        def one(v: Variables, m: Meter) -> Any:
            value = v.get(name)
            return value.get(first, UNDEFINED) if type(value) is dict else UNDEFINED

        return one
    path = tuple(keys)

    def many(v: Variables, m: Meter) -> Any:
        value = v.get(name)
        for key in path:
            if type(value) is not dict:
                return UNDEFINED
            value = value.get(key, UNDEFINED)
        return value

    return many


def _subscript(build: Build, node: nodes.Getitem) -> Expression:
    inner = build.expression(node.node)
    if isinstance(node.arg, nodes.Slice):
        return _slice(build, inner, node.arg)
    key = build.expression(node.arg)
    return lambda v, m: item(inner(v, m), key(v, m))


def _slice(build: Build, inner: Expression, node: nodes.Slice) -> Expression:
    parts = [None if part is None else build.expression(part) for part in (node.start, node.stop, node.step)]

    def cut(v: Variables, m: Meter) -> Any:
        value = inner(v, m)
        bounds = [None if part is None else part(v, m) for part in parts]
        if any(bound is not None and type(bound) is not int for bound in bounds) or bounds[2] == 0:
            raise Problem("A slice needs whole numbers, for example items[0:3].")
        if value is None or value is UNDEFINED:
            return []
        if type(value) is list:
            m.items(len(value))
            return value[bounds[0] : bounds[1] : bounds[2]]
        text = plain_text(m, value)
        m.text(len(text))
        return text[bounds[0] : bounds[1] : bounds[2]]

    return cut


def _list(build: Build, node: nodes.List | nodes.Tuple) -> Expression:
    if isinstance(node, nodes.Tuple) and node.ctx != "load":
        raise Problem("Only plain names can be set here.", node.lineno)
    parts = tuple(build.expression(part) for part in node.items)
    return lambda v, m: [part(v, m) for part in parts]


def _dict(build: Build, node: nodes.Dict) -> Expression:
    pairs = tuple((build.expression(pair.key), build.expression(pair.value)) for pair in node.items)

    def make(v: Variables, m: Meter) -> Any:
        made = {}
        for key, value in pairs:
            name = key(v, m)
            if type(name) is not str:
                raise Problem("A key must be a text.")
            made[name] = value(v, m)
        return made

    return make


def _choice(build: Build, node: nodes.CondExpr) -> Expression:
    test, yes = build.expression(node.test), build.expression(node.expr1)
    if node.expr2 is None:
        return lambda v, m: yes(v, m) if test(v, m) else UNDEFINED
    no = build.expression(node.expr2)
    return lambda v, m: yes(v, m) if test(v, m) else no(v, m)


def _not(build: Build, node: nodes.Not) -> Expression:
    inner = build.expression(node.node)
    return lambda v, m: not inner(v, m)


def _and(build: Build, node: nodes.And) -> Expression:
    left, right = build.expression(node.left), build.expression(node.right)
    return lambda v, m: left(v, m) and right(v, m)


def _or(build: Build, node: nodes.Or) -> Expression:
    left, right = build.expression(node.left), build.expression(node.right)
    return lambda v, m: left(v, m) or right(v, m)


EXPRESSIONS: dict[type[nodes.Node], Callable[[Build, Any], Expression]] = {
    nodes.Const: _const,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Getitem: _subscript,
    nodes.List: _list,
    nodes.Tuple: _list,
    nodes.Dict: _dict,
    nodes.CondExpr: _choice,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    **ARITHMETIC,
    **CALLS,
}
