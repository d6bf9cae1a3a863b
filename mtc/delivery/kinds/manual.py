"""A person delivers and says so."""

from __future__ import annotations

from typing import Any

from mtc.delivery.kinds.base import Job, Outcome, kinds


class ManualDelivery:
    """Waits until somebody marks the line as delivered."""

    label = "By hand"
    outside = False
    automatic = False
    settings: list[dict[str, Any]] = [
        {
            "name": "promise",
            "type": "text",
            "label": "When it is done",
            "help": "Shown to the shopper, such as: within one working day.",
        }
    ]

    def deliver(self, job: Job) -> Outcome:
        """Nothing to do but to wait."""
        return Outcome(False, wait=True)


kinds.register("manual", ManualDelivery())
