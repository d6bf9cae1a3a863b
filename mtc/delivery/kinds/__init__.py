"""The kinds of delivery, one file each."""

from mtc.delivery.kinds import email, file, manual, sample, webhook
from mtc.delivery.kinds.base import DeliveryKind, Job, Outcome, kinds

__all__ = ["DeliveryKind", "Job", "Outcome", "email", "file", "kinds", "manual", "sample", "webhook"]
