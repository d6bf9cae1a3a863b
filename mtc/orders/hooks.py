"""Hooks for plugins while an order is made, and before it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order before it is made. A before-hook may return a copy with other `customer_data`.

    `lines` are (variant id, quantity); prices are not part of it: the calculator alone makes them.
    """

    store_id: UUID
    currency: str
    email: Personal[str]
    country: str
    lines: tuple[tuple[UUID, int], ...]
    name: Personal[str] = ""
    locale: str = "en"
    customer_id: UUID | None = None
    user_id: UUID | None = None
    cart_id: UUID | None = None
    customer_data: Changeable[Personal[dict[str, Any]]] = field(default_factory=dict)
    expected_total: int | None = None
    is_demo: bool = False
    hold_minutes: int = 30
    is_sandbox: bool = False  # the whole store is in test mode
    pays_in_test: bool = False  # with a gateway that moves no money, should it cost anything


@dataclass(frozen=True, slots=True)
class NumberDraft:
    """The number that an order is about to get. A copy may have another one, of 1 to 20 characters.

    A number that another order has already is refused.
    """

    number: Changeable[str]
    is_test: bool


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order that something is about to be done with; amounts are minor units."""

    order_id: UUID
    number: str
    status: str
    total: int
    currency: str
    email: Personal[str]
    country: str


@dataclass(frozen=True, slots=True)
class OrderAction:
    """A link above an order in the admin: a path that begins with / or an address with https://."""

    label: str
    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "/")) or self.url.startswith("//"):
            raise ValueError("an action leads to a path or to an address with https://")


@dataclass(frozen=True, slots=True)
class OrderNote:
    """An entry in the timeline of an order; `at` with its offset from UTC."""

    label: str
    text: str
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("write the moment with its offset from UTC")


@hookspec
def before_order_create(ctx: Context, payload: OrderDraft) -> OrderDraft | None:
    """Look at, change (return a copy) or refuse (raise Reject) an order before anything is written."""


@hookspec
def before_order_number(ctx: Context, payload: NumberDraft) -> NumberDraft | None:
    """Look at or change the number of a new order."""


@hookspec
def before_order_cancel(ctx: Context, payload: OrderView) -> OrderView | None:
    """Refuse (raise Reject) to cancel an order that nobody has paid."""


@hookspec
def before_order_unlock(ctx: Context, payload: OrderView) -> OrderView | None:
    """Refuse (raise Reject) to open an order on another device; asked before the mailed code is looked at."""


@hookspec
def before_order_devices_forget(ctx: Context, payload: OrderView) -> OrderView | None:
    """Refuse (raise Reject) to ask every browser of an order for a code again."""


@hookspec
def provide_order_actions(ctx: Context, payload: OrderView) -> list[OrderAction] | None:
    """Give links to show above an order in the admin."""


@hookspec
def provide_order_timeline(ctx: Context, payload: OrderView) -> list[OrderNote] | None:
    """Give entries for the timeline of an order in the admin."""
