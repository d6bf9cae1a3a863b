"""Test orders of a live store: a marked sample stands for each piece, and nothing leaves the stock."""

from __future__ import annotations

from typing import Any

from mtc.core.i18n import Sentence, _l
from mtc.delivery.types.base import DeliveryRequest, OrdinaryDelivery, Outcome, kinds

SAMPLE_KEY = "SAMPLE-{}-NOT-A-KEY"
EXPLANATION = _l(
    "This is a sample: the order is a test, no money moved, and nothing was taken from the stock."
)


class SampleDelivery(OrdinaryDelivery):
    """Delivers at once what cannot be mistaken for goods."""

    label: Sentence = _l("Sample of a test order")
    settings: list[dict[str, Any]] = []

    def deliver(self, job: DeliveryRequest) -> Outcome:
        """A text for the order page and the mail."""
        keys = ", ".join(SAMPLE_KEY.format(number + 1) for number in range(min(job.quantity, 10)))
        return Outcome(True, {"message": f"{keys}. {EXPLANATION}"})


kinds.register("sample", SampleDelivery())
