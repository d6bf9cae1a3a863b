"""Ways to deliver: a delivery type is a class that is registered under a name (docs/delivery.md)."""

from mtc.catalog.registry import DeliveryFacts, DeliveryProblem
from mtc.core.configured import CheckResult
from mtc.delivery.types import DeliveryKind as DeliveryType
from mtc.delivery.types import DeliveryRequest, Outcome
from mtc.delivery.types import kinds as delivery_types
from mtc.delivery.types.base import FirstMethod, OrdinaryDelivery

__all__ = [
    "CheckResult",
    "DeliveryFacts",
    "DeliveryProblem",
    "DeliveryRequest",
    "DeliveryType",
    "FirstMethod",
    "OrdinaryDelivery",
    "Outcome",
    "delivery_types",
]
