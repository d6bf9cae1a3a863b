"""Filters that keep or drop items of a list by a test."""

from collections.abc import Callable
from typing import Any

from mtc.core.text.filters.lists import walked
from mtc.core.text.limits import Meter
from mtc.core.text.predicates import PREDICATES
from mtc.core.text.problems import Problem
from mtc.core.text.values import UNDEFINED, dig, field_path, plain_text


def _holds(m: Meter, value: Any, test: Any, argument: Any) -> bool:
    if test is None:
        return bool(value)
    predicate = PREDICATES.get(plain_text(test))
    if predicate is None:
        raise Problem(f"There is no test called {plain_text(test)[:40]}.")
    try:
        return bool(predicate(m, value) if argument is UNDEFINED else predicate(m, value, argument))
    except TypeError:
        raise Problem(f"The test {plain_text(test)[:40]} was given the wrong arguments.") from None


def select(m: Meter, value: Any, test: Any = None, argument: Any = UNDEFINED) -> list[Any]:
    """The items that are true, or that pass the test: numbers|select("gt", 3)."""
    return [one for one in walked(m, value) if _holds(m, one, test, argument)]


def reject(m: Meter, value: Any, test: Any = None, argument: Any = UNDEFINED) -> list[Any]:
    """The items that are not true, or do not pass the test."""
    return [one for one in walked(m, value) if not _holds(m, one, test, argument)]


def selectattr(
    m: Meter, value: Any, attribute: Any, test: Any = None, argument: Any = UNDEFINED
) -> list[Any]:
    """The items with a field that is true, or passes the test: cards|selectattr("badge", "eq", "New")."""
    path = field_path(attribute)
    return [one for one in walked(m, value) if _holds(m, dig(one, path), test, argument)]


def rejectattr(
    m: Meter, value: Any, attribute: Any, test: Any = None, argument: Any = UNDEFINED
) -> list[Any]:
    """The items with a field that is not true, or does not pass the test."""
    path = field_path(attribute)
    return [one for one in walked(m, value) if not _holds(m, dig(one, path), test, argument)]


SELECTION_FILTERS: dict[str, Callable[..., Any]] = {
    "select": select,
    "reject": reject,
    "selectattr": selectattr,
    "rejectattr": rejectattr,
}
