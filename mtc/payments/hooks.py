"""Hooks for plugins while money moves."""

from __future__ import annotations

from dataclasses import dataclass, field
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
class RefundDraft:
    """A refund about to be booked. A before-hook may return a copy with another `reason`, or refuse."""

    order_id: UUID
    amount: int
    currency: str
    lines: tuple[tuple[UUID, int], ...]
    reason: str


@hookspec
def before_payment_process(ctx: Context, payload: PaymentDraft) -> PaymentDraft | None:
    """Refuse (raise Reject) a payment before the shopper is sent to the provider."""


@hookspec
def before_refund(ctx: Context, payload: RefundDraft) -> RefundDraft | None:
    """Look at, change or refuse (raise Reject) a refund before it is booked."""
