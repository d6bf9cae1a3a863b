"""Money that comes another way, such as a bank transfer; a person says when it is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.errors import UnauthorizedError
from mtc.core.ids import token
from mtc.payments.kinds.base import Charge, Giveback, Notification, Started, gateways


class ManualGateway:
    """Shows the merchant's instructions on the order page and waits."""

    label = "Bank transfer"
    settings: list[dict[str, Any]] = [
        {
            "name": "instructions",
            "type": "textarea",
            "label": "Instructions",
            "help": "Shown to the shopper with the order number, such as your bank account.",
        }
    ]
    credentials: list[dict[str, Any]] = []

    def start(self, charge: Charge) -> Started:
        """Back to the order, which carries the instructions."""
        return Started(
            charge.return_url, f"manual_{token(12)}", {"instructions": charge.config.get("instructions", "")}
        )

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        config: Mapping[str, Any],
        credentials: Mapping[str, str],
    ) -> Notification:
        """Nobody notifies."""
        raise UnauthorizedError("This way to pay takes no notifications.")

    def refund(self, giveback: Giveback) -> str:
        """A person gives it back; the books follow at once."""
        return f"manual_refund_{giveback.refund_id.hex}"


gateways.register("manual", ManualGateway())
