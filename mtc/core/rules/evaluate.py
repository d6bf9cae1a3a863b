"""Evaluates a rule on data, and explains how each of its conditions came out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mtc.core.rules.language import GROUPS, MAX_DEPTH, OPERATORS, Operator, join_path, refuse
from mtc.core.rules.operands import Fault, operand, read


def evaluate(rule: Any, data: Mapping[str, Any]) -> bool:
    """True when the rule holds for the data (nested, or flat with dotted names); an empty rule holds.

    A field that is missing, null or of another type than its condition expects makes the condition false
    (`ne` and `not_in`: true). Raises ValidationError with the path when the rule itself is malformed.
    """
    return True if rule is None or rule == {} else _holds(rule, data, "", 1)


def explain(rule: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of the rule as plain JSON: {path, held, text}, and `children` (groups) or `value`.

    Unlike evaluate it looks at every condition, also where the outcome is settled early.
    """
    if rule is None or rule == {}:
        return {"path": "", "held": True, "text": "always"}
    return _trace(rule, data, "", 1)


def _group(node: Any, path: str, depth: int) -> tuple[str, list[tuple[str, Any]]] | None:
    """Return the kind and children (with paths) of a group, None for a condition; refuse anything else."""
    if depth > MAX_DEPTH:
        raise refuse(path, f"Groups may be nested at most {MAX_DEPTH} levels deep.")
    if not isinstance(node, dict):
        raise refuse(path, "Use a condition or a group.")
    if "field" in node:
        return None
    name = next(iter(node), "")
    if len(node) != 1 or name not in GROUPS:
        raise refuse(path, "Use one of all, any or not, or name a field.")
    here = join_path(path, name)
    if name == "not":
        return name, [(here, node[name])]
    if not isinstance(node[name], list):
        raise refuse(here, "needs a list of at least one condition")
    return name, [(join_path(here, index), child) for index, child in enumerate(node[name])]


def _combine(name: str, outcomes: Any) -> bool:
    return all(outcomes) if name == "all" else any(outcomes) if name == "any" else not all(outcomes)


def _holds(node: Any, data: Mapping[str, Any], path: str, depth: int) -> bool:
    group = _group(node, path, depth)
    if group is None:
        return _condition(node, data, path)[0]
    name, children = group
    return _combine(name, (_holds(child, data, here, depth + 1) for here, child in children))


def _trace(node: Any, data: Mapping[str, Any], path: str, depth: int) -> dict[str, Any]:
    group = _group(node, path, depth)
    if group is None:
        held, value, text = _condition(node, data, path)
        return {"path": path, "held": held, "text": text, "value": _plain(value)}
    name, children = group
    traces = [_trace(child, data, here, depth + 1) for here, child in children]
    text = {"all": "all of these", "any": "at least one of these", "not": "not this"}[name]
    held = _combine(name, [trace["held"] for trace in traces])
    return {"path": path, "held": held, "text": text, "children": traces}


def _condition(node: dict[str, Any], data: Mapping[str, Any], path: str) -> tuple[bool, Any, str]:
    names = [name for name in node if name != "field"]
    operator = OPERATORS.get(names[0]) if len(names) == 1 and isinstance(names[0], str) else None
    if operator is None or not isinstance(node["field"], str):
        raise refuse(path, "needs a field and exactly one operator")
    argument = node[names[0]]
    value = lookup(data, node["field"])
    words = argument["field"] if isinstance(argument, dict) and "field" in argument else argument
    text = f"{node['field']} {operator.label} {_words(words)}"
    if operator.operand == "yes_no":
        text = f"{node['field']} has {'a' if argument else 'no'} value"
        return (value is not None) is bool(argument), value, text
    here = join_path(path, names[0])
    if isinstance(argument, dict):
        argument = lookup(data, argument["field"]) if isinstance(argument.get("field"), str) else None
        return _against_field(operator, value, argument), value, text
    return _against_value(operator, value, argument, here), value, text


def _kinds(operator: Operator, value: Any) -> list[str]:
    """The types under which a value of the data may be read for this operator, most exact first."""
    if isinstance(value, bool):
        kinds = ["boolean"]
    elif isinstance(value, int | float):
        kinds = ["number"]
    elif isinstance(value, str):
        kinds = ["datetime", "date", "text"]
    elif isinstance(value, datetime):
        kinds = ["datetime", "date"]
    elif isinstance(value, date):
        kinds = ["date"]
    else:
        kinds = ["list"]
    return [value_type for value_type in kinds if value_type in operator.types]


def _against_value(operator: Operator, value: Any, argument: Any, path: str) -> bool:
    """Compare under the first type that both sides can be read as."""
    fault: Fault | None = None
    for value_type in _kinds(operator, value):
        try:
            expected = operand(operator, value_type, argument)
        except Fault as problem:
            fault = problem
            continue
        actual = read(value_type, value)
        if actual is not None:
            return operator.holds(actual, expected)
    _well_formed(operator, argument, path, fault)
    return operator.missing


def _well_formed(operator: Operator, argument: Any, path: str, fault: Fault | None) -> None:
    """Refuse an operand that no type of the operator can read: the rule was never validated."""
    for value_type in sorted(operator.types):
        try:
            operand(operator, value_type, argument)
            return
        except Fault as problem:
            fault = fault or problem
    raise refuse(path, fault.message if fault else "Give a value.")


def _against_field(operator: Operator, value: Any, other: Any) -> bool:
    for value_type in _kinds(operator, value):
        actual = read(value_type, value)
        expected = other if value_type == "list" else read(value_type, other)
        if actual is not None and expected is not None:
            return operator.holds(actual, expected)
    return operator.missing


def lookup(data: Mapping[str, Any], name: str) -> Any:
    """The value under a dotted name: the flat key when there is one, else the path through mappings."""
    if name in data:
        return data[name]
    value: Any = data
    for step in name.split(".", MAX_DEPTH):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join("any" if item is None else _words(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float | bool) else None
