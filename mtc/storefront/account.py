"""Logging in and out, and what a customer owns."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from mtc.checkout.services import merge_carts
from mtc.core.context import current
from mtc.core.db import savepoint
from mtc.core.email_addresses import address_key
from mtc.core.errors import UnauthorizedError
from mtc.core.hooks import Reject
from mtc.core.i18n import _
from mtc.identity.models import Customer
from mtc.identity.services import close_session, customer_login, open_session
from mtc.orders.services import claim_orders
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import View, current_store
from mtc.web.access import customer_only, public
from mtc.web.client_address import client_ip
from mtc.web.cookies import SESSION_DAYS, cart_token, cookie, drop_cookie, leave, set_cookie
from mtc.web.device_cookies import remember, tries_as
from mtc.web.rate_limits import give_back, limit, reset_rate_limit
from mtc.web.responses import local_path, see_other


def customer_id() -> UUID:
    """The customer who is logged in; only for views that only they reach."""
    actor_id = current().actor.id
    assert actor_id is not None
    return actor_id


@storefront.get("/account")
@customer_only()
def overview() -> Response:
    """The first page of an account."""
    return View("account", _("Your account"), robots="noindex").respond()


@storefront.get("/account/orders")
@customer_only()
def orders() -> Response:
    """Every order."""
    return View("account-orders", _("Your orders"), robots="noindex").respond()


@storefront.get("/account/library")
@customer_only()
def library() -> Response:
    """Every key and file."""
    return View("account-library", _("Your library"), robots="noindex").respond()


@storefront.get("/account/login")
@public(when_closed=True)
def login_page() -> AnyResponse:
    """The form; whoever is logged in goes on."""
    if current_user.is_authenticated:
        return see_other(_next())
    return _login({}, {})


@storefront.post("/account/login")
@public(when_closed=True)
def log_in() -> AnyResponse:
    """Check the credentials and start a new session."""
    typed = {"email": request.form.get("email", "")[:254].strip()}
    limit("login-ip", client_ip(), 50, 900)
    person = f"{current_store().id}:{address_key(typed['email'])}"
    limit("login", tries_as(person), 10, 900)
    try:
        with savepoint():
            password = request.form.get("password", "")[:1000]
            customer = customer_login(current_store().tenant_id, typed["email"], password, client_ip())
    except (UnauthorizedError, Reject) as error:
        return _login(typed, {"email": error.details.get("email") or [error.message]}, 422)
    reset_rate_limit("login", tries_as(person), 900)
    give_back("login-ip", client_ip(), 900)
    response = enter(customer, _next())
    remember(response, person)
    return response


@storefront.post("/account/logout")
@public(when_closed=True)
def log_out() -> AnyResponse:
    """End the session; its cookie is worth nothing from now on."""
    login = current_user.session
    if login is not None:
        close_session(login)
        g.logged_out = True
    response = see_other("/")
    drop_cookie(response, cookie("mtc_shop"))
    if login is not None:  # the cart stays with the account, and not with whoever uses this computer next
        drop_cookie(response, cookie("mtc_cart"))
    return leave(response)


def enter(customer: Customer, target: str) -> AnyResponse:
    """Start a new session for the customer, whatever session there was, and go to the target."""
    before = current_user.session
    if before is not None:
        close_session(before)
        g.logged_out = True
    key = open_session(
        tenant_id=customer.tenant_id,
        customer_id=customer.id,
        auth_epoch=customer.auth_epoch,
        ip=client_ip(),
        user_agent=request.headers.get("User-Agent", ""),
    )
    claim_orders(customer)
    merged = merge_carts(current_store(), cart_token(), customer.id)
    response = see_other("/cart" if merged is not None and merged.changed else target)
    set_cookie(response, cookie("mtc_shop"), key, days=SESSION_DAYS)
    return response


def _next() -> str:
    return local_path(request.values.get("next"), "/account")


def _login(values: dict[str, str], errors: dict[str, list[str]], status: int = 200) -> Response:
    form = {"action": "/account/login", "values": values, "errors": errors, "next": _next()}
    return View("login", _("Log in"), robots="noindex", form=form).respond(status)
