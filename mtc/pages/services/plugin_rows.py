"""Rows of the components that plugins bring; what has not changed is not written."""

from __future__ import annotations

from uuid import UUID

from mtc.core import clock
from mtc.core.db import session
from mtc.pages import queries
from mtc.pages.models import Component
from mtc.pages.services.plugin_components import components_of, digest, row_of
from mtc.plugins.registry import LoadedPlugin


def record_components(plugin: LoadedPlugin, plugin_id: UUID) -> int:
    """Write the components of a plugin; returns how many were written. Needs a platform scope.

    Those that it no longer has keep their rows, because merchants' widgets refer to them; no page shows them.
    """
    rows = {row.slug: row for row in queries.components_of_plugin(plugin_id)}
    written = 0
    for slug, component in components_of(plugin.slug).items():
        row, hashed = rows.get(slug), digest(component)
        if row is not None and row.source_hash == hashed:
            continue
        if row is None:
            row = Component(tenant_id=None, is_system=False, plugin_id=plugin_id, slug=slug)
            session.add(row)
        for name, value in row_of(component).items():
            setattr(row, name, value)
        row.dependencies, row.source_hash, row.updated_at = [], hashed, clock.now()
        written += 1
    session.flush()
    return written
