"""Queries for entries of the audit log: newest first, filtered, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from mtc.audit.models import AuditEntry
from mtc.core.change_tracking import label_column
from mtc.core.db import Base, session
from mtc.core.paging import Page, decode_cursor, page_of
from mtc.tenants.models import Tenant

_E = AuditEntry


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of entries. `tenant_id` None looks across tenants and needs a platform scope."""

    tenant_id: UUID | None
    kind: str = ""
    actor: UUID | None = None
    object_type: str = ""
    object_id: str = ""
    visit: UUID | None = None
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    platform_only: bool = False


def entries(filters: Filters, cursor: str, limit: int) -> Page[AuditEntry]:
    """Entries newest first; `cursor` comes from the page before. Raises ValidationError for a bad one."""
    after = decode_cursor(cursor, (datetime, UUID)) if cursor else None
    return page_of(batch(filters, after, limit + 1), limit)


def batch(filters: Filters, after: tuple[Any, ...] | None, limit: int) -> Sequence[AuditEntry]:
    """Entries from the moment and id on, newest first."""
    query = select(_E).where(*_conditions(filters))
    if after is not None:
        query = query.where(tuple_(_E.created_at, _E.id) < after)
    return session.scalars(query.order_by(_E.created_at.desc(), _E.id.desc()).limit(limit)).all()


def entry(tenant_id: UUID | None, entry_id: UUID) -> AuditEntry | None:
    """One entry; with tenant_id None that of any tenant or of the platform, in a platform scope."""
    query = select(_E).where(_E.id == entry_id)
    if tenant_id is not None:
        query = query.where(_E.tenant_id == tenant_id)
    return session.scalars(query).first()


def actors(tenant_id: UUID | None, limit: int = 200) -> Sequence[Any]:
    """Return the people with entries: actor_id and actor_name, for the filter."""
    query = select(_E.actor_id, _E.actor_name).where(_E.actor_id.is_not(None)).distinct()
    if tenant_id is not None:
        query = query.where(_E.tenant_id == tenant_id)
    return session.execute(query.order_by(_E.actor_name, _E.actor_id).limit(limit)).all()


def object_types(tenant_id: UUID | None) -> Sequence[str]:
    """The types of things that entries are about, for the filter."""
    query = select(_E.object_type).where(_E.object_type != "").distinct()
    if tenant_id is not None:
        query = query.where(_E.tenant_id == tenant_id)
    return session.scalars(query.order_by(_E.object_type).limit(200)).all()


def tenant_names(ids: set[UUID]) -> dict[UUID, Any]:
    """Slug and name of these tenants; needs a platform scope."""
    query = select(Tenant.id, Tenant.slug, Tenant.name).where(Tenant.id.in_(ids))
    return {row.id: row for row in session.execute(query).all()}


def names_of(table_name: str, ids: set[UUID], tenant_id: UUID | None) -> dict[str, str]:
    """Return the labels of these rows of a table of tenants, by their ids as text; none for other tables."""
    table = Base.metadata.tables[table_name]
    label = label_column(table)
    if label is None or "tenant_id" not in table.columns or "id" not in table.columns:
        return {}
    query = select(table.c.id, label).where(table.c.id.in_(ids))
    if tenant_id is not None:
        query = query.where(table.c.tenant_id == tenant_id)
    return {str(row[0]): str(row[1]) for row in session.execute(query) if row[1]}


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.tenant_id is not None:
        conditions.append(_E.tenant_id == filters.tenant_id)
    if filters.platform_only:
        conditions.append(_E.tenant_id.is_(None))
    if filters.kind == "support":
        conditions.append(or_(_E.kind == "support", _E.visit_id.is_not(None)))
    for column, value in (
        (_E.kind, "" if filters.kind == "support" else filters.kind),
        (_E.object_type, filters.object_type),
        (_E.object_id, filters.object_id),
        (_E.actor_id, filters.actor),
        (_E.visit_id, filters.visit),
    ):
        if value:
            conditions.append(column == value)
    if filters.since is not None:
        conditions.append(_E.created_at >= filters.since)
    if filters.until is not None:
        conditions.append(_E.created_at < filters.until)
    if filters.text:
        conditions += [
            _E.search_text.contains(word, autoescape=True) for word in filters.text.lower().split()[:8]
        ]
    return conditions
