"""Carts: found by the text in a cookie, filled, changed, merged at log-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, update
from sqlalchemy.exc import IntegrityError

from mtc.checkout import queries
from mtc.checkout.models import Cart, CartLine
from mtc.checkout.services.earlier import remember
from mtc.core import clock
from mtc.core.crypto import keyed_hash, keyed_hashes
from mtc.core.db import scope_tenant, session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.ids import token as new_token
from mtc.core.purging import purge_rows
from mtc.orders.queries import Sellable, sellables
from mtc.orders.services.quotes import LARGEST_QUANTITY

MOST_LINES = 50
_LONGEST_TOKEN = 200


def token_hash(token: str) -> str:
    """What is stored of a cart's text."""
    return keyed_hash(token[:_LONGEST_TOKEN], "cart")


def token_hashes(token: str) -> list[str]:
    """What may be stored of it: the former secret made some of the hashes."""
    return keyed_hashes(token[:_LONGEST_TOKEN], "cart")


def find_cart(token: str | None) -> Cart | None:
    """The open cart behind a cookie's text, or None."""
    cart = queries.cart_by_hash(token_hashes(token)) if token else None
    return cart if cart is not None and cart.status == "open" else None


def ensure_cart(store: Any, token: str | None, customer_id: UUID | None = None) -> tuple[Cart, str]:
    """The open cart of the text, or a new one with a new text for the cookie."""
    known = queries.cart_by_hash(token_hashes(token)) if token else None
    if known is not None and token and known.status == "open" and known.store_id == store.id:
        return known, token
    fresh = new_token(24)
    cart = Cart(
        tenant_id=scope_tenant(),
        store_id=store.id,
        customer_id=customer_id,
        token_hash=token_hash(fresh),
        status="open",
        currency=store.currency,
        data=remember(known),
        updated_at=clock.now(),
    )
    session.add(cart)
    session.flush()
    return cart, fresh


def cart_count(token: str | None) -> int:
    """How many pieces are in the open cart of the text."""
    return queries.count_by_hash(token_hashes(token)) if token else 0


def check_quantity(quantity: int) -> int:
    """The quantity, if a line may have it; raises ValidationError."""
    if not 1 <= quantity <= LARGEST_QUANTITY:
        sentence = f"Choose a quantity from 1 to {LARGEST_QUANTITY}."
        raise ValidationError(sentence, {"quantity": [sentence]})
    return quantity


def _open(cart: Cart) -> None:
    if cart.status != "open":
        raise ConflictError("This cart has become an order. Start a new one.")


def _for_sale(cart: Cart, variant_id: UUID) -> Sellable:
    found = sellables([variant_id]).get(variant_id)
    if found is None or not found.on_sale or found.currency != cart.currency:
        raise NotFoundError("This item is not for sale.")
    if found.most == 0:
        raise ConflictError(f"“{found.product_name}” is sold out.", {"quantity": ["Sold out."]})
    return found


def add_line(cart: Cart, variant_id: UUID, quantity: int = 1) -> CartLine:
    """Put so many more of a variant into the cart; as many as there are when that is too many.

    Raises ValidationError (quantity, too many lines), NotFoundError (not for sale) and ConflictError
    (sold out).
    """
    check_quantity(quantity)
    _open(cart)
    most = _for_sale(cart, variant_id).most
    cart.updated_at = clock.now()
    held = {row.variant_id for row in queries.lines_of(cart.id)}
    raised = _raise(cart, variant_id, quantity, most) if variant_id in held else None
    if raised is not None:
        return raised
    if len(held) >= MOST_LINES:
        raise ValidationError(f"A cart holds {MOST_LINES} different items. Order these first.")
    line = CartLine(
        tenant_id=cart.tenant_id, cart_id=cart.id, variant_id=variant_id, quantity=min(quantity, most)
    )
    try:
        with session.begin_nested():
            session.add(line)
    except IntegrityError:  # another tab added the same item just now
        raised = _raise(cart, variant_id, quantity, most)
        assert raised is not None
        return raised
    return line


def _raise(cart: Cart, variant_id: UUID, quantity: int, most: int) -> CartLine | None:
    """Raise the quantity of the line in the database itself, so that two tabs both count."""
    added = CartLine.quantity + quantity
    statement = (
        update(CartLine)
        .where(
            CartLine.tenant_id == cart.tenant_id,
            CartLine.cart_id == cart.id,
            CartLine.variant_id == variant_id,
        )
        .values(quantity=case((added > most, most), else_=added))
        .returning(CartLine)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return session.scalars(statement).first()


def set_line(cart: Cart, line_id: UUID, quantity: int) -> None:
    """Set how many of a line; 0 removes it, more than there are becomes what there is.

    Raises ValidationError, NotFoundError (not in this cart), ConflictError (ordered meanwhile).
    """
    _open(cart)
    line = queries.line(cart.id, line_id)
    if line is None:
        raise NotFoundError("This item is not in your cart any more.")
    cart.updated_at = clock.now()
    if quantity == 0:
        _remove(cart, line_id)
        return
    check_quantity(quantity)
    found = sellables([line.variant_id]).get(line.variant_id)
    line.quantity = min(quantity, found.most or 1) if found is not None else quantity
    session.flush()


def _remove(cart: Cart, line_id: UUID) -> None:
    session.flush()
    session.execute(
        delete(CartLine)
        .where(CartLine.tenant_id == cart.tenant_id, CartLine.cart_id == cart.id, CartLine.id == line_id)
        .execution_options(synchronize_session="fetch")
    )


def remove_line(cart: Cart, line_id: UUID) -> None:
    """Take a line out; raises NotFoundError when it is not there."""
    set_line(cart, line_id, 0)


def merge_carts(store: Any, token: str | None, customer_id: UUID) -> tuple[Cart, str] | None:
    """At log-in: the visitor's cart becomes the customer's, and what lay in an older one is poured in.

    Returns the cart with the text for the cookie, or None when there is nothing in either.
    """
    mine, visiting = queries.cart_of_customer(customer_id, store.id), find_cart(token)
    if mine is None and visiting is None:
        return None
    cart, fresh = ensure_cart(store, token, customer_id)
    cart.customer_id = customer_id
    session.flush()
    if mine is not None and mine.id != cart.id:
        _pour(mine, cart)
    return cart, fresh


def purge_carts(days: int) -> int:
    """Delete carts that nobody has touched for so many days, with their lines; 0 keeps everything.

    A cart that became an order stays with it: whoever presses once more gets the same order.
    """
    if days <= 0:
        return 0
    return purge_rows(
        Cart,
        Cart.tenant_id == scope_tenant(),
        Cart.status.in_(("open", "merged")),
        Cart.updated_at < clock.now() - timedelta(days=days),
    )


def _pour(older: Cart, cart: Cart) -> None:
    for line in queries.lines_of(older.id):
        try:
            add_line(cart, line.variant_id, line.quantity)
        except (NotFoundError, ConflictError, ValidationError):
            continue  # what cannot be bought any more is left behind
    older.status, older.updated_at = "merged", clock.now()
    session.flush()
