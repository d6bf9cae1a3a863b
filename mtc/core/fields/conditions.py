"""Conditions under which a field is shown: a tiny tree of eq, ne, in, gt, all, any and not."""

from collections.abc import Iterator, Mapping
from typing import Any

from mtc.core.i18n import Sentence, _l

COMPARISONS = ("eq", "ne", "in", "gt")
MAX_DEPTH = 5

Scopes = tuple[Mapping[str, Any], ...]


def holds(condition: Any, *scopes: Mapping[str, Any]) -> bool:
    """Whether the condition is true; a field's name is looked up in the nearest scope that describes it.

    No condition holds always; a condition that is malformed never hides anything.
    """
    if not isinstance(condition, dict):
        return True
    if "all" in condition:
        return all(holds(part, *scopes) for part in _parts(condition["all"]))
    if "any" in condition:
        return any(holds(part, *scopes) for part in _parts(condition["any"]))
    if "not" in condition:
        return not holds(condition["not"], *scopes)
    return _compare(condition, _look_up(condition.get("field"), scopes))


def problems(condition: Any, names: frozenset[str], depth: int = 1) -> Iterator[Sentence]:
    """What is wrong with a condition that may name only the given fields."""
    if not isinstance(condition, dict) or depth > MAX_DEPTH:
        yield _l("A condition is an object, at most five levels deep.")
        return
    joins = [word for word in ("all", "any", "not") if word in condition]
    if joins:
        yield from _join_problems(condition, joins[0], names, depth)
        return
    if condition.get("field") not in list(names):
        yield _l("A condition names a field that does not exist here.")
    used = [word for word in COMPARISONS if word in condition]
    if len(used) != 1 or len(condition) != 2:
        yield _l("A condition has a field and one of eq, ne, in, gt.")
    elif used == ["in"] and not isinstance(condition["in"], list):
        yield _l("The comparison 'in' needs a list.")
    elif used == ["gt"] and not _is_number(condition["gt"]):
        yield _l("The comparison 'gt' needs a number.")


def _join_problems(
    condition: dict[str, Any], join: str, names: frozenset[str], depth: int
) -> Iterator[Sentence]:
    if len(condition) != 1:
        yield _l("A condition has only one of all, any, not, or a comparison.")
    elif join != "not" and not isinstance(condition[join], list):
        yield _l("The word '%(list)s' needs a list of conditions.", list=join)
    else:
        for part in [condition["not"]] if join == "not" else condition[join]:
            yield from problems(part, names, depth + 1)


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _look_up(name: Any, scopes: Scopes) -> Any:
    for scope in scopes:
        if isinstance(name, str) and name in scope:
            return scope[name]
    return None


def _compare(condition: dict[str, Any], value: Any) -> bool:
    if "eq" in condition:
        return same(value, condition["eq"])
    if "ne" in condition:
        return not same(value, condition["ne"])
    if "in" in condition:
        wanted = _parts(condition["in"])
        found = value if isinstance(value, list) else [value]
        return any(same(one, other) for one in found for other in wanted)
    if "gt" in condition:
        return _is_number(value) and _is_number(condition["gt"]) and value > condition["gt"]
    return True


def same(one: Any, other: Any) -> bool:
    """Equality of settings: an absent switch is off, and true is never the number one."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other or (one is None and other is False)
    return bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
