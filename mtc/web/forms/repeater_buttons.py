"""The buttons of a repeater as plain submit buttons: add, remove, duplicate, move up, move down."""

import copy
from typing import Any

from mtc.core.fields import Field, FieldSet
from mtc.core.fields.cleaning import MAX_ITEMS

OPERATION = "_op"


def apply_operation(fieldset: FieldSet, data: dict[str, Any], operation: str) -> dict[str, Any]:
    """A copy of the data with one button's work done: `slides-add`, `slides-0-remove`, -duplicate, -up.

    An operation that means nothing here, such as moving the first row up, changes nothing.
    """
    changed = copy.deepcopy(data)
    *steps, verb = operation.split("-")
    row = int(steps.pop()) if steps and _is_row(steps[-1]) else None
    target = _find(fieldset.fields, changed, steps)
    if target is None:
        return changed
    field, rows = target
    room = len(rows) < (field.max_items or MAX_ITEMS)
    if verb == "add" and row is None and room:
        rows.append({})
    elif row is not None and row < len(rows):
        _change(rows, row, verb, room)
    return changed


def _change(rows: list[Any], row: int, verb: str, room: bool) -> None:
    if verb == "remove":
        del rows[row]
    elif verb == "duplicate" and room:
        rows.insert(row + 1, copy.deepcopy(rows[row]))
    elif verb in ("up", "down"):
        other = row - 1 if verb == "up" else row + 1
        if 0 <= other < len(rows):
            rows[row], rows[other] = rows[other], rows[row]


def _is_row(step: str) -> bool:
    return step.isascii() and step.isdecimal() and len(step) < 7


def _find(fields: tuple[Field, ...], data: Any, steps: list[str]) -> tuple[Field, list[Any]] | None:
    """The repeater that the steps lead to, with its rows in the data."""
    if not steps or not isinstance(data, dict):
        return None
    field = next((part for part in fields if part.key == steps[0]), None)
    if field is None or field.kind not in ("repeater", "group"):
        return None
    if field.kind == "group":
        return _find(field.fields, data.setdefault(field.key, {}), steps[1:])
    rows = data.setdefault(field.key, [])
    if len(steps) == 1:
        return field, rows
    inside = _is_row(steps[1]) and int(steps[1]) < len(rows)
    return _find(field.fields, rows[int(steps[1])], steps[2:]) if inside else None
