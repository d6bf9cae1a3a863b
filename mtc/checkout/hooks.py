"""Hooks for plugins at the cart and before an order is placed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec

LONGEST_NOTICE = 300


@dataclass(frozen=True, slots=True)
class CartAdd:
    """A variant about to be put into a cart. What a copy has instead is checked as the shopper's own."""

    variant_id: Changeable[UUID]
    quantity: Changeable[int]
    cart_id: UUID = field(compare=False)  # of a new cart another one in each attempt


@dataclass(frozen=True, slots=True)
class CartChange:
    """A line of a cart about to get another quantity; 0 removes it."""

    cart_id: UUID
    line_id: UUID
    variant_id: UUID
    quantity: Changeable[int]


@dataclass(frozen=True, slots=True)
class CheckoutDraft:
    """The shopper's input, cleaned. A before-hook may return a copy with more in `customer_data`."""

    store_id: UUID
    cart_id: UUID
    email: Personal[str]
    country: str
    name: Personal[str]
    lines: tuple[tuple[UUID, int], ...]
    customer_data: Changeable[Personal[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store about to be opened to shoppers, or closed."""

    store_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class CartQuery:
    """A cart that is about to be shown; `total` in minor units, `lines` are (variant id, quantity)."""

    cart_id: UUID
    total: int
    currency: str
    lines: tuple[tuple[UUID, int], ...]
    customer_id: UUID | None


@dataclass(frozen=True, slots=True)
class CartNotice:
    """A sentence above the lines of a cart: 1 to 300 characters."""

    text: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.text.strip()) <= LONGEST_NOTICE:
            raise ValueError(f"a notice has 1 to {LONGEST_NOTICE} characters")


@dataclass(frozen=True, slots=True)
class SetupQuery:
    """The list of what is to be done before a store opens is about to be shown."""

    store_id: UUID


@dataclass(frozen=True, slots=True)
class SetupTask:
    """A thing to do before a store opens; nobody has to."""

    title: str
    hint: str
    done: bool


@hookspec
def before_cart_add(ctx: Context, payload: CartAdd) -> CartAdd | None:
    """Look at, change (return a copy) or refuse (raise Reject) what is put into a cart."""


@hookspec
def before_cart_update(ctx: Context, payload: CartChange) -> CartChange | None:
    """Look at, change or refuse another quantity of a line of a cart."""


@hookspec
def before_checkout(ctx: Context, payload: CheckoutDraft) -> CheckoutDraft | None:
    """Look at, change (return a copy) or refuse (raise Reject) a checkout before an order is made of it."""


@hookspec
def before_store_open(ctx: Context, payload: StoreView) -> StoreView | None:
    """Refuse (raise Reject) to open a store to shoppers."""


@hookspec
def before_store_close(ctx: Context, payload: StoreView) -> StoreView | None:
    """Refuse (raise Reject) to close a store to shoppers."""


@hookspec
def provide_cart_notices(ctx: Context, payload: CartQuery) -> list[CartNotice] | None:
    """Give sentences to show above the lines of a cart."""


@hookspec
def provide_setup_steps(ctx: Context, payload: SetupQuery) -> list[SetupTask] | None:
    """Give further things to do before a store opens, for the admin's first page."""
