"""Data sources and references: what the domains above give to components, under dotted names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mtc.core.registry import Registry

# Takes the arguments of every request for the source on a page, and the page mapping (docs/pages.md); one
# result per request. Sources of plugins may take their context before these, as `ctx`.
Source = Callable[..., list[Any]]
sources: Registry[Source] = Registry("data source")

personal_sources: set[str] = set()
"""Those of MTC that tell about one person; a page that asks one of them is kept for nobody else."""

# What properties of a kind of reference (format "media-ref": kind media) become before a component sees
# them: ids -> values for those that exist. Kept with the resolved page.
Lookup = Callable[[Sequence[str]], Mapping[str, Any]]
references: Registry[Lookup] = Registry("kind of reference")
