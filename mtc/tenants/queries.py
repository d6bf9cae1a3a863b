"""Queries for tenants and stores."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select

from mtc.core.db import session
from mtc.tenants.models import Domain, LegalPage, Store, Tenant

_STORE_COLUMNS = (
    Tenant.id.label("tenant_id"),
    Tenant.slug.label("tenant_slug"),
    Tenant.name.label("tenant_name"),
    Tenant.status.label("tenant_status"),
    Tenant.settings.label("tenant_settings"),
    Tenant.branding.label("branding"),
    Tenant.content_version,
    Store.id.label("store_id"),
    Store.slug,
    Store.name,
    Store.tagline,
    Store.email,
    Store.country,
    Store.timezone,
    Store.currency,
    Store.locale,
    Store.locales,
    Store.theme_slug,
    Store.status.label("store_status"),
    Store.mode,
    Store.settings.label("store_settings"),
    Store.opened_at,
    Domain.host.label("primary_host"),
)


def _stores() -> Any:
    primary = and_(
        Domain.tenant_id == Store.tenant_id,
        Domain.store_id == Store.id,
        Domain.is_primary.is_(True),
        Domain.verified_at.is_not(None),
    )
    return (
        select(*_STORE_COLUMNS)
        .join(Tenant, Tenant.id == Store.tenant_id)
        .outerjoin(Domain, primary)
        .where(Tenant.status != "deleted")
    )


def store_by_slug(slug: str) -> Row[Any] | None:
    """The store of that slug with its tenant, or None; needs a platform scope."""
    return session.execute(_stores().where(Store.slug == slug)).first()


def store_by_host(host: str) -> Row[Any] | None:
    """The store that a verified host name leads to, or None; needs a platform scope."""
    owner = (
        select(Domain.store_id).where(Domain.host == host, Domain.verified_at.is_not(None)).scalar_subquery()
    )
    return session.execute(_stores().where(Store.id == owner)).first()


def all_stores() -> list[Row[Any]]:
    """Every store with its tenant, for the directory page; needs a platform scope."""
    return list(session.execute(_stores().order_by(Store.created_at, Store.id)).all())


def stores_of(tenant_id: UUID) -> list[Row[Any]]:
    """The stores of one tenant; needs a platform scope or the tenant's."""
    return list(
        session.execute(_stores().where(Store.tenant_id == tenant_id).order_by(Store.created_at)).all()
    )


def versions_since(moment: datetime | None) -> list[tuple[UUID, int]]:
    """(tenant id, content version) of tenants changed since the moment (None: of all)."""
    query = select(Tenant.id, Tenant.content_version)
    if moment is not None:
        query = query.where(or_(Tenant.updated_at >= moment, Tenant.updated_at.is_(None)))
    return [(row.id, row.content_version) for row in session.execute(query).all()]


def tenant_by_slug(slug: str) -> Tenant | None:
    """The tenant of that slug, or None; needs a platform scope."""
    return session.scalars(select(Tenant).where(Tenant.slug == slug)).first()


def tenant_by_id(tenant_id: UUID) -> Tenant | None:
    """The tenant, or None."""
    return session.scalars(select(Tenant).where(Tenant.id == tenant_id)).first()


def active_tenants() -> list[UUID]:
    """Tenants that are open for business; needs a platform scope."""
    return list(session.scalars(select(Tenant.id).where(Tenant.status == "active")).all())


def domain_of_store(tenant_id: UUID, store_id: UUID, host: str) -> Domain | None:
    """The domain of that host that was claimed for the store, or None."""
    return session.scalars(
        select(Domain).where(
            Domain.tenant_id == tenant_id, Domain.store_id == store_id, Domain.host == host.strip().lower()
        )
    ).first()


def store_for_change(tenant_id: UUID, store_id: UUID) -> Store | None:
    """The store, locked until the transaction ends, or None."""
    query = select(Store).where(Store.tenant_id == tenant_id, Store.id == store_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()


def tenant_for_change(tenant_id: UUID) -> Tenant | None:
    """The tenant, locked until the transaction ends, or None."""
    query = select(Tenant).where(Tenant.id == tenant_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()


def legal_pages(tenant_id: UUID, store_id: UUID) -> list[LegalPage]:
    """The legal texts that a store has, drafts among them."""
    query = select(LegalPage).where(LegalPage.tenant_id == tenant_id, LegalPage.store_id == store_id)
    return list(session.scalars(query.order_by(LegalPage.kind, LegalPage.locale)).all())


def legal_page(tenant_id: UUID, store_id: UUID, kind: str, locale: str) -> LegalPage | None:
    """One legal text of a store, or None."""
    query = select(LegalPage).where(
        LegalPage.tenant_id == tenant_id,
        LegalPage.store_id == store_id,
        LegalPage.kind == kind,
        LegalPage.locale == locale,
    )
    return session.scalars(query).first()
