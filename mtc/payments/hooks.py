"""Hooks for plugins while money moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec


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
    email: Personal[str]
    country: str


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """A refund about to be booked. A before-hook may return a copy with another `reason`, or refuse.

    Without `lines` it gives back what came in beyond the price.
    """

    order_id: UUID
    amount: int
    currency: str
    lines: tuple[tuple[UUID, int], ...]
    reason: Changeable[Personal[str]]


@dataclass(frozen=True, slots=True)
class ManualPayment:
    """Money that a person says has come in for an order, such as by bank transfer; minor units."""

    order_id: UUID
    order_number: str
    amount: int
    currency: str
    received_on: date
    note: Changeable[Personal[str]]


@dataclass(frozen=True, slots=True)
class PaymentMethodChange:
    """A payment method about to be set up anew; `config` holds no credentials, and only what is given."""

    method: str
    name: Changeable[str | None]
    config: Changeable[dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class PaymentMethodSwitch:
    """A payment method about to be switched on or off."""

    method: str
    active: bool


@hookspec
def before_payment_process(ctx: Context, payload: PaymentDraft) -> PaymentDraft | None:
    """Refuse (raise Reject) a payment before the shopper is sent to the provider."""


@hookspec
def before_refund(ctx: Context, payload: RefundDraft) -> RefundDraft | None:
    """Look at, change or refuse (raise Reject) a refund before it is booked."""


@hookspec
def before_payment_book(ctx: Context, payload: ManualPayment) -> ManualPayment | None:
    """Look at, change or refuse money that a person books for an order."""


@hookspec
def before_payment_method_change(ctx: Context, payload: PaymentMethodChange) -> PaymentMethodChange | None:
    """Look at, change or refuse new settings of a payment method."""


@hookspec
def before_payment_method_switch(ctx: Context, payload: PaymentMethodSwitch) -> PaymentMethodSwitch | None:
    """Refuse (raise Reject) to switch a payment method on or off."""
