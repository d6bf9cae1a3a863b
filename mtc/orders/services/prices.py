"""The way from orders to the price calculator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.orders.queries import Sellable


@dataclass(frozen=True, slots=True)
class Priced:
    """What a line costs in minor units: each, together, before any rule, and the steps that led there."""

    unit_price: int = 0
    total: int = 0
    base: int = 0
    trace: list[dict[str, Any]] = field(default_factory=list)


def price_all(lines: Sequence[tuple[Sellable, int]], currency: str, customer_id: UUID | None) -> list[Priced]:
    """The price of each (variant, quantity), by the tenant's rules for this customer."""
    return [
        Priced(
            unit_price=one.price,
            total=one.price * quantity,
            base=one.price,
            trace=[{"kind": "base", "label": "Price", "amount": one.price}],
        )
        for one, quantity in lines
    ]
