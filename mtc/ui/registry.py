"""Data sources: where components get their data, registered by the domains above under dotted names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mtc.core.registry import Registry

# Takes the arguments of every request for the source on a page, and the page; one result per request.
Source = Callable[[Sequence[Mapping[str, Any]], Mapping[str, Any]], list[Any]]
sources: Registry[Source] = Registry("data source")
