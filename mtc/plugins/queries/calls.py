"""Queries of the log of plugins' calls."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, page_of
from mtc.plugins.models import Plugin, PluginCall


def calls(
    tenant_id: UUID, slug: str, *, outcomes: Sequence[str] = (), cursor: str = "", limit: int = 50
) -> Page[PluginCall]:
    """The logged calls of a plugin, newest first; raises ValidationError for a bad cursor."""
    query = (
        select(PluginCall)
        .join(Plugin, Plugin.id == PluginCall.plugin_id)
        .where(PluginCall.tenant_id == tenant_id, Plugin.slug == slug)
    )
    if outcomes:
        query = query.where(PluginCall.outcome.in_(outcomes))
    if cursor:
        query = query.where(PluginCall.id < decode_cursor(cursor, (UUID,))[0])
    rows = session.scalars(query.order_by(PluginCall.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit, "id")


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
