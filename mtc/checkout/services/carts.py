"""Carts: found by the customer or the text in a cookie, filled and changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, delete, update
from sqlalchemy.exc import IntegrityError

from mtc.checkout import queries
from mtc.checkout.events import CartAdded, CartUpdated
from mtc.checkout.hooks import CartAdd, CartChange
from mtc.checkout.models import Cart, CartLine
from mtc.checkout.services.superseded_orders import remember
from mtc.core import clock
from mtc.core.crypto import keyed_hash, keyed_hashes
from mtc.core.db import scope_tenant, session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.i18n import _, _l, ngettext
from mtc.core.ids import token as new_token
from mtc.core.retention import purge_rows
from mtc.core.store_info import StoreInfo
from mtc.identity import queries as people
from mtc.orders import queries as order_queries
from mtc.orders.queries import Sellable, sellables
from mtc.orders.services.quotes import LARGEST_QUANTITY
from mtc.plugins.services import is_hooked, run_before

MOST_LINES = 50
_LONGEST_TOKEN = 200


def token_hash(token: str) -> str:
    """Return the hash of a cart's token for storage."""
    return keyed_hash(token[:_LONGEST_TOKEN], "cart")


def token_hashes(token: str) -> list[str]:
    """Return the hashes under which a token may be stored: the former secret made some of them."""
    return keyed_hashes(token[:_LONGEST_TOKEN], "cart")


def find_cart(
    token: str | None, customer_id: UUID | None = None, store_id: UUID | None = None
) -> Cart | None:
    """The open cart: the account's on every device where a customer is logged in, else the cookie's; or None.

    The cart of another customer, which a shared computer may still know, is not shown to who is logged in.
    """
    if customer_id is None or store_id is None:
        cart = queries.cart_by_hash(token_hashes(token)) if token else None
        return cart if cart is not None and cart.status == "open" else None
    carts = queries.open_carts(token_hashes(token) if token else [], customer_id, store_id)
    return next((cart for cart in carts if cart.customer_id in (None, customer_id)), None)


def ensure_cart(store: StoreInfo, token: str | None, customer_id: UUID | None = None) -> tuple[Cart, str]:
    """The open cart of the customer or the text, or a new one; and the text for the cookie."""
    if customer_id is not None and people.locked_customer(scope_tenant(), customer_id) is None:
        customer_id = None
    open_cart = find_cart(token, customer_id, store.id if customer_id is not None else None)
    if open_cart is not None and open_cart.store_id == store.id:
        return open_cart, token or ""
    cart = queries.cart_by_hash(token_hashes(token)) if token else None
    return new_cart(store.id, store.currency, cart, customer_id)


def new_cart(
    store_id: UUID, currency: str, before: Cart | None, customer_id: UUID | None
) -> tuple[Cart, str]:
    """An empty cart, which follows another one of the same browser; and the text for its cookie."""
    fresh = new_token(24)
    cart = Cart(
        tenant_id=scope_tenant(),
        store_id=store_id,
        customer_id=customer_id,
        token_hash=token_hash(fresh),
        status="open",
        currency=currency,
        data=remember(before),
        updated_at=clock.now(),
    )
    session.add(cart)
    session.flush()
    return cart, fresh


def cart_count(token: str | None, customer_id: UUID | None = None, store_id: UUID | None = None) -> int:
    """Return how many pieces are in the cart that find_cart() gives."""
    hashes = token_hashes(token) if token else []
    if customer_id is not None and store_id is not None:
        return queries.count_of_customer(hashes, customer_id, store_id)
    return queries.count_by_hash(hashes) if hashes else 0


def check_quantity(quantity: int) -> int:
    """The quantity, if a line may have it; raises ValidationError."""
    if not 1 <= quantity <= LARGEST_QUANTITY:
        sentence = _l("Choose a quantity from 1 to %(most)s.", most=LARGEST_QUANTITY)
        raise ValidationError(sentence, {"quantity": [sentence]})
    return quantity


def lowered(quantity: int, most: int) -> str:
    """The sentence for a quantity that was made smaller; `most` is what a line may have at this moment."""
    if most >= LARGEST_QUANTITY:
        return _(
            "You asked for %(wanted)s: one order takes at most %(most)s, so your cart holds %(most)s.",
            wanted=quantity,
            most=most,
        )
    return ngettext(
        "You asked for %(wanted)s, but only %(num)s is left: your cart holds %(num)s.",
        "You asked for %(wanted)s, but only %(num)s are left: your cart holds %(num)s.",
        most,
        wanted=quantity,
    )


def say(cart: Cart, sentences: Mapping[UUID, str], left_out: Sequence[str] = ()) -> None:
    """Keep what a shopper has to know beside the line of each variant; an empty sentence takes one back.

    `left_out` stands above the lines until the cart changes again.
    """
    notices = {**cart.data.get("notices", {}), **{str(variant): text for variant, text in sentences.items()}}
    notices = {variant: text for variant, text in notices.items() if text}
    if notices != cart.data.get("notices", {}) or list(left_out) != cart.data.get("left_out", []):
        cart.data = {**cart.data, "notices": notices, "left_out": list(left_out)}


def _open(cart: Cart) -> None:
    if cart.status != "open":
        raise ConflictError(_l("This cart has become an order. Start a new one."))


def offered(cart: Cart, variant_ids: Iterable[UUID]) -> dict[UUID, Sellable]:
    """Return the variants that exist, as this cart may have them: see earlier.py about what it keeps already.

    Keys of an order of the same browser whose payment has ended come back as soon as it orders anew.
    """
    sellable_by_id = sellables(variant_ids)
    carts = [UUID(cart_id) for cart_id in cart.data.get("after", [])]
    own = order_queries.kept_by_carts(carts) if carts and sellable_by_id else {}
    return {
        variant_id: replace(sellable, available=sellable.available + own[variant_id])
        if variant_id in own
        else sellable
        for variant_id, sellable in sellable_by_id.items()
    }


def _for_sale(cart: Cart, variant_id: UUID) -> Sellable:
    sellable = offered(cart, [variant_id]).get(variant_id)
    if sellable is None or not sellable.on_sale or sellable.currency != cart.currency:
        raise NotFoundError(_l("This item is not for sale."))
    if sellable.most == 0:
        sentence = _l("“%(product)s” is sold out.", product=sellable.product_name)
        raise ConflictError(sentence, {"quantity": [_l("Sold out.")]})
    return sellable


def add_line(cart: Cart, variant_id: UUID, quantity: int = 1) -> CartLine:
    """Put so many more of a variant into the cart; as many as there are when that is too many.

    Raises ValidationError (quantity, too many lines), NotFoundError (not for sale), ConflictError (sold
    out) and Reject.
    """
    check_quantity(quantity)
    _open(cart)
    draft = run_before("before_cart_add", CartAdd(variant_id, quantity, cart.id))
    variant_id, quantity = draft.variant_id, check_quantity(draft.quantity)
    most = _for_sale(cart, variant_id).most
    cart.updated_at = clock.now()
    held = {row.variant_id: row.quantity for row in queries.lines_of(cart.id)}
    raised = _raise(cart, variant_id, quantity, most) if variant_id in held else None
    total = held.get(variant_id, 0) + quantity
    say(cart, {variant_id: lowered(total, most) if total > most else ""})
    if raised is not None:
        _tell(CartAdded, cart, variant_id, raised.quantity)
        return raised
    if len(held) >= MOST_LINES:
        raise ValidationError(
            _l("A cart holds %(most)s different items. Order these first.", most=MOST_LINES)
        )
    line = CartLine(
        tenant_id=cart.tenant_id, cart_id=cart.id, variant_id=variant_id, quantity=min(quantity, most)
    )
    try:
        with session.begin_nested():
            session.add(line)
    except IntegrityError:  # another tab added the same item just now
        raised = _raise(cart, variant_id, quantity, most)
        assert raised is not None
        line = raised
    _tell(CartAdded, cart, variant_id, line.quantity)
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

    Raises ValidationError, NotFoundError (not in this cart), ConflictError (ordered meanwhile), Reject.
    """
    _open(cart)
    line = queries.line(cart.id, line_id)
    if line is None:
        raise NotFoundError(_l("This item is not in your cart any more."))
    change = CartChange(cart.id, line.id, line.variant_id, quantity)
    quantity = run_before("before_cart_update", change).quantity
    cart.updated_at = clock.now()
    if quantity == 0:
        say(cart, {line.variant_id: ""})
        _remove(cart, line_id)
        _tell(CartUpdated, cart, line.variant_id, 0)
        return
    check_quantity(quantity)
    sellable = offered(cart, [line.variant_id]).get(line.variant_id)
    most = (sellable.most or 1) if sellable is not None else quantity
    line.quantity = min(quantity, most)
    say(cart, {line.variant_id: lowered(quantity, most) if quantity > most else ""})
    session.flush()
    _tell(CartUpdated, cart, line.variant_id, line.quantity)


def _tell(event: type[CartAdded | CartUpdated], cart: Cart, variant_id: UUID, quantity: int) -> None:
    """Write down what happened to a cart, if a plugin wants to know."""
    if is_hooked(event.hook):
        emit(event(entity_id=cart.id, variant_id=variant_id, quantity=quantity))


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
