"""Orders that cost nothing: switched on, they are placed and delivered at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.errors import UnauthorizedError
from mtc.payments.kinds.base import Charge, Giveback, Notification, RefundError, Started, gateways

KIND = "free"


class FreeGateway:
    """Never charges: checkout asks whether it is switched on when the total is 0."""

    label = "Free orders"
    settings: list[dict[str, Any]] = []
    credentials: list[dict[str, Any]] = []

    def start(self, charge: Charge) -> Started:
        """Nothing to pay: back to the order."""
        return Started(charge.return_url, f"free_{charge.payment_id.hex}")

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
        """No money came in, so none can go back."""
        raise RefundError("Nothing was paid.", permanent=True)


gateways.register(KIND, FreeGateway())
