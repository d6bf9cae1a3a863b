"""Data sources of pricing for pages: prices of the catalogue's cards, by the rules of the tenant."""

from __future__ import annotations

from collections.abc import Sequence

from mtc.catalog.registry import Offer, Shown, pricers, unit_prices
from mtc.pricing.services import price_many
from mtc.pricing.services.statements import unit_price

unit_prices.register("rules", unit_price)


@pricers.add("rules")
def shown_prices(offers: Sequence[Offer]) -> list[Shown]:
    """Return the price of one piece of each offer for the running shopper."""
    results = price_many([(offer, 1) for offer in offers])
    return [Shown(result.unit, result.base, tuple(result.trace)) for result in results]
