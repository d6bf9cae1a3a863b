"""A person delivers and says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.catalog.registry import DeliveryFacts, DeliveryProblem
from mtc.core.i18n import Sentence, _l
from mtc.delivery.types.base import DeliveryRequest, FirstMethod, OrdinaryDelivery, Outcome, kinds


class ManualDelivery(OrdinaryDelivery):
    """Waits until somebody marks the line as delivered."""

    label: Sentence = _l("By hand")
    first_method = FirstMethod("by-hand", "By hand")
    automatic = False
    settings: list[dict[str, Any]] = [
        {
            "name": "promise",
            "type": "text",
            "label": _l("When it is done"),
            "help": _l("Shown to the shopper, such as: within one working day."),
        }
    ]

    def problem(self, facts: DeliveryFacts, config: Mapping[str, Any]) -> DeliveryProblem | None:
        """Buyers have to be told what happens."""
        if facts.delivery.get("promise") or facts.delivery.get("how_to") or config.get("promise"):
            return None
        advice = _l("Say under “Told to the buyer” what happens after the order.")
        sentence = _l("“%(label)s” is delivered by hand. %(advice)s", label=facts.label, advice=advice)
        return DeliveryProblem(sentence, "variants")

    def deliver(self, job: DeliveryRequest) -> Outcome:
        """Nothing to do but to wait."""
        return Outcome(False, wait=True)


kinds.register("manual", ManualDelivery())
