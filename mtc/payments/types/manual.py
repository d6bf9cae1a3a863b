"""Bank transfer: the buyer sends the money with a reference, and a person books it when it is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.bank_accounts import MAX_NAME, parse_bic, parse_iban
from mtc.core.configured import Errors
from mtc.core.i18n import Sentence, _, _l
from mtc.core.ids import token
from mtc.payments.types.base import (
    PaymentRedirect,
    PaymentRequest,
    RefundRequest,
    TakesNoNotifications,
    gateways,
)

KIND = "manual"
DAYS = 7
MAX_DAYS = 60
_SHOWN = ("holder", "iban", "bic", "bank", "account", "instructions")


class ManualGateway(TakesNoNotifications):
    """Shows the account and the reference on the order page and waits."""

    label: Sentence = _l("Bank transfer")
    explanation: Sentence = _l("Buyers send the money to your account; you book it when it is there.")
    outside = False
    pays_later = True
    offered = 0
    icon = "wallet"
    settings: list[dict[str, Any]] = [
        {
            "name": "holder",
            "type": "text",
            "label": _l("Account holder"),
            "help": _l("The name that the bank knows, as buyers have to write it."),
            "validation": {"maxLength": MAX_NAME},
        },
        {
            "name": "iban",
            "type": "text",
            "label": "IBAN",
            "help": _l("Its check digits are checked. Buyers who pay in euros also get a code to scan."),
            "validation": {"maxLength": 50},
        },
        {
            "name": "bic",
            "type": "text",
            "label": "BIC",
            "help": _l("Needed for transfers from outside the European Economic Area."),
            "validation": {"maxLength": 20},
        },
        {"name": "bank", "type": "text", "label": _l("Bank"), "validation": {"maxLength": 100}},
        {
            "name": "account",
            "type": "textarea",
            "label": _l("Account details instead of an IBAN"),
            "help": _l("Such as account and routing number, where there are no IBANs."),
            "validation": {"maxLength": 500},
        },
        {
            "name": "instructions",
            "type": "textarea",
            "label": _l("Instructions"),
            "help": _l("Shown with the account, such as when you look for new payments."),
            "validation": {"maxLength": 1000},
        },
        {
            "name": "days",
            "type": "integer",
            "label": _l("Days until an order expires"),
            "help": _l(
                "So long its keys are kept for the buyer. Money that comes later can still be booked."
            ),
            "validation": {"min": 1, "max": MAX_DAYS},
            "default": DAYS,
        },
    ]
    credentials: list[dict[str, Any]] = []

    def check_config(self, config: dict[str, Any]) -> tuple[dict[str, Any], Errors]:
        """IBAN and BIC without spaces, and what is wrong with them."""
        errors: Errors = {}
        cleaned = dict(config)
        if config.get("iban"):
            cleaned["iban"] = parse_iban(str(config["iban"])) or config["iban"]
            if parse_iban(cleaned["iban"]) is None:
                errors["iban"] = [
                    _l("This is no IBAN: a digit is wrong or missing. Compare it with your bank.")
                ]
        if config.get("bic"):
            cleaned["bic"] = parse_bic(str(config["bic"])) or config["bic"]
            if parse_bic(cleaned["bic"]) is None:
                errors["bic"] = [_l("Write 8 or 11 letters and digits, such as COBADEFFXXX.")]
        return cleaned, errors

    def missing(self, config: Mapping[str, Any]) -> Errors:
        """Return the errors of fields to fill in before buyers can pay to the account."""
        errors: Errors = {}
        if not config.get("iban") and not config.get("account"):
            errors["iban"] = [_l("Type the IBAN, or the account details below.")]
        if not config.get("holder"):
            errors["holder"] = [_l("Type the name of the account holder.")]
        return errors

    def about(self, config: Mapping[str, Any]) -> str:
        """Return the explanation for buyers."""
        return _("You get the account and a reference. We deliver as soon as the money is here.")

    def hold_days(self, config: Mapping[str, Any]) -> int:
        """Return how long an order waits for the money."""
        return int(config.get("days") or DAYS)

    def start(self, charge: PaymentRequest) -> PaymentRedirect:
        """Back to the order, which shows the account as it is now."""
        shown = {key: charge.config[key] for key in _SHOWN if charge.config.get(key)}
        transfer = {**shown, "reference": charge.reference or charge.order_number}
        return PaymentRedirect(charge.return_url, f"manual_{token(12)}", {"transfer": transfer})

    def refund(self, giveback: RefundRequest) -> str:
        """A person gives it back; the books follow at once."""
        return f"manual_refund_{giveback.refund_id.hex}"


gateways.register(KIND, ManualGateway())
