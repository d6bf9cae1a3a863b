"""Addresses put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def with_query(path: str, parameters: Mapping[str, Any]) -> str:
    """The path with those parameters that say something."""
    query = urlencode({name: value for name, value in parameters.items() if value not in ("", None)})
    return f"{path}?{query}" if query else path
