"""Queries of the log of plugins' calls."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from mtc.core.db import session
from mtc.plugins.models import Plugin, PluginCall


def calls(
    tenant_id: UUID, slug: str, *, outcomes: Sequence[str] = (), before: UUID | None = None, limit: int = 50
) -> Sequence[PluginCall]:
    """The logged calls of a plugin, newest first; those before an entry, for paging."""
    query = (
        select(PluginCall)
        .join(Plugin, Plugin.id == PluginCall.plugin_id)
        .where(PluginCall.tenant_id == tenant_id, Plugin.slug == slug)
    )
    if outcomes:
        query = query.where(PluginCall.outcome.in_(outcomes))
    if before is not None:
        query = query.where(PluginCall.id < before)
    return session.scalars(query.order_by(PluginCall.id.desc()).limit(limit)).all()


def full_call_logs(most: int) -> list[tuple[UUID, UUID, UUID]]:
    """(tenant, plugin, oldest entry to keep) of the logs with more than `most` entries."""
    counted = (
        select(PluginCall.tenant_id, PluginCall.plugin_id)
        .group_by(PluginCall.tenant_id, PluginCall.plugin_id)
        .having(func.count() > most)
    )
    full = []
    for tenant_id, plugin_id in session.execute(counted).all():
        oldest = (
            select(PluginCall.id)
            .where(PluginCall.tenant_id == tenant_id, PluginCall.plugin_id == plugin_id)
            .order_by(PluginCall.id.desc())
            .offset(most - 1)
            .limit(1)
        )
        full.append((tenant_id, plugin_id, session.scalars(oldest).one()))
    return full
