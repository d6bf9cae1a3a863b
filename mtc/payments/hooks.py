"""Where plugins may join in while money moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """A payment about to be started; amounts are minor units. Only a refusal has an effect.

    `order_number` is the one the order will have unless another order is placed in the same moment.
    """

    order_id: UUID
    order_number: str = field(compare=False)
    gateway: str
    amount: int
    currency: str
    email: str
    country: str


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """A payment came in; `data` is that of the event `payment.succeeded`."""

    order_id: UUID
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """A refund about to be booked. A before-hook may return a copy with another `reason`, or refuse."""

    order_id: UUID
    amount: int
    currency: str
    lines: tuple[tuple[UUID, int], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RefundFact:
    """A refund has reached the provider; `data` is that of the event `refund.succeeded`."""

    order_id: UUID
    data: dict[str, Any]


@hookspec
def before_payment_process(ctx: Context, payload: PaymentDraft) -> PaymentDraft | None:
    """Refuse (raise Reject) a payment before the shopper is sent to the provider."""


@hookspec
def after_payment_success(ctx: Context, payload: PaymentFact) -> None:
    """Do something once money came in; runs as a task of its own, possibly twice."""


@hookspec
def before_refund(ctx: Context, payload: RefundDraft) -> RefundDraft | None:
    """Look at, change or refuse (raise Reject) a refund before it is booked."""


@hookspec
def after_refund(ctx: Context, payload: RefundFact) -> None:
    """Do something once a refund was sent; runs as a task of its own, possibly twice."""
