"""Ways to pay: a payment gateway is a class that is registered under a name (docs/payments.md)."""

from mtc.core.configured import CheckResult
from mtc.payments.types import Gateway, gateways
from mtc.payments.types.base import (
    OrdinaryGateway,
    PaymentRedirect,
    PaymentRequest,
    ProviderError,
    RefundError,
    RefundRequest,
    StartError,
    TakesNoNotifications,
    WaitsForDays,
    WebhookEvent,
)

__all__ = [
    "CheckResult",
    "Gateway",
    "OrdinaryGateway",
    "PaymentRedirect",
    "PaymentRequest",
    "ProviderError",
    "RefundError",
    "RefundRequest",
    "StartError",
    "TakesNoNotifications",
    "WaitsForDays",
    "WebhookEvent",
    "gateways",
]
