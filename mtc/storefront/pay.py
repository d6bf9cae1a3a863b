"""The built-in provider's pay page, and notifications of all providers."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.core.errors import PayloadTooLargeError, ValidationError
from mtc.payments.services import hosted_decide, hosted_page, receive
from mtc.payments.services.setup import get_gateway
from mtc.storefront.blueprint import storefront
from mtc.storefront.view import here
from mtc.web.access import public

LARGEST_NOTIFICATION = 256 * 1024


@storefront.get("/pay/test/<token>")
@public()
def pay_page(token: str) -> Response:
    """Where a shopper pays with the test provider."""
    return _page(token, {}, "")


@storefront.post("/pay/test/<token>")
@public()
def pay(token: str) -> AnyResponse:
    """The shopper's decision; the store hears of it by a signed notification, like from any provider."""
    choice, card = request.form.get("choice", "")[:40], request.form.get("card_number", "")[:40]
    try:
        target = hosted_decide(token, choice, card)
    except ValidationError as error:
        if not error.details:
            raise
        return _page(token, error.details, card, 422)
    return redirect(target, 303)


def _page(token: str, errors: dict[str, Any], card: str, status: int = 200) -> Response:
    payment = {**hosted_page(token), "store_name": here().name}
    html = render_template("storefront/pay-test.html", payment=payment, errors=errors, card_number=card)
    return make_response(html, status)


@storefront.post("/webhooks/payments/<slug>")
@public(signed=True)
def notification(slug: str) -> Response:
    """What a provider tells us: checked by its signature, counted once, answered 200 whatever came of it."""
    gateway = get_gateway(slug)
    if (request.content_length or 0) > LARGEST_NOTIFICATION:
        raise PayloadTooLargeError("This notification is too large.")
    body = request.stream.read(LARGEST_NOTIFICATION + 1)
    if len(body) > LARGEST_NOTIFICATION:
        raise PayloadTooLargeError("This notification is too large.")
    receipt = receive(gateway, dict(request.headers), body)
    return make_response({"outcome": receipt.outcome}, 200)
