"""Services of payments and refunds."""

from mtc.payments.services.gateway_requests import ask_provider
from mtc.payments.services.gateways import (
    active_gateways,
    credentials_of,
    ensure_test_gateway,
    get_gateway,
    hold_minutes,
    kind_of,
    save_gateway,
    takes_test_payments,
)
from mtc.payments.services.manual_bookings import mark_paid, missing_keys
from mtc.payments.services.payment_start import redirect_url, start_payment
from mtc.payments.services.refunds import refund, refund_surplus, refundable, retry_refund
from mtc.payments.services.test_hosted_page import hosted_decide, hosted_page
from mtc.payments.services.webhooks import Receipt, handle_webhook

__all__ = [
    "Receipt",
    "active_gateways",
    "ask_provider",
    "credentials_of",
    "ensure_test_gateway",
    "get_gateway",
    "handle_webhook",
    "hold_minutes",
    "hosted_decide",
    "hosted_page",
    "kind_of",
    "mark_paid",
    "missing_keys",
    "redirect_url",
    "refund",
    "refund_surplus",
    "refundable",
    "retry_refund",
    "save_gateway",
    "start_payment",
    "takes_test_payments",
]
