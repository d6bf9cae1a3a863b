"""The store of the running tenant, for those that are not told it, such as jobs and the admin."""

from __future__ import annotations

from uuid import UUID
from weakref import WeakKeyDictionary

from mtc.core.db import Scope, require_scope
from mtc.core.local_time import find_store_with
from mtc.tenants import queries
from mtc.tenants.services.store_lookup import StoreInfo, store_info

_known: WeakKeyDictionary[Scope, dict[UUID, StoreInfo | None]] = WeakKeyDictionary()


@find_store_with
def first_store(tenant_id: UUID) -> StoreInfo | None:
    """The tenant's first store, read once in a scope: as it was before what the scope changes."""
    stores = _known.setdefault(require_scope(), {})
    if tenant_id not in stores:
        rows = queries.stores_of(tenant_id)
        stores[tenant_id] = store_info(rows[0]) if rows else None
    return stores[tenant_id]
