"""A payment provider with a ledger of its own: what it collected and gave back, whatever it told us."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.payments.models import Payment
from mtc.payments.types.base import RefundError, RefundRequest
from mtc.payments.types.test import TestGateway

MOODS = ("kind", "kind", "kind", "refuses", "down", "silent")


class Provider(TestGateway):
    """`silent` gives the money back and answers nothing, as a time-out after success does."""

    def __init__(self) -> None:
        self.collected: dict[str, int] = {}
        self.given_back: dict[UUID, int] = {}
        self.mood = "kind"

    def collect(self, payment: Payment) -> None:
        """The shopper's money arrives; once for each payment."""
        self.collected[payment.provider_ref] = payment.amount

    def refund(self, giveback: RefundRequest) -> str:
        """Give back once for each id; the mood decides what is answered."""
        if self.mood == "refuses" and giveback.refund_id not in self.given_back:
            raise RefundError("No.", permanent=True)
        if self.mood == "down":
            raise RefundError("Out of reach.", permanent=False)
        self.given_back.setdefault(giveback.refund_id, giveback.amount)
        if self.mood == "silent":
            raise RefundError("No answer.", permanent=False)
        return f"back_{giveback.refund_id.hex}"

    def said(self, kind: str, payment: Payment, number: str, account: str, **more: Any) -> dict[str, Any]:
        """A notification about a payment."""
        return {
            "type": kind,
            "payment": payment.provider_ref,
            "account": account,
            "order": number,
            "amount": payment.amount,
            "currency": payment.currency,
            **more,
        }
