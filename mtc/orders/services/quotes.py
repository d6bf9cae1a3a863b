"""Quotes: the price of variants together, and its reasons; the same figures in cart and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.core.i18n import _, _l, ngettext
from mtc.orders.queries import Sellable, sellables
from mtc.orders.services.price_lookup import Priced, price_all

LARGEST_QUANTITY = 100
GONE = _l("This is no longer sold. Remove it to go on.")
SOLD_OUT = _l("Sold out. Remove it to go on.")


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line with its price; `problem` is a sentence for the shopper when it cannot be bought so."""

    variant_id: UUID
    quantity: int
    sellable: Sellable | None
    priced: Priced
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """All lines and their sums, in minor units of the currency."""

    currency: str
    lines: tuple[QuoteLine, ...]
    subtotal: int
    total: int
    trace: list[dict[str, Any]] = field(default_factory=list)

    @property
    def discount(self) -> int:
        """The amount that rules have taken off."""
        return self.subtotal - self.total

    @property
    def problems(self) -> dict[str, list[str]]:
        """Sentences by variant id; empty when everything can be bought."""
        return {str(line.variant_id): [line.problem] for line in self.lines if line.problem}


def _problem(sellable: Sellable | None, quantity: int, currency: str) -> str:
    if sellable is None or not sellable.on_sale or sellable.currency != currency:
        return str(GONE)
    if not 1 <= quantity <= LARGEST_QUANTITY:
        return _("Choose a quantity from 1 to %(most)s.", most=LARGEST_QUANTITY)
    if sellable.most == 0:
        return str(SOLD_OUT)
    if quantity > sellable.most:
        return ngettext(
            "Only %(num)s left. Choose %(num)s or fewer.",
            "Only %(num)s left. Choose %(num)s or fewer.",
            sellable.most,
        )
    return ""


def quote(
    quantities: Sequence[tuple[UUID, int]],
    currency: str,
    customer_id: UUID | None = None,
    sellable_by_id: Mapping[UUID, Sellable] | None = None,
) -> Quote:
    """Price (variant id, quantity) pairs; a line that cannot be bought costs nothing and says why.

    `known` is what the variants are, where that has been asked already.
    """
    if sellable_by_id is None:
        sellable_by_id = sellables(variant_id for variant_id, _quantity in quantities)
    problems = [
        _problem(sellable_by_id.get(variant_id), quantity, currency) for variant_id, quantity in quantities
    ]
    buyable = [
        (sellable_by_id[variant_id], quantity)
        for (variant_id, quantity), problem in zip(quantities, problems, strict=True)
        if not problem
    ]
    prices = iter(price_all(buyable, customer_id))
    lines = tuple(
        QuoteLine(
            variant_id,
            quantity,
            sellable_by_id.get(variant_id),
            Priced() if problem else next(prices),
            problem,
        )
        for (variant_id, quantity), problem in zip(quantities, problems, strict=True)
    )
    return Quote(
        currency,
        lines,
        subtotal=sum(line.priced.base * line.quantity for line in lines),
        total=sum(line.priced.total for line in lines),
    )
