"""Another password: by a mailed link when it is forgotten, or with the old one."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.core.db import savepoint
from mtc.core.email_addresses import address_key
from mtc.core.errors import ValidationError
from mtc.core.i18n import _
from mtc.emails.services.outbox import check_address
from mtc.identity import queries
from mtc.identity.services.customers import change_own_password
from mtc.identity.services.email_tokens import RESET, read_proof, reset_password
from mtc.storefront.account import customer_id, enter
from mtc.storefront.account_mail import mail_reset
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import View, current_store
from mtc.web.access import customer_only, public
from mtc.web.client_address import client_ip
from mtc.web.rate_limits import give_back, limit
from mtc.web.responses import keep_secret


@storefront.get("/account/forgot")
@public(when_closed=True)
def forgot_page() -> Response:
    """The form."""
    return _page("forgot", _("Forgot your password?"), {})


@storefront.post("/account/forgot")
@public(when_closed=True)
def forgot() -> Response:
    """Mail a link to choose a new password; the answer is the same whether or not there is an account."""
    limit("forgot", client_ip(), 60, 3600)
    typed = request.form.get("email", "")[:254].strip()
    try:
        address = check_address(typed)
    except ValidationError as error:
        form = {"values": {"email": typed}, "errors": {"email": error.details["email"]}}
        return _page("forgot", _("Forgot your password?"), form, 422)
    limit("forgot-mail", f"{current_store().id}:{address_key(address)}", 3, 3600)
    customer = queries.customer_by_email(current_store().tenant_id, address)
    if customer is not None and customer.password_hash is not None and customer.status == "active":
        mail_reset(customer)
    return _page("forgot", _("Forgot your password?"), {"sent": True})


@storefront.get("/account/reset/<token>")
@public(when_closed=True)
def reset_page(token: str) -> Response:
    """The form behind the mailed link."""
    read_proof(current_store().tenant_id, token, RESET)
    return _page("reset", _("Choose a new password"), {"action": f"/account/reset/{token}"})


@storefront.post("/account/reset/<token>")
@public(when_closed=True)
def reset(token: str) -> AnyResponse:
    """Set the password; the mailed link has proved the address."""
    limit("reset", client_ip(), 20, 3600)
    try:
        with savepoint():
            customer = reset_password(
                current_store().tenant_id, token, request.form.get("password", "")[:1000]
            )
    except ValidationError as error:
        if "password" not in error.details:
            raise
        form = {"action": f"/account/reset/{token}", "errors": {"password": error.details["password"]}}
        return _page("reset", _("Choose a new password"), form, 422)
    for name in ("reset", "forgot"):
        give_back(name, client_ip(), 3600)
    return enter(customer, "/account")


@storefront.get("/account/password")
@customer_only()
def password_page() -> Response:
    """The form for another password."""
    return _page("password", _("Change your password"), {"changed": request.args.get("changed") == "1"})


@storefront.post("/account/password")
@customer_only()
def change_password() -> AnyResponse:
    """Set another password; this browser goes on under a new session, every other one is logged out."""
    limit("password", str(customer_id()), 10, 900)
    old, new = (request.form.get(name, "")[:1000] for name in ("old", "password"))
    try:
        with savepoint():
            customer = change_own_password(current_store().tenant_id, customer_id(), old, new)
    except ValidationError as error:
        return _page("password", _("Change your password"), {"errors": error.details}, 422)
    return enter(customer, "/account/password?changed=1")


def _page(name: str, title: str, form: dict[str, Any], status: int = 200) -> Response:
    view = View("page", title, robots="noindex", canonical="", form=form)
    response = view.respond(status, main=f"storefront/account/{name}.html")
    return keep_secret(response)
