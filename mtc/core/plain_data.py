"""Read models as plain data, where templates of tenants and JSON get them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def plain(value: Any) -> Any:
    """The value with every dataclass in it as a dict and every tuple as a list."""
    cls: Any = type(value)
    if cls is dict:
        return {key: plain(item) for key, item in value.items()}
    if cls is list or cls is tuple:
        return [plain(item) for item in value]
    names = _names(cls)
    return value if names is None else {name: plain(getattr(value, name)) for name in names}


@cache
def _names(cls: type[Any]) -> tuple[str, ...] | None:
    return tuple(item.name for item in fields(cls)) if is_dataclass(cls) else None
