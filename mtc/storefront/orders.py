"""Orders: their page, the status while a payment is under way, revealing keys, paying again, look-up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from flask import redirect as redirect_to
from werkzeug.wrappers import Response as AnyResponse

from mtc.catalog.services import stock
from mtc.checkout.services import pay_again, ways_to_pay
from mtc.core.context import current
from mtc.core.errors import AppError, ForbiddenError, NotFoundError
from mtc.delivery.services import hasten_delivery
from mtc.delivery.services import reveal as reveal_key
from mtc.events.services.mail import check_address
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.orders.services import open_order, order_view
from mtc.orders.services.access import CODE_MINUTES, has_live_code, new_code, redeem_code
from mtc.storefront.account_mail import mail_order_code, mail_order_link
from mtc.storefront.blueprint import storefront
from mtc.storefront.devices import is_known, remember
from mtc.storefront.view import View, base_url, fragment, here
from mtc.web.access import public
from mtc.web.pages import client_ip, is_partial, limit, see_other

WRONG_CODE = "This is not the code, or it has run out. Check the newest mail, or let us mail another one."


def _opened(number: str) -> Order:
    actor = current().actor
    customer_id = actor.id if actor.kind == "customer" else None
    try:
        return open_order(number[:40], request.args.get("t", "")[:200], customer_id)
    except NotFoundError:  # whoever tries many links has none
        limit("order-link", client_ip(), 60, 600)
        raise


def _path(order: Order) -> str:
    path: str = order_view(order, current().locale)["url"]
    return path


@storefront.get("/orders/<number>")
@public(when_closed=True)
def order(number: str) -> Response:
    """The order, for who holds its link or owns it; what it delivered on known browsers only."""
    found = _opened(number)
    hasten_delivery(found)
    return _show(found)


def _show(found: Order, error: str = "", status: int = 200) -> Response:
    shown = _view(found)
    if shown["locked"]:
        shown |= {"code_sent": has_live_code(found), "code_error": error, "code_minutes": CODE_MINUTES}
    view = View("order", f"Order {shown['number']}", order=shown, robots="noindex", canonical="")
    return _private(view.respond(status))


def _view(found: Order) -> dict[str, Any]:
    view = order_view(found, current().locale, locked=not is_known(found))
    return {**view, "payment_methods": ways_to_pay(found)}


def _private(response: Response) -> Response:
    """The address holds the secret: it goes nowhere as a referrer, and nothing of the page is kept."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@storefront.get("/orders/<number>/status")
@public(when_closed=True)
def status(number: str) -> AnyResponse:
    """The order as a fragment, asked for while a payment is under way."""
    found = _opened(number)
    if not is_partial():
        return see_other(_path(found))
    hasten_delivery(found)
    return _private(fragment("order-status", order=_view(found)))


@storefront.post("/orders/<number>/code")
@public(when_closed=True)
def send_code(number: str) -> AnyResponse:
    """Mail a code to the address of the order; with it this browser becomes known."""
    limit("order-code-from", client_ip(), 20, 3600)
    found = _opened(number)
    if not is_known(found):
        limit("order-code", str(found.id), 5, 3600)
        limit("order-code-to", f"{here().id}:{found.email_lc}", 10, 3600)
        new_code(found)
        mail_order_code(found)
    return see_other(_path(found) + "#unlock")


@storefront.post("/orders/<number>/unlock")
@public(when_closed=True)
def unlock(number: str) -> AnyResponse:
    """Make this browser known by the mailed code; a wrong one is told, and five end the code."""
    limit("order-unlock-from", client_ip(), 30, 3600)
    found = _opened(number)
    if not is_known(found):
        limit("order-unlock", str(found.id), 30, 86_400)
        if not redeem_code(found, request.form.get("code", "")[:20]):
            return _show(found, WRONG_CODE, 422)
        return remember(see_other(_path(found)), found)
    return see_other(_path(found))


@storefront.post("/orders/<number>/reveal/<uuid:unit_id>")
@public(when_closed=True)
def reveal(number: str, unit_id: UUID) -> AnyResponse:
    """Show a key: written down, and never kept by a cache."""
    limit("reveal", client_ip(), 120, 600)
    found = _opened(number)
    if not is_known(found):
        if not is_partial():
            return see_other(_path(found) + "#unlock")
        raise ForbiddenError("Reload this page: it asks for a code before it shows keys on this device.")
    value = reveal_key(found.id, unit_id, client_ip())
    if not is_partial():
        return see_other(_path(found) + f"#key-{unit_id}")
    secret = _path(found).partition("?")[2]
    unit = {
        "id": str(unit_id),
        "masked": stock.masked(value[-4:]),
        "revealed": True,
        "value": value,
        "reveal_url": f"/orders/{found.order_number}/reveal/{unit_id}?{secret}",
    }
    return fragment("revealed-key", unit=unit)


@storefront.post("/orders/<number>/pay")
@public(idempotent=True, when_closed=True)
def pay_order(number: str) -> AnyResponse:
    """Pay an order that awaits it, again or another way."""
    limit("pay", client_ip(), 30, 600)
    found = _opened(number)
    # Whoever tries out cards does it on one order, from many addresses.
    limit("pay-order", str(found.id), 10, 600)
    return redirect_to(pay_again(found, request.form.get("payment_method", "")[:63], base_url()), 303)


@storefront.get("/orders/lookup")
@public(when_closed=True)
def lookup() -> Response:
    """The form for a guest who has lost the link."""
    return _lookup({}, {})


@storefront.post("/orders/lookup")
@public(when_closed=True)
def send_link() -> Response:
    """Mail the link of an order; the answer is the same whether or not there is one."""
    limit("lookup", client_ip(), 10, 600)
    typed = {name: request.form.get(name, "")[:254].strip() for name in ("email", "number")}
    errors: dict[str, list[str]] = {}
    try:
        check_address(typed["email"])
    except AppError as error:
        errors["email"] = error.details["email"]
    if not typed["number"]:
        errors["number"] = ["Type the order number, such as Q-1001."]
    if errors:
        return _lookup(typed, errors, 422)
    limit("lookup-mail", f"{here().id}:{typed['email'].lower()}", 5, 3600)
    found = queries.order_by_number(typed["number"].upper())
    if found is not None and found.email_lc == typed["email"].lower():
        mail_order_link(found)
    return _lookup({}, {}, sent=True)


def _lookup(
    values: dict[str, str], errors: dict[str, list[str]], status: int = 200, *, sent: bool = False
) -> Response:
    form: dict[str, Any] = {"action": "/orders/lookup", "values": values, "errors": errors, "sent": sent}
    view = View("page", "Find your order", robots="noindex", form=form)
    return view.respond(status, main="storefront/account/lookup.html")
