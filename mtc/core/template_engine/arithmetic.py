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
            left_value, right_value = left(v, m), right(v, m)
            if not (is_number(left_value) and is_number(right_value)):
                raise Problem(f"Only numbers can be used with {sign}.")
            try:
                return bounded(apply(left_value, right_value))
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
        left_value, right_value = left(v, m), right(v, m)
        if is_number(left_value) and is_number(right_value):
            try:
                return bounded(left_value + right_value)
            except OverflowError:
                raise LimitProblem("A number grew too large.") from None
        if isinstance(left_value, str) and isinstance(right_value, str):
            return joined(m, [left_value, right_value])
        if type(left_value) is list and type(right_value) is list:
            m.items(len(left_value) + len(right_value))
            return left_value + right_value
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


def _weigh(m: Meter, left_value: Any, right_value: Any) -> None:
    if isinstance(left_value, str) and isinstance(right_value, str):
        m.spend(min(len(left_value), len(right_value)) >> 6)


def equal(m: Meter, left_value: Any, right_value: Any) -> bool:
    """Python's == for the values of a template; nothing equals nothing."""
    if type(left_value) in SCALARS and type(right_value) in SCALARS:
        _weigh(m, left_value, right_value)
        return bool(left_value == right_value)
    if type(left_value) is Markup or type(right_value) is Markup:
        m.spend(
            (len(to_text(left_value)) if isinstance(left_value, str) else 0)
            + (len(right_value) if isinstance(right_value, str) else 0)
        )
        return (
            isinstance(left_value, str)
            and isinstance(right_value, str)
            and str(left_value) == str(right_value)
        )
    return same(m, left_value, right_value)


def _ordered(apply: Callable[[Any, Any], bool]) -> Callable[[Meter, Any, Any], bool]:
    def compare(m: Meter, left_value: Any, right_value: Any) -> bool:
        if (is_number(left_value) and is_number(right_value)) or (
            isinstance(left_value, str) and isinstance(right_value, str)
        ):
            _weigh(m, left_value, right_value)
            return apply(left_value, right_value)
        if left_value is UNDEFINED or right_value is UNDEFINED or left_value is None or right_value is None:
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
    "ne": lambda m, left_value, right_value: not equal(m, left_value, right_value),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "in": contains,
    "notin": lambda m, left_value, right_value: not contains(m, left_value, right_value),
}


def _compare(build: Build, node: nodes.Compare) -> Expression:
    left_value = build.expression(node.expr)
    steps = tuple((COMPARISONS[operand.op], build.expression(operand.expr)) for operand in node.ops)
    if len(steps) == 1:
        compare, right_value = steps[0]
        return lambda v, m: compare(m, left_value(v, m), right_value(v, m))

    def chain(v: Variables, m: Meter) -> bool:
        left = left_value(v, m)
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
