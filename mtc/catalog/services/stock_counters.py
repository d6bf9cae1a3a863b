"""Counters of the pools: keys left per variant, and whether a product can be bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import case, update

from mtc.catalog.events import StockLow, StockRestocked, StockReturned, StockSoldOut
from mtc.catalog.queries.denormalize_sources import lock_variants
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.services.price_summary import refresh_stock
from mtc.core.db import session
from mtc.core.events import emit
from mtc.tenants.services import bump_content_version


def count(changes: Mapping[UUID, int]) -> None:
    """Add the changes to `available` of the variants, sorted by id, and do what follows from it.

    Products are put in or out of stock, and shoppers' pages are renewed, when a variant runs low, runs
    out or comes back.
    """
    changed = {variant_id: change for variant_id, change in sorted(changes.items()) if change}
    if not changed:
        return
    touched: set[UUID] = set()
    visible = False
    for row in sorted(_add(changed), key=lambda variant: variant.id):
        before, after = row.available - changed[row.id], row.available
        if (before == 0) != (after == 0):
            touched.add(row.product_id)
        if (before <= row.low_at) != (after <= row.low_at):
            visible = True
        _announce(row.id, row.sku, before, after, row.low_at)
    if refresh_stock(touched) or visible or touched:
        bump_content_version(tenant_id())


def put_back(changes: Mapping[UUID, int]) -> None:
    """Count keys that came back into the pools, and tell whoever waits for some."""
    count(changes)
    for variant_id, returned in sorted(changes.items()):
        emit(StockReturned(entity_id=variant_id, variant_id=variant_id, returned=returned))


def _add(changes: Mapping[UUID, int]) -> Sequence[AnyRow]:
    """Raise `available` of all the variants in one statement."""
    if len(changes) > 1:
        # In a statement of its own: an update takes its rows in no order, and one that locks its own rows
        # first may wait for itself when rivals have changed them meanwhile.
        lock_variants(changes)
    return session.execute(
        update(_V)
        .where(_V.c.tenant_id == tenant_id(), _V.c.id.in_(changes))
        .values(available=_V.c.available + case(dict(changes), value=_V.c.id))
        .returning(_V.c.id, _V.c.available, _V.c.low_at, _V.c.product_id, _V.c.sku)
    ).all()


def _announce(variant_id: UUID, sku: str, before: int, after: int, low_at: int) -> None:
    event_type: type[StockSoldOut] | type[StockLow] | type[StockRestocked]
    if after == 0 < before:
        event_type = StockSoldOut
    elif after <= low_at < before:
        event_type = StockLow
    elif before == 0 < after:
        event_type = StockRestocked
    else:
        return
    emit(event_type(entity_id=variant_id, variant_id=variant_id, sku=sku, available=after, low_at=low_at))
