"""Events of payments, refunds and payment methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.events import DomainEvent, Personal
from mtc.core.i18n import _l
from mtc.orders.events import OrderEvent


@dataclass(frozen=True, kw_only=True)
class _PaymentEvent(OrderEvent):
    payment_id: UUID


@dataclass(frozen=True, kw_only=True)
class PaymentStarted(_PaymentEvent, name="payment.started", label=_l("Payment started")):
    """The provider has taken on a payment."""

    gateway: str


@dataclass(frozen=True, kw_only=True)
class PaymentInstructed(_PaymentEvent, name="payment.instructed", label=_l("Asked for a bank transfer")):
    """The buyer was given the bank details for a transfer."""

    gateway: str


@dataclass(frozen=True, kw_only=True)
class PaymentSucceeded(
    _PaymentEvent, name="payment.succeeded", label=_l("Payment received"), hook="after_payment_success"
):
    """Money came in; `amount` in minor units."""

    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(_PaymentEvent, name="payment.failed", label=_l("Payment declined")):
    """A payment was declined."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentCancelled(_PaymentEvent, name="payment.cancelled", label=_l("Payment cancelled")):
    """The buyer cancelled a payment at the provider."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentMismatch(
    _PaymentEvent, name="payment.mismatch", label=_l("Payment notification that does not fit")
):
    """A provider reported a payment of another amount, currency or order."""

    amount: int
    currency: str
    order: str


@dataclass(frozen=True, kw_only=True)
class RefundCreated(OrderEvent, name="refund.created", label=_l("Refund booked")):
    """A refund was booked; `amount` in minor units, `lines` are {id, quantity}."""

    amount: int
    currency: str
    lines: list[dict[str, Any]]
    reason: Personal[str]
    refunds: list[UUID]


@dataclass(frozen=True, kw_only=True)
class _RefundEvent(OrderEvent):
    refund_id: UUID
    amount: int
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(_RefundEvent, name="refund.succeeded", label=_l("Refund sent")):
    """The provider has made a refund."""


@dataclass(frozen=True, kw_only=True)
class RefundFailed(_RefundEvent, name="refund.failed", label=_l("Refund failed")):
    """The provider has refused a refund."""


@dataclass(frozen=True, kw_only=True)
class _MethodEvent(DomainEvent, entity="payment_gateway", permission="settings:read"):
    method: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PaymentMethodChanged(_MethodEvent, name="payment_method.changed", label=_l("Payment method changed")):
    """A payment method of the store was changed."""


@dataclass(frozen=True, kw_only=True)
class PaymentMethodSwitchedOn(
    _MethodEvent, name="payment_method.switched_on", label=_l("Payment method switched on")
):
    """Shoppers can pay this way."""


@dataclass(frozen=True, kw_only=True)
class PaymentMethodSwitchedOff(
    _MethodEvent, name="payment_method.switched_off", label=_l("Payment method switched off")
):
    """Shoppers can no longer pay this way."""
