"""Carts after a log-in, after a cancelled payment, and for ordering the same again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from mtc.checkout import queries
from mtc.checkout.models import Cart, CartLine
from mtc.checkout.services.carts import (
    MOST_LINES,
    ensure_cart,
    find_cart,
    lowered,
    new_cart,
    offered,
    say,
    token_hash,
)
from mtc.core import clock
from mtc.core.db import scope_tenant, session
from mtc.core.i18n import _
from mtc.core.ids import token
from mtc.core.store_info import StoreInfo
from mtc.identity import queries as people
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.orders.services.quotes import LARGEST_QUANTITY
from mtc.orders.services.state_machine import OWNED
from mtc.payments import queries as payment_queries


def gone(name: str) -> str:
    """The sentence about an item that cannot be bought any more."""
    return _("“%(name)s” is not sold any more and was left out.", name=name or _("An item"))


def full(name: str) -> str:
    """The sentence about an item that a full cart has no place for."""
    return _(
        "A cart holds %(most)s different items: “%(name)s” was left out. Order these first.",
        most=MOST_LINES,
        name=name,
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """The cart of a customer who has logged in; `changed` says that its page has something to tell."""

    cart: Cart
    changed: bool


def merge_carts(store: StoreInfo, text: str | None, customer_id: UUID) -> Merged | None:
    """At log-in: one cart for the customer, with what the visitor has and what the account had.

    Returns None when there is nothing in either. Two log-ins at once wait for each other, so that no cart is
    poured in twice. The cart of another customer of the same computer is left alone.
    """
    people.locked_customer(scope_tenant(), customer_id)
    carts = queries.carts_of_customer(customer_id, store.id)
    visiting = find_cart(text)
    if visiting is not None and visiting.store_id == store.id and visiting.customer_id in (None, customer_id):
        carts = [visiting, *(cart for cart in carts if cart.id != visiting.id)]
    if not carts:
        return None
    cart, others = carts[0], carts[1:]
    cart.customer_id = customer_id
    if others:
        lines = queries.locked_lines([other.id for other in others])
        pour(cart, [(line.variant_id, line.quantity) for line in lines], lambda here, more: here + more)
        for other in others:
            other.status, other.updated_at = "merged", clock.now()
    session.flush()
    return Merged(cart, bool(others) and bool(cart.data.get("notices") or cart.data.get("left_out")))


def order_again(
    order: Order, store: StoreInfo, text: str | None, customer_id: UUID | None
) -> tuple[Cart, str]:
    """Put what was ordered into the visitor's cart, as far as it is for sale; and the text for the cookie.

    What lies there already is not added once more.
    """
    cart, fresh = ensure_cart(store, text, customer_id)
    if order.status == "pending":
        cart.data = {**cart.data, "after": _after(cart, order)}
    pour(cart, _ordered(order), max)
    return cart, fresh


def restore_cart(order_id: UUID) -> None:
    """Give the shopper the cart back whose payment was cancelled or declined; safe to be done twice.

    The cookie's text leads to the new cart from now on, the old one stays with its order.
    """
    order = order_queries.lock_order(order_id)
    if order is None or order.status != "pending" or order.cart_id is None:
        return
    old = queries.cart_by_id(order.cart_id)
    if old is None or old.status != "ordered" or "restored" in old.data:
        return
    if payment_queries.open_payment(order.id) is not None:
        return
    mine: list[Cart] = []
    if old.customer_id is not None:
        people.locked_customer(scope_tenant(), old.customer_id)
        mine = queries.carts_of_customer(old.customer_id, old.store_id)
    cart = mine[0] if mine else new_cart(old.store_id, old.currency, old, old.customer_id)[0]
    cart.data = {**cart.data, "after": _after(cart, order)}
    pour(cart, _ordered(order), max)
    old.data = {**old.data, "restored": str(cart.id)}
    if not mine:
        text, old.token_hash = old.token_hash, token_hash(token())
        session.flush()
        cart.token_hash = text
    session.flush()


def empty_restored(order_id: UUID) -> None:
    """Take out of the cart that was given back what the shopper has paid after all; safe to be done twice."""
    facts = order_queries.order_facts(order_id)
    old = queries.cart_by_id(facts.cart_id) if facts is not None and facts.cart_id is not None else None
    if old is None or not old.data.get("restored"):
        return
    order = order_queries.order_by_id(order_id)
    assert order is not None
    cart = queries.cart_by_id(UUID(old.data["restored"]))
    old.data = {**old.data, "restored": ""}
    if cart is not None and cart.status == "open":
        _take_out(cart, order)


def take_out_paid(cart: Cart) -> Order | None:
    """Take out of the cart what was paid since it was given back; return that order, or None.

    The event of the payment does so, too: it may still be waiting when the shopper presses the button.
    """
    for cart_id in cart.data.get("after", ()):
        old = queries.cart_by_id(UUID(cart_id))
        if old is None or old.data.get("restored") != str(cart.id):
            continue
        paid = order_queries.order_by_cart(old.id)
        order = order_queries.order_by_id(paid.id) if paid is not None and paid.status in OWNED else None
        if order is not None:
            old.data = {**old.data, "restored": ""}
            _take_out(cart, order)
            return order
    return None


def _take_out(cart: Cart, order: Order) -> None:
    bought = Counter(dict(_ordered(order)))
    for line in queries.locked_lines([cart.id]):
        rest = line.quantity - bought[line.variant_id]
        if rest > 0:
            line.quantity = rest
        else:
            session.delete(line)
    say(cart, dict.fromkeys(bought, ""))
    session.flush()


def pour(cart: Cart, lines: Iterable[tuple[UUID, int]], quantity: Callable[[int, int], int]) -> None:
    """Put lines into a cart; `quantity` makes one number of what lies there and what comes.

    Nothing is bought blindly: what is lowered is said beside its line, what is left out above them. What is
    sold out stays, where the cart says so.
    """
    quantities = _wanted(lines)
    sellable_by_id = offered(cart, quantities)
    try:
        with session.begin_nested():
            _fill(cart, quantities, sellable_by_id, quantity)
    except IntegrityError:  # another tab added one of them just now
        _fill(cart, quantities, sellable_by_id, quantity)


def _wanted(lines: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    counted: Counter[UUID] = Counter()
    for variant_id, number in lines:
        counted[variant_id] += number
    return dict(counted)


def _fill(
    cart: Cart,
    quantities: Mapping[UUID, int],
    sellable_by_id: Mapping[UUID, Any],
    quantity: Callable[[int, int], int],
) -> None:
    held = {line.variant_id: line for line in queries.locked_lines([cart.id])}
    notices: dict[UUID, str] = {}
    left_out: list[str] = []
    for variant_id, number in quantities.items():
        sellable, line = sellable_by_id.get(variant_id), held.get(variant_id)
        if sellable is None or not sellable.on_sale or sellable.currency != cart.currency:
            left_out.append(gone(sellable.product_name if sellable is not None else ""))
            continue
        total = quantity(line.quantity if line is not None else 0, number)
        most = min(sellable.most or LARGEST_QUANTITY, LARGEST_QUANTITY)
        notices[variant_id] = lowered(total, most) if total > most else ""
        if line is not None:
            line.quantity = min(total, most)
        elif len(held) >= MOST_LINES:
            left_out.append(full(sellable.product_name))
        else:
            held[variant_id] = CartLine(
                tenant_id=cart.tenant_id, cart_id=cart.id, variant_id=variant_id, quantity=min(total, most)
            )
            session.add(held[variant_id])
    cart.updated_at = clock.now()
    say(cart, notices, left_out)
    session.flush()


def _ordered(order: Order) -> list[tuple[UUID, int]]:
    return [(item.variant_id, item.quantity) for item in order.items if item.variant_id is not None]


def _after(cart: Cart, order: Order) -> list[str]:
    """Return the cart's list of earlier carts, with that of the order: see superseded_orders.py."""
    cart_ids = [cart_id for cart_id in cart.data.get("after", []) if cart_id != str(order.cart_id)]
    return [*cart_ids, str(order.cart_id)][-5:] if order.cart_id is not None else cart_ids
