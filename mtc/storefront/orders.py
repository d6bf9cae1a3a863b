"""Orders: their page, the status while a payment is under way, paying again, look-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.checkout.presenters import ways_to_pay
from mtc.checkout.services import order_again, pay_again
from mtc.core.context import current
from mtc.core.email_addresses import address_key
from mtc.core.errors import AppError, NotFoundError
from mtc.core.i18n import _, _l
from mtc.delivery.presenters import page_path
from mtc.delivery.services import hasten_delivery
from mtc.emails.services.outbox import check_address
from mtc.extensions import htmx
from mtc.orders.models import Order
from mtc.orders.presenters import OrderView, order_view, path_of
from mtc.orders.queries.stock_items import KeyWindow
from mtc.orders.services import open_order
from mtc.orders.services.access import CODE_MINUTES, has_live_code, new_code, redeem_code
from mtc.orders.services.order_search import order_of_number
from mtc.orders.services.progress import find_progress, progress_of
from mtc.storefront.account_mail import mail_order_code, mail_order_link
from mtc.storefront.blueprint import storefront
from mtc.storefront.order_devices import is_known, remember
from mtc.storefront.payment_redirect import to_provider
from mtc.storefront.view import View, base_url, current_store, fragment, shopper_id
from mtc.web import query_params
from mtc.web.access import public
from mtc.web.client_address import client_ip
from mtc.web.cookies import CART_DAYS, cart_token, cookie, set_cookie
from mtc.web.rate_limits import give_back, limit
from mtc.web.responses import keep_secret, see_other

T = TypeVar("T")
WRONG_CODE = _l("This is not the code, or it has run out. Check the newest mail, or let us mail another one.")


def opened(number: str) -> Order:
    """Return the order of the request's link, or of its customer; raises NotFoundError."""
    return _guarded(open_order, number)


def _guarded(find: Callable[[str, str, UUID | None], T], number: str) -> T:
    actor = current().actor
    customer_id = actor.id if actor.kind == "customer" else None
    try:
        return find(number[:40], request.args.get("t", "")[:200], customer_id)
    except NotFoundError:  # whoever tries many links has none
        limit("order-link", client_ip(), 60, 600)
        raise


def window_path(order: Order) -> str:
    """The address of the order with the page of keys that the request was sent from."""
    window = _window()
    return page_path(path_of(order), str(window.line), window.page) if window.line else path_of(order)


def _window() -> KeyWindow:
    """Return which keys are shown."""
    line, page = query_params.line_page()
    return KeyWindow(line=line, page=page)


@storefront.get("/orders/<number>")
@public(when_closed=True)
def order(number: str) -> Response:
    """The order, for who holds its link or owns it; what it delivered on known browsers only."""
    row = opened(number)
    hasten_delivery(progress_of(row))
    return _show(row)


def _show(order_row: Order, error: str = "", status: int = 200) -> Response:
    shown = _view(order_row)
    if shown.locked:
        shown = replace(
            shown, code_sent=has_live_code(order_row), code_error=error, code_minutes=CODE_MINUTES
        )
    title = _("Order %(number)s", number=shown.number)
    view = View("order", title, order=shown, robots="noindex", canonical="")
    return keep_secret(view.respond(status))


def _view(order_row: Order) -> OrderView:
    window = _window()
    view = order_view(order_row, current().locale, locked=not is_known(order_row), window=window)
    status_url = view.status_url
    if window.line:
        status_url = page_path(status_url, str(window.line), window.page)
    return replace(view, status_url=status_url, payment_methods=ways_to_pay(order_row))


@storefront.get("/orders/<number>/status")
@public(when_closed=True)
def status(number: str) -> AnyResponse:
    """The order as a fragment, asked for while a payment is under way; 204 while it looks like `seen`."""
    if not htmx.partial:
        return see_other(path_of(opened(number)))
    progress = _guarded(find_progress, number)
    hasten_delivery(progress)
    if request.args.get("seen") == progress.mark:
        return keep_secret(Response(status=204))
    return keep_secret(fragment("order-status", order=_view(opened(number))))


@storefront.post("/orders/<number>/code")
@public(when_closed=True)
def send_code(number: str) -> AnyResponse:
    """Mail a code to the address of the order; with it this browser becomes known."""
    order_row = opened(number)
    if not is_known(order_row):
        limit("order-code", str(order_row.id), 5, 3600)
        limit("order-code-from", client_ip(), 100, 3600)
        limit("order-code-to", f"{current_store().id}:{order_row.email_lc}", 10, 3600)
        new_code(order_row)
        mail_order_code(order_row)
    return see_other(path_of(order_row) + "#unlock")


@storefront.post("/orders/<number>/unlock")
@public(when_closed=True)
def unlock(number: str) -> AnyResponse:
    """Give this browser access by the mailed code; a wrong one is refused, and five end the code."""
    order_row = opened(number)
    if not is_known(order_row):
        limit("order-unlock", str(order_row.id), 30, 86_400)
        limit("order-unlock-from", client_ip(), 30, 3600)
        if not redeem_code(order_row, request.form.get("code", "")[:20]):
            return _show(order_row, str(WRONG_CODE), 422)
        give_back("order-unlock-from", client_ip(), 3600)
        return remember(see_other(path_of(order_row)), order_row)
    return see_other(path_of(order_row))


@storefront.post("/orders/<number>/pay")
@public(idempotent=True, when_closed=True)
def pay_order(number: str) -> AnyResponse:
    """Pay an order that awaits it, again or another way."""
    try:
        order_row = opened(number)
    except NotFoundError:
        limit("pay", client_ip(), 30, 600)
        raise
    # Whoever tries out cards does it on one order, from many addresses.
    limit("pay-order", str(order_row.id), 10, 600)
    return to_provider(pay_again(order_row, request.form.get("payment_method", "")[:63], base_url()))


@storefront.post("/orders/<number>/again")
@public(idempotent=True)
def buy_again(number: str) -> AnyResponse:
    """Put what was ordered into the visitor's cart."""
    order_row = opened(number)
    limit("order-again", str(order_row.id), 30, 600)
    _, token = order_again(order_row, current_store(), cart_token(), shopper_id())
    response = see_other("/cart")
    if token != cart_token():
        set_cookie(response, cookie("mtc_cart"), token, days=CART_DAYS)
    return response


@storefront.get("/orders/lookup")
@public(when_closed=True)
def lookup() -> Response:
    """The form for a guest who has lost the link."""
    return _lookup({}, {})


@storefront.post("/orders/lookup")
@public(when_closed=True)
def send_link() -> Response:
    """Mail the link of an order; the answer is the same whether or not there is one."""
    limit("lookup", client_ip(), 60, 600)
    typed = {name: request.form.get(name, "")[:254].strip() for name in ("email", "number")}
    errors: dict[str, list[str]] = {}
    try:
        check_address(typed["email"])
    except AppError as error:
        errors["email"] = error.details["email"]
    if not typed["number"]:
        errors["number"] = [_("Type the order number, such as Q-1001.")]
    if errors:
        return _lookup(typed, errors, 422)
    limit("lookup-mail", f"{current_store().id}:{address_key(typed['email'])}", 5, 3600)
    order_row = order_of_number(typed["number"], address_key(typed["email"]))
    if order_row is not None:
        mail_order_link(order_row)
    return _lookup({}, {}, sent=True)


def _lookup(
    values: dict[str, str], errors: dict[str, list[str]], status: int = 200, *, sent: bool = False
) -> Response:
    form: dict[str, Any] = {"action": "/orders/lookup", "values": values, "errors": errors, "sent": sent}
    view = View("page", _("Find your order"), robots="noindex", form=form)
    return view.respond(status, main="storefront/account/lookup.html")
