"""Checking what a provide-hook answers against the type that its specification declares."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

MOST_ITEMS = 200
LONGEST_TEXT = 5000


def fits_type(value: Any, annotation: Any) -> bool:
    """Return whether a value is of the type, to its last part, and of a size that a page can show."""
    if annotation is Any:
        return True
    if annotation in (None, NoneType):
        return value is None
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return any(fits_type(value, each) for each in inner)
    if origin is Literal:
        return value in inner
    if origin in (list, tuple, dict):
        return isinstance(value, origin) and len(value) <= MOST_ITEMS and _parts_fit(value, inner)
    if annotation is str:
        return isinstance(value, str) and len(value) <= LONGEST_TEXT
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, annotation):
        return False
    return not is_dataclass(annotation) or _fields_fit(value)


def _parts_fit(value: Any, inner: tuple[Any, ...]) -> bool:
    if isinstance(value, dict):
        names, parts = inner
        return all(fits_type(name, names) and fits_type(part, parts) for name, part in value.items())
    return all(fits_type(part, inner[0]) for part in value)


def _fields_fit(value: Any) -> bool:
    declared: Any = type(value)
    return all(fits_type(getattr(value, name), part) for name, part in _part_types(declared))


@cache
def _part_types(annotation: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(annotation)
    return tuple((field.name, hints[field.name]) for field in fields(annotation))
