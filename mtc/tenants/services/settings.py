"""Changing parts of what a store and its tenant keep as JSON, so that two changes at once keep both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import NotFoundError
from mtc.core.events import emit
from mtc.core.hook_calls import run_before
from mtc.core.i18n import _l
from mtc.core.tenancy import belongs_to_tenant
from mtc.tenants import queries
from mtc.tenants.events import BrandingUpdated
from mtc.tenants.hooks import BrandingChange
from mtc.tenants.models import Store
from mtc.tenants.services.content_version import bump_content_version
from mtc.tenants.services.page_addresses import MOVED_PAGES, moved_pages

# The key of a store's settings that says whether shoppers have seen it open.
HAS_BEEN_OPEN = "has_been_open"


def change_settings(tenant_id: UUID, store_id: UUID, parts: dict[str, Any]) -> Store:
    """Set these keys of the store's settings (None removes one); the others stay. Raises NotFoundError."""
    store = queries.store_for_change(tenant_id, store_id)
    if store is None:
        raise NotFoundError(_l("There is no such store."))
    if parts.get("pages") is not None:
        parts = {**parts, MOVED_PAGES: moved_pages(store.settings or {}, parts["pages"]) or None}
    changed = {**(store.settings or {}), **parts}
    store.settings = {name: value for name, value in changed.items() if value is not None}
    store.updated_at = clock.now()
    session.flush()
    bump_content_version(tenant_id)
    return store


def change_branding(tenant_id: UUID, parts: dict[str, Any]) -> dict[str, Any]:
    """Set these keys of the tenant's branding (None removes one); returns all of it. Raises NotFoundError."""
    run_before("before_branding_update", BrandingChange(dict(parts)))
    tenant = queries.tenant_for_change(tenant_id)
    if tenant is None:
        raise NotFoundError(_l("There is no such tenant."))
    changed = {**(tenant.branding or {}), **parts}
    tenant.branding = {name: value for name, value in changed.items() if value is not None}
    session.flush()
    bump_content_version(tenant_id)
    if belongs_to_tenant():
        emit(BrandingUpdated(changed=sorted(parts)))
    return dict(tenant.branding)


def set_opened(tenant_id: UUID, store_id: UUID, opened: bool) -> Store:
    """Open the store to shoppers, or close it; whether it may open is for the caller to judge."""
    store = queries.store_for_change(tenant_id, store_id)
    if store is None:
        raise NotFoundError(_l("There is no such store."))
    if opened != (store.opened_at is not None):
        store.updated_at = clock.now()
        store.opened_at = store.updated_at if opened else None
        store.settings = {**(store.settings or {}), HAS_BEEN_OPEN: True}
        session.flush()
        bump_content_version(tenant_id)
    return store
