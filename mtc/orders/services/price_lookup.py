"""The way from orders to the price calculator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.catalog.queries.variants import collection_ids
from mtc.catalog.registry import Offer
from mtc.core.context import current
from mtc.orders.queries import Sellable
from mtc.pricing.services import Buyer, buyer_of, price_many

_SHOPPERS = ("anonymous", "customer")


@dataclass(frozen=True, slots=True)
class Priced:
    """A line's price in minor units: each, together, before any rule, and the steps that led there."""

    unit_price: int = 0
    total: int = 0
    base: int = 0
    trace: list[dict[str, Any]] = field(default_factory=list)


def price_all(lines: Sequence[tuple[Sellable, int]], customer_id: UUID | None) -> list[Priced]:
    """The price of each (variant, quantity) for the running shopper.

    Where staff or a program buys for a customer, it is that customer's price.
    """
    buyer: Buyer | None = None
    if customer_id is not None and current().actor.kind not in _SHOPPERS:
        buyer = buyer_of(customer_id)
    results = price_many([(_offer(sellable), quantity) for sellable, quantity in lines], buyer=buyer)
    return [Priced(result.unit, result.total, result.base, result.trace) for result in results]


def _offer(sellable: Sellable) -> Offer:
    return Offer(
        variant_id=sellable.variant_id,
        product_id=sellable.product_id,
        type_slug=sellable.type_slug,
        collection_ids=collection_ids(sellable.product_card),
        price=sellable.price,
        compare_at=(sellable.price_data or {}).get("compare_at"),
        currency=sellable.currency,
        sku=sellable.sku,
    )
