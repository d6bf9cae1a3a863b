"""Payment methods of the store: list, change, switch on or off."""

from __future__ import annotations

from typing import Any

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.schemas import FLAG, TEXT
from mtc.core.i18n import _l
from mtc.payments.services.methods import (
    PaymentMethod,
    payment_method,
    payment_methods,
    switch_method,
    update_method,
)
from mtc.payments.types.manual import MAX_DAYS
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest}


SETTINGS: dict[str, Any] = {
    **closed(
        {
            "holder": _text(70),
            "iban": _text(50),
            "bic": _text(20),
            "bank": _text(100),
            "account": _text(500),
            "instructions": _text(1000),
            "days": {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
        }
    ),
    "description": "Of bank transfer; the other methods have none. What is left out stays.",
}
METHOD = always(
    slug=TEXT, type=TEXT, name=TEXT, active=FLAG, test=FLAG, settings={"type": "object"},
    missing={"type": "object", "description": "What has to be filled in before it can be switched on."},
)  # fmt: skip
NAME: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 100}


@v1.get("/payment-methods")
@for_programs("settings:read")
@endpoint(always(items={"type": "array", "items": METHOD}))
def list_payment_methods() -> Response:
    """The payment methods, in the order in which the checkout offers them."""
    return ok({"items": [_shape(method) for method in payment_methods()]})


@v1.get("/payment-methods/<method>")
@for_programs("settings:read")
@endpoint(METHOD)
def show_payment_method(method: str) -> Response:
    """One payment method with its settings."""
    return ok(_shape(payment_method(method[:63])))


@v1.post("/payment-methods/<method>")
@for_programs("payments:write", idempotent=True)
@endpoint(METHOD, body=closed({"name": NAME, "settings": SETTINGS}))
@audited(_l("Changed a payment method"))
def change_payment_method(method: str, body: dict[str, Any]) -> Response:
    """Change its name or settings; what is left out stays."""
    return ok(_shape(update_method(method[:63], name=body.get("name"), config=body.get("settings"))))


@v1.post("/payment-methods/<method>/switch")
@for_programs("payments:write", idempotent=True)
@endpoint(METHOD, body=closed({"active": FLAG}, required=("active",)))
@audited(_l("Switched a payment method on or off"))
def switch_payment_method(method: str, body: dict[str, Any]) -> Response:
    """Switch it on, which is refused while something is missing, or off."""
    return ok(_shape(switch_method(method[:63], body["active"])))


def _shape(method: PaymentMethod) -> dict[str, Any]:
    return {
        "slug": method.slug,
        "type": method.type,
        "name": method.name,
        "active": method.is_active,
        "test": method.is_test,
        "settings": dict(method.config),
        "missing": dict(method.missing),
    }
