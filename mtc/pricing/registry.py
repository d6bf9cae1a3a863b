"""Variables of pricing rules, and the kinds of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mtc.catalog.registry import Offer
from mtc.core import local_time
from mtc.core.i18n import Sentence
from mtc.core.registry import Registry

# What the condition `when` of a rule may name, with the types of the condition language.
VARIABLES = {
    "quantity": "number",
    "price": "number",
    "product.type": "text",
    "product.sku": "text",
    "customer.role": "text",
    "customer.tier": "text",
    "customer.registered": "boolean",
    "now": "datetime",
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """The buyer: the slug and the price tier of the customer's role, and whether there is an account."""

    role: str = ""
    tier: str = ""
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about the purchase to price."""

    offer: Offer
    quantity: int
    buyer: Buyer
    now: datetime
    recurring: bool = False

    @property
    def local(self) -> datetime:
        """The moment on the store's clock."""
        return local_time.local(self.now)

    def data(self) -> dict[str, Any]:
        """The facts under the names of VARIABLES."""
        return {
            "quantity": self.quantity,
            "price": self.offer.price,
            "product.type": self.offer.type_slug,
            "product.sku": self.offer.sku,
            "customer.role": self.buyer.role,
            "customer.tier": self.buyer.tier,
            "customer.registered": self.buyer.registered,
            "now": self.local,
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rule: when it holds, and what is wrong with its conditions (field -> sentences)."""

    label: str
    holds: Callable[[Mapping[str, Any], Facts], bool]
    faults: Callable[[Mapping[str, Any]], dict[str, list[Sentence]]]
    keys: tuple[str, ...] = ()


kinds: Registry[Kind] = Registry("kind of pricing rule")
