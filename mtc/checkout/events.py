"""Events of carts. They are written down only where a plugin follows them: carts change all the time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _CartEvent(DomainEvent, entity="cart", permission="orders:read"):
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class CartAdded(_CartEvent, name="cart.added", label=_l("Put into a cart")):
    """A shopper put an item into a cart; `quantity` is how many of it the cart holds now."""


@dataclass(frozen=True, kw_only=True)
class CartUpdated(_CartEvent, name="cart.updated", label=_l("Cart changed")):
    """A shopper changed how many of an item the cart holds; 0 took it out."""
