"""The built-in provider's pay page."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.core.errors import ValidationError
from mtc.payments.services import hosted_decide, hosted_page
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import current_store
from mtc.web.access import public
from mtc.web.rate_limits import limit


@storefront.get("/pay/test/<token>")
@public(when_closed=True)
def pay_page(token: str) -> Response:
    """Show where a shopper pays with the test provider."""
    return _page(token, {}, "")


@storefront.post("/pay/test/<token>")
@public(idempotent=True, when_closed=True)
def pay(token: str) -> AnyResponse:
    """The shopper's decision; the store hears of it by a signed notification, like from any provider."""
    limit("pay-page", token[:200], 60, 600)
    choice, card = request.form.get("choice", "")[:40], request.form.get("card_number", "")[:40]
    try:
        target = hosted_decide(token, choice, card)
    except ValidationError as error:
        if not error.details:
            raise
        return _page(token, error.details, card, 422)
    return redirect(target, 303)


def _page(token: str, errors: dict[str, Any], card: str, status: int = 200) -> Response:
    payment = {**hosted_page(token), "store_name": current_store().name}
    html = render_template("storefront/pay-test.html", payment=payment, errors=errors, card_number=card)
    return make_response(html, status)
