"""Sums, comparisons and text joining, on numbers and texts only and never beyond the limits."""

import math
import operator
from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from markupsafe import Markup

from mtc.core.template_engine.compiler import Build, Expression, Variables
from mtc.core.template_engine.errors import LimitProblem, Problem
from mtc.core.template_engine.limits import NODE, Meter, bounded
from mtc.core.template_engine.values import SCALARS, UNDEFINED, is_number, joined, same, to_text


def _number(apply: Callable[[Any, Any], Any], sign: str) -> Callable[[Build, Any], Expression]:
    def make(build: Build, node: nodes.BinExpr) -> Expression:
        left, right = build.expression(node.left), build.expression(node.right)

        def run(v: Variables, m: Meter) -> Any:
            one, two = left(v, m), right(v, m)
            if not (is_number(one) and is_number(two)):
                raise Problem(f"Only numbers can be used with {sign}.")
            try:
                return bounded(apply(one, two))
            except ZeroDivisionError:
                raise Problem("A number cannot be divided by zero.") from None
            except OverflowError:
                raise LimitProblem("A number grew too large.") from None

        return run

    return make


def _power(base: int | float, exponent: int | float) -> Any:
    # ints are multiplied only when the result is known to be small: 9**9**9 must not be tried
    if isinstance(base, int) and isinstance(exponent, int) and abs(base) > 1:
        if exponent > 0 and exponent * math.log2(abs(base)) > 60:
            raise OverflowError
        if exponent < -1000:
            return 0.0
    result = base**exponent
    if isinstance(result, complex):
        raise Problem("This calculation has no result.")
    return result


def _add(build: Build, node: nodes.Add) -> Expression:
    left, right = build.expression(node.left), build.expression(node.right)

    def run(v: Variables, m: Meter) -> Any:
        one, two = left(v, m), right(v, m)
        if is_number(one) and is_number(two):
            try:
                return bounded(one + two)
            except OverflowError:
                raise LimitProblem("A number grew too large.") from None
        if isinstance(one, str) and isinstance(two, str):
            return joined(m, [one, two])
        if type(one) is list and type(two) is list:
            m.items(len(one) + len(two))
            return one + two
        raise Problem("Only two numbers, texts or lists can be added; use ~ to join texts and numbers.")

    return run


def _sign(apply: Callable[[Any], Any]) -> Callable[[Build, Any], Expression]:
    def make(build: Build, node: nodes.UnaryExpr) -> Expression:
        inner = build.expression(node.node)

        def run(v: Variables, m: Meter) -> Any:
            value = inner(v, m)
            if not is_number(value):
                raise Problem("Only a number can have a sign.")
            return bounded(apply(value))

        return run

    return make


def _concat(build: Build, node: nodes.Concat) -> Expression:
    parts = tuple(build.expression(part) for part in node.nodes)
    return lambda v, m: joined(m, [part(v, m) for part in parts])


def _weigh(m: Meter, one: Any, two: Any) -> None:
    if isinstance(one, str) and isinstance(two, str):
        m.spend(min(len(one), len(two)) >> 6)


def equal(m: Meter, one: Any, two: Any) -> bool:
    """Python's == for the values of a template; nothing equals nothing."""
    if type(one) in SCALARS and type(two) in SCALARS:
        _weigh(m, one, two)
        return bool(one == two)
    if type(one) is Markup or type(two) is Markup:
        m.spend(
            (len(to_text(one)) if isinstance(one, str) else 0) + (len(two) if isinstance(two, str) else 0)
        )
        return isinstance(one, str) and isinstance(two, str) and str(one) == str(two)
    return same(m, one, two)


def _ordered(apply: Callable[[Any, Any], bool]) -> Callable[[Meter, Any, Any], bool]:
    def compare(m: Meter, one: Any, two: Any) -> bool:
        if (is_number(one) and is_number(two)) or (isinstance(one, str) and isinstance(two, str)):
            _weigh(m, one, two)
            return apply(one, two)
        if one is UNDEFINED or two is UNDEFINED or one is None or two is None:
            return False
        raise Problem("Only two numbers or two texts can be put in order.")

    return compare


def contains(m: Meter, needle: Any, haystack: Any) -> bool:
    """True when a list has the item, a dict the key, or a text the part; false where there is nothing."""
    if haystack is None or haystack is UNDEFINED:
        return False
    if type(haystack) is dict:
        m.spend(len(needle) >> 6 if isinstance(needle, str) else 0)
        return isinstance(needle, str) and needle in haystack
    if isinstance(haystack, str):
        part = to_text(needle)
        m.spend(len(haystack))
        return part in str(haystack)
    if type(haystack) is not list:
        raise Problem("Only a list, a group or a text can be searched with in.")
    if type(needle) in SCALARS or type(needle) is Markup:
        m.spend(len(haystack) * (NODE + (len(needle) >> 6 if isinstance(needle, str) else 0)))
        return needle in haystack
    return any(same(m, needle, value) for value in haystack)


COMPARISONS: dict[str, Callable[[Meter, Any, Any], bool]] = {
    "eq": equal,
    "ne": lambda m, one, two: not equal(m, one, two),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "in": contains,
    "notin": lambda m, one, two: not contains(m, one, two),
}


def _compare(build: Build, node: nodes.Compare) -> Expression:
    first = build.expression(node.expr)
    steps = tuple((COMPARISONS[operand.op], build.expression(operand.expr)) for operand in node.ops)
    if len(steps) == 1:
        compare, second = steps[0]
        return lambda v, m: compare(m, first(v, m), second(v, m))

    def chain(v: Variables, m: Meter) -> bool:
        left = first(v, m)
        for step, expression in steps:
            right = expression(v, m)
            if not step(m, left, right):
                return False
            left = right
        return True

    return chain


ARITHMETIC: dict[type[nodes.Node], Callable[[Build, Any], Expression]] = {
    nodes.Add: _add,
    nodes.Sub: _number(operator.sub, "-"),
    nodes.Mul: _number(operator.mul, "*"),
    nodes.Div: _number(operator.truediv, "/"),
    nodes.FloorDiv: _number(operator.floordiv, "//"),
    nodes.Mod: _number(operator.mod, "%"),
    nodes.Pow: _number(_power, "**"),
    nodes.Neg: _sign(operator.neg),
    nodes.Pos: _sign(operator.pos),
    nodes.Concat: _concat,
    nodes.Compare: _compare,
}
