"""Hooks for plugins while an order is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import hookspec


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order before it is made. A before-hook may return a copy with other `customer_data`.

    `lines` are (variant id, quantity); prices are not part of it: the calculator alone makes them.
    """

    store_id: UUID
    currency: str
    email: str
    country: str
    lines: tuple[tuple[UUID, int], ...]
    name: str = ""
    locale: str = "en"
    customer_id: UUID | None = None
    user_id: UUID | None = None
    cart_id: UUID | None = None
    customer_data: dict[str, Any] = field(default_factory=dict)
    expected_total: int | None = None
    is_demo: bool = False
    hold_minutes: int = 30
    is_sandbox: bool = False  # the whole store is in test mode
    pays_in_test: bool = False  # with a gateway that moves no money, should it cost anything


@hookspec
def before_order_create(ctx: Context, payload: OrderDraft) -> OrderDraft | None:
    """Look at, change (return a copy) or refuse (raise Reject) an order before anything is written."""
