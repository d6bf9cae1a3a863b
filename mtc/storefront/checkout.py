"""From the cart to the provider's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.checkout.presenters import checkout_view
from mtc.checkout.services import find_cart, place_order, unpaid_order
from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import savepoint
from mtc.core.errors import AppError, ConflictError, NotFoundError, ValidationError
from mtc.core.i18n import pgettext
from mtc.identity import queries as people
from mtc.orders.models import Order
from mtc.orders.queries import recent_orders
from mtc.orders.services import order_path
from mtc.storefront.blueprint import storefront
from mtc.storefront.checkout_form import TYPED, read_buyer
from mtc.storefront.order_devices import remember
from mtc.storefront.payment_redirect import to_provider
from mtc.storefront.view import View, base_url, current_store, shopper_id
from mtc.web.access import public
from mtc.web.client_address import client_ip
from mtc.web.cookies import cart_token
from mtc.web.rate_limits import count, limit, refuse
from mtc.web.responses import see_other

WINDOW = 600
PER_PERSON, PER_NETWORK, MOST_MORE = 10, 30, 300
"""New orders without a payment within the window; each paid one allows its network another, up to a bound."""


@storefront.get("/checkout")
@public()
def checkout() -> AnyResponse:
    """The form; who comes back from the provider's page without having paid is led to the order."""
    waiting = unpaid_order(current_store().id, cart_token(), shopper_id())
    if waiting is not None:
        return see_other(order_path(waiting))
    return _form({}, {})


@storefront.post("/checkout")
@public(idempotent=True)
def place() -> AnyResponse:
    """Place the order; a form that cannot be accepted comes back with what was typed (422)."""
    limit("checkout", _counted_as(), 30, 600)
    typed = {name: request.form.get(name, "")[:500] for name in TYPED}
    actor = current().actor
    customer = None
    if actor.kind == "customer" and isinstance(actor.id, UUID):
        customer = people.customer(current_store().tenant_id, actor.id)
    try:
        buyer = read_buyer(request.form)
        with savepoint():
            placed = place_order(
                current_store(), cart_token(), buyer, customer, ip=client_ip(), base_url=base_url()
            )
    except NotFoundError:
        return _form(typed, {})
    except (ValidationError, ConflictError) as error:
        return _form(typed, _errors(error), status=422)
    # Only orders that were made count: typing a stranger's address is not enough to lock them out.
    if placed.created:
        _check_unpaid(placed.order)
    # Who placed it, or presses once more with its cart, sees what it delivers without a code.
    return remember(to_provider(placed), placed.order)


def _counted_as() -> str:
    """Return who presses the button: the customer or the cart; whoever has neither is counted by address.

    A school, an office or a carrier has one address for many buyers. Carts are counted by address when they
    are made.
    """
    mine = find_cart(cart_token(), shopper_id(), current_store().id)
    return f"{current_store().id}:{shopper_id() or mine.id}" if mine is not None else client_ip()


def _check_unpaid(order: Order) -> None:
    """Raise TooManyRequestsError when the buyer or the network has left too many new orders unpaid.

    Counters come first, so that nothing is asked of the database in the usual case. Paid orders speak for
    the others behind the same address, however the addresses of e-mail vary.
    """
    buyer = order.customer_id or order.email_lc
    person = count("checkout-person", f"{current_store().id}:{buyer}", PER_PERSON, WINDOW)
    place = count("checkout-place", client_ip(), PER_NETWORK, WINDOW)
    if person.allowed and place.allowed:
        return
    recent = recent_orders(order, clock.now() - timedelta(seconds=WINDOW))
    if not person.allowed and recent.by_person > PER_PERSON:
        refuse(person.retry_after)
    if not place.allowed and recent.near > PER_NETWORK + min(recent.paid_near, MOST_MORE):
        refuse(place.retry_after)


def _errors(error: AppError) -> dict[str, list[str]]:
    """By field; a sentence that belongs to none stands at the form."""
    names = {*TYPED}
    fields = {
        name: messages
        for name, messages in error.details.items()
        if name in names and isinstance(messages, list)
    }
    return fields or {"checkout-form": [error.message]}


def _form(typed: dict[str, str], errors: dict[str, list[str]], status: int = 200) -> Response:
    cart = find_cart(cart_token(), shopper_id(), current_store().id)
    shown = checkout_view(current_store(), cart, current().locale)
    actor = current().actor
    first: dict[str, Any] = {**shown.values, "email": actor.email, "name": actor.name}
    form = {
        "action": "/checkout",
        "values": typed or first,
        "errors": errors,
        "countries": shown.countries,
        "payment_methods": shown.payment_methods,
        "consents": shown.consents,
        "hidden": shown.hidden,
        "submit_label": shown.submit_label,
        "problem": shown.problem,
        "free": shown.free,
    }
    title = pgettext("page", "Checkout")
    return View("checkout", title, robots="noindex", form=form, cart=shown.cart).respond(status)
