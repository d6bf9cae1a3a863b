"""What floors above tell the catalogue: how an offer is priced for the person who looks at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant as far as its price is concerned. Amounts are minor units of `currency`."""

    variant_id: UUID
    product_id: UUID
    type_slug: str
    collection_ids: frozenset[UUID]
    price: int
    compare_at: int | None
    currency: str
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The price of one piece as shown: `base` is the list price, `trace` says how it came about."""

    unit: int
    base: int
    trace: tuple[dict[str, Any], ...] = ()


Pricer = Callable[[Sequence[Offer]], list[Shown]]
pricers: Registry[Pricer] = Registry("pricer")


def show_prices(offers: Sequence[Offer]) -> list[Shown]:
    """What one piece of each offer costs now for the running actor; without a pricer, its list price."""
    pricer = pricers.find("rules")
    if pricer is None:
        return [Shown(offer.price, offer.price) for offer in offers]
    return pricer(offers)
