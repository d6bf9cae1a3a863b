"""Conditions under which a field is shown: the condition language over the values of the fields around it."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any

from mtc.core.errors import ValidationError
from mtc.core.i18n import Sentence, _l
from mtc.core.rules import evaluate, leaves_of, validate

_TYPES = {"boolean": "boolean", "integer": "number", "number": "number", "array": "list", "object": "list"}
_FORMATS = {"date": "date", "date-time": "datetime"}


def variable_type(schema: Mapping[str, Any]) -> str:
    """The type that a field's values have in a condition (mtc.core.rules.TYPES)."""
    name = schema.get("type")
    type_name = _TYPES.get(name) if isinstance(name, str) else None
    return type_name or _FORMATS.get(str(schema.get("format")), "text")


def variables(properties: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an object that conditions may ask for, by name with their types."""
    return {name: variable_type(schema) for name, schema in properties.items() if isinstance(schema, dict)}


def holds(condition: Any, *scopes: Mapping[str, Any]) -> bool:
    """Return whether the condition is true; a field is looked up in the nearest scope that describes it.

    No condition holds always; a malformed one never hides anything. A switch that has no value is off.
    """
    if not condition:
        return True
    off = {leaf["field"]: False for leaf in leaves_of(condition) if _asks_for_switch(leaf)}
    try:
        return evaluate(condition, ChainMap(*(dict(scope) for scope in scopes), off))
    except ValidationError:
        return True


def problems(condition: Any, names: Mapping[str, str]) -> Iterator[Sentence]:
    """Return the faults of a condition that may name these fields, with the place in it."""
    if not isinstance(condition, dict):
        yield _l("A condition is an object with a field and an operator, or a group: all, any or not.")
        return
    try:
        validate(condition, names)
    except ValidationError as error:
        for path, sentences in error.details.items():
            yield from sentences if path == "rule" else (f"{path}: {sentence}" for sentence in sentences)


def _asks_for_switch(leaf: Mapping[str, Any]) -> bool:
    return isinstance(leaf["field"], str) and any(isinstance(leaf.get(word), bool) for word in ("eq", "ne"))
