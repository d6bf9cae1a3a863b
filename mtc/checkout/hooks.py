"""Hooks for plugins before an order is placed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class CheckoutDraft:
    """The shopper's input, cleaned. A before-hook may return a copy with more in `customer_data`."""

    store_id: UUID
    cart_id: UUID
    email: str
    country: str
    name: str
    lines: tuple[tuple[UUID, int], ...]
    customer_data: dict[str, Any] = field(default_factory=dict)


@hookspec
def before_checkout(ctx: Context, payload: CheckoutDraft) -> CheckoutDraft | None:
    """Look at, change (return a copy) or refuse (raise Reject) a checkout before an order is made of it."""
