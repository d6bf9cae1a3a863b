"""Columns that a product repeats of its variants: prices of those that can be bought, and whether any can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update

from mtc.catalog.queries import denormalize_sources
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import PRODUCTS as _P
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session


def repeated(variants: Sequence[AnyRow]) -> dict[str, Any]:
    """{price_from, price_to, compare_at, in_stock} of active variants; sold-out ones count where all are."""
    buyable = [row for row in variants if can_be_bought(row)]
    counted = buyable or variants
    if not counted:
        return {"price_from": 0, "price_to": 0, "compare_at": None, "in_stock": False}
    cheapest = min(counted, key=lambda row: row.price)
    was = (cheapest.price_data or {}).get("compare_at")
    return {
        "price_from": cheapest.price,
        "price_to": max(row.price for row in counted),
        "compare_at": was if was is not None and was > cheapest.price else None,
        "in_stock": bool(buyable),
    }


def offer(row: AnyRow) -> dict[str, Any]:
    """A variant as the card of its product repeats it; `out` marks one that is sold out."""
    compare_at = (row.price_data or {}).get("compare_at")
    shown = {"id": str(row.id), "sku": row.sku, "price": row.price, "compare_at": compare_at}
    return shown if can_be_bought(row) else {**shown, "out": True}


def can_be_bought(row: AnyRow) -> bool:
    """Return whether an active variant is in stock."""
    return row.stock_source != "pool" or row.available > 0


def refresh_stock(product_ids: Iterable[UUID]) -> bool:
    """Bring what the products repeat up to date, after the stock of variants; whether any changed."""
    ids = sorted(set(product_ids))
    if not ids:
        return False
    # The lock comes first, in a statement of its own: what the next one sees includes whatever a rival
    # that held it has committed, so two variants that run out together cannot each count on the other.
    denormalize_sources.lock_products(ids)
    variants = denormalize_sources.active_variants(ids)
    changes = []
    for row in denormalize_sources.cards(ids):
        own = variants.get(row.id, [])
        card = {**(row.card or {}), "offers": [offer(variant) for variant in own]}
        values = repeated(own)
        if card != row.card or values["in_stock"] != row.in_stock:
            changes.append({"tenant": tenant_id(), "product": row.id, "card": card, **values})
    if changes:
        write_products(changes, ("price_from", "price_to", "compare_at", "in_stock", "card"))
    return bool(changes)


def write_products(changes: list[dict[str, Any]], names: Sequence[str]) -> None:
    """Write these columns of several products; each change names its tenant and product."""
    session.connection().execute(
        update(_P)
        .where(_P.c.tenant_id == bindparam("tenant"), _P.c.id == bindparam("product"))
        .values({name: bindparam(name) for name in names}),
        changes,
    )
