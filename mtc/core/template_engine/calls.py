"""Filters, tests and the two functions: everything is looked up by name when the template is compiled."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from inspect import Signature, signature
from typing import Any, cast

from jinja2 import nodes

from mtc.core.template_engine.compiler import Build, Expression, Variables
from mtc.core.template_engine.errors import LimitProblem, Problem
from mtc.core.template_engine.filters import FILTERS, HANDED_ON
from mtc.core.template_engine.limits import MAX_ARGUMENT, MAX_RANGE, Meter
from mtc.core.template_engine.predicates import PREDICATES

Function = Callable[..., Any]
_SIGNATURES: dict[Function, Signature] = {}


def _find(table: Mapping[str, Function], name: str, kind: str, line: int) -> Function:
    function = table.get(name)
    if function is None:
        near = get_close_matches(name[:40], table, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise Problem(f"There is no {kind} called {name[:40]}.{hint}", line)
    return function


def _arguments(
    build: Build, node: Any, function: Function, name: str
) -> tuple[list[Expression], dict[str, Expression]]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise Problem("Arguments cannot be unpacked with * here.", node.lineno)
    positional = [build.expression(argument) for argument in node.args]
    named = {pair.key: build.expression(pair.value) for pair in node.kwargs}
    if function not in _SIGNATURES:
        _SIGNATURES[function] = signature(function)
    try:
        _SIGNATURES[function].bind(None, None, *positional, **named)
    except TypeError:
        raise Problem(f"{name} was given the wrong arguments.", node.lineno) from None
    return positional, named


def _bounded(m: Meter, value: Any) -> Any:
    """An argument of a filter, if it is short enough to be read for each item of a list."""
    if isinstance(value, str):
        if len(value) > MAX_ARGUMENT:
            raise LimitProblem(f"An argument of a filter may have at most {MAX_ARGUMENT:,} characters.")
        m.spend(len(value))
    return value


def _limited(build: Build, argument: Expression, node: nodes.Expr) -> Expression:
    """An argument that is checked and paid for; what stands in the source is paid for with the source."""
    if isinstance(node, nodes.Const) and len(str(node.value)) <= MAX_ARGUMENT:
        build.cost += len(str(node.value))
        return argument
    return lambda v, m: _bounded(m, argument(v, m))


def _apply(
    inner: Expression, function: Function, positional: list[Expression], named: dict[str, Expression]
) -> Expression:
    if named:

        def with_names(v: Variables, m: Meter) -> Any:
            values = [argument(v, m) for argument in positional]
            return function(m, inner(v, m), *values, **{key: value(v, m) for key, value in named.items()})

        return with_names
    if not positional:
        return lambda v, m: function(m, inner(v, m))
    if len(positional) == 1:
        first = positional[0]
        return lambda v, m: function(m, inner(v, m), first(v, m))
    return lambda v, m: function(m, inner(v, m), *[argument(v, m) for argument in positional])


def _filter(build: Build, node: nodes.Filter) -> Expression:
    if node.node is None:
        raise Problem("This filter has nothing to work on.", node.lineno)
    return filtered(build, node, build.expression(node.node))


def filtered(build: Build, node: nodes.Filter, inner: Expression) -> Expression:
    """Compile a filter over an expression that was compiled already."""
    function = _find(FILTERS, node.name, "filter", node.lineno)
    positional, named = _arguments(build, node, function, node.name)
    free = HANDED_ON.get(function, frozenset())
    names = list(_SIGNATURES[function].parameters)[2:]
    positional = [
        value if name in free else _limited(build, value, argument)
        for value, name, argument in zip(positional, names, node.args, strict=False)
    ]
    values: dict[str, nodes.Expr] = {
        pair.key: pair.value for pair in cast("list[nodes.Keyword]", node.kwargs)
    }
    for name in set(values) - free:
        named[name] = _limited(build, named[name], values[name])
    return _apply(inner, function, positional, named)


def _test(build: Build, node: nodes.Test) -> Expression:
    inner = build.expression(node.node)
    function = _find(PREDICATES, node.name, "test", node.lineno)
    return _apply(inner, function, *_arguments(build, node, function, node.name))


def _range(m: Meter, unused: Any, *bounds: Any) -> list[int]:
    if not 1 <= len(bounds) <= 3 or any(type(bound) is not int or abs(bound) > 10**9 for bound in bounds):
        raise Problem("range needs one to three whole numbers.")
    if len(bounds) == 3 and bounds[2] == 0:
        raise Problem("range cannot count in steps of zero.")
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise LimitProblem(f"range may give at most {MAX_RANGE:,} numbers.")
    m.items(len(numbers))
    return list(numbers)


def _cycle(m: Meter, loop: Any, *values: Any) -> Any:
    if type(loop) is not dict or type(loop.get("index0")) is not int or not values:
        raise Problem("loop.cycle needs values, and a loop around it.")
    return values[loop["index0"] % len(values)]


def _nothing(v: Variables, m: Meter) -> None:
    """Return nothing: range() is applied to no value, it takes its arguments only."""


def _call(build: Build, node: nodes.Call) -> Expression:
    target = node.node
    if isinstance(target, nodes.Name) and target.name == "range":
        function: Function = _range
        inner: Expression = _nothing
    elif isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name) and target.attr == "cycle":
        function, inner = _cycle, build.expression(target.node)
    else:
        raise Problem(
            "Only range() and loop.cycle() can be called. Filters do the rest, as in data|items.", node.lineno
        )
    positional, named = _arguments(build, node, function, "range" if function is _range else "loop.cycle")
    return _apply(inner, function, positional, named)


CALLS: dict[type[nodes.Node], Callable[[Build, Any], Expression]] = {
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.Call: _call,
}
