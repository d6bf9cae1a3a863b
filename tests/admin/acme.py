"""The store of the admin's tests, as requests know it."""

from __future__ import annotations

from mtc.tenants.services import StoreInfo, store_lookup

SHOP_URL = "http://acme.localhost:8000"


def info() -> StoreInfo:
    """Acme as requests know it now."""
    store_lookup.clear()
    store = store_lookup.by_slug("acme")
    assert store is not None
    return store
