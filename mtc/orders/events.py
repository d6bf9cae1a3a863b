"""Events of orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.events import DomainEvent, Personal
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class OrderEvent(DomainEvent, entity="order", permission="orders:read"):
    """Base of what happens to an order."""

    @property
    def order_id(self) -> UUID:
        """The id of the order."""
        assert self.entity_id is not None
        return self.entity_id


@dataclass(frozen=True, kw_only=True)
class OrderCreated(OrderEvent, name="order.created", label=_l("Ordered")):
    """An order was placed; `total` in minor units."""

    number: str
    total: int
    currency: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class OrderStatusChanged(OrderEvent):
    """Base of the events that are a change of the order's status; `total` in minor units."""

    number: str
    status: str
    total: int
    currency: str
    previous: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderPaid(OrderStatusChanged, name="order.paid", label=_l("Paid")):
    """An order was paid; `free` when it cost nothing."""

    payment_id: UUID | None = None
    free: bool | None = None


@dataclass(frozen=True, kw_only=True)
class OrderFulfilled(OrderStatusChanged, name="order.fulfilled", label=_l("Everything delivered")):
    """Everything of an order was delivered."""


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderStatusChanged, name="order.cancelled", label=_l("Cancelled")):
    """An order was cancelled before it was paid."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderExpired(OrderStatusChanged, name="order.expired", label=_l("Not paid in time")):
    """An order was not paid in time; what it held is for sale again."""


@dataclass(frozen=True, kw_only=True)
class _OrderRefunded(OrderStatusChanged):
    """`amount` in minor units; `lines` are {id, quantity}."""

    amount: int
    lines: list[dict[str, Any]]
    reason: Personal[str]


@dataclass(frozen=True, kw_only=True)
class OrderPartiallyRefunded(_OrderRefunded, name="order.partially_refunded", label=_l("Partly refunded")):
    """A part of an order was refunded."""


@dataclass(frozen=True, kw_only=True)
class OrderRefunded(_OrderRefunded, name="order.refunded", label=_l("Refunded")):
    """All that was left of an order was refunded."""


@dataclass(frozen=True, kw_only=True)
class OrderCorrected(OrderEvent, name="order.corrected", label=_l("Buyer's details corrected")):
    """The buyer's details were corrected before the order was paid."""

    number: str


@dataclass(frozen=True, kw_only=True)
class OrderAttention(OrderEvent, name="order.attention", label=_l("Needs attention")):
    """A person has to look at an order; `reason` is a sentence."""

    number: str
    reason: str
    amount: int | None = None
    missing: dict[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class OrderClaimed(
    DomainEvent,
    name="order.claimed",
    label=_l("Guest orders claimed"),
    entity="customer",
    permission="orders:read",
):
    """Guest orders of a verified address became the customer's."""

    orders: int


@dataclass(frozen=True, kw_only=True)
class OrderUnlocked(OrderEvent, name="order.unlocked", label=_l("Opened on another device by a mailed code")):
    """A browser that did not know the order proved to have its mail."""


@dataclass(frozen=True, kw_only=True)
class OrderDevicesForgotten(OrderEvent, name="order.devices_forgotten", label=_l("Known devices forgotten")):
    """Every browser is asked for a code again."""

    devices: int


@dataclass(frozen=True, kw_only=True)
class OrderKeyRevealed(OrderEvent, name="order.key_revealed", label=_l("Key revealed")):
    """A key was shown to its owner; `together` is the event of all that were revealed at once."""

    order_item_id: UUID
    unit: UUID
    first: bool
    ip: Personal[str]
    text: str
    together: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class OrderKeysRevealed(OrderEvent, name="order.keys_revealed", label=_l("Keys revealed")):
    """Several keys were shown or downloaded at once; `first` of them for the first time."""

    count: int
    first: int
    how: str
    ip: Personal[str]
    text: str


@dataclass(frozen=True, kw_only=True)
class OrderKeyReplaced(OrderEvent, name="order.key_replaced", label=_l("Key replaced")):
    """A faulty key (`unit`) was replaced by another one (`by`)."""

    order_item_id: UUID
    unit: UUID
    by: UUID
    reason: Personal[str]
