"""The page of the built-in test provider, and what it tells us afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.core.context import current
from mtc.core.crypto import unsign
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _, _l, shown
from mtc.core.i18n.messages import translated
from mtc.core.money import format_money
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.payments import queries
from mtc.payments.models import Payment
from mtc.payments.services.gateways import credentials_of, takes_test_payments
from mtc.payments.types.test import PAGE
from mtc.tasks.services import enqueue

LATE_SECONDS = 5
_DECLINED, _NO_FUNDS = _l("The card was declined."), _l("The card has not enough funds.")
CARDS = {
    "4242424242424242": ("payment.succeeded", ""),
    "4000000000000002": ("payment.failed", _DECLINED.source),
    "4000000000009995": ("payment.failed", _NO_FUNDS.source),
}
CHOICES = [
    {"value": "pay", "label": _l("Pay"), "help": _l("The payment succeeds and is reported at once.")},
    {"value": "decline", "label": _l("Decline"), "help": _l("The card is refused.")},
    {
        "value": "pay_late",
        "label": _l("Pay, report late"),
        "help": _l("The report comes after %(seconds)s seconds.", seconds=LATE_SECONDS),
    },
    {
        "value": "pay_thrice",
        "label": _l("Pay, report three times"),
        "help": _l("The same report comes three times."),
    },
    {"value": "cancel", "label": _l("Cancel"), "help": _l("Back to the store without paying.")},
]


def _opened(token: str) -> tuple[Payment, Order]:
    if not takes_test_payments():
        raise NotFoundError(_l("There is no such payment."))
    payment = queries.payment_by_id(UUID(unsign(token, PAGE)["payment"]))
    order = order_queries.order_by_id(payment.order_id) if payment else None
    if payment is None or order is None:
        raise NotFoundError(_l("There is no such payment."))
    return payment, order


def hosted_page(token: str) -> dict[str, Any]:
    """Return the data of the pay page. Raises ValidationError or GoneError for a bad token, NotFoundError."""
    payment, order = _opened(token)
    locale = current().locale
    return {
        "token": token,
        "action": f"/pay/test/{token}",
        "order_number": order.order_number,
        "description": payment.data.get("description", ""),
        "email": order.email,
        "amount": {
            "amount": payment.amount,
            "formatted": format_money(payment.amount, payment.currency, locale),
        },
        "choices": shown(CHOICES),
        "cards": [
            {"number": _spaced(number), "label": translated(reason) if reason else _("Succeeds")}
            for number, (_kind, reason) in CARDS.items()
        ],
        "status": payment.status,
        "decided": payment.status != "pending",
        "return_url": payment.data["return_url"],
    }


def _spaced(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, 16, 4))


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _outcome(choice: str, card_number: str) -> tuple[str, str]:
    if choice not in {option["value"] for option in CHOICES}:
        raise ValidationError(_l("Choose what should happen."), {"choice": [_l("Choose from the list.")]})
    if choice == "cancel":
        return "payment.cancelled", ""
    if choice == "decline":
        return "payment.failed", _DECLINED.source
    number = card_number.replace(" ", "").replace("-", "")
    if not number:
        return "payment.succeeded", ""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19 and _luhn(number)):
        wrong = {"card_number": [_l("Use one of the test cards below.")]}
        raise ValidationError(_l("Check the card number."), wrong)
    if number not in CARDS:
        message = _l("This page takes test cards only. Never type a real one here.")
        raise ValidationError(message, {"card_number": [_l("Use one of the test cards below.")]})
    return CARDS[number]


def hosted_decide(token: str, choice: str, card_number: str = "") -> str:
    """Do what the person on the pay page chose, and return the address to send the browser to.

    The decision is reported by signed notifications, which take the way of every provider's. Raises
    ValidationError (details under `choice` or `card_number`), GoneError, NotFoundError.
    """
    payment, order = _opened(token)
    outcome, reason = _outcome(choice, card_number)
    return_url = str(payment.data["return_url"])
    if payment.status != "pending":
        return return_url
    gateway = queries.gateway_by_id(payment.gateway_id)
    assert gateway is not None
    said = {
        "id": f"evt_{payment.id.hex}_{outcome.rpartition('.')[2]}",
        "type": outcome,
        "payment": payment.provider_ref or "",
        "account": credentials_of(gateway).get("account", ""),
        "order": order.order_number,
        "amount": payment.amount,
        "currency": payment.currency,
        "reason": reason,
    }
    times = 3 if choice == "pay_thrice" else 1
    delay = LATE_SECONDS if choice == "pay_late" else 0
    for number in range(times):
        payload = {"gateway_id": str(gateway.id), "said": said}
        # One decision, like at any provider: whoever pays in one tab and cancels in the other has paid.
        queued = enqueue(
            "payments.test.notify",
            payload,
            delay=delay,
            dedupe_key=f"{payment.id}:{number}",
            entity_id=order.id,
        )
        if queued is None:
            return return_url
    if order.status == "pending":
        order.payment_data = {**order.payment_data, "state": "processing", "notice": ""}
    return return_url
