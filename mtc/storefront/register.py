"""Making an account: an address, a mail, a password. What is answered tells nobody who has an account."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.core.db import savepoint
from mtc.core.email_addresses import address_key
from mtc.core.errors import ValidationError
from mtc.core.hooks import Reject
from mtc.core.i18n import _l, current_locale
from mtc.emails.services.outbox import check_address
from mtc.identity.services import guest_customer
from mtc.identity.services.customers import ask_to_register
from mtc.identity.services.email_tokens import JOIN, join, read_proof
from mtc.storefront.account import enter
from mtc.storefront.account_mail import mail_join, mail_known
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import View, current_store
from mtc.web.access import public
from mtc.web.client_address import client_ip
from mtc.web.rate_limits import give_back, limit
from mtc.web.responses import keep_secret

TITLE = _l("Create an account")


@storefront.get("/account/register")
@public(when_closed=True)
def register_page() -> Response:
    """The form."""
    return _register({})


@storefront.post("/account/register")
@public(when_closed=True)
def register() -> Response:
    """Mail a link that finishes the account; who has one already learns it by mail alone."""
    limit("register", client_ip(), 60, 3600)
    typed = request.form.get("email", "")[:254].strip()
    try:
        address = check_address(typed)
        ask_to_register(address, locale=current_locale())
    except ValidationError as error:
        wrong = error.details.get("email") or [error.message]
        return _register({"values": {"email": typed}, "errors": {"email": wrong}}, 422)
    limit("register-mail", f"{current_store().id}:{address_key(address)}", 3, 3600)
    customer = guest_customer(current_store().tenant_id, address, locale=current_locale())
    if customer.status == "active":
        (mail_join if customer.password_hash is None else mail_known)(customer)
    return _register({"sent": True, "values": {"email": address}})


@storefront.get("/account/join/<token>")
@public(when_closed=True)
def join_page(token: str) -> Response:
    """The form behind the mailed link: the address is proved, a password is missing."""
    customer = read_proof(current_store().tenant_id, token, JOIN)
    return _join(token, {"email": customer.email, "name": customer.name})


@storefront.post("/account/join/<token>")
@public(when_closed=True)
def finish(token: str) -> AnyResponse:
    """Set the password; orders that were made with the address as a guest join the account."""
    limit("join", client_ip(), 20, 3600)
    typed = {name: request.form.get(name, "")[:254].strip() for name in ("email", "name")}
    try:
        with savepoint():
            customer = join(
                current_store().tenant_id, token, request.form.get("password", "")[:1000], name=typed["name"]
            )
    except ValidationError as error:
        if not error.details and not isinstance(error, Reject):  # the link is at fault, not what was typed
            raise
        return _join(token, typed, error.details or {"name": [error.message]}, 422)
    for name in ("join", "register"):
        give_back(name, client_ip(), 3600)
    return enter(customer, "/account")


def _register(form: dict[str, Any], status: int = 200) -> Response:
    return View("register", str(TITLE), robots="noindex", form=form).respond(status)


def _join(
    token: str, values: dict[str, str], errors: dict[str, list[str]] | None = None, status: int = 200
) -> Response:
    form = {"action": f"/account/join/{token}", "values": values, "errors": errors or {}}
    view = View("page", str(TITLE), robots="noindex", canonical="", form=form)
    response = view.respond(status, main="storefront/account/join.html")
    return keep_secret(response)
