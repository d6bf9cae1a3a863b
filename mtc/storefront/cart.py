"""The cart: its page, its drawer, adding and changing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.checkout.models import Cart
from mtc.checkout.presenters import CartView, cart_view
from mtc.checkout.services import add_line, ensure_cart, find_cart, set_line
from mtc.core.context import current
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.i18n import _, _l
from mtc.extensions import htmx
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import View, current_store, fragment, shopper_id
from mtc.web.access import public
from mtc.web.client_address import client_ip
from mtc.web.cookies import CART_DAYS, cart_token, cookie, set_cookie
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

MOST = 1_000
ADDED = _l("Added to your cart.")
LOWERED = _l("Your cart does not hold as many as you asked for. Look at the item.")


@storefront.get("/cart")
@public()
def cart() -> Response:
    """The cart page."""
    return View("cart", _("Your cart"), robots="noindex").respond()


@storefront.get("/cart/drawer")
@public()
def drawer() -> Response:
    """The cart for the drawer."""
    return fragment("cart-drawer", cart=_shown(_mine()))


@storefront.post("/cart/add")
@public(idempotent=True)
def add() -> AnyResponse:
    """Put a variant into the cart."""
    variant_id = _uuid(request.form.get("variant_id", ""))
    quantity = _quantity(request.form.get("quantity", "1"))
    filled, token = ensure_cart(current_store(), cart_token(), shopper_id())
    if token != cart_token():  # whoever keeps no cookies would fill the table with carts
        limit("new-cart", client_ip(), 120, 600)
    line = add_line(filled, variant_id, quantity)
    lowered = str(line.variant_id) in filled.data.get("notices", {})
    response: AnyResponse = (
        fragment(
            "cart-drawer", cart=_shown(filled), message=str(LOWERED if lowered else ADDED), lowered=lowered
        )
        if htmx.partial
        else see_other("/cart")
    )
    if token != cart_token():
        set_cookie(response, cookie("mtc_cart"), token, days=CART_DAYS)
    return response


@storefront.post("/cart/lines/<uuid:line_id>")
@public(idempotent=True)
def change(line_id: UUID) -> AnyResponse:
    """Set the quantity of a line; 0 removes it."""
    quantity = _quantity(request.form.get("quantity", ""))
    row = _mine()
    if row is None:
        raise NotFoundError(_l("Your cart is empty by now. Add the item again."))
    notice = ""
    try:
        set_line(row, line_id, quantity)
    except (ConflictError, ValidationError) as error:
        if not htmx.partial:
            raise
        notice = error.message
    if not htmx.partial:
        return see_other("/cart")
    shown = _shown(row)
    if notice:
        lines = [replace(line, notice=notice) if line.id == str(line_id) else line for line in shown.lines]
        shown = replace(shown, lines=lines)
    in_page = "cart-page" in (htmx.target or "")
    return fragment("cart-page" if in_page else "cart-drawer", status=422 if notice else 200, cart=shown)


def _mine() -> Cart | None:
    return find_cart(cart_token(), shopper_id(), current_store().id)


def _shown(cart: Cart | None) -> CartView:
    context = current()
    return cart_view(cart, context.locale, context.currency)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError(_l("Choose what to buy."), {"variant_id": [_l("Choose a variant.")]}) from None


def _quantity(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= MOST:
        return int(text)
    raise ValidationError(_l("Type the quantity as a number."), {"quantity": [_l("Use a whole number.")]})
