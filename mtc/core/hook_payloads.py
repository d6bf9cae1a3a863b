"""Fields of hooks' payloads: which rules may look at, which may be changed, and which are personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from mtc.core.events import PERSONAL, optional_of
from mtc.core.hooks import CHANGEABLE
from mtc.core.rules import evaluate, fields_of

_RULE_TYPES: dict[Any, str] = {
    str: "text",
    UUID: "text",
    int: "number",
    bool: "boolean",
    datetime: "datetime",
    date: "date",
}


@dataclass(frozen=True, slots=True)
class PayloadField:
    """A field of a payload, its type without marks, and the marks."""

    name: str
    type: Any
    is_changeable: bool
    is_personal: bool


@cache
def payload_fields(payload: type) -> tuple[PayloadField, ...]:
    """The fields of a payload in their order; none for what is no dataclass."""
    if not is_dataclass(payload):
        return ()
    hints, marked = get_type_hints(payload), get_type_hints(payload, include_extras=True)
    return tuple(
        PayloadField(
            field.name,
            hints[field.name],
            CHANGEABLE in _marks(marked[field.name]),
            PERSONAL in _marks(marked[field.name]),
        )
        for field in fields(payload)
    )


def _marks(annotation: Any) -> tuple[Any, ...]:
    marks: tuple[Any, ...] = getattr(annotation, "__metadata__", ())
    return marks


def rule_fields(payload: type) -> dict[str, str]:
    """The fields that the rule of an implementation may look at, with their types (docs/rules.md)."""
    types = {field.name: _rule_type(field.type) for field in payload_fields(payload)}
    return {name: rule_type for name, rule_type in types.items() if rule_type}


def _rule_type(annotation: Any) -> str:
    inside = optional_of(annotation)
    annotation = annotation if inside is None else inside
    if get_origin(annotation) in (list, tuple):
        return "list" if get_args(annotation)[0] in (str, UUID) else ""
    return _RULE_TYPES.get(annotation, "")


def applies(when: Mapping[str, Any] | None, payload: Any) -> bool:
    """Return whether the rule of an implementation holds for the payload; one without a rule always does."""
    if not when:
        return True
    rule = dict(when)
    return evaluate(rule, {name: _plain(getattr(payload, name, None)) for name in fields_of(rule)})


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


def wrongly_changed(before: Any, after: Any) -> list[str]:
    """The fields that differ though a before-hook may not change them."""
    payload: Any = type(before)
    return [
        field.name
        for field in payload_fields(payload)
        if not field.is_changeable and getattr(before, field.name) != getattr(after, field.name)
    ]
