"""Webhook endpoints of payment providers: signed by the provider, counted once, answered fast."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mtc.core.errors import PayloadTooLargeError
from mtc.payments.services import handle_webhook
from mtc.payments.services.gateways import get_gateway
from mtc.web.access import public
from mtc.web.client_address import client_ip
from mtc.web.envelope import ok
from mtc.web.rate_limits import limit

bp = Blueprint("api_payments", __name__)
bp.mtc_surfaces = ("store",)  # type: ignore[attr-defined]
LARGEST = 256 * 1024


@bp.post("/webhooks/payments/<slug>")
@public(signed=True)
def notify(slug: str) -> Response:
    """Take one notification; 200 for every outcome, 401 for a forged one."""
    limit("payment-webhook", client_ip(), 600, 60)
    body = request.stream.read(LARGEST + 1)
    if (request.content_length or 0) > LARGEST or len(body) > LARGEST:
        raise PayloadTooLargeError("A notification has at most 256 KB.")
    receipt = handle_webhook(get_gateway(slug), dict(request.headers), body)
    return ok({"outcome": receipt.outcome})
