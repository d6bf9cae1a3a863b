"""Orders that cost nothing: switched on, they are placed and delivered at once."""

from __future__ import annotations

from typing import Any

from mtc.core.i18n import Sentence, _l
from mtc.payments.types.base import (
    PaymentRedirect,
    PaymentRequest,
    RefundError,
    RefundRequest,
    TakesNoNotifications,
    gateways,
)

KIND = "free"


class FreeGateway(TakesNoNotifications):
    """Never charges: checkout asks whether it is switched on when the total is 0."""

    label: Sentence = _l("Free orders")
    explanation: Sentence = _l("What costs nothing is ordered without a payment and delivered at once.")
    outside = False
    charges = False
    offered = 1
    on_by_default = True
    settings: list[dict[str, Any]] = []
    credentials: list[dict[str, Any]] = []

    def start(self, charge: PaymentRequest) -> PaymentRedirect:
        """Nothing to pay: back to the order."""
        return PaymentRedirect(charge.return_url, f"free_{charge.payment_id.hex}")

    def refund(self, giveback: RefundRequest) -> str:
        """No money came in, so none can go back."""
        raise RefundError(_l("Nothing was paid."), permanent=True)


gateways.register(KIND, FreeGateway())
