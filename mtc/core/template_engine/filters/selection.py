"""Filters that keep or drop items of a list by a test."""

from collections.abc import Callable
from inspect import signature
from typing import Any

from mtc.core.template_engine.errors import Problem
from mtc.core.template_engine.filters.lists import walked
from mtc.core.template_engine.limits import Meter
from mtc.core.template_engine.predicates import PREDICATES
from mtc.core.template_engine.values import UNDEFINED, dig, field_path, plain_text

Check = Callable[[Any], bool]


def _check(m: Meter, test: Any, argument: Any) -> Check:
    """The test as a function of one item; its name and argument are read once for the whole list."""
    if test is None:
        return bool
    name = plain_text(m, test)
    predicate = PREDICATES.get(name)
    if predicate is None:
        raise Problem(f"There is no test called {name[:40]}.")
    if name in ("startingwith", "endingwith") and isinstance(argument, str):
        argument = plain_text(m, argument)
    arguments = () if argument is UNDEFINED else (argument,)
    try:
        signature(predicate).bind(m, None, *arguments)
    except TypeError:
        raise Problem(f"The test {name[:40]} was given the wrong arguments.") from None
    return lambda value: bool(predicate(m, value, *arguments))


def select(m: Meter, value: Any, test: Any = None, argument: Any = UNDEFINED) -> list[Any]:
    """The items that are true, or that pass the test: numbers|select("gt", 3)."""
    check = _check(m, test, argument)
    return [item for item in walked(m, value) if check(item)]


def reject(m: Meter, value: Any, test: Any = None, argument: Any = UNDEFINED) -> list[Any]:
    """The items that are not true, or do not pass the test."""
    check = _check(m, test, argument)
    return [item for item in walked(m, value) if not check(item)]


def selectattr(
    m: Meter, value: Any, attribute: Any, test: Any = None, argument: Any = UNDEFINED
) -> list[Any]:
    """The items with a field that is true, or passes the test: cards|selectattr("badge", "eq", "New")."""
    path, check = field_path(m, attribute), _check(m, test, argument)
    return [item for item in walked(m, value, path) if check(dig(item, path))]


def rejectattr(
    m: Meter, value: Any, attribute: Any, test: Any = None, argument: Any = UNDEFINED
) -> list[Any]:
    """The items with a field that is not true, or does not pass the test."""
    path, check = field_path(m, attribute), _check(m, test, argument)
    return [item for item in walked(m, value, path) if not check(dig(item, path))]


SELECTION_FILTERS: dict[str, Callable[..., Any]] = {
    "select": select,
    "reject": reject,
    "selectattr": selectattr,
    "rejectattr": rejectattr,
}
