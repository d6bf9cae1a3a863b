"""Queries of what plugins keep for tenants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select

from mtc.core.db import session
from mtc.plugins.models import PluginInbox, PluginState


def state(tenant_id: UUID, plugin_id: UUID, key: str) -> PluginState | None:
    """Return the plugin's value under a key, or None."""
    query = select(PluginState).where(
        PluginState.tenant_id == tenant_id, PluginState.plugin_id == plugin_id, PluginState.key == key
    )
    # Changed by statements of its own: what was loaded before may be old.
    return session.scalars(query.execution_options(populate_existing=True)).first()


def states(tenant_id: UUID, plugin_id: UUID, prefix: str, after: str, limit: int) -> Sequence[PluginState]:
    """The plugin's values under keys that begin so, by key, from behind the key `after`."""
    query = select(PluginState).where(
        PluginState.tenant_id == tenant_id,
        PluginState.plugin_id == plugin_id,
        PluginState.key.startswith(prefix, autoescape=True),
        PluginState.key > after,
    )
    query = query.order_by(PluginState.key).limit(limit)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def notification(tenant_id: UUID, row_id: UUID) -> PluginInbox | None:
    """Return a notification to a plugin, or None."""
    return session.get(PluginInbox, (tenant_id, row_id))


def _rows(source: Table, tenant_id: UUID, plugin_id: UUID | None) -> list[ColumnElement[bool]]:
    conditions = [source.c.tenant_id == tenant_id]
    return conditions if plugin_id is None else [*conditions, source.c.plugin_id == plugin_id]


def rows_in(source: Table, tenant_id: UUID, plugin_id: UUID | None = None) -> int:
    """The number of rows of the table that are the tenant's, and the plugin's."""
    query = select(func.count()).select_from(source).where(*_rows(source, tenant_id, plugin_id))
    return int(session.execute(query).scalar_one())


def ids_in(source: Table, tenant_id: UUID, most: int, *conditions: ColumnElement[bool]) -> Sequence[UUID]:
    """The ids of some rows of the tenant."""
    query = select(source.c.id).where(source.c.tenant_id == tenant_id, *conditions).limit(most)
    return session.execute(query).scalars().all()


def batch_of(
    source: Table, tenant_id: UUID, after: UUID | None, most: int, plugin_id: UUID | None = None
) -> list[dict[str, Any]]:
    """The next rows of the table in the order of their ids."""
    query = select(source).where(*_rows(source, tenant_id, plugin_id)).order_by(source.c.id).limit(most)
    if after is not None:
        query = query.where(source.c.id > after)
    return [dict(row._mapping) for row in session.execute(query)]
