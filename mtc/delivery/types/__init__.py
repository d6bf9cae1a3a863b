"""The kinds of delivery, one file each."""

from mtc.delivery.types import email, file, manual, sample, webhook
from mtc.delivery.types.base import DeliveryKind, DeliveryRequest, Outcome, kinds

FALLBACK = "manual"
"""The kind of what suits no other: a person delivers it."""

__all__ = [
    "FALLBACK", "DeliveryKind", "DeliveryRequest", "Outcome", "email", "file", "kinds", "manual", "sample",
    "webhook",
]  # fmt: skip
