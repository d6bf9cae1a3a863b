"""The words of the condition language: types, operators, limits, and the shape of a rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mtc.core.errors import ValidationError
from mtc.core.i18n import Sentence, _l

TYPES = ("text", "number", "boolean", "date", "datetime", "list")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GROUPS = ("all", "any", "not")

MAX_DEPTH = 8  # groups inside each other
MAX_CONDITIONS = 200  # groups and conditions of one rule
MAX_VALUES = 200  # values of one list in a rule
MAX_TEXT = 500  # characters of one text in a rule
MAX_NUMBER = 10**15

_ORDERED = frozenset({"number", "date", "datetime"})
_SINGLE = frozenset({"text", "number", "boolean", "date", "datetime"})

Shape = Literal["value", "part", "values", "range", "times", "weekdays", "yes_no"]


@dataclass(frozen=True)
class Operator:
    """One operator: its words for people, the types it takes, the look of its operand, and what it does."""

    label: str
    types: frozenset[str]
    operand: Shape
    holds: Callable[[Any, Any], bool]
    missing: bool = False  # the outcome when the field has no value


def _within(value: Any, bounds: list[Any]) -> bool:
    start, end = bounds
    return (start is None or value >= start) and (end is None or value <= end)


def _time_within(value: Any, bounds: list[Any]) -> bool:
    start, end = bounds
    clock = value.timetz().replace(tzinfo=None)
    # from 22:00 to 06:00 crosses midnight
    return bool(start <= clock < end if start <= end else clock >= start or clock < end)


def _is_among(value: Any, values: list[Any]) -> bool:
    return any(item in values for item in value) if isinstance(value, list) else value in values


OPERATORS: dict[str, Operator] = {
    "eq": Operator("is", _SINGLE, "value", lambda a, b: a == b),
    "ne": Operator("is not", _SINGLE, "value", lambda a, b: a != b, missing=True),
    "in": Operator("is one of", frozenset({"text", "number", "date", "list"}), "values", _is_among),
    "not_in": Operator(
        "is none of", frozenset({"text", "number", "date"}), "values", lambda a, b: a not in b, missing=True
    ),
    "gt": Operator("is more than", _ORDERED, "value", lambda a, b: a > b),
    "gte": Operator("is at least", _ORDERED, "value", lambda a, b: a >= b),
    "lt": Operator("is less than", _ORDERED, "value", lambda a, b: a < b),
    "lte": Operator("is at most", _ORDERED, "value", lambda a, b: a <= b),
    "between": Operator("is between", _ORDERED, "range", _within),
    "contains": Operator("contains", frozenset({"text", "list"}), "part", lambda a, b: b in a),
    "overlaps": Operator(
        "contains one of", frozenset({"list"}), "values", lambda a, b: any(x in a for x in b)
    ),
    "starts_with": Operator("starts with", frozenset({"text"}), "part", lambda a, b: a.startswith(b)),
    "ends_with": Operator("ends with", frozenset({"text"}), "part", lambda a, b: a.endswith(b)),
    "exists": Operator("has a value", frozenset(TYPES), "yes_no", lambda a, b: (a is not None) is b),
    "time_between": Operator("is at a time between", frozenset({"datetime"}), "times", _time_within),
    "weekday": Operator(
        "is on a", frozenset({"date", "datetime"}), "weekdays", lambda a, b: WEEKDAYS[a.weekday()] in b
    ),
}


def operators_for(value_type: str) -> list[tuple[str, str, Shape]]:
    """The operators of a type of variable, as (name, words, kind of operand): what a form offers."""
    return [
        (name, operator.label, operator.operand)
        for name, operator in OPERATORS.items()
        if value_type in operator.types
    ]


def join_path(path: str, step: str | int) -> str:
    """The path of something inside a rule, such as all.1.eq."""
    return f"{path}.{step}" if path else str(step)


def refuse(path: str, message: Sentence) -> ValidationError:
    """The error for one fault of a rule; the path of the rule itself is `rule`."""
    return ValidationError(_l("This rule is not complete."), details={path or "rule": [message]})


def leaves_of(rule: Any) -> list[dict[str, Any]]:
    """The conditions of a rule, without the groups that they stand in."""
    leaves: list[dict[str, Any]] = []
    stack = [rule]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict) and "field" in node:
            leaves.append(node)
        elif isinstance(node, dict):
            stack += node.values()
    return leaves


def rename_fields(rule: Any, renames: Mapping[str, str]) -> Any:
    """The rule with the new names of its variables, also where one stands as the operand."""
    if isinstance(rule, list):
        return [rename_fields(child, renames) for child in rule]
    if not isinstance(rule, dict):
        return rule
    return {
        word: renames.get(part, part)
        if word == "field" and isinstance(part, str)
        else rename_fields(part, renames)
        for word, part in rule.items()
    }


def fields_of(rule: Any) -> set[str]:
    """The names of the variables that a (validated) rule looks at: what a caller has to load."""
    names: set[str] = set()
    stack = [rule]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            if isinstance(node.get("field"), str):
                names.add(node["field"])
            stack += node.values()
    return names
