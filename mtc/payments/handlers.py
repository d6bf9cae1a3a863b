"""What plugins are told once money has moved."""

from __future__ import annotations

from uuid import UUID

from mtc.payments.hooks import PaymentFact, RefundFact
from mtc.plugins.services import after

after(
    "payment.succeeded",
    "after_payment_success",
    lambda task: PaymentFact(UUID(task["entity_id"]), dict(task["data"])),
)
after(
    "refund.succeeded", "after_refund", lambda task: RefundFact(UUID(task["entity_id"]), dict(task["data"]))
)
