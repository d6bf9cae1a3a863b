"""`ctx.store` and `ctx.stores()`: the stores of the tenant as plugins see them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from uuid import UUID

from flask import current_app

from mtc.core.local_time import zone_of
from mtc.core.store_info import StoreInfo
from mtc.tenants import queries
from mtc.tenants.services import store_url
from mtc.tenants.services.store_lookup import store_info

_COPIED = tuple(field.name for field in fields(StoreInfo))


@dataclass(frozen=True, slots=True)
class StoreView(StoreInfo):
    """A store: what StoreInfo tells of it, its address without a trailing slash and its time zone."""

    url: str = ""
    zone: str = "UTC"


def store_view(store: StoreInfo) -> StoreView:
    """The store as plugins see it."""
    values = {name: getattr(store, name) for name in _COPIED}
    url = store_url(store, current_app.config["MTC"].public_url)
    return StoreView(**values, url=url, zone=zone_of(store).key)


def stores_of(tenant_id: UUID) -> list[StoreView]:
    """The stores of the tenant, the first one first."""
    return [store_view(store_info(row)) for row in queries.stores_of(tenant_id)]
