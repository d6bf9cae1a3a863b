"""The tests of the template language: what may follow `is`."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from mtc.core.template_engine.arithmetic import COMPARISONS
from mtc.core.template_engine.errors import Problem
from mtc.core.template_engine.limits import Meter
from mtc.core.template_engine.values import UNDEFINED, is_number, plain_text


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise Problem("This test needs a whole number.")
    return value


def _text(m: Meter, value: Any) -> str:
    m.spend(len(value) if isinstance(value, str) else 0)
    return plain_text(m, value)


def _divisible(m: Meter, value: Any, by: Any) -> bool:
    if _whole(by) == 0:
        raise Problem("A number cannot be divided by zero.")
    return _whole(value) % int(by) == 0


def _starting(m: Meter, value: Any, start: Any) -> bool:
    return _text(m, value).startswith(_text(m, start))


def _ending(m: Meter, value: Any, end: Any) -> bool:
    return _text(m, value).endswith(_text(m, end))


_COMPARED = {
    name: COMPARISONS[operation]
    for operation, names in {
        "eq": ("eq", "equalto", "=="),
        "ne": ("ne", "!="),
        "lt": ("lt", "lessthan", "<"),
        "lteq": ("le", "<="),
        "gt": ("gt", "greaterthan", ">"),
        "gteq": ("ge", ">="),
        "in": ("in",),
    }.items()
    for name in names
}

PREDICATES: dict[str, Callable[..., bool]] = {
    "defined": lambda m, value: value is not UNDEFINED,
    "undefined": lambda m, value: value is UNDEFINED,
    "none": lambda m, value: value is None,
    "odd": lambda m, value: _whole(value) % 2 == 1,
    "even": lambda m, value: _whole(value) % 2 == 0,
    "divisibleby": _divisible,
    "string": lambda m, value: type(value) is str or type(value) is Markup,
    "number": lambda m, value: is_number(value) or type(value) is bool,
    "integer": lambda m, value: type(value) is int,
    "float": lambda m, value: type(value) is float,
    "boolean": lambda m, value: type(value) is bool,
    "true": lambda m, value: value is True,
    "false": lambda m, value: value is False,
    "mapping": lambda m, value: type(value) is dict,
    "sequence": lambda m, value: isinstance(value, str | list | dict),
    "iterable": lambda m, value: isinstance(value, str | list | dict) or value is UNDEFINED,
    "startingwith": _starting,
    "endingwith": _ending,
    **_COMPARED,
}
