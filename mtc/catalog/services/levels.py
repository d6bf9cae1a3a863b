"""The counters that follow the pools: keys left per variant, and whether a product can be bought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import exists, or_, update

from mtc.catalog.queries.building import lock_products
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import PRODUCTS as _P
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.core.db import session
from mtc.events.services import emit
from mtc.tenants.services import touch_content


def count(changes: Mapping[UUID, int]) -> None:
    """Add the changes to `available` of the variants, sorted by id, and do what follows from it.

    Products are put in or out of stock, and shoppers' pages are renewed, when a variant runs low, runs
    out or comes back.
    """
    tenant = tenant_id()
    touched: set[UUID] = set()
    visible = False
    for variant_id, change in sorted(changes.items()):
        if change == 0:
            continue
        row = session.execute(
            update(_V)
            .where(_V.c.tenant_id == tenant, _V.c.id == variant_id)
            .values(available=_V.c.available + change)
            .returning(_V.c.available, _V.c.low_at, _V.c.product_id, _V.c.sku)
        ).one()
        before, after = row.available - change, row.available
        if (before == 0) != (after == 0):
            touched.add(row.product_id)
        if (before <= row.low_at) != (after <= row.low_at):
            visible = True
        _announce(variant_id, row.sku, before, after, row.low_at)
    if refresh_in_stock(touched) or visible or touched:
        touch_content(tenant)


def _announce(variant_id: UUID, sku: str, before: int, after: int, low_at: int) -> None:
    data = {"variant_id": str(variant_id), "sku": sku, "available": after, "low_at": low_at}
    if after == 0 < before:
        emit("stock.sold_out", entity=_Variant(variant_id), entity_type="productvariant", data=data)
    elif after <= low_at < before:
        emit("stock.low", entity=_Variant(variant_id), entity_type="productvariant", data=data)
    elif before == 0 < after:
        emit("stock.restocked", entity=_Variant(variant_id), entity_type="productvariant", data=data)


class _Variant:
    """Stands for the row in an event, where loading it would cost a statement."""

    def __init__(self, variant_id: UUID) -> None:
        self.id = variant_id


def refresh_in_stock(product_ids: Iterable[UUID]) -> bool:
    """Recompute `in_stock` of the products; whether any changed."""
    ids = sorted(set(product_ids))
    if not ids:
        return False
    tenant = tenant_id()
    mine = (_P.c.tenant_id == tenant) & _P.c.id.in_(ids)
    # The lock comes first, in a statement of its own: what the next one sees includes whatever a rival
    # that held it has committed, so two variants that run out together cannot each count on the other.
    lock_products(ids)
    sellable = exists().where(
        _V.c.tenant_id == tenant,
        _V.c.product_id == _P.c.id,
        _V.c.is_active.is_(True),
        or_(_V.c.stock_source != "pool", _V.c.available > 0),
    )
    changed = session.execute(
        update(_P)
        .where(mine, _P.c.in_stock != sellable)
        .values(in_stock=sellable)
        .returning(_P.c.id)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.all())
