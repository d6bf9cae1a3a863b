"""JSON Schemas of events, and which of their fields are personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from mtc.core.events import PERSONAL, DomainEvent, optional_of, payload_types, required_fields
from mtc.core.i18n import source_text

_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
}


def personal_fields(cls: type[DomainEvent]) -> frozenset[str]:
    """The fields of the payload that tell something of a person."""
    hints = get_type_hints(cls, include_extras=True)
    marked = (name for name in payload_types(cls) if PERSONAL in getattr(hints[name], "__metadata__", ()))
    return frozenset(marked)


def schema_of(cls: type[DomainEvent]) -> dict[str, Any]:
    """JSON Schema (2020-12) of an event's payload."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": cls.event_name,
        "description": source_text(cls.label),
        "type": "object",
        "properties": {name: _schema(annotation) for name, annotation in payload_types(cls).items()},
        "required": sorted(required_fields(cls)),
    }


def _schema(annotation: Any) -> dict[str, Any]:
    if annotation in _SCALARS:
        return dict(_SCALARS[annotation])
    if (inside := optional_of(annotation)) is not None:
        return _schema(inside)  # None is left out
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (list, tuple):
        return {"type": "array", "items": _schema(inner[0])}
    if origin is dict:
        return {"type": "object"}
    raise TypeError(f"{annotation} cannot be the type of a field of an event")
