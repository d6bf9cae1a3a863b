"""Keys of a pool: shown on the order page and, if the method says so, written into the mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.catalog.queries import stock as stock_queries
from mtc.catalog.registry import DeliveryFacts, DeliveryProblem
from mtc.core.i18n import Sentence, _l
from mtc.delivery.types.base import DeliveryRequest, FirstMethod, OrdinaryDelivery, Outcome, kinds
from mtc.orders.services.reservations import take_missing


class EmailDelivery(OrdinaryDelivery):
    """The keys were assigned when the order was paid; what the pool lacked then is taken now."""

    label: Sentence = _l("Keys by e-mail")
    shows = "keys"
    first_method = FirstMethod("keys", "Key on screen and by e-mail", {"include_keys": True})
    settings: list[dict[str, Any]] = [
        {
            "name": "include_keys",
            "type": "boolean",
            "label": _l("Write keys into the mail"),
            "help": _l("Without it the mail leads to the order page. A key that was mailed counts as used."),
            "default": True,
        },
        {
            "name": "how_to",
            "type": "textarea",
            "label": _l("How to use the key"),
            "help": _l("Shown beside the key and in the mail."),
        },
    ]

    def suits(self, delivery: Mapping[str, Any], source: str) -> bool:
        """For what has a pool of keys."""
        return source == "pool"

    def mails_keys(self, config: Mapping[str, Any]) -> bool:
        """As the method says."""
        return bool(config.get("include_keys", True))

    def problem(self, facts: DeliveryFacts, config: Mapping[str, Any]) -> DeliveryProblem | None:
        """It needs a pool."""
        if facts.stock_source == "pool":
            return None
        return DeliveryProblem(
            _l("“%(label)s” is delivered as a key. Choose “Keys of a pool” as its stock.", label=facts.label),
            "variants",
        )

    def deliver(self, job: DeliveryRequest) -> Outcome:
        """Make sure that the line has as many keys as were paid for."""
        if job.item.snapshot.get("source") != "pool":
            return Outcome(True)
        have = [row for row in stock_queries.items_of([job.item.id]) if row.status == "delivered"]
        short = take_missing(job.item, len(have))
        if short:
            return Outcome(
                False,
                error=_l(
                    "%(short)s of %(quantity)s keys are missing. Add keys to the pool.",
                    short=short,
                    quantity=job.quantity,
                ),
            )
        return Outcome(True)


kinds.register("email", EmailDelivery())
